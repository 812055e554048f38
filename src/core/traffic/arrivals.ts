/**
 * When clients start: spread over the log as the hours of the day and the week allow.
 *
 * Owns the rhythms. Start number i of n lies in the i-th of n equal parts of the log's weight, so that
 * even a behaviour with three clients is where it is expected; what comes after the log's expected
 * end goes on the same way.
 */
import type { RandomSource } from '../random-source.ts';
import type { Rhythm } from './behaviour.ts';

const HOUR_MS = 3_600_000;
/** Of people's waking hours, from 0 h local time; shape as traffic of public sites has it. */
const WAKING = [
  22, 14, 9, 6, 5, 7, 14, 30, 50, 64, 72, 76, 78, 78, 78, 78, 78, 80, 84, 90, 96, 94, 74, 44,
];
const WEEKEND = 0.82;

export interface RhythmOptions {
  readonly startMs: number;
  readonly durationMs: number;
  /** Where visitors are: offset from UTC and share. */
  readonly offsets: readonly (readonly [utcHours: number, share: number])[];
}

function weightAt(rhythm: Rhythm, timeMs: number): number {
  const hour = Math.floor(timeMs / HOUR_MS) % 24;
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(timeMs / (24 * HOUR_MS)) + 3) % 7;
  const isWeekend = weekday >= 5;
  switch (rhythm) {
    case 'steady':
      return 1;
    case 'night':
      return hour < 5 ? 1 : 0.02;
    case 'office':
      return isWeekend ? 0.03 : hour >= 8 && hour < 17 ? 1 : 0.04;
    case 'people':
      return ((WAKING[hour] ?? 0) / 100) * (isWeekend ? WEEKEND : 1);
    default:
      return rhythm satisfies never;
  }
}

/** Cumulated weight at the end of each hour, from 0 to 1 at the log's expected end. */
function cumulate(
  rhythm: Rhythm,
  { startMs, durationMs, offsets }: RhythmOptions,
): readonly number[] {
  const hours = Math.max(1, Math.ceil(durationMs / HOUR_MS));
  const sums: number[] = [];
  let sum = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const utcMs = startMs + hour * HOUR_MS;
    const isLocal = rhythm === 'people' || rhythm === 'office';
    const weight = isLocal
      ? offsets.reduce((total, [ahead, share]) => {
          return total + share * weightAt(rhythm, utcMs + ahead * HOUR_MS);
        }, 0)
      : weightAt(rhythm, utcMs);
    const part = Math.min(1, (durationMs - hour * HOUR_MS) / HOUR_MS);
    sum += weight * part;
    sums.push(sum);
  }
  return sums.map((value) => value / sum);
}

/** Times of starts, each later than the one before, without end. */
export class Arrivals {
  readonly #sums: readonly number[];
  readonly #count: number;
  readonly #options: RhythmOptions;
  #next = 0;

  /** @param count how many starts the log is expected to hold; at least 1 */
  constructor(rhythm: Rhythm, count: number, options: RhythmOptions) {
    this.#sums = cumulate(rhythm, options);
    this.#count = count;
    this.#options = options;
  }

  nextMs(random: RandomSource): number {
    const at = (this.#next + random.next()) / this.#count;
    this.#next += 1;
    const turn = Math.floor(at);
    const { startMs, durationMs } = this.#options;
    return startMs + turn * durationMs + this.#invert(at - turn);
  }

  /** Milliseconds into the log at which this share of the weight has passed. */
  #invert(share: number): number {
    const sums = this.#sums;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 1) <= share) low = middle + 1;
      else high = middle;
    }
    const before = sums[low - 1] ?? 0;
    const within = (share - before) / Math.max(1e-12, (sums[low] ?? 1) - before);
    const lengthMs = Math.min(HOUR_MS, this.#options.durationMs - low * HOUR_MS);
    return low * HOUR_MS + within * lengthMs;
  }
}
