/**
 * Debits counted in this isolate's memory, and what the price book lets it debit.
 *
 * Owns the count per pass and its limit here. Check and debit are one synchronous step, so concurrent
 * requests of one isolate cannot spend the same balance twice. What another isolate has debited is
 * known as far as the price book has told: until it has, an eighth of a pass may be debited here. A
 * pass that falls out of the bounded map starts anew; the ceilings hold all the same.
 */
import { BoundedMap } from '../core/bounded-map.ts';
import type { Debit, DebitCharge, DebitOutcome, Debits, PassUse } from '../core/ports.ts';
import {
  MAX_REPORTED_PASSES,
  UNANSWERED_SHARE,
  type PassBalance,
  type PassCount,
} from '../core/price/price-report.ts';

const BOUNDS = { maxEntries: 10_000, maxBytes: 5_000_000 };
/** An object of a dozen numbers and a network's text. */
const COUNT_BYTES = 256;

interface Balance {
  /** Attempts debited so far, and the same at base prices. */
  spent: number;
  demand: number;
  /** Of `spent`, attempts of requests that are under way: part of them may be given back. */
  open: number;
  /** Of the first report that named it; `undefined`: none has yet. */
  since: number | undefined;
  /** Attempts of the last report. */
  told: number;
  credit: number;
  use: PassUse | undefined;
  /** Attempts to be debited here in total, as the price book said last. */
  limit: number | undefined;
  /** Attempts debited elsewhere, as far as it knows. */
  elsewhere: number;
  /** Of the request that was asked for last. */
  price: number;
  /** Whether there is something to report: debits, or a limit that was reached. */
  isDue: boolean;
}

/** What holds for a pass of which the price book has not spoken. */
export interface UnansweredPasses {
  /** Whether no other isolate can be debiting: then the whole credit may be debited here. */
  isAlone(): boolean;
}

export interface IsolateDebits extends Debits {
  /** Says what counts for passes that nobody has spoken of; without it, their whole credit. */
  consult(unanswered: UnansweredPasses): void;
  /** What there is to report under `sequence`, more new debits first; due again when it changes. */
  report(sequence: number): readonly PassCount[];
  /** The price book's answer to `counts`, which it received. */
  settle(balances: readonly PassBalance[], counts: readonly PassCount[]): void;
  /** `counts` did not arrive, as far as is known. */
  repeat(counts: readonly PassCount[]): void;
}

function createBalance(credit: number): Balance {
  return {
    spent: 0,
    demand: 0,
    open: 0,
    since: undefined,
    told: 0,
    credit,
    use: undefined,
    limit: undefined,
    elsewhere: 0,
    price: 0,
    isDue: false,
  };
}

class Counts implements IsolateDebits {
  readonly #balances = new BoundedMap<Balance>(BOUNDS);
  #unanswered: UnansweredPasses | undefined;

  consult(unanswered: UnansweredPasses): void {
    this.#unanswered = unanswered;
  }

  /** Attempts that may be debited here in total, a request of `price` attempts included. */
  #limitOf({ limit, elsewhere }: Balance, { credit, price }: DebitCharge): number {
    if (this.#unanswered === undefined) return credit;
    if (this.#unanswered.isAlone()) return credit - elsewhere;
    // One request at least: what was paid for must open the way.
    return Math.min(credit, limit ?? Math.max(credit * UNANSWERED_SHARE, price));
  }

  debit(charge: DebitCharge): DebitOutcome {
    const { passId, credit, price, use } = charge;
    const balance = this.#balances.get(passId) ?? createBalance(credit);
    const room = this.#limitOf(balance, charge) - price;
    const isBelow = balance.spent <= room;
    if (isBelow) {
      balance.spent += price;
      balance.demand += use?.demand ?? price;
      balance.open += price;
    }
    balance.credit = credit;
    balance.price = price;
    balance.use = use;
    balance.isDue ||= isBelow || balance.spent + balance.elsewhere + price <= credit;
    // Written again on every debit, so that the map evicts the pass that rested longest.
    this.#balances.set(passId, balance, COUNT_BYTES);
    if (isBelow) return 'debited';
    return balance.spent - balance.open <= room ? 'held' : 'spent';
  }

  finish(passId: string, { price, demand }: Debit, divisor = 1): void {
    const balance = this.#balances.get(passId);
    if (balance === undefined) return;
    balance.open = Math.max(0, balance.open - price);
    balance.spent = Math.max(0, balance.spent - (price - Math.ceil(price / divisor)));
    balance.demand = Math.max(0, balance.demand - (demand - Math.ceil(demand / divisor)));
  }

  left(passId: string, credit: number): number {
    const balance = this.#balances.get(passId);
    if (balance === undefined) return credit;
    return Math.max(0, credit - balance.elsewhere - balance.spent);
  }

  report(sequence: number): readonly PassCount[] {
    const due: { readonly balance: Balance; readonly count: PassCount }[] = [];
    for (const [passId, balance] of this.#balances.entries()) {
      const { use, credit, price, spent, demand, since = sequence } = balance;
      if (!balance.isDue || use === undefined) continue;
      const { expires, network, asn, isPatience } = use;
      const count = {
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
      };
      due.push({ balance, count });
    }
    const newDebits = ({ balance, count }: (typeof due)[number]) => count.spent - balance.told;
    const reported = due
      .toSorted((a, b) => newDebits(b) - newDebits(a))
      .slice(0, MAX_REPORTED_PASSES);
    for (const { balance, count } of reported) {
      balance.since = count.since;
      balance.told = count.spent;
      balance.isDue = false;
    }
    return reported.map(({ count }) => count);
  }

  settle(balances: readonly PassBalance[], counts: readonly PassCount[]): void {
    const reported = new Map(counts.map((count) => [count.passId, count]));
    for (const { passId, limit, left } of balances) {
      const [balance, count] = [this.#balances.get(passId), reported.get(passId)];
      if (balance === undefined || count === undefined) continue;
      balance.limit = limit;
      balance.elsewhere = Math.max(0, count.credit - left - count.spent);
    }
  }

  repeat(counts: readonly PassCount[]): void {
    for (const { passId } of counts) {
      const balance = this.#balances.get(passId);
      if (balance !== undefined) balance.isDue = true;
    }
  }
}

export function createIsolateDebits(): IsolateDebits {
  return new Counts();
}
