/**
 * Honest visitors: sessions of pages with pauses between them, each on a device.
 *
 * Owns when they come, what they ask for and how long the work takes them. Every session draws from a
 * source of its own, so two simulations of one seed have the same visitors, whatever is charged.
 */
import type { VisitorDevice } from '../price/economics.ts';
import type { ChargeTerms } from '../policy/rule.ts';
import type { RandomSource } from '../random-source.ts';
import { addressIn, visitorPlace } from './places.ts';
import type { Scenario } from './scenario.ts';
import {
  STATIC_DIVISOR,
  type AskedShape,
  type Place,
  type SimulatedGate,
  type Way,
} from './simulated-gate.ts';
import type { SimulatedPass } from './simulated-isolate.ts';
import type { VisitorTally } from './visitor-tally.ts';

interface Purchase {
  readonly startedSeconds: number;
  readonly workSeconds: number;
  readonly terms: ChargeTerms;
}

/** One that pays: what it holds and what it computes with. */
export interface Payer {
  readonly place: Place;
  readonly device: VisitorDevice;
  readonly luck: RandomSource;
  pass: SimulatedPass | undefined;
  /** Under way in the background. */
  purchase: Purchase | undefined;
}

interface Session extends Payer {
  readonly random: RandomSource;
  pagesLeft: number;
}

/** What came of one page. */
export interface PageOutcome {
  /** Requests that reached the origin: documents and static responses. */
  readonly documents: number;
  readonly statics: number;
  readonly waitSeconds: number;
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

/** A page that somebody asks for. */
export interface PageAsked {
  readonly asked: AskedShape;
  readonly documents: number;
  readonly statics: number;
  readonly nowSeconds: number;
}

/** A worker in the background has one core of a device that has four and more. */
const TOP_UP_RATE = 1 / 4;
const TOP_UP_LEFT = 1 / 4;
const TOP_UP_BEFORE_SECONDS = 300;
const DAY_SECONDS = 86_400;
/** The quietest hour of the day. */
const NIGHT_HOUR = 4;
const REFUSED: PageOutcome = { documents: 0, statics: 0, waitSeconds: 0 };

/** Work of `solutions` sub-puzzles for 1 on average: the mean of as many exponential variables. */
export function workLuck(random: RandomSource, solutions: number): number {
  let sum = 0;
  for (let solved = 0; solved < solutions; solved += 1) sum += random.exponential(1);
  return sum / solutions;
}

function creditOfTerms({ minSolutions, attemptsPerSolution }: ChargeTerms): number {
  return minSolutions * attemptsPerSolution;
}

/** How visitors meet the gate. */
export class VisitorCashier {
  readonly #gate: SimulatedGate;
  readonly #tally: VisitorTally;

  constructor(gate: SimulatedGate, tally: VisitorTally) {
    this.#gate = gate;
    this.#tally = tally;
  }

  #hold(payer: Payer, terms: ChargeTerms, nowSeconds: number): SimulatedPass {
    const pass = this.#gate.sell(payer.place, creditOfTerms(terms), nowSeconds + terms.ttlSeconds);
    payer.pass = pass;
    payer.purchase = undefined;
    return pass;
  }

  /** Seconds that the visitor looks at the gate's page. */
  #buy(payer: Payer, terms: ChargeTerms, nowSeconds: number): number {
    const { purchase, device, luck } = payer;
    let seconds =
      (creditOfTerms(terms) / device.attemptsPerSecond) * workLuck(luck, terms.minSolutions);
    if (purchase !== undefined) {
      const done = (nowSeconds - purchase.startedSeconds) / (purchase.workSeconds / TOP_UP_RATE);
      seconds = purchase.workSeconds * Math.max(0, 1 - done);
    }
    this.#hold(payer, purchase?.terms ?? terms, nowSeconds + seconds);
    this.#tally.waited(device, nowSeconds, seconds);
    return seconds;
  }

  /** A purchase in the background that is done by now takes effect. */
  #settleTopUp(payer: Payer, nowSeconds: number): void {
    const { purchase } = payer;
    if (purchase === undefined) return;
    const readySeconds = purchase.startedSeconds + purchase.workSeconds / TOP_UP_RATE;
    if (nowSeconds < readySeconds) return;
    this.#hold(payer, purchase.terms, readySeconds);
    this.#tally.toppedUp();
  }

  #startTopUp(payer: Payer, terms: ChargeTerms, nowSeconds: number): void {
    const { pass, purchase, device, luck } = payer;
    if (!this.#gate.hasTopUp || pass === undefined || purchase !== undefined) return;
    const fresh = creditOfTerms(terms);
    const isLow = pass.credit - pass.spent < fresh * TOP_UP_LEFT;
    if (!isLow && pass.expiresSeconds - nowSeconds > TOP_UP_BEFORE_SECONDS) return;
    const workSeconds = (fresh / device.attemptsPerSecond) * workLuck(luck, terms.minSolutions);
    payer.purchase = { startedSeconds: nowSeconds, workSeconds, terms };
  }

  #charge(payer: Payer, way: Way, page: PageAsked & { terms: ChargeTerms }): PageOutcome {
    const { terms, documents, statics } = page;
    const gate = this.#gate;
    let waitSeconds = 0;
    const take = (wanted: number, divisor: number): number => {
      if (wanted === 0) return 0;
      let served = 0;
      // A pass that cannot pay is replaced once; what a ceiling refuses no pass can buy.
      for (const isSecond of [false, true]) {
        const nowSeconds = page.nowSeconds + waitSeconds;
        if (payer.pass === undefined || isSecond) {
          waitSeconds += this.#buy(payer, gate.quote(way, payer.place, terms), nowSeconds);
        }
        const { pass } = payer;
        if (pass === undefined) break;
        const payment = { pass, terms, wanted: wanted - served, divisor, nowSeconds };
        const paid = gate.pay(way, payer.place, payment);
        served += paid.served;
        if (paid.lack === 'ceiling') this.#tally.slowed(wanted - served);
        if (paid.lack !== 'credit') break;
      }
      return served;
    };
    const served = take(documents, 1);
    const servedStatics = served < documents ? 0 : take(statics, STATIC_DIVISOR);
    return { documents: served, statics: servedStatics, waitSeconds };
  }

  /** Asks for a page and pays for it where that is due. */
  ask(payer: Payer, way: Way, page: PageAsked): PageOutcome {
    const gate = this.#gate;
    const { place } = payer;
    const { nowSeconds, documents, statics } = page;
    way.isolate.touch();
    const decision = gate.decide(page.asked);
    if (decision.kind === 'deny') {
      this.#tally.denied();
      way.isolate.requests.denied += 1;
      return REFUSED;
    }
    if (decision.kind === 'allow') {
      const wanted = documents + statics;
      const isLimited = decision.limited === true;
      const served = isLimited
        ? gate.admitBelowCeiling(way, place, { wanted, nowSeconds })
        : wanted;
      way.isolate.requests.allowed += served;
      this.#tally.slowed(wanted - served);
      const servedDocuments = Math.min(documents, served);
      return { documents: servedDocuments, statics: served - servedDocuments, waitSeconds: 0 };
    }
    this.#settleTopUp(payer, nowSeconds);
    const outcome = this.#charge(payer, way, { ...page, terms: decision.terms });
    this.#tally.priced(nowSeconds, gate.bitsFor(way, place));
    const quoted = gate.quote(way, place, decision.terms);
    this.#startTopUp(payer, quoted, nowSeconds + outcome.waitSeconds);
    return outcome;
  }
}

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
