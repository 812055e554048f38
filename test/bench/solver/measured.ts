/** What one measurement of any target yields. Owns the shape and the rate that is reported. */
import type { Proof } from './page/jobs.ts';

export interface Measured {
  readonly attempts: number;
  /** Attempts per second of elapsed time, all workers together. */
  readonly wallRate: number;
  /** Of all threads of the page's process; `undefined` where the system does not tell. */
  readonly cpuSeconds: number | undefined;
  readonly seconds: number;
  readonly proofs: readonly Proof[];
}

/**
 * Attempts per second of CPU time, times the workers: what they would make if each had a core to
 * itself. The elapsed rate where CPU time is not known.
 */
export function rateOf({ attempts, wallRate, cpuSeconds }: Measured, workers: number): number {
  return cpuSeconds === undefined ? wallRate : (attempts / cpuSeconds) * workers;
}
