/**
 * What isolates and the price book say to each other: one call, one answer, per isolate and interval.
 *
 *   isolate ── PriceReport ──► price book (Durable Object)
 *   isolate ◄── PriceReply ──  prices, what passes have left, lockdown, when to report again
 *
 * Owns both shapes and their bounds. Counts of a pass are totals since the isolate first saw it, never
 * differences: a report that is repeated, or whose answer was lost, changes nothing (SECURITY-BAR 3.11).
 */

export const PRICE_REPORT_VERSION = 1;
/** Passes in one report; those with more new debits come first, the rest wait for the next. */
export const MAX_REPORTED_PASSES = 1000;
/** Networks with a price of their own in one reply; the dearest come first. */
export const MAX_PRICED_NETWORKS = 500;
/** Until the book has answered for a pass, an isolate debits at most this part of its credit. */
export const UNANSWERED_SHARE = 1 / 8;

/** One pass in one isolate. All amounts are attempts. */
export interface PassCount {
  readonly passId: string;
  /** What the pass is worth. */
  readonly credit: number;
  /** Unix seconds. */
  readonly expires: number;
  /** /24 or /56 that used it last, or `unknown`. */
  readonly network: string;
  readonly asn: number | undefined;
  /** Debited here in total, at the prices of the time. */
  readonly spent: number;
  /** The same at base prices: what was asked for, whatever it cost. */
  readonly demand: number;
  /** Redeemed by waiting: no part of the price signal. */
  readonly isPatience: boolean;
}

/** How the origin fared since the last report. */
export interface OriginCounts {
  readonly requests: number;
  /** Status 500..599, or not reached. */
  readonly errors: number;
  /** Milliseconds until the headers arrived, added up. */
  readonly latencyMs: number;
}

/** What became of requests since the last report. */
export interface RequestCounts {
  readonly paid: number;
  readonly free: number;
  readonly allowed: number;
  readonly denied: number;
  /** Answered with a challenge. */
  readonly challenged: number;
  /** Of those: by a ceiling (`slow-down`). */
  readonly slowed: number;
}

export interface PriceReport {
  readonly version: typeof PRICE_REPORT_VERSION;
  /** Random, new for every isolate: 22 characters of base64url. */
  readonly isolate: string;
  /** Ascending from 1: the book takes the counts of a report once. */
  readonly sequence: number;
  readonly passes: readonly PassCount[];
  readonly origin: OriginCounts;
  readonly requests: RequestCounts;
}

/** The price of one network above the base. */
export interface NetworkPrice {
  readonly network: string;
  /** 0..cap. */
  readonly bits: number;
  /** It stays above its target at the cap: the lower ceiling holds for it. */
  readonly isCurbed: boolean;
}

/** What the book says of a pass that was reported. */
export interface PassBalance {
  readonly passId: string;
  /** Attempts that this isolate may debit in total (not: in addition), until it is told anew. */
  readonly limit: number;
  /** Attempts that isolates altogether have not debited yet, as far as they have told. */
  readonly left: number;
}

export interface PriceReply {
  readonly version: typeof PRICE_REPORT_VERSION;
  readonly nextReportSeconds: number;
  /** Isolates that reported within the last two intervals, this one included. */
  readonly isolates: number;
  /** 0..1, for everyone. */
  readonly globalBits: number;
  readonly networks: readonly NetworkPrice[];
  /** Autonomous systems of which many networks flood. */
  readonly asns: readonly { readonly asn: number; readonly bits: number }[];
  readonly passes: readonly PassBalance[];
  readonly isLockdown: boolean;
  /** What is published; an isolate that has another policy looks at the store early. */
  readonly policyVersion: string | undefined;
}
