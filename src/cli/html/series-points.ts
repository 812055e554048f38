/**
 * Points of series: in order, on top of each other, and few enough to draw.
 *
 * Owns what is left out where there are more points than can be seen: never a greatest or a least.
 */
import { rangeOf } from './axis.ts';
import type { Range } from './ticks.ts';
import type { Series } from './plot.ts';

export type Point = readonly [x: number, y: number];

/** Stretches of the x axis in which a line keeps its least and its greatest value. */
export const BUCKETS = 300;

/** Every series with its points in ascending order of x. */
export function ordered(series: readonly Series[]): readonly Series[] {
  return series.map((one) => {
    const { points } = one;
    const isOrdered = points.every(
      ([x], index) => index === 0 || x >= (points[index - 1]?.[0] ?? x),
    );
    return isOrdered ? one : { ...one, points: points.toSorted(([a], [b]) => a - b) };
  });
}

/** Stretch of one coordinate of all points. @throws RangeError as `rangeOf` does */
export function spread(series: readonly Series[], coordinate: 0 | 1): Range | undefined {
  return rangeOf(
    (function* () {
      for (const { points } of series) for (const point of points) yield point[coordinate];
    })(),
  );
}

/** Indices of the least and the greatest value of every stretch; all where there are not many more. */
function extremes(points: readonly Point[], { min, max }: Range): ReadonlySet<number> {
  const kept = new Set<number>([0, points.length - 1]);
  let bucket = -1;
  let [least, most] = [0, 0];
  const valueAt = (index: number): number => points[index]?.[1] ?? 0;
  for (const [index, [x, y]] of points.entries()) {
    const mine = Math.min(BUCKETS - 1, Math.floor(((x - min) / (max - min)) * BUCKETS));
    if (mine !== bucket) {
      kept.add(least).add(most);
      [bucket, least, most] = [mine, index, index];
    } else if (y < valueAt(least)) least = index;
    else if (y > valueAt(most)) most = index;
  }
  return kept.add(least).add(most);
}

/** At most 2 x BUCKETS + 2 points, in order: of every stretch of `range` the least and the greatest. */
export function downsample(points: readonly Point[], range: Range): readonly Point[] {
  if (points.length <= 2 * BUCKETS) return points;
  const kept = extremes(points, range);
  return points.filter((_, index) => kept.has(index));
}

/** All x of all series, ascending, each once. */
export function positions(series: readonly Series[]): readonly number[] {
  const all = new Set(series.flatMap(({ points }) => points.map(([x]) => x)));
  return [...all].toSorted((a, b) => a - b);
}

/** Each series added to those before it; one that has no point at an x counts as 0 there. */
export function stacked(series: readonly Series[]): readonly Series[] {
  const all = positions(series);
  let below = all.map(() => 0);
  return series.map(({ name, points }) => {
    const own = new Map<number, number>();
    for (const [x, y] of points) own.set(x, (own.get(x) ?? 0) + y);
    below = below.map((sum, index) => sum + (own.get(all[index] ?? 0) ?? 0));
    return { name, points: below.map((sum, index) => [all[index] ?? 0, sum] as const) };
  });
}
