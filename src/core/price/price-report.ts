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
import { decodeList, isBits, isCount, isId, isText, membersOf } from './count-grammar.ts';
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
  /** Debited here in total, at the prices of the time. A total that falls, by refunds, counts as its highest. */
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

export function decodeOrigin(value: unknown): OriginCounts | undefined {
  const { requests, errors, latencyMs } = membersOf(value);
  if (!(isCount(requests) && isCount(errors) && isCount(latencyMs))) return undefined;
  return { requests, errors, latencyMs };
}

export function decodeRequests(value: unknown): RequestCounts | undefined {
  const { paid, free, allowed, denied, challenged, slowed } = membersOf(value);
  if (!(isCount(paid) && isCount(free) && isCount(allowed))) return undefined;
  if (!(isCount(denied) && isCount(challenged) && isCount(slowed))) return undefined;
  return { paid, free, allowed, denied, challenged, slowed };
}

function decodePass(value: unknown): PassCount | undefined {
  const { passId, credit, expires, network, asn, since, spent, demand, price, isPatience } =
    membersOf(value);
  if (!(isId(passId) && isCount(credit) && isCount(expires) && isCount(since))) return undefined;
  if (!(isText(network, MAX_NETWORK_CHARACTERS) && (asn === undefined || isCount(asn))))
    return undefined;
  if (!(isCount(spent) && isCount(demand) && isCount(price))) return undefined;
  if (typeof isPatience !== 'boolean') return undefined;
  return { passId, credit, expires, network, asn, since, spent, demand, price, isPatience };
}

/** What the book takes from an isolate; `undefined` for anything but a whole report of this version. */
export function decodePriceReport(value: unknown): PriceReport | undefined {
  const members = membersOf(value);
  const { version, isolate, sequence } = members;
  const passes = decodeList(members['passes'], MAX_REPORTED_PASSES, decodePass);
  const origin = decodeOrigin(members['origin']);
  const requests = decodeRequests(members['requests']);
  if (version !== PRICE_REPORT_VERSION || !isId(isolate) || !isCount(sequence)) return undefined;
  if (passes === undefined || origin === undefined || requests === undefined) return undefined;
  return { version, isolate, sequence, passes, origin, requests };
}

function decodeNetworkPrice(value: unknown): NetworkPrice | undefined {
  const { network, bits, isCurbed } = membersOf(value);
  const isPrice = isText(network, MAX_NETWORK_CHARACTERS) && isBits(bits);
  return isPrice && typeof isCurbed === 'boolean' ? { network, bits, isCurbed } : undefined;
}

function decodeAsnPrice(value: unknown): PriceReply['asns'][number] | undefined {
  const { asn, bits } = membersOf(value);
  return isCount(asn) && isBits(bits) ? { asn, bits } : undefined;
}

function decodeBalance(value: unknown): PassBalance | undefined {
  const { passId, limit, left } = membersOf(value);
  return isId(passId) && isCount(limit) && isCount(left) ? { passId, limit, left } : undefined;
}

/** What an isolate takes from the book; `undefined` for anything but a whole reply of this version. */
export function decodePriceReply(value: unknown): PriceReply | undefined {
  const members = membersOf(value);
  const { version, nextReportSeconds, isolates, globalBits, isLockdown, policyVersion } = members;
  const networks = decodeList(members['networks'], MAX_PRICED_NETWORKS, decodeNetworkPrice);
  const asns = decodeList(members['asns'], MAX_PRICED_ASNS, decodeAsnPrice);
  const passes = decodeList(members['passes'], MAX_REPORTED_PASSES, decodeBalance);
  if (version !== PRICE_REPORT_VERSION || !isCount(nextReportSeconds)) return undefined;
  if (!isCount(isolates) || !isBits(globalBits) || globalBits > MAX_GLOBAL_BITS) return undefined;
  if (typeof isLockdown !== 'boolean') return undefined;
  if (policyVersion !== undefined && !isText(policyVersion, MAX_POLICY_CHARACTERS))
    return undefined;
  if (networks === undefined || asns === undefined || passes === undefined) return undefined;
  const prices = { globalBits, networks, asns };
  return {
    version,
    nextReportSeconds,
    isolates,
    ...prices,
    passes,
    isLockdown,
    policyVersion,
  };
}
