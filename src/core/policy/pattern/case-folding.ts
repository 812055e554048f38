/**
 * Simple case folding for `(?i)`.
 *
 * Owns which code points are one letter. Must not know syntax. ASCII is written out, with its two
 * foreign members: k and K fold to U+212A (kelvin sign), s and S to U+017F (long s). The rest is read
 * from the platform's case mapping, in the blocks that hold cased letters, on the first pattern that
 * needs it. Not folded: pairs that the platform maps to several characters (U+FB05 and U+FB06,
 * U+0390 and U+1FD3, U+03B0 and U+1FE3).
 */

/** First and last code point of each run of blocks with cased letters above ASCII. */
const CASED = [
  0xb5, 0x587, 0x10a0, 0x10ff, 0x13a0, 0x13fd, 0x1c80, 0x1cbf, 0x1d79, 0x1d8e, 0x1e00, 0x1ffc,
  0x2126, 0x2188, 0x24b6, 0x24e9, 0x2c00, 0x2d2d, 0xa640, 0xa7f6, 0xab53, 0xabbf, 0xff21, 0xff5a,
  0x10400, 0x104fb, 0x10570, 0x105bc, 0x10c80, 0x10cf2, 0x118a0, 0x118df, 0x16e40, 0x16e7f, 0x1e900,
  0x1e943,
];

/** Dotted capital and dotless small i fold to themselves alone, whatever the case mapping says. */
const DOTTED_I = 0x130;
const DOTLESS_I = 0x131;

/** The code point of `text` where it is exactly one, else `otherwise`. */
function single(text: string, otherwise: number): number {
  const code = text.codePointAt(0) ?? otherwise;
  return text.length === (code > 0xffff ? 2 : 1) ? code : otherwise;
}

function foldOf(code: number): number {
  if (code === DOTTED_I || code === DOTLESS_I) return code;
  const upper = single(String.fromCodePoint(code).toUpperCase(), code);
  return single(String.fromCodePoint(upper).toLowerCase(), upper);
}

/** Every letter above ASCII with a partner, and all that fold with it. */
function readOrbits(): ReadonlyMap<number, readonly number[]> {
  const byFold = new Map<number, number[]>();
  for (let run = 0; run < CASED.length; run += 2) {
    for (let code = CASED[run] ?? 0; code <= (CASED[run + 1] ?? 0); code += 1) {
      const fold = foldOf(code);
      const orbit = byFold.get(fold);
      if (orbit === undefined) byFold.set(fold, [code]);
      else orbit.push(code);
    }
  }
  byFold.set(0x6b, [0x4b, 0x6b, 0x212a]).set(0x73, [0x53, 0x73, 0x17f]);
  const orbits = new Map<number, readonly number[]>();
  for (const orbit of byFold.values()) {
    if (orbit.length > 1) for (const code of orbit) orbits.set(code, orbit);
  }
  return orbits;
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** Adds `lo` to `hi`, moved by `by`, as far as they lie from `first` to `first + 25`. */
function pushMoved(
  into: number[],
  range: readonly [number, number],
  move: readonly [number, number],
) {
  const [first, by] = move;
  const lo = Math.max(range[0], first);
  const hi = Math.min(range[1], first + 25);
  if (lo <= hi) into.push(lo + by, hi + by);
}

/** Adds the range from `lo` to `hi`, and all that is equal to a member of it but for its case. */
export function pushFolded(into: number[], lo: number, hi: number): void {
  into.push(lo, hi);
  pushMoved(into, [lo, hi], [0x41, 32]);
  pushMoved(into, [lo, hi], [0x61, -32]);
  if ((lo <= 0x4b && hi >= 0x4b) || (lo <= 0x6b && hi >= 0x6b)) into.push(0x212a, 0x212a);
  if ((lo <= 0x53 && hi >= 0x53) || (lo <= 0x73 && hi >= 0x73)) into.push(0x17f, 0x17f);
  if (hi < 0x80) return;
  orbits ??= readOrbits();
  if (hi - lo < orbits.size) {
    for (let code = Math.max(lo, 0x80); code <= hi; code += 1) {
      for (const other of orbits.get(code) ?? []) into.push(other, other);
    }
    return;
  }
  for (const [code, orbit] of orbits) {
    if (code >= lo && code <= hi) for (const other of orbit) into.push(other, other);
  }
}
