/**
 * Clock, timer and randomness of the runtime.
 *
 * Owns the only reads of clock and randomness in the Worker. In production the clock stands still while
 * the CPU works, so it must never time anything.
 */
import type { Clock, Pause, Random } from '../core/ports.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

export const systemPause: Pause = (milliseconds) => scheduler.wait(milliseconds);

export const systemRandom: Random = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
