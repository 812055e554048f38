/**
 * The daily review: what was charged, what attacks would cost now, what changed, what to reconsider.
 *
 * Owns the record, stored as JSON (KV `report/latest` and `report/<day>`), format 1. Must not know
 * how it is worded (`review-text.ts`), read back (`decode-review.ts`), stored or sent.
 */
import type { HourSummary } from './hour-summary.ts';
import { adviseOn } from './review-advice.ts';
import type { AdviceCode } from './review-advice.ts';
import { reviewAttacks, sumHours } from './review-facts.ts';
import type { Expectation, PeriodFacts, ReviewedAttack, ReviewTerms } from './review-facts.ts';

export const REVIEW_FORMAT = 1;

export interface Review {
  readonly format: typeof REVIEW_FORMAT;
  /** Name of the period, its first UTC day: `2026-11-21`. */
  readonly day: string;
  /** Unix seconds; `to` is not part of the period. */
  readonly from: number;
  readonly to: number;
  readonly charged: PeriodFacts;
  /** The period of the same length before. */
  readonly before: PeriodFacts;
  /** `undefined`: no assessment is published. */
  readonly expected: Expectation | undefined;
  readonly terms: ReviewTerms;
  readonly attacks: readonly ReviewedAttack[];
  readonly advice: readonly AdviceCode[];
}

export interface ReviewInput extends Pick<Review, 'day' | 'from' | 'to' | 'expected' | 'terms'> {
  /** Of the period and the one before, in any order; other hours are left out. */
  readonly hours: readonly HourSummary[];
}

/** The review of a period. */
export function createReview({ hours, ...input }: ReviewInput): Review {
  const { from, to, terms } = input;
  const charged = sumHours(hours, input);
  const before = sumHours(hours, { from: 2 * from - to, to: from });
  const attacks = reviewAttacks(terms, charged);
  const facts = { ...input, charged, before, attacks };
  return { format: REVIEW_FORMAT, ...facts, advice: adviseOn(facts) };
}

/** The same without the names of networks, for those who need not know them. */
export function withoutNetworks(review: Review): Review {
  const { charged, before } = review;
  return {
    ...review,
    charged: { ...charged, networks: [] },
    before: { ...before, networks: [] },
  };
}
