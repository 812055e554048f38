/**
 * What it costs an isolate to load a published policy: the first time in a new process, and again
 * when the code is warm.
 *
 * Owns the order of calls, which is that of an isolate: the preset of the Worker's variables, then the
 * one published value of this process, then the first decision about a browser, for which automata
 * are built. Calls without work come before each, so that what HTTP costs is known and warm. Times
 * are of the thread that runs the Worker; one is of all threads, which compile for it beside it.
 */
import { progress } from '../command-line.ts';
import { summarize, type Summary } from '../report.ts';
import type { BenchRequest } from './bench-request.ts';
import { startJudge, type Answered, type JudgeWorker } from './judge-worker.ts';
import type { Lifetime } from '../lifetime.ts';

const WARM_TIMES = 20;

/** Milliseconds of CPU. */
const STEPS = ['variables', 'cold', 'coldAll', 'first', 'warm'] as const;

export type LoadTimes = Readonly<Record<(typeof STEPS)[number], Summary>>;

export interface LoadReport {
  readonly name: string;
  readonly bytes: number;
  readonly ms: LoadTimes;
}

export interface Loadable {
  readonly name: string;
  /** The published value. */
  readonly text: string;
}

type Sample = Readonly<Record<(typeof STEPS)[number], number>>;

interface Spent {
  readonly mainMs: number;
  readonly allMs: number;
}

function spentBetween(before: Answered, after: Answered): Spent {
  return {
    mainMs: (after.mainMicros - before.mainMicros) / 1000,
    allMs: (after.cpuMicros - before.cpuMicros) / 1000,
  };
}

/** Loads `text` so often; what receiving it costs is taken off. */
async function load(worker: JudgeWorker, text: string, times: number): Promise<Spent> {
  const received = await worker.ask('/load?times=0', text);
  return spentBetween(received, await worker.ask(`/load?times=${times}`, text));
}

/** Milliseconds of one load in warm code. */
export async function measureWarmLoad(worker: JudgeWorker, text: string): Promise<number> {
  return (await load(worker, text, WARM_TIMES)).mainMs / WARM_TIMES;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The first decision under the policy that was loaded last. */
async function decideFirst(worker: JudgeWorker): Promise<Spent> {
  const path = (policy: string): string => `/judge?policy=${policy}&count=1&agents=same`;
  await worker.ask(path('empty'));
  const empty = await worker.ask(path('empty'));
  return spentBetween(empty, await worker.ask(path('loaded')));
}

interface LoadPlan {
  readonly directory: string;
  readonly rounds: number;
  readonly values: readonly Loadable[];
  /** What an isolate has in force before it reads the store. */
  readonly variables: string;
  /** About whom the first decision is. */
  readonly visitor: BenchRequest;
}

async function sample(worker: JudgeWorker, text: string, plan: LoadPlan): Promise<Sample> {
  await worker.ask('/mix', JSON.stringify([plan.visitor]));
  await worker.ask('/load?times=0', plan.variables);
  const variables = await load(worker, plan.variables, 1);
  const cold = await load(worker, text, 1);
  const first = await decideFirst(worker);
  // Until the code is as fast as it gets.
  await measureWarmLoad(worker, text);
  return {
    variables: variables.mainMs,
    cold: cold.mainMs,
    coldAll: cold.allMs,
    first: first.mainMs,
    warm: await measureWarmLoad(worker, text),
  };
}

function summarizeSteps(samples: readonly Sample[]): LoadTimes {
  const of = (step: (typeof STEPS)[number]): Summary =>
    summarize(samples.map((each) => each[step]));
  return {
    variables: of('variables'),
    cold: of('cold'),
    coldAll: of('coldAll'),
    first: of('first'),
    warm: of('warm'),
  };
}

/** Starts one process for each value and round. */
export async function measureLoading(
  lifetime: Lifetime,
  plan: LoadPlan,
): Promise<readonly LoadReport[]> {
  const { directory, rounds, values } = plan;
  const samples = new Map<string, Sample[]>(values.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    progress(`loading: round ${round} of ${rounds}`);
    for (const { name, text } of values) {
      const worker = await lifetime.hold(startJudge(directory));
      samples.get(name)?.push(await sample(worker, text, plan));
      await worker.close();
    }
  }
  return values.map(({ name, text }) => {
    return { name, bytes: byteLength(text), ms: summarizeSteps(samples.get(name) ?? []) };
  });
}
