/**
 * The GPU lane: the WebGPU engine in its worker, as the pool sees it.
 *
 * Owns the worker and the run that it is in; must not know slices: the GPU takes whole sub-puzzles
 * and begins in the middle of their nonces, so the pool's other lanes go on as if it were not
 * there, and whoever solves a sub-puzzle first tells the other.
 */
import { isSolverMessage, PROTOCOL_VERSION } from '../messages.ts';
import type { GpuOrder, GpuReport } from './gpu-messages.ts';

export interface GpuLaneJob {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly threshold: number;
  readonly indexes: readonly number[];
  /** For tests alone. */
  readonly allowsSoftware?: boolean;
}

export interface GpuLaneListener {
  ready(engine: string): void;
  solution(index: number, nonce: number): void;
  progress(step: { readonly attempts: number; readonly elapsedMs: number }): void;
  /** Nothing is left to do; a further `begin` may follow. */
  done(): void;
  /** No GPU, or no longer: the solutions reported so far are good, the rest is for others. */
  failure(detail: string): void;
}

export interface GpuLane {
  /** Starts on `job` and gives up the one before it; nothing more is reported of that one. */
  begin(job: GpuLaneJob, listener: GpuLaneListener): void;
  /** Sub-puzzle `index` of the current job was solved elsewhere. */
  drop(index: number): void;
  /** Gives up the current job and frees the device; the worker stays for the next one. */
  stop(): void;
  /** Ends the worker. */
  close(): void;
}

/**
 * A lane on the module worker at `url`, a script of this origin: gpu-worker. The worker is started
 * with the first job, so a page without WebGPU loads nothing.
 */
export function createGpuLane(url: string): GpuLane {
  let worker: Worker | undefined;
  let run = 0;
  let listener: GpuLaneListener | undefined;

  const fail = (detail: string): void => {
    const told = listener;
    listener = undefined;
    worker?.terminate();
    worker = undefined;
    told?.failure(detail);
  };
  const start = (): Worker => {
    const started = new Worker(url, { type: 'module' });
    started.addEventListener('message', ({ data }) => {
      if (!isSolverMessage(data) || data.run !== run || listener === undefined) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are ours, envelope checked
      tell(listener, data as unknown as GpuReport);
    });
    started.addEventListener('error', (event) => {
      event.preventDefault();
      fail(event.message || 'blocked or not found');
    });
    return started;
  };
  const post = (order: GpuOrder): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker, not a window
    worker?.postMessage(order);
  };

  return {
    begin(job, newListener) {
      run += 1;
      listener = newListener;
      try {
        worker ??= start();
        post({ protocol: PROTOCOL_VERSION, run, type: 'begin', ...job });
      } catch (error) {
        queueMicrotask(() => fail(String(error)));
      }
    },
    drop: (index) => post({ protocol: PROTOCOL_VERSION, run, type: 'drop', index }),
    stop() {
      listener = undefined;
      post({ protocol: PROTOCOL_VERSION, run, type: 'stop' });
    },
    close() {
      listener = undefined;
      worker?.terminate();
      worker = undefined;
    },
  };
}

function tell(listener: GpuLaneListener, report: GpuReport): void {
  switch (report.type) {
    case 'ready':
      return listener.ready(report.engine);
    case 'solution':
      return listener.solution(report.index, report.nonce);
    case 'progress':
      return listener.progress(report);
    case 'done':
      return listener.done();
    case 'failed':
      return listener.failure(report.detail);
  }
}
