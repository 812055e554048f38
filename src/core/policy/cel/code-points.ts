/**
 * Texts by code point, as CEL counts them; JavaScript counts UTF-16 units.
 *
 * Owns the conversion; texts without surrogates, nearly all, take the short way.
 */

const SURROGATE = /[\uD800-\uDFFF]/;

/** Code points of a text. */
export function countCodePoints(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The code points of a text as texts. */
export function splitCodePoints(text: string): readonly string[] {
  return Array.from(text);
}

/** Offset in UTF-16 units of a code point's index, or undefined outside `0..size`. */
export function offsetOfCodePoint(text: string, index: bigint): number | undefined {
  if (index < 0n || index > BigInt(text.length)) return undefined;
  const wanted = Number(index);
  if (!SURROGATE.test(text)) return wanted;
  let offset = 0;
  let count = 0;
  for (const point of text) {
    if (count === wanted) return offset;
    offset += point.length;
    count += 1;
  }
  return count === wanted ? offset : undefined;
}

/** Surrogates sort above all other units, as their code points do. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Negative, zero or positive: the order of two texts by code points. */
export function compareText(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}
