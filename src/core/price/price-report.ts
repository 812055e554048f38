/**
 * What isolates and the price book say to each other: one call, one answer, per isolate and interval.
 *
 *   isolate ── PriceReport ──► price book (Durable Object)
 *   isolate ◄── PriceReply ──  prices, what passes have left, lockdown, when to report again
 *
 * Owns both shapes and their bounds. Counts of a pass are totals since the isolate first saw it, never
 * differences: a report that is repeated, late, or whose answer was lost changes nothing (SECURITY-BAR
 * 3.11). Both sides decode what they get: two versions may be deployed at once.
 */
import {
  isAbsentOr,
  isBits,
  isCount,
  isFlag,
  isId,
  isListOf,
  isRecord,
  isText,
  readAs,
} from './count-grammar.ts';
import { MAX_GLOBAL_BITS } from './price-limits.ts';

export const PRICE_REPORT_VERSION = 1;
/**
 * Passes in one report: those that were asked for since the last one, whether debited or refused. Those
 * nearest to their limit come first, the rest wait for the next.
 */
export const MAX_REPORTED_PASSES = 1000;
/** Networks with a price of their own in one reply; the dearest come first. */
export const MAX_PRICED_NETWORKS = 500;
export const MAX_PRICED_ASNS = 100;
/**
 * What an isolate may debit of a pass and the book does not know of is at most this part of the credit,
 * or one request: before the book has answered for the pass, and beyond the total that it last told.
 */
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
  /**
   * `sequence` of the first report that names this pass since the isolate began to count it: an isolate
   * that forgot a pass, and counts from 0 again, says so by a new number.
   */
  readonly since: number;
  /** Debited here in total, at the prices of the time. Refunds may make it fall. */
  readonly spent: number;
  /** The same at base prices: what was asked for, whatever it cost. */
  readonly demand: number;
  /** What its latest request cost or would have cost: the book leaves room for one more. */
  readonly price: number;
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
  /** Attempts that this isolate may debit in total (not: in addition) until it is told anew; it may fall. */
  readonly limit: number;
  /** Attempts that isolates altogether have not debited yet, as far as they have told. */
  readonly left: number;
}

export interface PriceReply {
  readonly version: typeof PRICE_REPORT_VERSION;
  readonly nextReportSeconds: number;
  /** Isolates that reported in the last two hours, this one included: 1 lifts `UNANSWERED_SHARE`. */
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

/** Longest network's name that is taken. */
export const MAX_NETWORK_CHARACTERS = 48;
const MAX_POLICY_CHARACTERS = 64;

export const isNetworkName = isText(MAX_NETWORK_CHARACTERS);

export const isOriginCounts = isRecord<OriginCounts>({
  requests: isCount,
  errors: isCount,
  latencyMs: isCount,
});

export const isRequestCounts = isRecord<RequestCounts>({
  paid: isCount,
  free: isCount,
  allowed: isCount,
  denied: isCount,
  challenged: isCount,
  slowed: isCount,
});

export function isGlobalBits(value: unknown): value is number {
  return isBits(value) && value <= MAX_GLOBAL_BITS;
}

function isVersion(value: unknown): value is typeof PRICE_REPORT_VERSION {
  return value === PRICE_REPORT_VERSION;
}

const isPassCount = isRecord<PassCount>({
  passId: isId,
  credit: isCount,
  expires: isCount,
  network: isNetworkName,
  asn: isAbsentOr(isCount),
  since: isCount,
  spent: isCount,
  demand: isCount,
  price: isCount,
  isPatience: isFlag,
});

const isReport = isRecord<PriceReport>({
  version: isVersion,
  isolate: isId,
  sequence: isCount,
  passes: isListOf(MAX_REPORTED_PASSES, isPassCount),
  origin: isOriginCounts,
  requests: isRequestCounts,
});

const isReply = isRecord<PriceReply>({
  version: isVersion,
  nextReportSeconds: isCount,
  isolates: isCount,
  globalBits: isGlobalBits,
  networks: isListOf(
    MAX_PRICED_NETWORKS,
    isRecord<NetworkPrice>({ network: isNetworkName, bits: isBits, isCurbed: isFlag }),
  ),
  asns: isListOf(
    MAX_PRICED_ASNS,
    isRecord<PriceReply['asns'][number]>({ asn: isCount, bits: isBits }),
  ),
  passes: isListOf(
    MAX_REPORTED_PASSES,
    isRecord<PassBalance>({ passId: isId, limit: isCount, left: isCount }),
  ),
  isLockdown: isFlag,
  policyVersion: isAbsentOr(isText(MAX_POLICY_CHARACTERS)),
});

/** What the book takes from an isolate; `undefined` for anything but a whole report of this version. */
export function decodePriceReport(value: unknown): PriceReport | undefined {
  return readAs(isReport, value);
}

/** What an isolate takes from the book; `undefined` for anything but a whole reply of this version. */
export function decodePriceReply(value: unknown): PriceReply | undefined {
  return readAs(isReply, value);
}
