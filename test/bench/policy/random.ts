/**
 * Chance that is the same in every run. Owns the generator: mulberry32 (Tommy Ettinger, 2017, public
 * domain), a 32-bit state; good enough to draw samples, and nothing else.
 */

export interface Random {
  /** A whole number from 0 below `bound`, at most 2^32. */
  below(bound: number): number;
  /** One of `values`, which is not empty. */
  pick<Value>(values: readonly Value[]): Value;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    below,
    pick(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
  };
}
