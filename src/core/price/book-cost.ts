/**
 * What the price book costs its operator.
 *
 * Owns the arithmetic from isolates to calls, rows and dollars. For the command line alone.
 */
import { MAX_INTERVAL_SECONDS, type PriceLimits } from './price-limits.ts';

/** Cloudflare Durable Objects on SQLite, paid plan (developers.cloudflare.com, pricing, read 2026-11). */
export const BOOK_PRICES = {
  dollarsPerMillionCalls: 0.15,
  dollarsPerMillionRows: 1,
  dollarsPerMillionGigabyteSeconds: 12.5,
  freeCallsPerDay: 100_000,
  freeRowsPerDay: 100_000,
  freeGigabyteSecondsPerDay: 13_000,
} as const;

const SECONDS_PER_DAY = 86_400;
const DAYS_PER_MONTH = 30;
const OBJECT_GIGABYTES = 0.128;
/** Shortest time between two flushes of the object. */
const FLUSH_SECONDS = 60;
/** One row of prices, one of passes. */
const ROWS_PER_FLUSH = 2;
/** An hour is written and, eight days later, removed. */
const ROWS_PER_HOUR = 2;
/** An idle object that can hibernate costs nothing: a call is billed for the time that it takes. */
const SECONDS_PER_CALL = 0.02;

/** What a site of this size makes of the book. */
export interface BookLoad {
  /** Live at once, day and night. */
  readonly isolates: number;
  /** Isolates that start in a day: each calls once at once. */
  readonly startsPerDay?: number;
  readonly limits: Pick<PriceLimits, 'callsPerDay' | 'minIntervalSeconds'>;
}

export interface BookCost {
  readonly intervalSeconds: number;
  readonly callsPerDay: number;
  readonly rowsPerDay: number;
  readonly gigabyteSecondsPerDay: number;
  /** Before anything that the plan includes; without storage, which stays below a cent. */
  readonly dollarsPerMonth: number;
  readonly isWithinFreePlan: boolean;
}

/** The same interval as the book gives isolates. */
export function intervalOf(isolates: number, limits: BookLoad['limits']): number {
  const wanted = Math.ceil((isolates * SECONDS_PER_DAY) / limits.callsPerDay);
  return Math.min(MAX_INTERVAL_SECONDS, Math.max(limits.minIntervalSeconds, wanted));
}

/** The most that the book costs: isolates call as often as they may, day and night. */
export function bookCost({ isolates, startsPerDay = 0, limits }: BookLoad): BookCost {
  const intervalSeconds = intervalOf(isolates, limits);
  const callsPerDay = (isolates * SECONDS_PER_DAY) / intervalSeconds + startsPerDay;
  const flushes = Math.min(callsPerDay, SECONDS_PER_DAY / FLUSH_SECONDS);
  const rowsPerDay = flushes * ROWS_PER_FLUSH + 24 * ROWS_PER_HOUR;
  const gigabyteSecondsPerDay = callsPerDay * SECONDS_PER_CALL * OBJECT_GIGABYTES;
  const { dollarsPerMillionCalls, dollarsPerMillionRows, dollarsPerMillionGigabyteSeconds } =
    BOOK_PRICES;
  const dollarsPerDay =
    (callsPerDay * dollarsPerMillionCalls +
      rowsPerDay * dollarsPerMillionRows +
      gigabyteSecondsPerDay * dollarsPerMillionGigabyteSeconds) /
    1e6;
  return {
    intervalSeconds,
    callsPerDay,
    rowsPerDay,
    gigabyteSecondsPerDay,
    dollarsPerMonth: dollarsPerDay * DAYS_PER_MONTH,
    isWithinFreePlan:
      callsPerDay <= BOOK_PRICES.freeCallsPerDay &&
      rowsPerDay <= BOOK_PRICES.freeRowsPerDay &&
      gigabyteSecondsPerDay <= BOOK_PRICES.freeGigabyteSecondsPerDay,
  };
}
