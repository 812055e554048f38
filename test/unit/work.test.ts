/** Attempts, thresholds and credit: the arithmetic never sells work for less than was asked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_THRESHOLD, MIN_THRESHOLD } from '../../src/core/puzzle/puzzle.ts';
import { isPatienceOver } from '../../src/core/puzzle/patience.ts';
import {
  attemptsOf,
  creditOf,
  MAX_ATTEMPTS_PER_SOLUTION,
  thresholdFor,
  workMsOf,
} from '../../src/core/puzzle/work.ts';

const OPTIONS = { numRuns: 20_000, seed: 20_261_101 };
const attempts = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 26 }),
  fc.double({ min: 1, max: 2 ** 26, noNaN: true }),
  fc.integer({ min: 0, max: 26 }).map((bits) => 2 ** bits),
);
const threshold = fc.oneof(
  fc.integer({ min: MIN_THRESHOLD, max: MAX_THRESHOLD }),
  fc.integer({ min: 6, max: 32 }).map((bits) => 2 ** bits - 1),
);

describe('thresholds', () => {
  it('A02: at the edges of the range: 1 attempt and 2^26', () => {
    expect(MAX_ATTEMPTS_PER_SOLUTION).toBe(2 ** 26);
    expect(thresholdFor(1)).toBe(0xffff_ffff);
    expect(thresholdFor(2 ** 26)).toBe(63);
    expect(attemptsOf(0xffff_ffff)).toBe(1);
    expect(attemptsOf(63)).toBe(2 ** 26);
  });

  it('A02: just inside and just outside the range', () => {
    expect(thresholdFor(2 ** 26 - 1)).toBe(63);
    expect(thresholdFor(2 ** 26 + 1)).toBe(63);
    expect(thresholdFor(2 ** 40)).toBe(63);
    expect(thresholdFor(2)).toBe(0x7fff_ffff);
    expect(thresholdFor(0.5)).toBe(0xffff_ffff);
    expect(thresholdFor(0)).toBe(0xffff_ffff);
  });

  it('A02: the default of 2^14 attempts is threshold 262,143', () => {
    expect(thresholdFor(16_384)).toBe(262_143);
  });

  it('A02: powers of two are exact', () => {
    for (let bits = 0; bits <= 26; bits += 1) {
      expect(attemptsOf(thresholdFor(2 ** bits))).toBe(2 ** bits);
    }
  });

  it('A02: a solution never costs less than was asked, and the next easier threshold would', () => {
    const property = fc.property(attempts, (asked) => {
      const found = thresholdFor(asked);
      expect(Number.isInteger(found)).toBe(true);
      expect(attemptsOf(found)).toBeGreaterThanOrEqual(asked);
      if (found < MAX_THRESHOLD) expect(attemptsOf(found + 1)).toBeLessThan(asked);
    });
    fc.assert(property, OPTIONS);
  });

  it('A02: is monotone: more attempts never mean an easier threshold, nor a harder one fewer attempts', () => {
    const pairs = fc.property(attempts, attempts, (a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(thresholdFor(more)).toBeLessThanOrEqual(thresholdFor(less));
    });
    fc.assert(pairs, OPTIONS);
    const reverse = fc.property(threshold, threshold, (a, b) => {
      if (a === b) return;
      const [harder, easier] = a < b ? [a, b] : [b, a];
      expect(attemptsOf(harder)).toBeGreaterThan(attemptsOf(easier));
    });
    fc.assert(reverse, OPTIONS);
  });

  it('A02: a threshold survives the way through attempts and back', () => {
    const property = fc.property(threshold, (given) => {
      const back = thresholdFor(attemptsOf(given));
      expect(back).toBeLessThanOrEqual(given);
      // Division rounds: one step at most, and only where neighbours differ by less than that.
      expect(given - back).toBeLessThanOrEqual(1);
    });
    fc.assert(property, OPTIONS);
  });
});

describe('credit', () => {
  const solutions = fc.integer({ min: 1, max: 256 });

  it('A05: is whole, and never below what was asked times the solutions', () => {
    const whole = fc.integer({ min: 1, max: 2 ** 26 });
    const property = fc.property(solutions, whole, (count, asked) => {
      const credit = creditOf(count, thresholdFor(asked));
      expect(Number.isSafeInteger(credit)).toBe(true);
      expect(credit).toBeGreaterThanOrEqual(count * asked);
    });
    fc.assert(property, OPTIONS);
  });

  it('A05: never exceeds the expected attempts of the solutions, and grows with each', () => {
    const property = fc.property(solutions, threshold, (count, given) => {
      const credit = creditOf(count, given);
      expect(credit).toBeLessThanOrEqual(count * attemptsOf(given));
      expect(creditOf(count + 1, given)).toBeGreaterThan(credit);
    });
    fc.assert(property, OPTIONS);
  });

  it('A05: at the edges: none, one at the easiest, 256 at the hardest', () => {
    expect(creditOf(0, 63)).toBe(0);
    expect(creditOf(1, 0xffff_ffff)).toBe(1);
    expect(creditOf(256, 63)).toBe(2 ** 34);
    expect(creditOf(32, 262_143)).toBe(524_288);
  });
});

describe('units and patience', () => {
  it('A02: 13,300 attempts are shown as one millisecond', () => {
    expect(workMsOf(13_300)).toBe(1);
    expect(workMsOf(0)).toBe(0);
    expect(workMsOf(524_288)).toBeCloseTo(39.42, 2);
  });

  it('A08: patience has no leeway: a second before notBefore it is not over', () => {
    const puzzle = { name: 'patience', notBefore: 1000 } as const;
    expect(isPatienceOver(puzzle, 999)).toBe(false);
    expect(isPatienceOver(puzzle, 1000)).toBe(true);
    expect(isPatienceOver(puzzle, 1001)).toBe(true);
  });
});
