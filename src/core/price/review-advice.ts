/**
 * What a review says to reconsider.
 *
 * Owns the thresholds; must not know wording (`review-advice-text.ts`). Each piece of advice has its
 * own code, so that it can be stored, sent and counted; in a chat it speaks for itself.
 */
import type { HourSummary } from './hour-summary.ts';
import {
  challengedShare,
  cheapestAttack,
  errorShare,
  meanLatencyMs,
  networksAbove,
  totalOf,
} from './review-facts.ts';
import type { Expectation, PeriodFacts, ReviewedAttack, ReviewTerms } from './review-facts.ts';

export interface AdviceInput {
  /** Unix seconds: the end of the period. */
  readonly to: number;
  readonly hours: readonly HourSummary[];
  readonly charged: PeriodFacts;
  readonly before: PeriodFacts;
  readonly expected: Expectation | undefined;
  readonly terms: ReviewTerms;
  readonly attacks: readonly ReviewedAttack[];
}

/** Below this many requests a share says nothing. */
const ENOUGH_REQUESTS = 100;
const MAX_ERROR_SHARE = 0.05;
const SLOWER_MS = 250;
const MORE_CHALLENGED = 0.1;
const OLD_SECONDS = 90 * 86_400;

/** Times the assessed traffic; 1 where nothing can be said. */
function toAssessed({ charged, expected }: AdviceInput): number {
  const total = totalOf(charged);
  const assessed = (expected?.requestsPerHour ?? 0) * 24;
  return total < ENOUGH_REQUESTS ? 1 : total / (assessed || total);
}

/** In the order in which they are told: what is wrong now comes first. */
const ADVICE = [
  ['no-data', ({ charged }) => charged.hours === 0],
  ['lockdown', ({ charged }) => charged.lockdownHours > 0],
  [
    'origin-errors',
    ({ charged }) =>
      charged.origin.requests >= ENOUGH_REQUESTS && errorShare(charged) > MAX_ERROR_SHARE,
  ],
  [
    'origin-slow',
    ({ charged, before }) =>
      before.origin.requests >= ENOUGH_REQUESTS &&
      meanLatencyMs(charged) > 2 * meanLatencyMs(before) + SLOWER_MS,
  ],
  [
    'unpaid',
    ({ charged: { requests } }) => requests.challenged >= ENOUGH_REQUESTS && requests.paid === 0,
  ],
  [
    'challenged',
    ({ charged, before }) =>
      totalOf(before) >= ENOUGH_REQUESTS &&
      challengedShare(charged) > challengedShare(before) + MORE_CHALLENGED,
  ],
  ['more-traffic', (input) => toAssessed(input) > 2],
  ['less-traffic', (input) => toAssessed(input) < 0.5],
  [
    'network',
    // Where the cap is the base price, every network is at it.
    ({ hours, terms: { capBits } }) => networksAbove(hours, capBits || Infinity) > 0,
  ],
  ['cost', ({ attacks, terms }) => cheapestAttack(attacks) < (terms.yieldPerThousand ?? 0)],
  [
    'allowed',
    ({ charged }) => charged.requests.allowed > Math.max(ENOUGH_REQUESTS, totalOf(charged)) / 2,
  ],
  ['yield', ({ terms }) => terms.yieldPerThousand === undefined],
  ['assessment', ({ expected }) => expected === undefined],
  ['old-assessment', ({ to, expected }) => to - (expected?.to ?? to) > OLD_SECONDS],
] as const satisfies readonly (readonly [string, (input: AdviceInput) => boolean])[];

export type AdviceCode = (typeof ADVICE)[number][0];

/** What to reconsider; empty where nothing is. */
export function adviseOn(input: AdviceInput): readonly AdviceCode[] {
  return ADVICE.filter(([, isAdvised]) => isAdvised(input)).map(([code]) => code);
}

/** Whether this version knows `code`. */
export function isAdviceCode(code: unknown): code is AdviceCode {
  return ADVICE.some(([known]) => known === code);
}
