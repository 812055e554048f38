/**
 * The page of a run: the pool as src/browser/solver-page.ts joins it, without the page around it.
 *
 * Owns the clock. The challenge's digest is given, so what is timed is the pool: workers started,
 * modules fetched and compiled, all sub-puzzles solved.
 */
import { detectFeatures, detectWasm } from '../../../src/browser/features.ts';
import {
  createLocalLane,
  createSolverLoader,
  createWorkerLane,
} from '../../../src/browser/lanes.ts';
import { createLateGpuJoin } from '../../../src/browser/late-gpu-join.ts';
import { Pool, type PoolStatus } from '../../../src/browser/pool.ts';

/** Paths of the shipped files. */
export interface PoolFiles {
  readonly worker: string;
  readonly local: string;
  readonly simd: string;
  readonly scalar: string;
  readonly gpu: string;
  readonly gpuPage: string;
}

export interface PageJob {
  readonly files: PoolFiles;
  /** 32 bytes. */
  readonly digest: readonly number[];
  readonly threshold: number;
  readonly solutions: number;
}

export interface SolvedRun {
  /** From before the pool is made to its result. */
  readonly elapsedMs: number;
  /** From there to the first worker that is ready. */
  readonly startMs: number;
  readonly attempts: number;
  readonly lanes: number;
  readonly engine: string;
  readonly fallbacks: readonly string[];
  readonly nonces: readonly number[];
}

const after = (delayMs: number, callback: () => void): void => {
  setTimeout(callback, delayMs);
};

function createPool(files: PoolFiles, lanes: number): Pool {
  const { worker, local, simd, scalar, gpu, gpuPage } = files;
  const { kind } = detectWasm();
  const modules = { simd, scalar };
  if (kind !== 'none') fetch(modules[kind]).catch(() => undefined);
  return new Pool({
    workers: Array.from({ length: lanes }, () => createWorkerLane(worker)),
    localLane: createLocalLane(createSolverLoader(local)),
    modules,
    gpu: createLateGpuJoin({ join: gpuPage, worker: gpu }, { after }),
    nowMs: () => performance.now(),
    after,
  });
}

async function solve({ files, digest, threshold, solutions }: PageJob): Promise<SolvedRun> {
  const { lanes } = detectFeatures();
  const startedMs = performance.now();
  let readyMs: number | undefined;
  let last: PoolStatus | undefined;
  const job = { digest: Uint8Array.from(digest), threshold, solutions };
  const result = await createPool(files, lanes).solve(job, (status) => {
    if (status.engine !== undefined) readyMs ??= performance.now();
    last = status;
  });
  const endedMs = performance.now();
  if (result.kind === 'failed') throw new Error(result.detail);
  if (last === undefined || readyMs === undefined) throw new Error('the pool told no status');
  return {
    elapsedMs: endedMs - startedMs,
    startMs: readyMs - startedMs,
    attempts: last.attempts,
    lanes,
    engine: last.engine ?? '',
    fallbacks: last.fallbacks,
    nonces: result.nonces,
  };
}

const bench = { solve };

export type SolveBench = typeof bench;

Object.assign(globalThis, { bench });
