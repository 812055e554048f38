/**
 * Attackers: what each wants in a step, and what it does to get it.
 *
 * Owns the strategies. Requests are numbers per network and isolate, so a flood costs no more time than
 * a trickle. An attacker knows the gate: it buys no more than it needs for a minute, never above a
 * ceiling, and keeps passes that another isolate may still honour.
 */
import type { Decision } from '../policy/decision.ts';
import type { ChargeTerms } from '../policy/rule.ts';
import { isPatienceEnough } from '../puzzle/patience.ts';
import { AttackPurse } from './attack-purse.ts';
import { addressIn, attackerPlace, visitorPlace } from './places.ts';
import type { Attacker, Scenario, Strategy } from './scenario.ts';
import type { Place, SimulatedGate, Way } from './simulated-gate.ts';
import type { SimulatedPass } from './simulated-isolate.ts';
import type { SimulationSeries } from './simulation-series.ts';

export interface AttackerResult {
  readonly name: string;
  readonly strategy: Strategy;
  readonly hardware: string;
  readonly addresses: string;
  /** Used in all, with those that were given up. */
  readonly networks: number;
  /** Requests that it would have made without a gate. */
  readonly wanted: number;
  /** Requests that it made. */
  readonly asked: number;
  readonly served: number;
  readonly attempts: number;
  readonly computeDollars: number;
  readonly addressDollars: number;
  readonly dollars: number;
  /** `undefined`: nothing was served. */
  readonly dollarsPerThousand: number | undefined;
  readonly yieldPerThousand: number | undefined;
  /** Hours since the start; `undefined`: it went on to the end. */
  readonly gaveUpHour: number | undefined;
  readonly highestBits: number;
}

interface HeldPass {
  readonly pass: SimulatedPass;
  /** No isolate honoured it lately: it is not tried before this. */
  drySeconds: number;
}

interface AttackNetwork {
  readonly place: Place;
  readonly decision: Decision;
  readonly ways: readonly Way[];
  passes: HeldPass[];
}

interface Wish {
  readonly wanted: number;
  readonly nowSeconds: number;
  readonly terms: ChargeTerms;
}

/** A pass is bought for so many times what is wanted in this step. */
const STEPS_AHEAD = 6;
const MAX_PASSES = 8;
/** A pass that every isolate refuses may be honoured again after their next report. */
const DRY_SECONDS = 30;
const MAX_PURCHASES_PER_STEP = 12;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;

export class SimulatedAttacker {
  readonly #attacker: Attacker;
  readonly #scenario: Scenario;
  readonly #gate: SimulatedGate;
  readonly #series: SimulationSeries;
  readonly #purse: AttackPurse;
  readonly #group: number;
  #networks: readonly AttackNetwork[] = [];
  #used = 0;
  #pointer = 0;
  #carry = 0;
  #wanted = 0;
  #asked = 0;
  #highestBits = 0;
  #gaveUpSeconds: number | undefined;
  #rotation = -1;
  #hasReplayed = false;

  constructor(
    attacker: Attacker,
    parts: { scenario: Scenario; gate: SimulatedGate; series: SimulationSeries; group: number },
  ) {
    this.#attacker = attacker;
    this.#scenario = parts.scenario;
    this.#gate = parts.gate;
    this.#series = parts.series;
    this.#group = parts.group;
    this.#purse = new AttackPurse(attacker);
  }

  #isOn(nowSeconds: number): boolean {
    const { fromHour, untilHour, onOff } = this.#attacker;
    const since = nowSeconds - fromHour * HOUR_SECONDS;
    if (since < 0 || nowSeconds >= untilHour * HOUR_SECONDS) return false;
    if (onOff === undefined) return true;
    const period = (onOff.onMinutes + onOff.offMinutes) * MINUTE_SECONDS;
    return since % period < onOff.onMinutes * MINUTE_SECONDS;
  }

  #placeAt(index: number): Place {
    const { addresses, networks, besideVisitors } = this.#attacker;
    const { locations, visitors } = this.#scenario;
    const isBeside = index % networks < Math.round(besideVisitors * networks);
    if (isBeside) return visitorPlace(index % visitors.networks, locations);
    return attackerPlace(index, { group: this.#group, isHosting: addresses.isHosting, locations });
  }

  /** Takes new networks where it is time, and leaves what was bought in the old ones. */
  #rotate(nowSeconds: number): void {
    const { networks, rotateMinutes, isEverywhere, path, agent } = this.#attacker;
    const rotation =
      rotateMinutes === undefined ? 0 : Math.floor(nowSeconds / (rotateMinutes * MINUTE_SECONDS));
    if (rotation === this.#rotation) return;
    this.#rotation = rotation;
    const gate = this.#gate;
    this.#networks = Array.from({ length: networks }, (_, at) => {
      const place = this.#placeAt(this.#used + at);
      const address = addressIn(place.network);
      const decision = gate.decide({ path, agent, method: 'GET', address, asn: place.asn });
      const ways = isEverywhere ? gate.ways : gate.waysNear(place);
      return { place, decision, ways, passes: [] };
    });
    this.#used += networks;
  }

  /** One step; what it would have taken without a gate, and what it was served. */
  step(nowSeconds: number): { readonly wanted: number; readonly served: number } {
    if (!this.#isOn(nowSeconds)) return { wanted: 0, served: 0 };
    const { stepSeconds, site } = this.#scenario;
    this.#carry += this.#attacker.requestsPerSecond * stepSeconds;
    const wanted = Math.floor(this.#carry);
    this.#carry -= wanted;
    this.#wanted += wanted;
    this.#series.add('attackerWanted', nowSeconds, wanted);
    if (this.#gaveUpSeconds !== undefined) return { wanted, served: 0 };
    const before = this.#purse.dollars;
    this.#rotate(nowSeconds);
    this.#purse.pass(stepSeconds);
    const asked = Math.min(wanted, this.#purse.payableRequests(site.challengeBytes));
    const served = this.#ask(nowSeconds, asked);
    this.#purse.served += served;
    this.#series.add('attackerRequests', nowSeconds, served);
    this.#series.add('attackerDollars', nowSeconds, this.#purse.dollars - before);
    if (this.#purse.isLosing()) this.#gaveUpSeconds = nowSeconds + stepSeconds;
    return { wanted, served };
  }

  /** Spreads what is wanted over its networks, each in its turn. */
  #ask(nowSeconds: number, wanted: number): number {
    const count = this.#networks.length;
    const each = Math.floor(wanted / count);
    const more = wanted % count;
    let served = 0;
    for (let turn = 0; turn < Math.min(count, wanted); turn += 1) {
      const network = this.#networks[(this.#pointer + turn) % count];
      if (network === undefined) continue;
      served += this.#askFrom(network, each + (turn < more ? 1 : 0), nowSeconds);
    }
    this.#pointer = (this.#pointer + more) % count;
    return served;
  }

  #askFrom(network: AttackNetwork, wanted: number, nowSeconds: number): number {
    const { decision, ways } = network;
    const { strategy } = this.#attacker;
    for (const { isolate } of ways) isolate.touch();
    if (decision.kind === 'deny') return this.#account(0, wanted);
    if (decision.kind === 'allow') {
      const isLimited = decision.limited === true;
      const served = isLimited ? this.#belowCeiling(network, { wanted, nowSeconds }) : wanted;
      return this.#account(served, wanted - served);
    }
    this.#see(network, nowSeconds);
    const wish = { wanted, nowSeconds, terms: decision.terms };
    const free = this.#free(network, wish);
    const rest = { ...wish, wanted: wanted - free };
    if (strategy === 'floods') return this.#account(free, rest.wanted);
    if (strategy === 'replays') return this.#account(free + this.#replay(network, rest), 0, rest);
    if (strategy === 'waits') return this.#account(free + this.#wait(network, rest), 0);
    return this.#account(free + this.#buy(network, rest), 0);
  }

  #see({ place, ways }: AttackNetwork, nowSeconds: number): void {
    for (const way of ways) {
      const bits = this.#gate.bitsFor(way, place);
      this.#highestBits = Math.max(this.#highestBits, bits);
      this.#series.peak('attackerBits', nowSeconds, bits);
    }
  }

  /** @param wish whose unserved rest was asked for in vain */
  #account(served: number, refused: number, wish?: Wish): number {
    const { pageBytes, challengeBytes } = this.#scenario.site;
    const inVain = refused + (wish === undefined ? 0 : Math.max(0, wish.wanted - served));
    this.#asked += served + inVain;
    this.#purse.transfer(served * pageBytes + inVain * challengeBytes);
    return served;
  }

  #belowCeiling(
    { place, ways }: AttackNetwork,
    { wanted, nowSeconds }: Pick<Wish, 'wanted' | 'nowSeconds'>,
  ): number {
    let served = 0;
    for (const way of ways) {
      const ask = { wanted: wanted - served, nowSeconds };
      served += this.#gate.admitBelowCeiling(way, place, ask);
    }
    return served;
  }

  #free({ place, ways }: AttackNetwork, { wanted, nowSeconds, terms }: Wish): number {
    const [way] = ways;
    if (way === undefined || terms.tier > 0) return 0;
    return this.#gate.admitFree(way, place, { wanted, nowSeconds });
  }

  /** What the passes at hand pay, over all isolates that the network reaches. */
  #spend({ place, ways, passes }: AttackNetwork, { wanted, nowSeconds, terms }: Wish): number {
    let served = 0;
    // Each step begins at another isolate, so that a trickle does not stay with one.
    const first = Math.floor(nowSeconds / this.#scenario.stepSeconds) % ways.length;
    const turned = [...ways.slice(first), ...ways.slice(0, first)];
    for (const held of passes) {
      if (nowSeconds < held.drySeconds) continue;
      let isDry = true;
      for (const [at, way] of turned.entries()) {
        const share = Math.ceil((wanted - served) / (turned.length - at));
        if (share <= 0) return served;
        const payment = { pass: held.pass, terms, wanted: share, divisor: 1, nowSeconds };
        const paid = this.#gate.pay(way, place, payment);
        served += paid.served;
        isDry &&= paid.served === 0 && paid.lack === 'credit';
      }
      if (isDry) held.drySeconds = nowSeconds + DRY_SECONDS;
    }
    return served;
  }

  /** Lets go of passes that no isolate honours any more. */
  #forgetSpent(network: AttackNetwork, nowSeconds: number, terms: ChargeTerms): void {
    network.passes = network.passes
      .filter(({ pass: { credit, spent, expiresSeconds }, drySeconds }) => {
        const isSpent = drySeconds > 0 && credit - spent < terms.requestPrice;
        return expiresSeconds > nowSeconds && !isSpent;
      })
      .slice(-MAX_PASSES);
  }

  /** Requests that the ceilings of its ways have left. */
  #roomIn({ place, ways }: AttackNetwork, nowSeconds: number): number {
    const rooms = new Map(
      ways.map((way) => [way.location, this.#gate.networkLeft(way, place, nowSeconds)]),
    );
    return [...rooms.values()].reduce((sum, room) => sum + room, 0);
  }

  /** Buys a pass for `wanted` requests a step; whether it could. */
  #purchase({ place, ways, passes }: AttackNetwork, { wanted, nowSeconds, terms }: Wish): boolean {
    const [way] = ways;
    if (way === undefined) return false;
    const quote = this.#gate.quote(way, place, terms);
    const { attemptsPerSolution, minSolutions, maxSolutions, requestPrice, ttlSeconds } = quote;
    const needed = Math.ceil((wanted * STEPS_AHEAD * requestPrice) / attemptsPerSolution);
    const payable = Math.floor(this.#purse.affordable / attemptsPerSolution);
    const solutions = Math.min(maxSolutions, Math.max(minSolutions, needed), payable);
    if (solutions < minSolutions) return false;
    const attempts = solutions * attemptsPerSolution;
    this.#purse.work(attempts);
    this.#asked += 1;
    this.#purse.transfer(this.#scenario.site.challengeBytes);
    const pass = this.#gate.sell(place, attempts, nowSeconds + ttlSeconds);
    passes.push({ pass, drySeconds: 0 });
    return true;
  }

  #buy(network: AttackNetwork, wish: Wish): number {
    const { wanted, nowSeconds, terms } = wish;
    this.#forgetSpent(network, nowSeconds, terms);
    let served = this.#spend(network, wish);
    for (let bought = 0; bought < MAX_PURCHASES_PER_STEP && served < wanted; bought += 1) {
      const room = Math.min(wanted - served, this.#roomIn(network, nowSeconds));
      const rest = { wanted: room, nowSeconds, terms };
      if (room === 0 || !this.#purchase(network, rest)) break;
      const fresh = { ...network, passes: network.passes.slice(-1) };
      served += this.#spend(fresh, rest);
    }
    return served;
  }

  #replay(network: AttackNetwork, wish: Wish): number {
    if (!this.#hasReplayed) this.#hasReplayed = this.#purchase(network, wish);
    return this.#spend(network, wish);
  }

  #wait(network: AttackNetwork, wish: Wish): number {
    const gate = this.#gate;
    const { place, ways } = network;
    const { wanted, nowSeconds, terms } = wish;
    this.#forgetSpent(network, nowSeconds, terms);
    const served = this.#spend(network, wish);
    const [way] = ways;
    if (served === wanted || way === undefined) return served;
    const quote = gate.quote(way, place, terms);
    if (!isPatienceEnough(quote)) return served;
    const ask = { nowSeconds, ttlSeconds: terms.ttlSeconds };
    const pass = gate.grant(way, place, ask);
    this.#asked += 1;
    const drySeconds = nowSeconds + gate.patienceWaitSeconds;
    if (pass !== undefined) network.passes.push({ pass, drySeconds });
    return served;
  }

  result(): AttackerResult {
    const { name, strategy, hardware, addresses, yieldPerThousand } = this.#attacker;
    const { attempts, computeDollars, addressDollars, dollars, served } = this.#purse;
    return {
      name,
      strategy,
      hardware: hardware.label,
      addresses: addresses.label,
      networks: this.#used,
      wanted: this.#wanted,
      asked: this.#asked,
      served,
      attempts,
      computeDollars,
      addressDollars,
      dollars,
      dollarsPerThousand: served > 0 ? dollars / (served / 1000) : undefined,
      yieldPerThousand,
      gaveUpHour:
        this.#gaveUpSeconds === undefined ? undefined : this.#gaveUpSeconds / HOUR_SECONDS,
      highestBits: this.#highestBits,
    };
  }
}
