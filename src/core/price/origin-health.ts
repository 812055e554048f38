/**
 * Is the origin in trouble?
 *
 * Owns the judgement of one period against the origin's own calm; must not know prices.
 */
import type { OriginCounts } from './price-report.ts';

/** Fewer requests than this say nothing about an origin. */
const MIN_REQUESTS = 20;
const MAX_ERROR_SHARE = 0.05;
const MAX_SLOWDOWN = 2;
const MAX_SLOWDOWN_MS = 250;
/** Weight of a calm period in the baseline. */
const CALM_WEIGHT = 1 / 8;
/** The same in trouble: an origin that is slow for good becomes the new baseline within hours. */
const TROUBLED_WEIGHT = 1 / 32;

export interface OriginHealth {
  readonly isTroubled: boolean;
  /** Mean latency of calm periods; `undefined` until there was a period to judge. */
  readonly baselineMs: number | undefined;
}

/** The health after a period; one with too few requests is calm, and leaves the baseline. */
export function judgeOrigin(baselineMs: number | undefined, counts: OriginCounts): OriginHealth {
  const { requests, errors, latencyMs } = counts;
  if (requests < MIN_REQUESTS) return { isTroubled: false, baselineMs };
  const mean = latencyMs / requests;
  const calm = baselineMs ?? mean;
  const isTroubled =
    errors > requests * MAX_ERROR_SHARE || mean > calm * MAX_SLOWDOWN + MAX_SLOWDOWN_MS;
  const weight = isTroubled ? TROUBLED_WEIGHT : CALM_WEIGHT;
  return { isTroubled, baselineMs: calm + (mean - calm) * weight };
}
