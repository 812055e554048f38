/**
 * What the price book remembers of an hour, for the review.
 *
 * Owns the record; one row of the book's history, kept for eight days.
 */
import type { OriginCounts, RequestCounts } from './price-report.ts';

export interface HourSummary {
  /** Unix seconds, a multiple of 3,600. */
  readonly start: number;
  readonly requests: RequestCounts;
  readonly origin: OriginCounts;
  /** Attempts debited, once per pass and bounded by its credit. */
  readonly attempts: number;
  /** Passes first seen in this hour. */
  readonly passes: number;
  /** Most isolates at once. */
  readonly isolates: number;
  /** Highest global price, in bits. */
  readonly globalBits: number;
  /** The networks that were debited most, at most ten, with their highest price. */
  readonly networks: readonly {
    readonly network: string;
    readonly attempts: number;
    readonly bits: number;
  }[];
  readonly isLockdown: boolean;
  /** Calls that the book received. */
  readonly calls: number;
}

export const KEPT_HOURS = 192;
