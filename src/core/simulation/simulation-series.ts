/**
 * What happened when: a fixed number of buckets, however long the simulation.
 *
 * Owns the buckets and nothing of what is counted in them.
 */
import { WaitHistogram } from './wait-histogram.ts';

const SUMS = [
  'visitorRequests',
  'attackerRequests',
  'attackerWanted',
  'attackerDollars',
  'load',
  'openLoad',
] as const;
const PEAKS = ['visitorBits', 'attackerBits'] as const;

export type SumName = (typeof SUMS)[number];
export type PeakName = (typeof PEAKS)[number];

/** Columns of equal length, a value for each bucket. */
export interface SeriesColumns extends Readonly<Record<SumName | PeakName, readonly number[]>> {
  /** Hours since the start, in the middle of the bucket. */
  readonly hours: readonly number[];
  readonly bucketSeconds: number;
  readonly waitMedian: readonly number[];
  readonly waitP95: readonly number[];
}

export const BUCKETS = 144;

function columns<Name extends string>(names: readonly Name[]): Map<Name, number[]> {
  return new Map(names.map((name) => [name, Array.from({ length: BUCKETS }, () => 0)]));
}

export class SimulationSeries {
  readonly #bucketSeconds: number;
  readonly #sums = columns(SUMS);
  readonly #peaks = columns(PEAKS);
  readonly #waits = Array.from({ length: BUCKETS }, () => new WaitHistogram());

  constructor(seconds: number) {
    this.#bucketSeconds = seconds / BUCKETS;
  }

  #bucket(nowSeconds: number): number {
    return Math.min(BUCKETS - 1, Math.max(0, Math.floor(nowSeconds / this.#bucketSeconds)));
  }

  add(name: SumName, nowSeconds: number, value: number): void {
    const column = this.#sums.get(name);
    const at = this.#bucket(nowSeconds);
    if (column !== undefined) column[at] = (column[at] ?? 0) + value;
  }

  peak(name: PeakName, nowSeconds: number, value: number): void {
    const column = this.#peaks.get(name);
    const at = this.#bucket(nowSeconds);
    if (column !== undefined) column[at] = Math.max(column[at] ?? 0, value);
  }

  wait(nowSeconds: number, seconds: number): void {
    this.#waits[this.#bucket(nowSeconds)]?.add(seconds);
  }

  columns(): SeriesColumns {
    const sum = (name: SumName): readonly number[] => this.#sums.get(name) ?? [];
    const peak = (name: PeakName): readonly number[] => this.#peaks.get(name) ?? [];
    return {
      bucketSeconds: this.#bucketSeconds,
      hours: this.#waits.map((_, at) => ((at + 0.5) * this.#bucketSeconds) / 3600),
      visitorRequests: sum('visitorRequests'),
      attackerRequests: sum('attackerRequests'),
      attackerWanted: sum('attackerWanted'),
      attackerDollars: sum('attackerDollars'),
      load: sum('load'),
      openLoad: sum('openLoad'),
      visitorBits: peak('visitorBits'),
      attackerBits: peak('attackerBits'),
      waitMedian: this.#waits.map((waits) => waits.quantile(0.5)),
      waitP95: this.#waits.map((waits) => waits.quantile(0.95)),
    };
  }
}
