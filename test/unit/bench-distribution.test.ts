import { describe, expect, it } from 'vitest';
import { describe as describeValues, formatHistogram, quantile } from '../bench/distribution.ts';
import { idealOf } from '../bench/solve/erlang.ts';
import { luckFactor } from '../../src/core/price/luck.ts';

describe('a distribution of runs', () => {
  it('has the quantiles between the nearest ranks', () => {
    const values = [40, 10, 20, 30];
    expect([0, 0.25, 0.5, 1].map((share) => quantile(values, share))).toEqual([10, 17.5, 25, 40]);
    const found = describeValues(Array.from({ length: 101 }, (_, index) => 100 - index));
    expect(found).toEqual({ runs: 101, min: 0, median: 50, mean: 50, p95: 95, p99: 99, max: 100 });
    expect(() => describeValues([])).toThrow(RangeError);
  });

  it('is drawn with every value in one bin', () => {
    const lines = formatHistogram([0, 4, 5, 9, 10, 99], { top: 10, bins: 2, width: 4 });
    expect(lines).toEqual(['     0     2 ####', '     5     2 ####', '    10+    2 ####']);
  });
});

describe('the ideal spread of sub-puzzles', () => {
  it('of one is exponential', () => {
    expect(luckFactor(1, 0.5)).toBeCloseTo(Math.LN2, 10);
    expect(idealOf(1).p99ToMean).toBeCloseTo(Math.log(100), 10);
  });

  it('of 32 is that of the chi-squared table with 64 degrees of freedom', () => {
    expect(luckFactor(32, 0.95)).toBeCloseTo(83.675 / 64, 4);
    expect(idealOf(32).p99ToMean).toBeCloseTo(93.217 / 64, 4);
  });

  it('can be computed for the most that a challenge sells', () => {
    expect(idealOf(256).p95ToMedian).toBeCloseTo(1.105, 2);
  });
});
