/**
 * Whether and how long the GPU takes part in a run of the pool.
 *
 * Owns that decision alone; must not know WebGPU, slices or the DOM. The pool starts its other
 * lanes at once and never waits for the GPU, which joins when its pipeline is ready and searches
 * the same sub-puzzles from the middle of their nonces. It stays only where it is worth its heat
 * and the trouble it can make: where it measures more than three times what the other lanes do
 * together.
 */
import type { GpuLane } from './engines/gpu-lane.ts';

/** The run that the GPU may join, as the pool offers it. */
export interface GpuRun {
  readonly digest: Uint8Array;
  readonly threshold: number;
  readonly indexes: readonly number[];
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
  /** Offers a run, and ends the one before it. Does nothing once the GPU was found not worth it. */
  offer(run: GpuRun): void;
  /** Another lane has solved sub-puzzle `index` of the current run. */
  drop(index: number): void;
  /** The run is over or given up: frees the device. */
  end(): void;
  /** Ends the worker. */
  close(): void;
}

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

export function createGpuJoin(lane: GpuLane): GpuJoin {
  /** Lost or too slow once: not tried again on this page. */
  let isOut = false;

  function begin(run: GpuRun): void {
    const measured: Measured = { steps: 0, attempts: 0, elapsedMs: 0 };
    let isDecided = false;
    const leave = (reason: string): void => {
      isOut = true;
      run.left(reason);
    };
    lane.begin(run, {
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
    });
  }

  return {
    offer(run) {
      if (!isOut) begin(run);
    },
    drop: (index) => lane.drop(index),
    end: () => lane.stop(),
    close: () => lane.close(),
  };
}

function isEnough({ steps, elapsedMs }: Measured): boolean {
  return steps >= DECISION_STEPS && elapsedMs >= DECISION_MS;
}
