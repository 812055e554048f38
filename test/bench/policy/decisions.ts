/**
 * What a decision costs: many in one call to the Worker, policies and the empty loop in turn.
 *
 * Owns the rounds and the subtraction of the loop.
 */
import { progress } from '../command-line.ts';
import { ratiosOf, summarize, type Summary } from '../report.ts';
import type { JudgeWorker } from './judge-worker.ts';

/** `same`: each request 8 times in a row, again and again. `new`: no agent comes twice. */
export const AGENTS = ['same', 'new'] as const;
export type Agents = (typeof AGENTS)[number];

export const EMPTY_LOOP = 'empty';
/** CPU time of one measurement: 100 times the resolution of the scheduler's tick. */
const MEASURED_MICROS = 250_000;
const PROBE_COUNT = 4000;
const MAX_COUNT = 4_000_000;

export interface DecisionPlan {
  readonly rounds: number;
  /** Names under which the Worker keeps policies. */
  readonly policies: readonly string[];
  readonly agents: readonly Agents[];
}

export interface DecisionReport {
  readonly policy: string;
  readonly agents: Agents;
  /** CPU time of one decision without the loop, microseconds. */
  readonly cpuMicros: Summary;
  /** Of one turn of the loop with the decision to one without, round by round. */
  readonly loopRatio: Summary;
  /** What the Worker answered last: how often each decision was made. */
  readonly tally: unknown;
}

interface Series {
  readonly policy: string;
  readonly agents: Agents;
  count: number;
  tally: unknown;
  /** Microseconds of one turn, round by round. */
  readonly turns: number[];
}

/** Turns that take about `MEASURED_MICROS`, by the time of a probe. */
export function turnsFor(probeMicros: number, probeCount: number): number {
  const each = Math.max(probeMicros / probeCount, 1e-6);
  return Math.min(MAX_COUNT, Math.max(probeCount, Math.round(MEASURED_MICROS / each)));
}

async function runTurns(worker: JudgeWorker, series: Series, count: number): Promise<number> {
  const { policy, agents } = series;
  const path = `/judge?policy=${policy}&count=${count}&agents=${agents}`;
  const { value, cpuMicros } = await worker.ask(path);
  series.tally = value;
  return cpuMicros;
}

/** Each difference to the empty loop's turn in the same round. */
export function differences(
  values: readonly number[],
  baseline: readonly number[],
): readonly number[] {
  return values.map((value, round) => value - (baseline[round] ?? Number.NaN));
}

function report(series: Series, loop: Series): DecisionReport {
  const { policy, agents, turns, tally } = series;
  return {
    policy,
    agents,
    cpuMicros: summarize(differences(turns, loop.turns)),
    loopRatio: ratiosOf(turns, loop.turns),
    tally,
  };
}

/** The Worker has the mix and the policies already. */
export async function measureDecisions(
  worker: JudgeWorker,
  { rounds, policies, agents }: DecisionPlan,
): Promise<readonly DecisionReport[]> {
  const all = agents.flatMap((kind) =>
    [EMPTY_LOOP, ...policies].map((policy): Series => {
      return { policy, agents: kind, count: PROBE_COUNT, tally: undefined, turns: [] };
    }),
  );
  progress('decisions: warm-up');
  for (const series of all) {
    // The first probe runs code that is not optimised yet.
    await runTurns(worker, series, 4 * PROBE_COUNT);
    series.count = turnsFor(await runTurns(worker, series, PROBE_COUNT), PROBE_COUNT);
    await runTurns(worker, series, series.count);
  }
  for (let round = 1; round <= rounds; round += 1) {
    progress(`decisions: round ${round} of ${rounds}`);
    for (const series of all) {
      series.turns.push((await runTurns(worker, series, series.count)) / series.count);
    }
  }
  return all.flatMap((series) => {
    const loop = all.find((each) => each.policy === EMPTY_LOOP && each.agents === series.agents);
    return series.policy === EMPTY_LOOP || loop === undefined ? [] : [report(series, loop)];
  });
}
