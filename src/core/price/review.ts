/**
 * The daily review: what was charged, what attacks would cost now, what changed, what to reconsider.
 *
 * Owns the record, stored as JSON (KV `report/latest` and `report/<day>`), format 1. Must not know
 * how it is worded (`review-text.ts`), read back (`decode-review.ts`), stored or sent.
 */
import type { HourSummary } from './hour-summary.ts';
import { adviseOn } from './review-advice.ts';
import type { AdviceCode } from './review-advice.ts';
import { hoursWithin, reviewAttacks, sumHours } from './review-facts.ts';
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
  /** Of the period, as the price book has them; empty where they were left out. */
  readonly hours: readonly HourSummary[];
}

export interface ReviewInput extends Pick<Review, 'day' | 'from' | 'to' | 'expected' | 'terms'> {
  /** Of the period and the one before, in any order; other hours are left out. */
  readonly hours: readonly HourSummary[];
}

/** The review of a period. */
export function createReview(input: ReviewInput): Review {
  const { from, to, terms } = input;
  const hours = hoursWithin(input.hours, input);
  const charged = sumHours(hours);
  const before = sumHours(hoursWithin(input.hours, { from: 2 * from - to, to: from }));
  const attacks = reviewAttacks(terms, charged);
  const facts = { ...input, hours, charged, before, attacks };
  return { format: REVIEW_FORMAT, ...facts, advice: adviseOn(facts) };
}
