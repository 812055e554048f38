/**
 * Honest visitors: sessions of pages with pauses between them, each on a device.
 *
 * Owns when they come and what they ask for. Every session draws from a source of its own, so two
 * simulations of one seed have the same visitors, whatever is charged.
 */
import type { RandomSource } from '../random-source.ts';
import { addressIn, visitorPlace } from './places.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedGate } from './simulated-gate.ts';
import { VisitorCashier, type PageOutcome, type Payer } from './visitor-cashier.ts';
import type { VisitorTally } from './visitor-tally.ts';

interface Session extends Payer {
  readonly random: RandomSource;
  pagesLeft: number;
}

/** What reaches the origin in a step, and what would reach it without a gate. */
export interface VisitorStep {
  /** In pages, static responses as parts of one. */
  readonly load: number;
  readonly openLoad: number;
  /** Documents that visitors are served. */
  readonly pages: number;
  readonly openPages: number;
}

const DAY_SECONDS = 86_400;
/** The quietest hour of the day. */
const NIGHT_HOUR = 4;

/** Sessions by the step in which their next page falls. */
export class Visitors {
  readonly #scenario: Scenario;
  readonly #gate: SimulatedGate;
  readonly #tally: VisitorTally;
  readonly #cashier: VisitorCashier;
  readonly #random: RandomSource;
  readonly #arrivals: RandomSource;
  readonly #agenda = new Map<number, { readonly at: number; readonly session: Session }[]>();
  #nextArrival = 0;
  #sessions = 0;

  constructor(
    scenario: Scenario,
    parts: { gate: SimulatedGate; tally: VisitorTally; random: RandomSource },
  ) {
    this.#scenario = scenario;
    this.#gate = parts.gate;
    this.#tally = parts.tally;
    this.#random = parts.random;
    this.#arrivals = parts.random.fork('arrivals');
    this.#cashier = new VisitorCashier(parts.gate, parts.tally);
    this.#nextArrival = this.#pauseBefore(0);
  }

  /** Sessions a second at a time of the day. */
  #rate(nowSeconds: number): number {
    const { perDay, nightShare } = this.#scenario.visitors;
    const hour = this.#scenario.startHour + nowSeconds / 3600;
    const wave = (1 - Math.cos((2 * Math.PI * (hour - NIGHT_HOUR)) / 24)) / 2;
    const mean = (1 + nightShare) / 2;
    return ((perDay / DAY_SECONDS) * (nightShare + (1 - nightShare) * wave)) / mean;
  }

  #pauseBefore(nowSeconds: number): number {
    const rate = this.#rate(nowSeconds);
    return rate === 0 ? Infinity : nowSeconds + this.#arrivals.exponential(1 / rate);
  }

  #pick<Item extends { readonly share: number }>(
    items: readonly Item[],
    random: RandomSource,
  ): Item | undefined {
    let left = random.next();
    for (const item of items) {
      left -= item.share;
      if (left < 0) return item;
    }
    return items.at(-1);
  }

  #arrive(atSeconds: number): void {
    const { visitors, locations } = this.#scenario;
    const random = this.#random.fork(`session ${this.#sessions}`);
    this.#sessions += 1;
    const device = this.#pick(visitors.devices, random);
    if (device === undefined) return;
    const pages = random.logNormal(visitors.pagesMedian, visitors.pagesSpread);
    this.#schedule(atSeconds, {
      place: visitorPlace(random.integer(visitors.networks), locations),
      device,
      random,
      luck: random.fork('luck'),
      pagesLeft: Math.max(1, Math.round(pages)),
      pass: undefined,
      purchase: undefined,
    });
    this.#tally.arrived(device);
  }

  #schedule(at: number, session: Session): void {
    const step = Math.floor(at / this.#scenario.stepSeconds);
    const entries = this.#agenda.get(step) ?? [];
    entries.push({ at, session });
    this.#agenda.set(step, entries);
  }

  #page(session: Session, nowSeconds: number): PageOutcome {
    const { site, visitors } = this.#scenario;
    const { random, place } = session;
    const path = this.#pick(site.pages, random)?.path ?? '/';
    const way = random.pick(this.#gate.waysNear(place));
    const { agent } = visitors;
    const address = addressIn(place.network);
    return this.#cashier.ask(session, way, {
      asked: { path, agent, method: 'GET', address, asn: place.asn },
      documents: 1,
      statics: site.staticPerPage,
      nowSeconds,
    });
  }

  /** Every page that is asked for from `nowSeconds` on, for a step; load in pages. */
  step(nowSeconds: number): VisitorStep {
    const { stepSeconds, site, origin, visitors } = this.#scenario;
    const until = nowSeconds + stepSeconds;
    while (this.#nextArrival < until) {
      this.#arrive(this.#nextArrival);
      this.#nextArrival = this.#pauseBefore(this.#nextArrival);
    }
    const step = Math.floor(nowSeconds / stepSeconds);
    let load = 0;
    let openLoad = 0;
    let pages = 0;
    let openPages = 0;
    // Pages that follow within the step are appended while the list is walked.
    for (const { at, session } of this.#agenda.get(step) ?? []) {
      const outcome = this.#page(session, at);
      this.#tally.asked(at, outcome, { documents: 1, statics: site.staticPerPage });
      load += outcome.documents + outcome.statics * origin.staticLoad;
      openLoad += 1 + site.staticPerPage * origin.staticLoad;
      pages += outcome.documents;
      openPages += 1;
      session.pagesLeft -= 1;
      if (session.pagesLeft === 0) continue;
      const pause = session.random.logNormal(visitors.pauseSecondsMedian, visitors.pauseSpread);
      this.#schedule(at + outcome.waitSeconds + Math.max(1, pause), session);
    }
    this.#agenda.delete(step);
    return { load, openLoad, pages, openPages };
  }
}
