/**
 * Where a text occurs in a text, in linear time (SECURITY-BAR E07).
 *
 * Both may come from a client, and native `indexOf` may take their product. Small products go to
 * it all the same: it is ten times faster than a loop, and its worst case is then small too.
 */

const SMALL_PRODUCT = 16_384;
/** The loop took up to 50 ns a character on the worst texts (Node 24, 3.1 GHz). */
const LOOPED_CHARS_PER_STEP = 8;

/** Steps that a search costs beyond the reading of its arguments. */
export function searchSteps(text: string, needle: string): number {
  if (text.length * needle.length <= SMALL_PRODUCT) return 0;
  return Math.floor((text.length + needle.length) / LOOPED_CHARS_PER_STEP);
}

/** Length of the longest proper prefix of `needle` that ends at each position. */
function borders(needle: string): Uint32Array {
  const table = new Uint32Array(needle.length);
  let length = 0;
  for (let at = 1; at < needle.length; at += 1) {
    while (length > 0 && needle.charCodeAt(at) !== needle.charCodeAt(length)) {
      length = table[length - 1] ?? 0;
    }
    if (needle.charCodeAt(at) === needle.charCodeAt(length)) length += 1;
    table[at] = length;
  }
  return table;
}

function findNatively(text: string, needle: string, most: number): number[] {
  const found: number[] = [];
  let at = text.indexOf(needle);
  while (at !== -1 && found.length < most) {
    found.push(at);
    at = text.indexOf(needle, at + needle.length);
  }
  return found;
}

/**
 * Offsets of the first `most` occurrences that do not overlap, from the left.
 * @param needle not empty
 */
export function findOccurrences(text: string, needle: string, most: number): number[] {
  if (text.length * needle.length <= SMALL_PRODUCT) return findNatively(text, needle, most);
  const table = borders(needle);
  const found: number[] = [];
  let length = 0;
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    const code = text.charCodeAt(at);
    while (length > 0 && code !== needle.charCodeAt(length)) length = table[length - 1] ?? 0;
    if (code === needle.charCodeAt(length)) length += 1;
    if (length === needle.length) {
      found.push(at + 1 - length);
      length = 0;
    }
  }
  return found;
}
