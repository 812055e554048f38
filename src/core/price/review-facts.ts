/**
 * What a review is made from: the hours of a period added up, and what attacks cost.
 *
 * Owns the sums and shares; must not know what is good or bad about them (`review-advice.ts`).
 */
import type { PriceTerms } from './economics.ts';
import { addCounts, NO_COUNTS } from './hour-book.ts';
import type { HourSummary } from './hour-summary.ts';
import { UNANSWERED_SHARE } from './price-report.ts';
import type { OriginCounts, RequestCounts } from './price-report.ts';
import { REFERENCE_ATTACKS } from './reference-attacks.ts';

/** The hours of a period, added up. */
export interface PeriodFacts {
  /** Hours in which anything was reported. */
  readonly hours: number;
  readonly requests: RequestCounts;
  readonly origin: OriginCounts;
  /** Attempts debited. */
  readonly attempts: number;
  readonly passes: number;
  /** Most isolates at once. */
  readonly isolates: number;
  /** Highest global price, in bits. */
  readonly globalBits: number;
  readonly lockdownHours: number;
  /** Calls that the price book received. */
  readonly calls: number;
}

/** What the assessment lets expect. */
export interface Expectation {
  readonly requestsPerHour: number;
  /** Unix seconds: when the log ends that was assessed. */
  readonly to: number;
}

/** What the operator set, as far as a review needs it. */
export interface ReviewTerms extends PriceTerms {
  /** Highest price above the base, in bits. */
  readonly capBits: number;
  /** Dollars that a thousand requests are worth to an attacker; `undefined`: not stated. */
  readonly yieldPerThousand: number | undefined;
}

/** What a thousand requests cost one kind of attacker, in dollars: compute and addresses. */
export interface ReviewedAttack {
  /** Of the hardware and the addresses in the price tables: `rtx-4090, datacentre`. */
  readonly name: string;
  /** At the base price and what everyone pays on top of it. */
  readonly nowDollars: number;
  /** At the cap, which a network reaches that floods. */
  readonly cappedDollars: number;
}

/** Hours that begin within a period; `to` (Unix seconds) is not part of it. */
export function hoursWithin(
  hours: readonly HourSummary[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly HourSummary[] {
  return hours.filter(({ start }) => start >= from && start < to);
}

export function sumHours(hours: readonly HourSummary[]): PeriodFacts {
  const sum = (of: (hour: HourSummary) => number) =>
    hours.reduce((total, hour) => total + of(hour), 0);
  const most = (of: (hour: HourSummary) => number) => Math.max(0, ...hours.map(of));
  return {
    hours: hours.length,
    requests: hours.map(({ requests }) => requests).reduce(addCounts, NO_COUNTS.requests),
    origin: hours.map(({ origin }) => origin).reduce(addCounts, NO_COUNTS.origin),
    attempts: sum(({ attempts }) => attempts),
    passes: sum(({ passes }) => passes),
    isolates: most(({ isolates }) => isolates),
    globalBits: most(({ globalBits }) => globalBits),
    lockdownHours: sum(({ isLockdown }) => Number(isLockdown)),
    calls: sum(({ calls }) => calls),
  };
}

/** All requests that reached the gate. */
export function totalOf({ requests }: Pick<PeriodFacts, 'requests'>): number {
  const { paid, free, allowed, denied, challenged } = requests;
  return paid + free + allowed + denied + challenged;
}

/** `part` of `whole`; 0 of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Milliseconds until the origin's headers, on average. */
export function meanLatencyMs({ origin }: PeriodFacts): number {
  return shareOf(origin.latencyMs, origin.requests);
}

/** Part of the requests to the origin that it failed. */
export function errorShare({ origin }: PeriodFacts): number {
  return shareOf(origin.errors, origin.requests);
}

/** Part of the requests that was answered with a challenge. */
export function challengedShare(facts: PeriodFacts): number {
  return shareOf(facts.requests.challenged, totalOf(facts));
}

/** Networks whose price was at least `bits` above the base, of those that were debited most. */
export function networksAbove(hours: readonly HourSummary[], bits: number): number {
  const raised = hours.flatMap(({ networks }) => networks).filter((each) => each.bits >= bits);
  return new Set(raised.map(({ network }) => network)).size;
}

/** What the reference attacks cost at the prices of the period. */
export function reviewAttacks(
  { requestPrice, capBits }: ReviewTerms,
  { globalBits, isolates }: PeriodFacts,
): readonly ReviewedAttack[] {
  const overspend = 1 + isolates * UNANSWERED_SHARE;
  return REFERENCE_ATTACKS.map(({ name, dollarsPerTera, addressDollars }) => {
    const dollarsAt = (bits: number) =>
      ((requestPrice * 2 ** bits) / overspend / 1e9) * dollarsPerTera + addressDollars;
    return { name, nowDollars: dollarsAt(globalBits), cappedDollars: dollarsAt(capBits) };
  });
}

/** The least that a thousand requests cost, now. */
export function cheapestAttack(attacks: readonly ReviewedAttack[]): number {
  return Math.min(...attacks.map(({ nowDollars }) => nowDollars));
}
