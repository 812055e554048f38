/**
 * How unlucky a visitor may be: a fee of k sub-puzzles is a sum of k exponential times, an Erlang
 * distribution.
 *
 * Owns that formula; must not know rates or budgets.
 */

/** P(sum <= `time`), in units of one part's mean: 1 - e^-t (1 + t + ... + t^(k-1)/(k-1)!). */
function cumulative(parts: number, time: number): number {
  let term = Math.exp(-time);
  let late = 0;
  for (let solved = 0; solved < parts; solved += 1) {
    late += term;
    term *= time / (solved + 1);
  }
  return 1 - late;
}

/**
 * Work of the run that `share` of all runs stay below, over the mean: 1.32 for 32 parts and 0.95.
 * @param parts sub-puzzles, 1 to 256 @param share above 0, below 1
 */
export function luckFactor(parts: number, share: number): number {
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

/** Measured for the default of 32 (README, "How fast it is"): ideally 1.32. Workers wait a little. */
const MEASURED_P95 = 1.34;
const MEASURED_PARTS = 32;

/** p95 of the work of a fee, over its mean, as measured in the page: 1.34 for 32 sub-puzzles. */
export function p95Luck(parts: number): number {
  return (luckFactor(parts, 0.95) / luckFactor(MEASURED_PARTS, 0.95)) * MEASURED_P95;
}
