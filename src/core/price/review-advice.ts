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

const isEnough = (...periods: readonly PeriodFacts[]): boolean =>
  periods.every((facts) => totalOf(facts) >= ENOUGH_REQUESTS);

const isOriginKnown = (...periods: readonly PeriodFacts[]): boolean =>
  periods.every(({ origin }) => origin.requests >= ENOUGH_REQUESTS);

/** Times the assessed traffic; 1 where nothing can be said. */
function toAssessed({ charged, expected }: AdviceInput): number {
  const assessed = (expected?.requestsPerHour ?? 0) * 24;
  return assessed > 0 && isEnough(charged) ? totalOf(charged) / assessed : 1;
}

/** In the order in which they are told: what is wrong now comes first. */
const ADVICE = [
  ['nothing-reported', ({ charged }) => charged.hours === 0],
  ['lockdown-was-on', ({ charged }) => charged.lockdownHours > 0],
  [
    'origin-fails',
    ({ charged }) => isOriginKnown(charged) && errorShare(charged) > MAX_ERROR_SHARE,
  ],
  [
    'origin-slower',
    ({ charged, before }) =>
      isOriginKnown(charged, before) &&
      meanLatencyMs(charged) > 2 * meanLatencyMs(before) + SLOWER_MS,
  ],
  [
    'nobody-pays',
    ({ charged: { requests } }) => requests.challenged >= ENOUGH_REQUESTS && requests.paid === 0,
  ],
  [
    'more-challenged',
    ({ charged, before }) =>
      isEnough(charged, before) &&
      challengedShare(charged) > challengedShare(before) + MORE_CHALLENGED,
  ],
  ['traffic-above-assessment', (input) => toAssessed(input) > 2],
  ['traffic-below-assessment', (input) => toAssessed(input) < 0.5],
  [
    'network-at-cap',
    ({ hours, terms: { capBits } }) => capBits > 0 && networksAbove(hours, capBits) > 0,
  ],
  ['attack-pays', ({ attacks, terms }) => cheapestAttack(attacks) < (terms.yieldPerThousand ?? 0)],
  [
    'most-allowed',
    ({ charged }) => isEnough(charged) && charged.requests.allowed > totalOf(charged) / 2,
  ],
  ['no-yield', ({ terms }) => terms.yieldPerThousand === undefined],
  ['no-assessment', ({ expected }) => expected === undefined],
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
