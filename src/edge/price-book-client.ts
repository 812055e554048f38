/**
 * The isolate's side of the price book: one call per interval, in the background.
 *
 * Owns when the book is asked, what is kept of its answers, and what holds where it cannot be asked: the
 * last prices for two hours, then the base (SECURITY-BAR 3.8 to 3.11). No request waits for a call, and
 * a call that failed is not repeated before its interval is over.
 */
import type { ClientView } from '../core/client/client-view.ts';
import type {
  BookProblem,
  Clock,
  Defer,
  Log,
  PolicyOrders,
  PriceFacts,
  Prices,
  Random,
  RequestOutcome,
} from '../core/ports.ts';
import { MAX_INTERVAL_SECONDS } from '../core/price/price-limits.ts';
import {
  decodePriceReply,
  PRICE_REPORT_VERSION,
  type NetworkPrice,
  type OriginCounts,
  type PassCount,
  type PriceReply,
  type PriceReport,
  type RequestCounts,
} from '../core/price/price-report.ts';
import { encodeBase64url } from '../core/wire/base64url.ts';
import type { IsolateDebits } from './isolate-debits.ts';
import { within } from './within.ts';

/** The method of the Durable Object that is called. */
export interface PriceBookStub {
  report(report: PriceReport): PromiseLike<unknown>;
}

export interface PriceBookParts {
  readonly openBook: () => PriceBookStub;
  readonly debits: IsolateDebits;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const ISOLATE_BYTES = 16;
/** Until the book has said how often. */
const FIRST_INTERVAL_SECONDS = 60;
const CALL_BUDGET_MS = 10_000;
/** Prices that nobody has confirmed for so long are no longer asked for. */
const STALE_MS = 2 * 3600 * 1000;
/** An answer that says that no other isolate is about holds for so many intervals. */
const ALONE_INTERVALS = 2;

/** Errors of the runtime carry these (Cloudflare, "Error handling" of Durable Objects). */
function problemOf(error: unknown): BookProblem {
  if (!(error instanceof Error)) return 'do.unreachable';
  if ('overloaded' in error && error.overloaded === true) return 'do.overloaded';
  // The free plan's "Exceeded allowed ..." and an account's spending cap.
  return /exceeded|quota|spending cap/i.test(error.message) ? 'do.quota' : 'do.unreachable';
}

interface Answer {
  readonly reply: PriceReply;
  readonly networks: ReadonlyMap<string, NetworkPrice>;
  readonly asns: ReadonlyMap<number, number>;
  readonly atMs: number;
  /** No other isolate is about, for so long. */
  readonly aloneUntilMs: number;
}

type Call =
  | { readonly ok: true; readonly reply: PriceReply }
  | { readonly ok: false; readonly problem: BookProblem };

const noRequests = (): { -readonly [Outcome in keyof RequestCounts]: number } => ({
  paid: 0,
  free: 0,
  allowed: 0,
  denied: 0,
  challenged: 0,
  slowed: 0,
});
const noOrigin = (): { -readonly [Count in keyof OriginCounts]: number } => ({
  requests: 0,
  errors: 0,
  latencyMs: 0,
});

class PriceBookClient implements Prices {
  readonly #parts: PriceBookParts;
  readonly #isolate: string;
  #requests = noRequests();
  #origin = noOrigin();
  #sequence = 0;
  #nextAtMs = 0;
  #intervalSeconds = FIRST_INTERVAL_SECONDS;
  #answer: Answer | undefined;
  #problem: BookProblem | undefined;

  constructor(parts: PriceBookParts) {
    this.#parts = parts;
    this.#isolate = encodeBase64url(parts.random.bytes(ISOLATE_BYTES));
    parts.debits.consult({ isAlone: () => this.#isAlone() });
  }

  follow(defer: Defer): void {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs < this.#nextAtMs) return;
    // Noted before the call, so that requests which arrive meanwhile cause no other.
    this.#nextAtMs = nowMs + this.#intervalSeconds * 1000;
    defer(this.#exchange(nowMs));
  }

  bitsFor({ network, asn }: ClientView): number {
    const answer = this.#fresh();
    if (answer === undefined) return 0;
    const networkBits = answer.networks.get(network)?.bits ?? 0;
    const asnBits = asn === undefined ? 0 : (answer.asns.get(asn) ?? 0);
    return answer.reply.globalBits + Math.max(networkBits, asnBits);
  }

  isCurbed({ network }: ClientView): boolean {
    return this.#fresh()?.networks.get(network)?.isCurbed ?? false;
  }

  orders(): PolicyOrders {
    const { isLockdown = false, policyVersion } = this.#answer?.reply ?? {};
    return { isLockdown, policyVersion };
  }

  noteRequest(outcome: RequestOutcome): void {
    this.#requests[outcome] += 1;
  }

  noteOrigin(isError: boolean, latencyMs: number): void {
    this.#origin.requests += 1;
    if (isError) this.#origin.errors += 1;
    this.#origin.latencyMs += Math.max(0, latencyMs);
  }

  facts(): PriceFacts {
    const ageMs = this.#answer && this.#parts.clock.nowMs() - this.#answer.atMs;
    return {
      globalBits: this.#fresh()?.reply.globalBits ?? 0,
      lockdown: this.orders().isLockdown,
      priceBookAgeSeconds: ageMs && Math.max(0, Math.floor(ageMs / 1000)),
      priceBookProblem: this.#problem,
    };
  }

  #fresh(): Answer | undefined {
    const answer = this.#answer;
    if (answer === undefined) return undefined;
    return this.#parts.clock.nowMs() - answer.atMs < STALE_MS ? answer : undefined;
  }

  #isAlone(): boolean {
    return this.#parts.clock.nowMs() < (this.#answer?.aloneUntilMs ?? 0);
  }

  #report(passes: readonly PassCount[]): PriceReport {
    this.#sequence += 1;
    const report: PriceReport = {
      version: PRICE_REPORT_VERSION,
      isolate: this.#isolate,
      sequence: this.#sequence,
      passes,
      origin: this.#origin,
      requests: this.#requests,
    };
    // An answer that is lost loses these counts at the most; sent again they might count twice.
    this.#requests = noRequests();
    this.#origin = noOrigin();
    return report;
  }

  async #exchange(startedMs: number): Promise<void> {
    const { debits, log } = this.#parts;
    const counts = debits.report(this.#sequence + 1);
    const call = await this.#call(this.#report(counts));
    if (!call.ok) {
      this.#problem = call.problem;
      debits.repeat(counts);
      // Twice as long after each failure: a book that is overloaded or without quota needs no more calls.
      this.#intervalSeconds = Math.min(MAX_INTERVAL_SECONDS, 2 * this.#intervalSeconds);
      log.event(call.problem, { retrySeconds: this.#intervalSeconds });
    } else this.#take(call.reply, { counts, startedMs });
    this.#nextAtMs = startedMs + this.#intervalSeconds * 1000;
  }

  async #call(report: PriceReport): Promise<Call> {
    try {
      const answer = await within(
        Promise.resolve(this.#parts.openBook().report(report)),
        CALL_BUDGET_MS,
      );
      if (answer === undefined) return { ok: false, problem: 'do.unreachable' };
      const reply = decodePriceReply(answer);
      return reply === undefined ? { ok: false, problem: 'do.malformed' } : { ok: true, reply };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  #take(
    reply: PriceReply,
    { counts, startedMs }: { readonly counts: readonly PassCount[]; readonly startedMs: number },
  ): void {
    this.#problem = undefined;
    this.#intervalSeconds = Math.min(MAX_INTERVAL_SECONDS, Math.max(1, reply.nextReportSeconds));
    this.#parts.debits.settle(reply.passes, counts);
    const aloneSeconds = reply.isolates === 1 ? ALONE_INTERVALS * this.#intervalSeconds : 0;
    this.#answer = {
      reply,
      networks: new Map(reply.networks.map((price) => [price.network, price])),
      asns: new Map(reply.asns.map(({ asn, bits }) => [asn, bits])),
      atMs: startedMs,
      aloneUntilMs: startedMs + aloneSeconds * 1000,
    };
  }
}

/** Reports to the Durable Object that `openBook` finds. */
export function createPriceBookClient(parts: PriceBookParts): Prices {
  return new PriceBookClient(parts);
}

/** Prices that never move: there is no price book. */
export const basePrices: Prices = {
  follow: () => undefined,
  bitsFor: () => 0,
  isCurbed: () => false,
  orders: () => ({ isLockdown: false, policyVersion: undefined }),
  noteRequest: () => undefined,
  noteOrigin: () => undefined,
  facts: () => undefined,
};
