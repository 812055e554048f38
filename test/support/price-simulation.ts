/**
 * Isolates that charge, report and lag, against the real price book.
 *
 * Owns the isolate's side of the protocol as the design states it, written apart from the Worker's own,
 * so that the book is judged by its words alone. Time is a number that the test moves.
 */
import {
  decodePriceReply,
  type PassCount,
  type PriceReply,
} from '../../src/core/price/price-report.ts';
import { decodePriceReport, PRICE_REPORT_VERSION } from '../../src/core/price/price-report.ts';
import {
  createPriceBook,
  type BookSnapshot,
  type PriceBook,
} from '../../src/core/price/price-book.ts';
import type { PriceLimits } from '../../src/core/price/price-limits.ts';
import type { PriceReport } from '../../src/core/price/price-report.ts';

export const BASE_PRICE = 4369;
export const BASE_FEE = 524_288;

export const LIMITS: PriceLimits = {
  capBits: 4.75,
  networkTarget: 600 * BASE_PRICE,
  siteTarget: 30_000 * BASE_PRICE,
  callsPerDay: 50_000,
  minIntervalSeconds: 15,
};

/** 22 characters of base64url for a number. */
export function idOf(kind: string, number: number): string {
  return `${kind}${number}`.padEnd(22, '-');
}

export interface SimulatedPass {
  readonly passId: string;
  readonly credit: number;
  readonly expires: number;
  network: string;
  readonly asn?: number;
  readonly isPatience?: boolean;
}

interface Count {
  pass: SimulatedPass;
  since: number;
  spent: number;
  demand: number;
  price: number;
  limit: number | undefined;
  elsewhere: number;
  isDue: boolean;
}

export interface OriginMood {
  readonly latencyMs: number;
  readonly errorShare: number;
}

const NO_REQUESTS = { paid: 0, free: 0, allowed: 0, denied: 0, challenged: 0, slowed: 0 };

export class SimulatedIsolate {
  readonly id: string;
  readonly counts = new Map<string, Count>();
  reply: PriceReply | undefined;
  dueMs = 0;
  wasAlone = false;
  #sequence = 0;
  #origin = { requests: 0, errors: 0, latencyMs: 0 };

  constructor(id: string) {
    this.id = id;
  }

  bitsOf(network: string, asn: number | undefined, capBits = LIMITS.capBits): number {
    const { reply } = this;
    if (reply === undefined) return 0;
    const own = reply.networks.find((one) => one.network === network)?.bits ?? 0;
    const system = reply.asns.find((one) => one.asn === asn)?.bits ?? 0;
    return Math.min(capBits, reply.globalBits + Math.max(own, system));
  }

  isCurbed(network: string): boolean {
    return this.reply?.networks.find((one) => one.network === network)?.isCurbed ?? false;
  }

  isAlone(): boolean {
    return this.reply?.isolates === 1;
  }

  /** Debits one request; `false` where the pass has reached its limit here. */
  debit(pass: SimulatedPass, basePrice = BASE_PRICE): boolean {
    const price = Math.floor(basePrice * 2 ** this.bitsOf(pass.network, pass.asn));
    const count = this.counts.get(pass.passId) ?? {
      pass,
      since: this.#sequence + 1,
      spent: 0,
      demand: 0,
      price,
      limit: undefined,
      elsewhere: 0,
      isDue: false,
    };
    this.counts.set(pass.passId, count);
    const { credit } = pass;
    const unanswered = Math.min(credit, Math.max(credit / 8, price));
    const limit = this.isAlone() ? credit - count.elsewhere : (count.limit ?? unanswered);
    count.pass = pass;
    count.price = price;
    count.isDue = true;
    if (count.spent + price > limit) return false;
    count.spent += price;
    count.demand += basePrice;
    if (this.isAlone()) this.wasAlone = true;
    return true;
  }

  /** The origin answered `requests`. */
  serve(requests: number, mood: OriginMood): void {
    const { requests: before, errors, latencyMs } = this.#origin;
    this.#origin = {
      requests: before + requests,
      errors: errors + requests * mood.errorShare,
      latencyMs: latencyMs + requests * mood.latencyMs,
    };
  }

  report(): PriceReport {
    this.#sequence += 1;
    const passes: PassCount[] = [];
    for (const count of this.counts.values()) {
      if (!count.isDue || passes.length >= 1000) continue;
      count.isDue = false;
      const { pass, since, spent, demand, price } = count;
      const { passId, credit, expires, network, asn, isPatience = false } = pass;
      passes.push({
        passId,
        credit,
        expires,
        network,
        asn,
        since,
        spent,
        demand,
        price,
        isPatience,
      });
    }
    const origin = this.#origin;
    this.#origin = { requests: 0, errors: 0, latencyMs: 0 };
    const { id: isolate } = this;
    const version = PRICE_REPORT_VERSION;
    return { version, isolate, sequence: this.#sequence, passes, origin, requests: NO_REQUESTS };
  }

  /** What was reported did not arrive, as far as this isolate knows. */
  repeat(report: PriceReport): void {
    for (const { passId } of report.passes) {
      const count = this.counts.get(passId);
      if (count !== undefined) count.isDue = true;
    }
  }

  hear(reply: PriceReply, report: PriceReport): void {
    this.reply = reply;
    for (const { passId, limit, left } of reply.passes) {
      const count = this.counts.get(passId);
      const spent = report.passes.find((one) => one.passId === passId)?.spent ?? 0;
      if (count === undefined) continue;
      count.limit = limit;
      count.elsewhere = Math.max(0, count.pass.credit - left - spent);
    }
  }
}

/** The book as it is called: everything crosses as JSON. */
export class CalledBook {
  readonly limits: PriceLimits;
  book: PriceBook;
  calls = 0;

  constructor(limits: PriceLimits = LIMITS) {
    this.limits = limits;
    this.book = createPriceBook(limits);
  }

  call(report: PriceReport, nowMs: number): PriceReply {
    this.calls += 1;
    const decoded = decodePriceReport(JSON.parse(JSON.stringify(report)));
    if (decoded === undefined) throw new Error('the report was refused');
    const reply = this.book.take(decoded, { nowMs, isLockdown: false });
    const sent = { ...reply, isLockdown: false, policyVersion: undefined };
    const heard = decodePriceReply(JSON.parse(JSON.stringify(sent)));
    if (heard === undefined) throw new Error('the reply was refused');
    return heard;
  }

  restart(snapshot: BookSnapshot = this.book.snapshot()): void {
    const restored: BookSnapshot = JSON.parse(JSON.stringify(snapshot));
    this.book = createPriceBook(this.limits, restored);
  }
}
