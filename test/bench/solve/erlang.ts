/**
 * How long k sub-puzzles of the same difficulty take in theory, where lanes never wait: the sum of
 * k exponential times, an Erlang distribution (each geometric, with a success in thousands).
 *
 * Owns the formula; the mean is 1.
 */

/** P(sum <= `time`), `time` in units of the mean of one part: 1 - e^-t (1 + t + ... + t^(k-1)/(k-1)!). */
function cumulative(parts: number, time: number): number {
  let term = Math.exp(-time);
  let late = 0;
  for (let solved = 0; solved < parts; solved += 1) {
    late += term;
    term *= time / (solved + 1);
  }
  return 1 - late;
}

/** The time within which `share` of all runs are over, over the mean. @param parts 1 to 256 */
export function erlangQuantile(parts: number, share: number): number {
  let low = 0;
  let high = parts * 2 + 50;
  // 60 halvings: beyond the precision of a double.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (cumulative(parts, middle) < share) low = middle;
    else high = middle;
  }
  return low / parts;
}

export interface Ideal {
  readonly p95ToMedian: number;
  readonly p99ToMean: number;
}

export function idealOf(parts: number): Ideal {
  return {
    p95ToMedian: erlangQuantile(parts, 0.95) / erlangQuantile(parts, 0.5),
    p99ToMean: erlangQuantile(parts, 0.99),
  };
}
