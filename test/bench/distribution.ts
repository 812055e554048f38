/**
 * What many runs of the same thing look like: quantiles, mean, a text histogram.
 *
 * Owns the arithmetic; must not know what was measured or in which unit.
 */

export interface Distribution {
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly mean: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

function sort(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('no values');
  return values.toSorted((a, b) => a - b);
}

/** Between the two nearest ranks (Hyndman and Fan's type 7). @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  return quantileOf(sort(values), share);
}

function quantileOf(sorted: readonly number[], share: number): number {
  const rank = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(rank)] ?? Number.NaN;
  const upper = sorted[Math.ceil(rank)] ?? Number.NaN;
  return lower + (upper - lower) * (rank - Math.floor(rank));
}

/** Throws a RangeError for no values. */
export function describe(values: readonly number[]): Distribution {
  const sorted = sort(values);
  return {
    runs: sorted.length,
    min: quantileOf(sorted, 0),
    median: quantileOf(sorted, 0.5),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p95: quantileOf(sorted, 0.95),
    p99: quantileOf(sorted, 0.99),
    max: quantileOf(sorted, 1),
  };
}

export interface HistogramScale {
  /** Upper end of the last bin but one; what is more is in the last. */
  readonly top: number;
  readonly bins: number;
  /** Characters of the longest bar. */
  readonly width: number;
}

/** One line per bin of equal width from 0 to `top`, and a last one for what lies beyond. */
export function formatHistogram(
  values: readonly number[],
  { top, bins, width }: HistogramScale,
): readonly string[] {
  const counts = Array.from({ length: bins + 1 }, () => 0);
  for (const value of values) {
    const bin = Math.min(Math.floor((value / top) * bins), bins);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return counts.map((count, bin) => {
    const from = ((bin * top) / bins).toFixed(0).padStart(6);
    const bar = '#'.repeat(Math.ceil((count / most) * width));
    return `${from}${bin === bins ? '+' : ' '} ${String(count).padStart(4)} ${bar}`.trimEnd();
  });
}
