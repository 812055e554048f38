/**
 * The price book: what isolates report, added up, and what they are told.
 *
 * Owns who is told what; a state machine that is given the time. Must not know how it is stored or called.
 */
import type { HourSummary } from './hour-summary.ts';
import type { PriceLimits } from './price-limits.ts';
import type { PriceReply, PriceReport } from './price-report.ts';

/** A reply without what the book does not know. */
export type BookReply = Omit<PriceReply, 'isLockdown' | 'policyVersion'>;

/** When a report came, and what holds then. */
export interface TakingContext {
  readonly nowMs: number;
  /** For the hour's summary. */
  readonly isLockdown: boolean;
}

/** What is stored: each part JSON-able and at most 1.6 million characters as JSON. */
export interface BookSnapshot {
  readonly state: unknown;
  readonly passes: unknown;
}

export interface PriceBook {
  /** Takes a report in and answers it; the same report again changes nothing. */
  take(report: PriceReport, context: TakingContext): BookReply;
  /** Hours that ended since the last call of this; each is given once. */
  takeEndedHours(): readonly HourSummary[];
  /** The hour that runs; `undefined` before the first report. */
  currentHour(): HourSummary | undefined;
  snapshot(): BookSnapshot;
}

/**
 * @param restored what `snapshot` gave; a part that does not decode is begun anew
 */
export declare function createPriceBook(
  limits: PriceLimits,
  restored?: { readonly state: unknown; readonly passes: unknown },
): PriceBook;
