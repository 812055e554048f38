/**
 * Which characters a set of patterns can tell apart.
 *
 * Owns the classes: code points of one class are in the same sets of the program and look the same
 * to its assertions, so the automaton has one transition for all of them. Must not know instructions.
 */
import { holds, WORD_SET } from './char-set.ts';
import type { CharSet } from './char-set.ts';
import { NEWLINE, OTHER, WORD } from './pattern-node.ts';

const ASCII = 128;

export interface Alphabet {
  readonly size: number;
  /** Classes of ASCII. */
  readonly ascii: Uint16Array;
  /** What members of a class look like to an assertion, by class. */
  readonly kinds: Uint8Array;
  /** A member of each class. */
  readonly members: Uint32Array;
  /** Class of any code point. */
  classOf(code: number): number;
  /** Classes that `set`, one of those given, is made of. */
  classesOf(set: CharSet): readonly number[];
}

/** Index of the interval of `code`; `starts` ascend from 0. */
function intervalOf(starts: Uint32Array, code: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (code < (starts[middle] ?? 0)) high = middle;
    else low = middle;
  }
  return low;
}

function boundariesOf(sets: readonly CharSet[]): Uint32Array {
  const ends = new Set([0]);
  for (const set of sets) {
    for (let at = 0; at < set.length; at += 2) {
      ends.add(set[at] ?? 0);
      ends.add((set[at + 1] ?? 0) + 1);
    }
  }
  return Uint32Array.from(ends).toSorted();
}

/** Calls `visit` with each interval of `set`. */
function eachInterval(starts: Uint32Array, set: CharSet, visit: (interval: number) => void): void {
  for (let at = 0; at < set.length; at += 2) {
    const hi = set[at + 1] ?? 0;
    const first = intervalOf(starts, set[at] ?? 0);
    for (let index = first; index < starts.length && (starts[index] ?? 0) <= hi; index += 1) {
      visit(index);
    }
  }
}

/** Class of each interval: split by one set after another, then numbered from 0. */
function partition(
  starts: Uint32Array,
  sets: readonly CharSet[],
  maxWork: number,
): Uint32Array | undefined {
  const classes = new Uint32Array(starts.length);
  let fresh = 1;
  let work = 0;
  for (const set of sets) {
    const moved = new Map<number, number>();
    eachInterval(starts, set, (index) => {
      work += 1;
      const before = classes[index] ?? 0;
      let after = moved.get(before);
      if (after === undefined) {
        after = fresh;
        fresh += 1;
        moved.set(before, after);
      }
      classes[index] = after;
    });
    if (work > maxWork) return undefined;
  }
  const dense = new Map<number, number>();
  return classes.map((id) => {
    const known = dense.get(id) ?? dense.size;
    dense.set(id, known);
    return known;
  });
}

/** What a program's assertions can tell apart besides the edges of the text. */
export interface Distinctions {
  readonly newline: boolean;
  readonly word: boolean;
}

function kindOf(code: number, distinct: Distinctions): number {
  if (distinct.newline && code === 10) return NEWLINE;
  return distinct.word && holds(WORD_SET, code) ? WORD : OTHER;
}

/** The classes of `sets`; undefined where finding them takes more than `maxWork` steps. */
export function createAlphabet(
  sets: readonly CharSet[],
  distinct: Distinctions,
  maxWork: number,
): Alphabet | undefined {
  const all = [...sets];
  if (distinct.newline) all.push([10, 10]);
  if (distinct.word) all.push(WORD_SET);
  const starts = boundariesOf(all);
  const classes = partition(starts, all, maxWork);
  if (classes === undefined) return undefined;
  const members: number[] = [];
  for (const [interval, id] of classes.entries()) {
    if (id === members.length) members.push(starts[interval] ?? 0);
  }
  const classOf = (code: number): number => classes[intervalOf(starts, code)] ?? 0;
  return {
    size: members.length,
    ascii: Uint16Array.from({ length: ASCII }, (_, code) => classOf(code)),
    kinds: Uint8Array.from(members, (code) => kindOf(code, distinct)),
    members: Uint32Array.from(members),
    classOf,
    classesOf: (set) => {
      const found = new Set<number>();
      eachInterval(starts, set, (interval) => found.add(classes[interval] ?? 0));
      return [...found];
    },
  };
}
