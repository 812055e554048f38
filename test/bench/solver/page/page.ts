/**
 * The page of a measurement: starts the workers and keeps each busy with one job after another.
 *
 * Owns workers and the clock; must not know formats. Every job that was begun is finished and
 * counted with its time, so that no attempt is counted that was not made.
 */
import type { BrowserName } from '../targets.ts';
import { createJobs, type Job, type JobSource, type Proof, type Solved } from './jobs.ts';

export interface WorkerRun {
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly proofs: readonly Proof[];
}

interface Lane {
  readonly worker: Worker;
  readonly source: JobSource;
}

function startLane(name: BrowserName, seed: number): Lane {
  const source = createJobs(name, seed);
  const { url, isModule } = source.worker;
  const worker = new Worker(url, { type: isModule ? 'module' : 'classic' });
  // What its widget sends first; the answer is read with the first job's.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a worker, no window
  if (name === 'friendly') worker.postMessage({ type: 'solver', forceJS: false });
  return { worker, source };
}

function solve(worker: Worker, job: Job): Promise<Solved> {
  return new Promise((resolve, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- replaces the last job's
    worker.onmessage = (event) => {
      try {
        const solved = job.read(event.data);
        if (solved !== undefined) resolve(solved);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a worker, no window
    worker.postMessage(job.message);
  });
}

async function runLane({ worker, source }: Lane, seconds: number): Promise<WorkerRun> {
  const proofs: Proof[] = [];
  const startedMs = performance.now();
  let attempts = 0;
  let elapsedMs = 0;
  do {
    const solved = await solve(worker, source.next());
    attempts += solved.attempts;
    proofs.push(solved.proof);
    elapsedMs = performance.now() - startedMs;
  } while (elapsedMs < seconds * 1000);
  return { attempts, elapsedMs, proofs };
}

let lanes: readonly Lane[] = [];

const bench = {
  open(name: BrowserName, workers: number): void {
    lanes = Array.from({ length: workers }, (_, seed) => startLane(name, seed));
  },
  run(seconds: number): Promise<readonly WorkerRun[]> {
    return Promise.all(lanes.map((lane) => runLane(lane, seconds)));
  },
};

export type Bench = typeof bench;

Object.assign(globalThis, { bench });
