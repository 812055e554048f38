/**
 * The WebGPU engine: solves sub-puzzles of one challenge, many at a time.
 *
 * Owns the size of dispatches, how many are out, the watchdog and what happens when the device is
 * lost; must not know workers, pages or the WASM engines beside it. What it solves it reports at
 * once and only once, so a loss costs nothing but the dispatches that were out.
 *
 * It starts in the middle of the nonces. Whoever searches the same sub-puzzles upwards from 0
 * makes no attempt twice, without either knowing the other, and 2^31 nonces are enough: even at
 * the hardest threshold (63) all of them fail once in e^32 times.
 */
import { type ComputeDevice, requestComputeDevice } from './webgpu-device.ts';
import { compileKernel, type Kernel, MAX_COUNT } from './webgpu-kernel.ts';

export interface GpuJob {
  /** 32 bytes, the SHA-256 of the challenge's compact serialisation. */
  readonly digest: Uint8Array;
  /** In [63, 2^32 - 1]. */
  readonly threshold: number;
  /** Sub-puzzles to solve, at most 256, each in [0, 255] and only once. */
  readonly indexes: readonly number[];
  /** First nonce; 2^31 unless told otherwise. */
  readonly from?: number;
}

export interface GpuListener {
  /** The pipeline is ready; again if the device had to be replaced. */
  ready(adapterName: string): void;
  solution(index: number, nonce: number): void;
  /** After each dispatch: what it did, and in how much time that no other dispatch had. */
  progress(step: { readonly attempts: number; readonly elapsedMs: number }): void;
}

export type GpuOutcome =
  /** All are solved, dropped, or the search was stopped. */
  | { readonly kind: 'done' }
  /** `open`: what is neither solved nor dropped, for someone else to solve. */
  | { readonly kind: 'failed'; readonly detail: string; readonly open: readonly number[] };

export interface GpuSearch {
  readonly outcome: Promise<GpuOutcome>;
  /** Another engine has solved this one. */
  drop(index: number): void;
  /** Ends the search and frees the device. */
  stop(): void;
}

export interface GpuOptions {
  /** For tests: a software adapter is refused otherwise. */
  readonly allowsSoftware?: boolean;
  /** Told of each device that is used: tests destroy it. */
  readonly onDevice?: (device: GPUDevice) => void;
}

const DEFAULT_FROM = 2 ** 31;
const NONCES = 2 ** 32;
/** A dispatch this long keeps the GPU busy and lets the page draw in between. */
const TARGET_MS = 30;
/** The first dispatch: a slow GPU (20 MH/s) does it in 30 ms. Later ones up to 4x the last. */
const FIRST_ATTEMPTS = 2 ** 19;
const MIN_ATTEMPTS = 2 ** 14;
const MAX_ATTEMPTS = 2 ** 28;
const MAX_STEP = 4;
/** One computes while the results of the other travel and the next is prepared. */
const DISPATCHES_OUT = 2;
/**
 * Of one sub-puzzle, this many times the expected attempts at once at most: e^-4 are then still
 * open, and of those that are solved early little more than the start of a workgroup is wasted.
 */
const MAX_EXCESS = 4;
/** Drivers kill a dispatch after 2 s or so; whatever takes longer than this will not come. */
const WATCHDOG_MS = 10_000;
const RETRY_MS = 250;
/** Devices for one job: one replacement. */
const MAX_DEVICES = 2;
const EXHAUSTED = 'nonces exhausted';

/** Starts to solve `job`. Never throws; `outcome` never rejects. */
export function startGpuSearch(
  job: GpuJob,
  listener: GpuListener,
  options: GpuOptions = {},
): GpuSearch {
  const search = new Search(job, listener, options);
  return { outcome: search.run(), drop: (index) => search.drop(index), stop: () => search.stop() };
}

/** Why a device was given up. */
interface Loss {
  readonly detail: string;
  /** Another device would not help. */
  readonly isFinal: boolean;
}

class Search {
  readonly #job: GpuJob;
  readonly #listener: GpuListener;
  readonly #options: GpuOptions;
  readonly #open: Set<number>;
  /** First nonce that was in no dispatch yet: all that is open is in every dispatch. */
  #next: number;
  #attempts = FIRST_ATTEMPTS;
  #lastEndMs = 0;
  #isStopped = false;
  #interrupt: (() => void) | undefined;

  constructor(job: GpuJob, listener: GpuListener, options: GpuOptions) {
    this.#job = job;
    this.#listener = listener;
    this.#options = options;
    this.#open = new Set(job.indexes);
    this.#next = job.from ?? DEFAULT_FROM;
  }

  async run(): Promise<GpuOutcome> {
    const details: string[] = [];
    while (details.length < MAX_DEVICES) {
      const loss = await this.#runOnDevice(details.length > 0 ? RETRY_MS : undefined);
      if (loss === undefined) return { kind: 'done' };
      details.push(loss.detail);
      if (loss.isFinal) break;
    }
    return { kind: 'failed', detail: details.join('; '), open: [...this.#open] };
  }

  drop(index: number): void {
    this.#open.delete(index);
  }

  stop(): void {
    this.#isStopped = true;
    this.#interrupt?.();
  }

  /** Solves on one device until nothing is open, or says why that did not work. */
  async #runOnDevice(retryMs: number | undefined): Promise<Loss | undefined> {
    const allowsSoftware = this.#options.allowsSoftware ?? false;
    const found = await requestComputeDevice({ allowsSoftware, retryMs });
    if (found.kind === 'none') return { detail: found.detail, isFinal: true };
    const { device, lost } = found.value;
    const stopped = new Promise<string>((resolve) => {
      this.#interrupt = () => resolve('stopped');
    });
    if (this.#isStopped) this.#interrupt?.();
    try {
      const end = await Promise.race([lost, stopped, this.#solve(found.value)]);
      if (end === undefined || this.#isStopped) return undefined;
      return { detail: end, isFinal: end === EXHAUSTED };
    } catch (error) {
      return { detail: String(error), isFinal: false };
    } finally {
      this.#interrupt = undefined;
      device.destroy();
    }
  }

  /** What ended it other than that nothing is open any more. Rejects when the device fails. */
  async #solve({ device, adapterName }: ComputeDevice): Promise<string | undefined> {
    this.#options.onDevice?.(device);
    const createKernel = await inTime(compileKernel(device));
    const kernel = createKernel(this.#job.digest, this.#job.threshold);
    if (!this.#isStopped) this.#listener.ready(adapterName);
    // The first goes alone: it says what size the others should have.
    await this.#step(kernel);
    const rows = Array.from({ length: DISPATCHES_OUT }, async () => {
      while (await this.#step(kernel));
    });
    await Promise.all(rows);
    return this.#open.size === 0 ? undefined : EXHAUSTED;
  }

  /** One dispatch over all that is open; false if there is nothing to do. */
  async #step(kernel: Kernel): Promise<boolean> {
    const count = Math.min(this.#countOfNext(), NONCES - this.#next);
    if (this.#isStopped || this.#open.size === 0 || count === 0) return false;
    const slices = [...this.#open].map((index) => ({ index, from: this.#next }));
    this.#next += count;
    const startMs = performance.now();
    const findings = await inTime(kernel.search({ slices, count, slots: 1 }));
    const endMs = performance.now();
    // Dispatches end one after the other: this one had the device since the last ended.
    const elapsedMs = endMs - Math.max(startMs, this.#lastEndMs);
    this.#lastEndMs = endMs;
    if (this.#isStopped) return false;

    const attempts = findings.reduce((sum, finding) => sum + finding.attempts, 0);
    this.#resize(attempts, elapsedMs);
    this.#listener.progress({ attempts, elapsedMs });
    for (const [y, { index }] of slices.entries()) {
      const nonce = findings[y]?.nonces[0];
      if (nonce !== undefined && this.#open.delete(index)) this.#listener.solution(index, nonce);
    }
    return true;
  }

  /** Nonces of each sub-puzzle in the next dispatch. */
  #countOfNext(): number {
    const expected = NONCES / (this.#job.threshold + 1);
    const share = Math.min(this.#attempts / Math.max(1, this.#open.size), MAX_EXCESS * expected);
    return Math.min(Math.ceil(share), MAX_COUNT);
  }

  #resize(attempts: number, elapsedMs: number): void {
    // A coarse clock (some browsers round to 100 ms) may not have moved.
    const wanted = elapsedMs > 0 ? (attempts / elapsedMs) * TARGET_MS : Infinity;
    const step = Math.min(Math.max(wanted, this.#attempts / MAX_STEP), this.#attempts * MAX_STEP);
    this.#attempts = Math.min(Math.max(step, MIN_ATTEMPTS), MAX_ATTEMPTS);
  }
}

/** Rejects when `promise` has not settled in the time of the watchdog. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('watchdog')), WATCHDOG_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
