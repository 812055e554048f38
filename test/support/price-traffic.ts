/**
 * Crowds that ask, pay and react to prices, minute after minute, against isolates and the price book.
 *
 * Owns the clockwork of a simulated site: isolates report once an interval and act on what they heard
 * an interval ago.
 */
import type { PriceReply } from '../../src/core/price/price-report.ts';
import type { PriceLimits } from '../../src/core/price/price-limits.ts';
import {
  BASE_PRICE,
  CalledBook,
  idOf,
  LIMITS,
  SimulatedIsolate,
  type OriginMood,
  type SimulatedPass,
} from './price-simulation.ts';

export interface Crowd {
  readonly networks: readonly string[];
  readonly asn?: number;
  readonly isPatience?: boolean;
  /** Requests a minute of each network, at a price of so many bits above the base. */
  requestsPerMinute(bits: number, nowMs: number): number;
  /** Most requests a minute of each network below the lower ceiling; absent: it is not held. */
  readonly curbedPerMinute?: number;
}

/** Shortest interval of `LIMITS`, twice. */
export const STEP_MS = 30_000;
const CALM: OriginMood = { latencyMs: 40, errorShare: 0 };

/** Requests a minute of one of `networks` that share a rate of attempts; the ceiling holds as well. */
export function withAttempts(attemptsPerSecond: number, networks: number, ceiling = 3000) {
  return (bits: number) =>
    Math.min(ceiling, (attemptsPerSecond * 60) / networks / (BASE_PRICE * 2 ** bits));
}

export class SimulatedSite {
  readonly called: CalledBook;
  readonly isolates: SimulatedIsolate[];
  readonly crowds: Crowd[] = [];
  mood: OriginMood = CALM;
  nowMs = 1_800_000_000_000;
  /** Requests that were served to each network, in the last step. */
  readonly served = new Map<string, number>();
  readonly #late = new Map<SimulatedIsolate, () => void>();
  /** The pass in use, by isolate and network. */
  readonly #bought = new Map<string, SimulatedPass>();
  #passes = 0;

  constructor(isolates: number, limits: PriceLimits = LIMITS) {
    this.called = new CalledBook(limits);
    this.isolates = Array.from(
      { length: isolates },
      (_, index) => new SimulatedIsolate(idOf('isolate', index)),
    );
  }

  bitsOf(network: string, asn?: number): number {
    return Math.max(...this.isolates.map((isolate) => isolate.bitsOf(network, asn)));
  }

  #ask(isolate: SimulatedIsolate, crowd: Crowd, network: string): void {
    const { asn, isPatience = false } = crowd;
    const bits = isolate.bitsOf(network, asn);
    const { curbedPerMinute = Infinity } = crowd;
    const ceiling = isolate.isCurbed(network) ? curbedPerMinute : Infinity;
    const perMinute = Math.min(ceiling, crowd.requestsPerMinute(bits, this.nowMs));
    const requests = (perMinute * STEP_MS) / 60_000 / this.isolates.length;
    if (requests <= 0) return;
    const key = `${isolate.id} ${network}`;
    const used = this.#bought.get(key);
    const basePrice = requests * BASE_PRICE;
    if (used === undefined || !isolate.debit(used, basePrice)) {
      isolate.counts.delete(used?.passId ?? '');
      // All requests of a step are debited at once: an eighth of the pass is enough for ten of them.
      const credit = Math.ceil(80 * basePrice * 2 ** bits);
      this.#passes += 1;
      const passId = idOf('pass', this.#passes);
      const base = { passId, credit, expires: this.nowMs / 1000 + 3600, network, isPatience };
      const pass = asn === undefined ? base : { ...base, asn };
      if (!isolate.debit(pass, basePrice)) throw new Error('a bought pass was refused');
      this.#bought.set(key, pass);
    }
    isolate.serve(requests, this.mood);
    this.served.set(network, (this.served.get(network) ?? 0) + requests);
  }

  #report(isolate: SimulatedIsolate): void {
    this.#late.get(isolate)?.();
    const report = isolate.report();
    const reply: PriceReply = this.called.call(report, this.nowMs);
    // What the book says takes effect an interval later: the lag that a slow isolate has.
    this.#late.set(isolate, () => isolate.hear(reply, report));
    isolate.dueMs = this.nowMs + reply.nextReportSeconds * 1000;
  }

  step(): void {
    this.nowMs += STEP_MS;
    this.served.clear();
    for (const crowd of this.crowds) {
      for (const network of crowd.networks) {
        for (const isolate of this.isolates) this.#ask(isolate, crowd, network);
      }
    }
    for (const isolate of this.isolates) {
      if (this.nowMs >= isolate.dueMs) this.#report(isolate);
    }
  }

  /** @param look is called after every step */
  run(minutes: number, look?: () => void): void {
    for (let step = 0; step < (minutes * 60_000) / STEP_MS; step += 1) {
      this.step();
      look?.();
    }
  }
}

export const HONEST = '198.51.100.0/24';

/** Visitors: little demand, whatever the price. */
export function visitors(networks: readonly string[] = [HONEST], requestsPerMinute = 60): Crowd {
  return { networks, asn: 64_500, requestsPerMinute: () => requestsPerMinute };
}

export function networksOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
}
