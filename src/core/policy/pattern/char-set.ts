/**
 * Sets of code points as sorted ranges.
 *
 * Owns their form: `[lo, hi, lo, hi, ...]`, both ends included, ascending, never touching. Must not
 * know syntax.
 */

export type CharSet = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;

/** The set of ranges that stand in any order and may overlap. */
export function charSet(ranges: readonly number[]): CharSet {
  if (ranges.length === 2) return ranges;
  const order = Array.from({ length: ranges.length / 2 }, (_, index) => 2 * index);
  order.sort((a, b) => (ranges[a] ?? 0) - (ranges[b] ?? 0));
  const set: number[] = [];
  for (const at of order) {
    const lo = ranges[at] ?? 0;
    const hi = ranges[at + 1] ?? 0;
    const last = set.at(-1);
    if (last !== undefined && lo <= last + 1) set[set.length - 1] = Math.max(last, hi);
    else set.push(lo, hi);
  }
  return set;
}

/** All code points that `set` lacks. */
export function complement(set: CharSet): CharSet {
  const rest: number[] = [];
  let from = 0;
  for (let at = 0; at < set.length; at += 2) {
    const lo = set[at] ?? 0;
    if (from < lo) rest.push(from, lo - 1);
    from = (set[at + 1] ?? 0) + 1;
  }
  if (from <= MAX_CODE_POINT) rest.push(from, MAX_CODE_POINT);
  return rest;
}

/** Whether `set` holds `code`, in logarithmic time. */
export function holds(set: CharSet, code: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code > (set[2 * middle + 1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && code >= (set[2 * low] ?? 0);
}

const DIGIT = [0x30, 0x39];
const UPPER = [0x41, 0x5a];
const LOWER = [0x61, 0x7a];

/** ASCII word characters: what `\w` and `\b` know. */
export const WORD_SET: CharSet = [...DIGIT, ...UPPER, 0x5f, 0x5f, ...LOWER];

/** `\d`, `\s`, `\w` by letter. */
export const PERL_CLASSES: ReadonlyMap<string, CharSet> = new Map([
  ['d', DIGIT],
  ['s', [9, 10, 12, 13, 32, 32]],
  ['w', WORD_SET],
]);

/** `[[:alpha:]]` and its kind by name. */
export const POSIX_CLASSES: ReadonlyMap<string, CharSet> = new Map([
  ['alnum', [...DIGIT, ...UPPER, ...LOWER]],
  ['alpha', [...UPPER, ...LOWER]],
  ['ascii', [0, 0x7f]],
  ['blank', [9, 9, 32, 32]],
  ['cntrl', [0, 0x1f, 0x7f, 0x7f]],
  ['digit', DIGIT],
  ['graph', [0x21, 0x7e]],
  ['lower', LOWER],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [9, 13, 32, 32]],
  ['upper', UPPER],
  ['word', WORD_SET],
  ['xdigit', [...DIGIT, 0x41, 0x46, 0x61, 0x66]],
]);
