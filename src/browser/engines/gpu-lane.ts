/**
 * The GPU lane: the WebGPU engine in its worker, as the pool sees it.
 *
 * Owns the worker and the run that it is in; must not know slices: the GPU takes whole sub-puzzles
 * and begins in the middle of their nonces, so the pool's other lanes go on as if it were not
 * there, and whoever solves a sub-puzzle first tells the other.
 */
import { isSolverMessage, PROTOCOL_VERSION } from '../messages.ts';
import type { GpuOrder, GpuReport } from './gpu-messages.ts';
import { requestComputeAdapter } from './webgpu-device.ts';

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
 * with the first job, once the page itself was given an adapter: without one nothing is loaded.
 */
export function createGpuLane(url: string): GpuLane {
  return new WorkerGpuLane(url);
}

class WorkerGpuLane implements GpuLane {
  readonly #url: string;
  #worker: Worker | undefined;
  #run = 0;
  #listener: GpuLaneListener | undefined;
  /** Sub-puzzles solved elsewhere while the adapter was asked for. */
  #dropped: number[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  begin(job: GpuLaneJob, listener: GpuLaneListener): void {
    this.#run += 1;
    this.#listener = listener;
    this.#dropped = [];
    void this.#launch(job, this.#run);
  }

  drop(index: number): void {
    this.#dropped.push(index);
    this.#post({ protocol: PROTOCOL_VERSION, run: this.#run, type: 'drop', index });
  }

  stop(): void {
    this.#listener = undefined;
    this.#post({ protocol: PROTOCOL_VERSION, run: this.#run, type: 'stop' });
  }

  close(): void {
    this.#listener = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #launch({ digest, threshold, ...job }: GpuLaneJob, run: number): Promise<void> {
    const allowsSoftware = job.allowsSoftware ?? false;
    const found = await requestComputeAdapter({ allowsSoftware, retryMs: undefined });
    // Stopped, or another job meanwhile.
    if (run !== this.#run || this.#listener === undefined) return;
    if (found.kind === 'none') {
      this.#fail(found.detail);
      return;
    }
    const indexes = job.indexes.filter((index) => !this.#dropped.includes(index));
    try {
      this.#worker ??= this.#start();
      const order = { type: 'begin', digest, threshold, indexes, allowsSoftware } as const;
      this.#post({ protocol: PROTOCOL_VERSION, run, ...order });
    } catch (error) {
      this.#fail(String(error));
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { type: 'module' });
    worker.addEventListener('message', ({ data }) => {
      if (!isSolverMessage(data) || data.run !== this.#run || this.#listener === undefined) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are ours, envelope checked
      tell(this.#listener, data as unknown as GpuReport);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(event.message || 'blocked or not found');
    });
    return worker;
  }

  #post(order: GpuOrder): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker, not a window
    this.#worker?.postMessage(order);
  }

  #fail(detail: string): void {
    const listener = this.#listener;
    this.close();
    listener?.failure(detail);
  }
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
