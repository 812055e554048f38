/**
 * Whether a text holds any of many texts.
 *
 * Owns the search: candidates are found by their first two characters in one table. An automaton
 * reads as fast, but building one for 160 names of crawlers costs a new isolate milliseconds, the
 * table microseconds.
 */

export interface TextIndex {
  isIn(text: string): boolean;
}

const ASCII = 128;
const SHORTEST = 2;
/** Bounds what a text of nothing but beginnings costs (SECURITY-BAR E06), as the next one does. */
const LONGEST = 128;
const MAX_ALIKE = 16;
// oxlint-disable-next-line no-control-regex -- all of ASCII
const IS_ASCII = /^[\0-\x7f]*$/;

function keyOf(first: number, second: number): number {
  return first * ASCII + second;
}

/**
 * Undefined where this search does not suit: a text outside ASCII, of fewer than 2 or more than 128
 * characters, or more than 16 that begin alike.
 */
export function createTextIndex(texts: readonly string[]): TextIndex | undefined {
  /** Number of the candidates by the first two characters, 0 for none. */
  const table = new Uint16Array(ASCII * ASCII);
  const candidates: string[][] = [[]];
  for (const text of texts) {
    if (text.length < SHORTEST || text.length > LONGEST || !IS_ASCII.test(text)) return undefined;
    const key = keyOf(text.charCodeAt(0), text.charCodeAt(1));
    if (table[key] === 0) table[key] = candidates.push([]) - 1;
    const alike = candidates[table[key] ?? 0] ?? [];
    if (alike.push(text) > MAX_ALIKE) return undefined;
  }
  return {
    isIn(text) {
      let first = text.charCodeAt(0);
      for (let at = 1; at < text.length; at += 1) {
        const second = text.charCodeAt(at);
        const found = first < ASCII && second < ASCII ? (table[keyOf(first, second)] ?? 0) : 0;
        if (found !== 0) {
          for (const candidate of candidates[found] ?? []) {
            if (text.startsWith(candidate, at - 1)) return true;
          }
        }
        first = second;
      }
      return false;
    },
  };
}
