/**
 * One isolate of the gate, as far as money goes: what it debits of whom, and its talk with the book.
 *
 * Owns the rules of an isolate that has no clock and no network: the unanswered eighth, the limits
 * that the book tells, at most one call in an interval, prices as last told. Requests are counted, not
 * made: a thousand at once cost as much as one.
 */
import type { BookReply, PriceBook } from '../price/price-book.ts';
import {
  MAX_REPORTED_PASSES,
  PRICE_REPORT_VERSION,
  UNANSWERED_SHARE,
  type NetworkPrice,
  type PriceReport,
} from '../price/price-report.ts';

/** The price book, or whatever answers for it. */
export type SimulatedBook = Pick<PriceBook, 'take'>;

export interface SimulatedPass {
  readonly id: string;
  /** Attempts. */
  readonly credit: number;
  /** Seconds since the start. */
  readonly expiresSeconds: number;
  readonly network: string;
  readonly asn: number | undefined;
  readonly isPatience: boolean;
  /** Attempts debited by all isolates together. */
  spent: number;
}

/** What a request costs: `price` in attempts now, `demand` at base prices. */
export interface Debit {
  readonly price: number;
  readonly demand: number;
}

interface Count {
  readonly pass: SimulatedPass;
  spent: number;
  demand: number;
  /** Of its latest request. */
  price: number;
  /** Sequence of the first report that names it. */
  since: number | undefined;
  /** Told by the book; absent until it has answered for this pass. */
  limit: number | undefined;
}

type Counts<Of> = { -readonly [Key in keyof Of]: Of[Key] };

const NO_ORIGIN = { requests: 0, errors: 0, latencyMs: 0 };
const NO_REQUESTS = { paid: 0, free: 0, allowed: 0, denied: 0, challenged: 0, slowed: 0 };
const ID_CHARACTERS = 22;
/** An answer that says that no other isolate is about holds for so many intervals. */
const ALONE_INTERVALS = 2;

/** What it may still debit, as far as the book has said. */
function roomOf({ pass, spent, limit }: Count): number {
  return (limit ?? pass.credit * UNANSWERED_SHARE) - spent;
}

export class SimulatedIsolate {
  readonly requests: Counts<PriceReport['requests']> = { ...NO_REQUESTS };
  readonly origin: Counts<PriceReport['origin']> = { ...NO_ORIGIN };
  readonly #id: string;
  readonly #book: SimulatedBook | undefined;
  readonly #counts = new Map<string, Count>();
  readonly #changed = new Map<string, Count>();
  #networks: ReadonlyMap<string, NetworkPrice> = new Map();
  #asns: ReadonlyMap<number, number> = new Map();
  #globalBits = 0;
  #isAlone: boolean;
  #aloneUntilSeconds = 0;
  #isUsed = false;
  #sequence = 0;
  #nextReportSeconds = 0;

  /** @param book `undefined`: none is bound, and prices never move */
  constructor(name: string, book: SimulatedBook | undefined) {
    this.#id = name.padEnd(ID_CHARACTERS, '_').slice(0, ID_CHARACTERS);
    this.#book = book;
    this.#isAlone = book === undefined;
  }

  /** Bits above the base, not yet bounded by the cap. */
  bitsOf(network: string, asn: number | undefined): number {
    const own = this.#networks.get(network)?.bits ?? 0;
    const shared = asn === undefined ? 0 : (this.#asns.get(asn) ?? 0);
    return this.#globalBits + Math.max(own, shared);
  }

  isCurbed(network: string): boolean {
    return this.#networks.get(network)?.isCurbed ?? false;
  }

  #limitOf({ pass, limit }: Count, price: number): number {
    if (this.#isAlone) return Math.min(pass.credit, limit ?? pass.credit);
    return Math.min(pass.credit, limit ?? Math.max(price, pass.credit * UNANSWERED_SHARE));
  }

  #countOf(pass: SimulatedPass): Count {
    const found = this.#counts.get(pass.id);
    if (found !== undefined) return found;
    const nothing = { spent: 0, demand: 0, price: 0 };
    const count = { pass, ...nothing, since: undefined, limit: undefined };
    this.#counts.set(pass.id, count);
    return count;
  }

  /** How many of `wanted` requests the pass pays here; they are debited. */
  debit(pass: SimulatedPass, { price, demand }: Debit, wanted: number): number {
    this.#isUsed = true;
    const count = this.#countOf(pass);
    count.price = price;
    const payable = Math.floor((this.#limitOf(count, price) - count.spent) / price);
    const paid = Math.max(0, Math.min(wanted, payable));
    count.spent += paid * price;
    count.demand += paid * demand;
    pass.spent += paid * price;
    this.#changed.set(pass.id, count);
    return paid;
  }

  /** Takes back what `debit` took for `requests`. */
  refund(pass: SimulatedPass, { price, demand }: Debit, requests: number): void {
    const count = this.#counts.get(pass.id);
    if (count === undefined) return;
    count.spent -= requests * price;
    count.demand -= requests * demand;
    pass.spent -= requests * price;
  }

  /** A request came that touches no pass. */
  touch(): void {
    this.#isUsed = true;
  }

  /** Calls the book where a request came and the interval is over; whether it did. */
  reportIfDue(nowSeconds: number): boolean {
    if (this.#book === undefined) return false;
    this.#isAlone = nowSeconds < this.#aloneUntilSeconds;
    if (!this.#isUsed || nowSeconds < this.#nextReportSeconds) return false;
    this.#isUsed = false;
    const context = { nowMs: nowSeconds * 1000, isLockdown: false };
    this.#take(this.#book.take(this.#report(), context), nowSeconds);
    return true;
  }

  #report(): PriceReport {
    const changed = [...this.#changed.values()];
    if (changed.length > MAX_REPORTED_PASSES) changed.sort((a, b) => roomOf(a) - roomOf(b));
    const told = changed.slice(0, MAX_REPORTED_PASSES);
    this.#sequence += 1;
    for (const count of told) {
      this.#changed.delete(count.pass.id);
      count.since ??= this.#sequence;
    }
    const report: PriceReport = {
      version: PRICE_REPORT_VERSION,
      isolate: this.#id,
      sequence: this.#sequence,
      passes: told.map(({ pass, since = this.#sequence, spent, demand, price: asked }) => ({
        passId: pass.id,
        credit: pass.credit,
        expires: Math.ceil(pass.expiresSeconds),
        network: pass.network,
        asn: pass.asn,
        since,
        spent,
        demand,
        price: asked,
        isPatience: pass.isPatience,
      })),
      origin: { ...this.origin },
      requests: { ...this.requests },
    };
    Object.assign(this.origin, NO_ORIGIN);
    Object.assign(this.requests, NO_REQUESTS);
    return report;
  }

  #take(reply: BookReply, nowSeconds: number): void {
    this.#nextReportSeconds = nowSeconds + reply.nextReportSeconds;
    this.#globalBits = reply.globalBits;
    this.#networks = new Map(reply.networks.map((price) => [price.network, price]));
    this.#asns = new Map(reply.asns.map(({ asn, bits }) => [asn, bits]));
    this.#isAlone = reply.isolates === 1;
    this.#aloneUntilSeconds = this.#isAlone
      ? nowSeconds + ALONE_INTERVALS * reply.nextReportSeconds
      : 0;
    for (const { passId, limit } of reply.passes) {
      const count = this.#counts.get(passId);
      if (count !== undefined) count.limit = limit;
    }
    for (const [id, { pass }] of this.#counts) {
      if (pass.expiresSeconds > nowSeconds) continue;
      this.#counts.delete(id);
      this.#changed.delete(id);
    }
  }
}
