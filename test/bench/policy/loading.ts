/**
 * What it costs an isolate to load a published policy: the first time in a new process, and again
 * when the code is warm.
 *
 * Owns the order of calls: each process loads one value, and an empty call comes before it, so that
 * what HTTP costs is known and warm.
 */
import { progress } from '../command-line.ts';
import { summarize, type Summary } from '../report.ts';
import { startJudge, type JudgeWorker } from './judge-worker.ts';
import type { Lifetime } from '../lifetime.ts';

const WARM_TIMES = 20;

/** Milliseconds of CPU. */
export interface LoadReport {
  readonly name: string;
  readonly bytes: number;
  readonly coldMs: Summary | undefined;
  readonly warmMs: Summary;
}

export interface Loadable {
  readonly name: string;
  /** The published value. */
  readonly text: string;
}

interface Sample {
  readonly coldMs: number;
  readonly warmMs: number;
}

/** CPU milliseconds of loading `text` so often, less what receiving it costs. */
async function loadMs(worker: JudgeWorker, text: string, times: number): Promise<number> {
  const { cpuMicros: received } = await worker.ask('/load?times=0', text);
  const { cpuMicros: loaded } = await worker.ask(`/load?times=${times}`, text);
  return (loaded - received) / 1000;
}

/** One load in warm code. */
export async function measureWarmLoad(worker: JudgeWorker, text: string): Promise<number> {
  return (await loadMs(worker, text, WARM_TIMES)) / WARM_TIMES;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

interface LoadPlan {
  readonly directory: string;
  readonly rounds: number;
  readonly values: readonly Loadable[];
}

/** Starts one process for each value and round. */
export async function measureLoading(
  lifetime: Lifetime,
  { directory, rounds, values }: LoadPlan,
): Promise<readonly LoadReport[]> {
  const samples = new Map<string, Sample[]>(values.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    progress(`loading: round ${round} of ${rounds}`);
    for (const { name, text } of values) {
      const worker = await lifetime.hold(startJudge(directory));
      await worker.ask('/load?times=0', text);
      const coldMs = await loadMs(worker, text, 1);
      // Until the code is as fast as it gets.
      await measureWarmLoad(worker, text);
      const warmMs = await measureWarmLoad(worker, text);
      samples.get(name)?.push({ coldMs, warmMs });
      await worker.close();
    }
  }
  return values.map(({ name, text }) => {
    const own = samples.get(name) ?? [];
    return {
      name,
      bytes: byteLength(text),
      coldMs: summarize(own.map(({ coldMs }) => coldMs)),
      warmMs: summarize(own.map(({ warmMs }) => warmMs)),
    };
  });
}
