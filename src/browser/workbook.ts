/**
 * The work of one challenge: which sub-puzzles are solved and which slices are out.
 *
 * Owns the choice of the next slice; must not know who searches it or how long that takes.
 *
 * The next slice is of the unsolved sub-puzzle with the fewest slices out. So new sub-puzzles
 * come first, and when none is left, whoever is idle helps with further slices of an unfinished
 * one: no barrier, and nothing to cancel. A slice that is lost with its lane is not searched
 * again: any other nonces are as good, and there are 2^32.
 */
import type { NonceSlice } from '../core/puzzle/sha256-engine.ts';

const NONCES = 2 ** 32;

interface SubPuzzle {
  readonly index: number;
  /** First nonce that nobody was given. */
  next: number;
  /** Slices being searched. */
  out: number;
  nonce: number | undefined;
}

export interface Workbook {
  /** The next slice, of at most `count` nonces; `undefined` when there is nothing left to hand out. */
  take(count: number): NonceSlice | undefined;
  /** A slice that was searched, with its solution if it has one. */
  settle(slice: NonceSlice, nonce: number | undefined): void;
  /** A solution found outside of any slice; false if sub-puzzle `index` had one. */
  solve(index: number, nonce: number): boolean;
  /** Sub-puzzles without a solution. */
  open(): readonly number[];
  /** A slice that nobody will search. */
  drop(slice: NonceSlice): void;
  readonly solved: number;
  /** The nonces of sub-puzzles 0, 1, 2, ... once all are solved. */
  solutions(): readonly number[] | undefined;
}

/** @param found nonces of the first sub-puzzles, fewer than `size` */
export function createWorkbook(size: number, found: readonly number[] = []): Workbook {
  const puzzles = Array.from({ length: size }, (_, index): SubPuzzle => ({
    index,
    next: 0,
    out: 0,
    nonce: found[index],
  }));
  let solved = found.length;

  function take(count: number): NonceSlice | undefined {
    let best: SubPuzzle | undefined;
    for (const puzzle of puzzles) {
      const isOpen = puzzle.nonce === undefined && puzzle.next < NONCES;
      if (isOpen && (best === undefined || puzzle.out < best.out)) best = puzzle;
    }
    if (best === undefined) return undefined;
    const from = best.next;
    const length = Math.min(count, NONCES - from);
    best.next += length;
    best.out += 1;
    return { index: best.index, from, count: length };
  }

  function drop({ index }: NonceSlice): void {
    const puzzle = puzzles[index];
    if (puzzle !== undefined) puzzle.out -= 1;
  }

  function solve(index: number, nonce: number): boolean {
    const puzzle = puzzles[index];
    if (puzzle === undefined || puzzle.nonce !== undefined) return false;
    puzzle.nonce = nonce;
    solved += 1;
    return true;
  }

  return {
    take,
    drop,
    solve,
    open: () => puzzles.flatMap(({ index, nonce }) => (nonce === undefined ? [index] : [])),
    settle(slice, nonce) {
      drop(slice);
      if (nonce !== undefined) solve(slice.index, nonce);
    },
    get solved() {
      return solved;
    },
    solutions() {
      const nonces = puzzles.flatMap(({ nonce }) => (nonce === undefined ? [] : [nonce]));
      return nonces.length === size ? nonces : undefined;
    },
  };
}
