/**
 * A simulation: time goes on in steps, visitors and attackers meet the gate, the book moves prices.
 *
 * Owns the order of a step and the result. Deterministic: the same scenario, terms and seed give the same
 * result on every machine. Must not know where the terms come from, nor how a result is shown.
 */
import type { RandomSource } from '../random-source.ts';
import { createRandomSource } from '../random-source.ts';
import { SimulatedAttacker, type AttackerResult } from './attackers.ts';
import { OriginQueue } from './origin-queue.ts';
import type { ReplayedLog } from './replayed-log.ts';
import { Replay, type ReplayResult } from './replay.ts';
import type { Scenario } from './scenario.ts';
import { SimulatedGate, type GateTerms, type Ledger } from './simulated-gate.ts';
import { SimulationSeries, type SeriesColumns } from './simulation-series.ts';
import { VisitorTally, type VisitorResult } from './visitor-tally.ts';
import { Visitors, type VisitorStep } from './visitors.ts';

export interface OriginResult {
  /** Pages a second that it can answer. */
  readonly capacity: number;
  /** Highest load of a step, in pages a second. */
  readonly peak: number;
  readonly openPeak: number;
  readonly highestLatencyMs: number;
  readonly openHighestLatencyMs: number;
}

export interface SimulationResult {
  readonly title: string;
  readonly seed: number;
  readonly hours: number;
  readonly visitors: VisitorResult;
  readonly attackers: readonly AttackerResult[];
  readonly origin: OriginResult;
  readonly ledger: Readonly<Ledger>;
  /** Calls that the price book received. */
  readonly calls: number;
  /** Where a log was replayed. */
  readonly replay: ReplayResult | undefined;
  readonly series: SeriesColumns;
}

export interface SimulationOptions {
  readonly scenario: Scenario;
  readonly terms: GateTerms;
  readonly seed: number;
  /** Takes the place of the scenario's visitors. */
  readonly log?: ReplayedLog | undefined;
}

const NOBODY: VisitorStep = { load: 0, openLoad: 0, pages: 0, openPages: 0 };

export class Simulation {
  readonly #options: SimulationOptions;
  readonly #gate: SimulatedGate;
  readonly #series: SimulationSeries;
  readonly #tally: VisitorTally;
  readonly #visitors: Visitors | undefined;
  readonly #replay: Replay | undefined;
  readonly #attackers: readonly SimulatedAttacker[];
  readonly #origin: OriginQueue;
  readonly #open: OriginQueue;
  readonly #steps: number;
  #step = 0;
  #peak = 0;
  #openPeak = 0;
  #latencyMs = 0;
  #openLatencyMs = 0;

  constructor(options: SimulationOptions) {
    const { scenario, terms, seed, log } = options;
    this.#options = options;
    const seconds = scenario.hours * 3600;
    this.#steps = Math.ceil(seconds / scenario.stepSeconds);
    this.#series = new SimulationSeries(seconds);
    this.#gate = new SimulatedGate(terms, scenario);
    this.#tally = new VisitorTally(this.#series);
    const random = createRandomSource(seed);
    const parts = { gate: this.#gate, tally: this.#tally, series: this.#series };
    if (log === undefined) this.#visitors = this.#createVisitors(random);
    else this.#replay = new Replay(log, { ...parts, scenario, random: random.fork('replay') });
    this.#attackers = scenario.attackers.map(
      (attacker, group) => new SimulatedAttacker(attacker, { ...parts, scenario, group }),
    );
    this.#origin = new OriginQueue(scenario.origin);
    this.#open = new OriginQueue(scenario.origin);
  }

  #createVisitors(random: RandomSource): Visitors {
    const parts = { gate: this.#gate, tally: this.#tally, random: random.fork('visitors') };
    return new Visitors(this.#options.scenario, parts);
  }

  /** Part of the simulated time that is over, 0..1. */
  get progress(): number {
    return this.#step / this.#steps;
  }

  /** Goes on for so many steps at most; whether there are more. */
  advance(steps: number): boolean {
    const until = Math.min(this.#steps, this.#step + steps);
    while (this.#step < until) {
      this.#takeStep(this.#step * this.#options.scenario.stepSeconds);
      this.#step += 1;
    }
    return this.#step < this.#steps;
  }

  #takeStep(nowSeconds: number): void {
    const visits = this.#visitors?.step(nowSeconds) ?? this.#replay?.step(nowSeconds) ?? NOBODY;
    let { load, openLoad } = visits;
    for (const attacker of this.#attackers) {
      const { wanted, served } = attacker.step(nowSeconds);
      load += served;
      openLoad += wanted;
    }
    this.#serve(nowSeconds, { ...visits, load, openLoad });
    this.#series.add('load', nowSeconds, load);
    this.#series.add('openLoad', nowSeconds, openLoad);
  }

  /** What the origin does with a step's requests, and what the book hears of it. */
  #serve(nowSeconds: number, { load, openLoad, pages, openPages }: VisitorStep): void {
    const { stepSeconds } = this.#options.scenario;
    const gated = this.#origin.serve(load, stepSeconds);
    const open = this.#open.serve(openLoad, stepSeconds);
    this.#tally.failed({
      gated: pages * gated.errorShare,
      open: openPages * open.errorShare,
    });
    this.#peak = Math.max(this.#peak, load / stepSeconds);
    this.#openPeak = Math.max(this.#openPeak, openLoad / stepSeconds);
    this.#latencyMs = Math.max(this.#latencyMs, gated.latencyMs);
    this.#openLatencyMs = Math.max(this.#openLatencyMs, open.latencyMs);
    this.#gate.report(nowSeconds + stepSeconds, {
      requests: load,
      errors: load * gated.errorShare,
      latencyMs: gated.latencyMs,
    });
  }

  /** What came of it so far. */
  result(): SimulationResult {
    const { scenario, seed } = this.#options;
    return {
      title: scenario.title,
      seed,
      hours: scenario.hours,
      visitors: this.#tally.result(scenario.visitors.devices),
      attackers: this.#attackers.map((attacker) => attacker.result()),
      origin: {
        capacity: scenario.origin.requestsPerSecond,
        peak: this.#peak,
        openPeak: this.#openPeak,
        highestLatencyMs: this.#latencyMs,
        openHighestLatencyMs: this.#openLatencyMs,
      },
      ledger: { ...this.#gate.ledger },
      calls: this.#gate.calls,
      replay: this.#replay?.result(),
      series: this.#series.columns(),
    };
  }
}

/** A whole simulation at once. */
export function simulate(options: SimulationOptions): SimulationResult {
  const simulation = new Simulation(options);
  while (simulation.advance(1000));
  return simulation.result();
}
