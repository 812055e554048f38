/**
 * Whether and how long the GPU takes part in a run of the pool.
 *
 * Owns that decision alone; must not know WebGPU, slices or the DOM. The pool starts its other
 * lanes at once and never waits for the GPU, which joins when its pipeline is ready and searches
 * the same sub-puzzles from the middle of their nonces. It stays only where it is worth its heat
 * and the trouble it can make: where it measures more than three times what the other lanes do
 * together. A run that they end within a moment never wakes it.
 */
import type { GpuLane } from './engines/gpu-lane.ts';

/** The run that the GPU may join, as the pool offers it. */
export interface GpuRun {
  readonly digest: Uint8Array;
  readonly threshold: number;
  /** Sub-puzzles that nobody has solved yet. */
  readonly openIndexes: () => readonly number[];
  /** Attempts a millisecond of all other lanes; `undefined` before they have measured any. */
  readonly poolRate: () => number | undefined;
  /** The GPU takes part from now on. */
  readonly joined: (engine: string) => void;
  /** `nonce` solves sub-puzzle `index`, which another lane may have solved meanwhile. */
  readonly solved: (index: number, nonce: number) => void;
  readonly attempted: (attempts: number) => void;
  /** The GPU takes part no longer, for this reason. What it solved is good. */
  readonly left: (reason: string) => void;
}

export interface GpuJoin {
  /**
   * Offers a run, and ends the one before it. The GPU begins after `JOIN_DELAY_MS` if the run has
   * not ended by then; never once it was lost or found not worth it.
   */
  offer(run: GpuRun): void;
  /** Another lane has solved sub-puzzle `index` of the current run. */
  drop(index: number): void;
  /** The run is over or given up: frees the device. */
  end(): void;
  /** Ends the worker. */
  close(): void;
}

/**
 * A GPU process, a device and a pipeline take 0.1 to 1 s: most visits are over before. (The
 * default entry fee takes two cores some 30 ms with SIMD.)
 */
export const JOIN_DELAY_MS = 250;
const WORTH_IT = 3;
/**
 * How much is measured before the decision. The first dispatch is left out: it is small, and
 * drivers raise their clocks only under load.
 */
const DECISION_STEPS = 4;
const DECISION_MS = 100;

interface Measured {
  steps: number;
  attempts: number;
  elapsedMs: number;
}

export interface GpuJoinPorts {
  readonly lane: GpuLane;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, callback: () => void) => void;
}

export function createGpuJoin({ lane, after }: GpuJoinPorts): GpuJoin {
  let current: GpuRun | undefined;
  /** Lost or too slow once: not tried again on this page. */
  let isOut = false;

  function begin(run: GpuRun): void {
    const measured: Measured = { steps: 0, attempts: 0, elapsedMs: 0 };
    let isDecided = false;
    const leave = (reason: string): void => {
      isOut = true;
      current = undefined;
      run.left(reason);
    };
    const { digest, threshold } = run;
    lane.begin(
      { digest, threshold, indexes: run.openIndexes() },
      {
        ready: run.joined,
        solution: run.solved,
        done: () => undefined,
        failure: leave,
        progress({ attempts, elapsedMs }) {
          run.attempted(attempts);
          measured.steps += 1;
          if (isDecided || measured.steps === 1) return;
          measured.attempts += attempts;
          measured.elapsedMs += elapsedMs;
          const poolRate = run.poolRate();
          if (!isEnough(measured) || poolRate === undefined) return;
          isDecided = true;
          const ratio = measured.attempts / measured.elapsedMs / poolRate;
          if (ratio > WORTH_IT) return;
          lane.stop();
          leave(`${ratio.toPrecision(2)} times the other engines`);
        },
      },
    );
  }

  return {
    offer(run) {
      if (current !== undefined) lane.stop();
      current = run;
      after(JOIN_DELAY_MS, () => {
        if (current === run && !isOut) begin(run);
      });
    },
    drop: (index) => lane.drop(index),
    end() {
      current = undefined;
      lane.stop();
    },
    close() {
      current = undefined;
      lane.close();
    },
  };
}

function isEnough({ steps, elapsedMs }: Measured): boolean {
  return steps >= DECISION_STEPS && elapsedMs >= DECISION_MS;
}
