/**
 * Between which bounds prices may move, as the operator states it.
 *
 * Owns the record; how it comes from settings is the affair of `settings-price.ts`.
 */
export interface PriceLimits {
  /** Highest price of a network above the base, in bits; global and network bits together stay below. */
  readonly capBits: number;
  /** Attempts a minute, at base prices, up to which a network pays the base price. */
  readonly networkTarget: number;
  /** Attempts a minute, at base prices, up to which the global price never rises. */
  readonly siteTarget: number;
  /** Calls that the book may receive in a day: the interval grows with the number of isolates. */
  readonly callsPerDay: number;
  /** Shortest interval between two reports of an isolate. */
  readonly minIntervalSeconds: number;
}

/** The price moves at most once in this time. */
export const PERIOD_SECONDS = 300;
/** Longest interval, whatever the number of isolates. */
export const MAX_INTERVAL_SECONDS = 3600;
/** The global price is never more than this above the base. */
export const MAX_GLOBAL_BITS = 1;
