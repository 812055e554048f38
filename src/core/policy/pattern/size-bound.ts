/**
 * What a list of patterns compiles to at most, from the syntax trees alone.
 *
 * Owns the estimate: where it is small, an automaton fits the bounds of `pattern-set.ts` for sure and
 * may be built when a text first needs it.
 */
import type { CharSet } from './char-set.ts';
import type { PatternNode } from './pattern-node.ts';

export interface SizeBound {
  readonly instructions: number;
  /** Boundaries of all sets, and so classes of characters. */
  readonly classes: number;
  /** Pairs of an instruction that reads and a class that it reads. */
  readonly pairs: number;
}

/** A letter in one or both cases. */
const NARROW_LENGTH = 4;
/** Above all code points, so that two of them are one number. */
const CODE_POINTS = 0x110000;
/** Classes that assertions add: newlines, word characters, and what lies before all sets. */
const ADDED_CLASSES = 12;

function isNarrow(set: CharSet): boolean {
  return set.length <= NARROW_LENGTH && set[0] === set[1] && set[2] === set[3];
}

/** Walks trees and adds up; repetitions count as often as they are written out. */
class Estimate {
  /** Narrow sets by what is in them, others by themselves. */
  readonly #keys = new Set<number | CharSet>();
  ranges = 0;
  /** Instructions that read one of few single characters, times these. */
  narrow = 0;
  /** Instructions that read more. */
  wide = 0;

  #read(set: CharSet, copies: number): void {
    const single = isNarrow(set);
    const key = single ? (set[0] ?? 0) * CODE_POINTS + (set[2] ?? 0) : set;
    if (!this.#keys.has(key)) {
      this.#keys.add(key);
      this.ranges += set.length / 2;
    }
    if (single) this.narrow += (copies * set.length) / 2;
    else this.wide += copies;
  }

  add(node: PatternNode, copies: number): void {
    if (node.kind === 'char') this.#read(node.set, copies);
    else if (node.kind === 'repeat') {
      const { min, max } = node.count;
      this.add(node.item, copies * Math.max(1, min, max));
    } else if (node.kind === 'sequence' || node.kind === 'choice') {
      for (const item of node.items) this.add(item, copies);
    }
  }
}

export function boundSize(roots: readonly PatternNode[]): SizeBound {
  const estimate = new Estimate();
  for (const root of roots) estimate.add(root, 1);
  const classes = 2 * estimate.ranges + ADDED_CLASSES;
  return {
    instructions: roots.reduce((total, root) => total + root.size, 1),
    classes,
    pairs: estimate.narrow + estimate.wide * classes,
  };
}
