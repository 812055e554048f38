/** Hours of a price book and settings, made by hand. */
import type { HourSummary } from '../../src/core/price/hour-summary.ts';
import type { ReviewTerms } from '../../src/core/price/review-facts.ts';

/** 2026-11-21 00:00 UTC. */
export const DAY_START = Date.UTC(2026, 10, 21) / 1000;
export const DAY_SECONDS = 86_400;

export const TERMS: ReviewTerms = {
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  capBits: 4,
  yieldPerThousand: undefined,
};

type Parts = Partial<Omit<HourSummary, 'requests' | 'origin'>> & {
  readonly requests?: Partial<HourSummary['requests']>;
  readonly origin?: Partial<HourSummary['origin']>;
};

/** An hour in which little happened, and what is said otherwise. */
export function hourOf(start: number, { requests, origin, ...parts }: Parts = {}): HourSummary {
  return {
    start,
    requests: { paid: 70, free: 0, allowed: 20, denied: 0, challenged: 10, slowed: 0, ...requests },
    origin: { requests: 90, errors: 0, latencyMs: 9000, ...origin },
    attempts: 305_830,
    passes: 5,
    isolates: 2,
    globalBits: 0,
    networks: [],
    isLockdown: false,
    calls: 10,
    ...parts,
  };
}

/** 24 hours that begin at `start`. */
export function dayOf(start: number, parts: Parts = {}): readonly HourSummary[] {
  return Array.from({ length: 24 }, (_, index) => hourOf(start + index * 3600, parts));
}
