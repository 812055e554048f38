/**
 * How long somebody waited, without keeping every wait.
 *
 * Owns the buckets: 50 to a decade, so a quantile is within 2.4 % of the true one.
 */

const LEAST_SECONDS = 0.001;
const PER_DECADE = 50;
const BUCKETS = 8 * PER_DECADE;

export interface WaitSummary {
  readonly count: number;
  readonly totalSeconds: number;
  readonly medianSeconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

/** Seconds, 0 and more; those above a day are kept as a day. */
export class WaitHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #total = 0;
  #least = Infinity;
  #most = 0;

  add(seconds: number): void {
    const decades = Math.log10(Math.max(seconds, LEAST_SECONDS) / LEAST_SECONDS);
    const bucket = Math.min(BUCKETS - 1, Math.floor(decades * PER_DECADE));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#total += seconds;
    this.#least = Math.min(this.#least, seconds);
    this.#most = Math.max(this.#most, seconds);
  }

  get count(): number {
    return this.#count;
  }

  /** @param part 0..1; 0 where nobody waited */
  quantile(part: number): number {
    if (this.#count === 0) return 0;
    let below = 0;
    const wanted = part * this.#count;
    for (const [bucket, count] of this.#counts.entries()) {
      below += count;
      if (below < wanted || count === 0) continue;
      const middle = LEAST_SECONDS * 10 ** ((bucket + 0.5) / PER_DECADE);
      return Math.min(this.#most, Math.max(this.#least, middle));
    }
    return this.#most;
  }

  summary(): WaitSummary {
    return {
      count: this.#count,
      totalSeconds: this.#total,
      medianSeconds: this.quantile(0.5),
      p95Seconds: this.quantile(0.95),
      maxSeconds: this.#most,
    };
  }
}
