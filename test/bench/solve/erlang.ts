/**
 * How even k sub-puzzles of the same difficulty are in theory, where lanes never wait.
 *
 * Owns the two ratios that the report shows; the formula is that of the price.
 */
import { luckFactor } from '../../../src/core/price/luck.ts';

export interface Ideal {
  readonly p95ToMedian: number;
  readonly p99ToMean: number;
}

export function idealOf(parts: number): Ideal {
  return {
    p95ToMedian: luckFactor(parts, 0.95) / luckFactor(parts, 0.5),
    p99ToMean: luckFactor(parts, 0.99),
  };
}
