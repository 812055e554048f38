/**
 * The site behind the gate: a queue with a capacity.
 *
 * Owns latency and errors under load. A fluid model: whole steps at a constant rate, waiting as in
 * M/M/1 (Kleinrock, Queueing Systems I, 1975) below saturation, and a queue that grows above it.
 */
import type { SimulatedOrigin } from './scenario.ts';

export interface OriginStep {
  readonly latencyMs: number;
  /** Part of the requests that were not answered in time, 0..1. */
  readonly errorShare: number;
}

/** Above this the formula of M/M/1 would say more than the queue itself. */
const MAX_UTILISATION = 0.95;
const MS = 1000;

export class OriginQueue {
  readonly #origin: SimulatedOrigin;
  /** Pages that wait. */
  #queued = 0;

  constructor(origin: SimulatedOrigin) {
    this.#origin = origin;
  }

  /** @param load pages, or as much as pages, in `seconds` */
  serve(load: number, seconds: number): OriginStep {
    const { requestsPerSecond, latencyMs, timeoutSeconds } = this.#origin;
    const utilisation = load / seconds / requestsPerSecond;
    const waiting = this.#queued + load - requestsPerSecond * seconds;
    const most = requestsPerSecond * timeoutSeconds;
    this.#queued = Math.min(Math.max(0, waiting), most);
    const lost = Math.max(0, waiting - most);
    const busy = Math.min(utilisation, MAX_UTILISATION);
    const queueMs = (this.#queued / requestsPerSecond) * MS;
    return {
      latencyMs: latencyMs / (1 - busy) + queueMs,
      errorShare: load > 0 ? Math.min(1, lost / load) : 0,
    };
  }
}
