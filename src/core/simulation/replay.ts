/**
 * A log, asked again: each of its clients asks at its own times.
 *
 * Owns what a client does when it is charged: a visitor's browser pays, an attacker reckons and pays or
 * leaves, everything else does not compute and is refused. Must not know who is what, nor how the log
 * was read.
 */
import { computeDollars, type VisitorDevice } from '../price/economics.ts';
import type { ChargeTerms } from '../policy/rule.ts';
import type { RandomSource } from '../random-source.ts';
import type { ReplayedClient, ReplayedLog } from './replayed-log.ts';
import type { Scenario } from './scenario.ts';
import type { Place, SimulatedGate, Way } from './simulated-gate.ts';
import { STATIC_DIVISOR } from './simulated-gate.ts';
import type { SimulatedPass } from './simulated-isolate.ts';
import type { SimulationSeries } from './simulation-series.ts';
import type { VisitorTally } from './visitor-tally.ts';
import { VisitorCashier, type Payer } from './visitor-cashier.ts';
import type { VisitorStep } from './visitors.ts';

/** Clients of one name. */
export interface ReplayGroup {
  readonly group: string;
  readonly kind: ReplayedClient['kind'];
  readonly clients: number;
  /** Requests in the log. */
  readonly requests: number;
  readonly served: number;
  readonly refused: number;
  /** Attackers that left because a request cost more than it is worth to them. */
  readonly gaveUp: number;
  /** Requests of the log that they did not make any more. */
  readonly avoided: number;
  readonly attempts: number;
  readonly dollars: number;
}

export interface ReplayResult {
  readonly requests: number;
  readonly clients: number;
  readonly yieldPerThousand: number;
  readonly hardware: string;
  readonly addresses: string;
  readonly groups: readonly ReplayGroup[];
}

type Sums = { -readonly [Key in keyof ReplayGroup]: ReplayGroup[Key] };

interface State {
  readonly client: ReplayedClient;
  readonly place: Place;
  readonly sums: Sums;
  /** In the log. */
  requests: number;
  firstSeconds: number;
  lastSeconds: number;
  payer: Payer | undefined;
  pass: SimulatedPass | undefined;
  hasLeft: boolean;
}

interface Parts {
  readonly gate: SimulatedGate;
  readonly tally: VisitorTally;
  readonly series: SimulationSeries;
  readonly scenario: Scenario;
  readonly random: RandomSource;
}

const STATIC_PATH = /\.(?:css|m?js|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot)(?:\?|$)/i;
const MONTH_HOURS = 720;
const HOUR_SECONDS = 3600;
/** Nobody rents an address for less. */
const LEAST_RENTED_HOURS = 1;
const BYTES_PER_GIGABYTE = 1e9;

export class Replay {
  readonly #log: ReplayedLog;
  readonly #parts: Parts;
  readonly #cashier: VisitorCashier;
  readonly #states: readonly State[];
  readonly #groups = new Map<string, Sums>();
  readonly #isStatic: readonly boolean[];
  #next = 0;

  constructor(log: ReplayedLog, parts: Parts) {
    this.#log = log;
    this.#parts = parts;
    this.#cashier = new VisitorCashier(parts.gate, parts.tally);
    this.#states = log.clients.map((client, at) => this.#stateOf(client, at));
    for (const [at, client] of log.client.entries()) {
      const state = this.#states[client];
      if (state === undefined) continue;
      const seconds = log.seconds[at] ?? 0;
      state.requests += 1;
      state.firstSeconds = Math.min(state.firstSeconds, seconds);
      state.lastSeconds = Math.max(state.lastSeconds, seconds);
    }
    this.#isStatic = log.targets.map((target) => STATIC_PATH.test(target));
  }

  #stateOf(client: ReplayedClient, at: number): State {
    const { network, asn, isHosting, group, kind } = client;
    const { locations } = this.#parts.scenario;
    const place = {
      network,
      asn,
      isHosting,
      location: at % locations,
      pacingKey: isHosting && asn !== undefined ? `AS${asn}` : client.address,
    };
    const sums = this.#groups.get(group) ?? {
      group,
      kind,
      clients: 0,
      requests: 0,
      served: 0,
      refused: 0,
      gaveUp: 0,
      avoided: 0,
      attempts: 0,
      dollars: 0,
    };
    sums.clients += 1;
    this.#groups.set(group, sums);
    const nothing = { payer: undefined, pass: undefined, hasLeft: false };
    const seen = { requests: 0, firstSeconds: Infinity, lastSeconds: 0 };
    return { client, place, sums, ...seen, ...nothing };
  }

  /** Load in pages of the requests of one step. */
  step(nowSeconds: number): VisitorStep {
    const { seconds, client, target } = this.#log;
    const until = nowSeconds + this.#parts.scenario.stepSeconds;
    let load = 0;
    let openLoad = 0;
    let pages = 0;
    let openPages = 0;
    for (; (seconds[this.#next] ?? Infinity) < until; this.#next += 1) {
      const state = this.#states[client[this.#next] ?? 0];
      const targetAt = target[this.#next] ?? 0;
      if (state === undefined) continue;
      const weight = this.#isStatic[targetAt] === true ? this.#parts.scenario.origin.staticLoad : 1;
      const isServed = this.#ask(state, targetAt, seconds[this.#next] ?? nowSeconds);
      const isPage = state.client.kind === 'visitor' && weight === 1;
      openLoad += weight;
      if (isPage) openPages += 1;
      if (!isServed) continue;
      load += weight;
      if (isPage) pages += 1;
    }
    return { load, openLoad, pages, openPages };
  }

  #ask(state: State, target: number, nowSeconds: number): boolean {
    const { gate } = this.#parts;
    const { sums, client, place } = state;
    sums.requests += 1;
    if (client.kind === 'attacker') this.#parts.series.add('attackerWanted', nowSeconds, 1);
    if (state.hasLeft) {
      sums.avoided += 1;
      return false;
    }
    const ways = gate.waysNear(place);
    const way = ways[sums.requests % ways.length];
    if (way === undefined) return false;
    const [method = 'GET', path = '/'] = (this.#log.targets[target] ?? '').split(' ');
    const { agent, address, asn } = client;
    const asked = { path, agent, method, address, asn };
    const isStatic = this.#isStatic[target] === true;
    if (client.kind === 'visitor') {
      const wanted = { documents: isStatic ? 0 : 1, statics: isStatic ? 1 : 0 };
      const outcome = this.#cashier.ask(this.#payerOf(state), way, {
        asked,
        nowSeconds,
        ...wanted,
      });
      this.#parts.tally.asked(nowSeconds, outcome, wanted);
      return this.#count(sums, outcome.documents + outcome.statics);
    }
    way.isolate.touch();
    const decision = gate.decide(asked);
    if (decision.kind === 'deny') return this.#count(sums, 0);
    const divisor = isStatic ? STATIC_DIVISOR : 1;
    if (decision.kind === 'allow') {
      const ask = { wanted: 1, nowSeconds };
      const isLimited = decision.limited === true;
      return this.#count(sums, isLimited ? gate.admitBelowCeiling(way, place, ask) : 1);
    }
    const free = gate.admitFree(way, place, { wanted: 1, nowSeconds });
    if (free > 0) return this.#count(sums, free);
    if (client.kind === 'other') return this.#count(sums, 0);
    const charge = { terms: decision.terms, divisor, nowSeconds };
    const served = this.#chargeAttacker(state, way, charge);
    this.#parts.series.add('attackerRequests', nowSeconds, served);
    return this.#count(sums, served);
  }

  #count(sums: Sums, served: number): boolean {
    if (served > 0) sums.served += 1;
    else sums.refused += 1;
    return served > 0;
  }

  #payerOf(state: State): Payer {
    if (state.payer !== undefined) return state.payer;
    const { random, scenario, tally } = this.#parts;
    const own = random.fork(`${state.client.address} ${state.client.agent}`);
    const device = pickDevice(scenario.visitors.devices, own.next());
    state.payer = {
      place: state.place,
      device,
      luck: own.fork('luck'),
      pass: undefined,
      purchase: undefined,
    };
    tally.arrived(device);
    return state.payer;
  }

  /** Dollars for its network, for as long as it is seen in the log. */
  #rentOf({ firstSeconds, lastSeconds }: State): number {
    const { addresses } = this.#parts.scenario.replay;
    const hours = Math.max(LEAST_RENTED_HOURS, (lastSeconds - firstSeconds) / HOUR_SECONDS);
    return (addresses.dollarsPerNetworkMonth / MONTH_HOURS) * hours;
  }

  /** Dollars for a request that is answered. */
  #trafficDollars(): number {
    const { addresses } = this.#parts.scenario.replay;
    return (
      (this.#parts.scenario.site.pageBytes / BYTES_PER_GIGABYTE) * addresses.dollarsPerGigabyte
    );
  }

  /** Dollars that a thousand requests cost it at this price, all that it makes in the log. */
  #costPerThousand(state: State, { requestPrice }: ChargeTerms): number {
    const compute = computeDollars(1000 * requestPrice, this.#parts.scenario.replay.hardware);
    const rent = (this.#rentOf(state) / state.requests) * 1000;
    return compute + 1000 * this.#trafficDollars() + rent;
  }

  #chargeAttacker(
    state: State,
    way: Way,
    charge: { terms: ChargeTerms; divisor: number; nowSeconds: number },
  ): number {
    const { gate, scenario, series } = this.#parts;
    const { place, sums } = state;
    const { nowSeconds, terms } = charge;
    const quote = gate.quote(way, place, terms);
    series.peak('attackerBits', nowSeconds, gate.bitsFor(way, place));
    for (const isSecond of [false, true]) {
      if (state.pass === undefined || isSecond) {
        const cost = this.#costPerThousand(state, quote);
        if (cost > scenario.replay.yieldPerThousand) {
          state.hasLeft = true;
          sums.gaveUp += 1;
          return 0;
        }
        const attempts = quote.minSolutions * quote.attemptsPerSolution;
        const rent = state.pass === undefined ? this.#rentOf(state) : 0;
        sums.attempts += attempts;
        this.#spend(sums, rent + computeDollars(attempts, scenario.replay.hardware), nowSeconds);
        state.pass = gate.sell(place, attempts, nowSeconds + quote.ttlSeconds);
      }
      const payment = { ...charge, pass: state.pass, wanted: 1 };
      const { served, lack } = gate.pay(way, place, payment);
      this.#spend(sums, served * this.#trafficDollars(), nowSeconds);
      if (lack !== 'credit') return served;
    }
    return 0;
  }

  #spend(sums: Sums, dollars: number, nowSeconds: number): void {
    sums.dollars += dollars;
    this.#parts.series.add('attackerDollars', nowSeconds, dollars);
  }

  result(): ReplayResult {
    const { hardware, addresses, yieldPerThousand } = this.#parts.scenario.replay;
    return {
      requests: this.#next,
      clients: this.#log.clients.length,
      yieldPerThousand,
      hardware: hardware.label,
      addresses: addresses.label,
      groups: [...this.#groups.values()].toSorted((a, b) => b.requests - a.requests),
    };
  }
}

function pickDevice(devices: readonly VisitorDevice[], drawn: number): VisitorDevice {
  let left = drawn;
  for (const device of devices) {
    left -= device.share;
    if (left < 0) return device;
  }
  const last = devices.at(-1);
  if (last === undefined) throw new RangeError('a scenario without devices');
  return last;
}
