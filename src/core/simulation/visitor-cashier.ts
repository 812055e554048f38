/**
 * How visitors meet the gate: what they hold, what they buy, how long that takes.
 *
 * Owns waiting: the work of a fee on a device, with the luck of its sub-puzzles, and the purchase in the
 * background (top-up). Must not know when visitors come.
 */
import type { VisitorDevice } from '../price/economics.ts';
import type { ChargeTerms } from '../policy/rule.ts';
import type { RandomSource } from '../random-source.ts';
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

/** What came of one page. */
export interface PageOutcome {
  /** Requests that reached the origin: documents and static responses. */
  readonly documents: number;
  readonly statics: number;
  readonly waitSeconds: number;
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
