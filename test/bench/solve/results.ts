/**
 * From the runs to quantiles, ratios, a table and the JSON object.
 *
 * Owns the arithmetic and the text. Time is luck and machine together; attempts are luck alone, so
 * they tell how much of the spread of the times is the machine's.
 */
import { describe, formatHistogram, quantile, type Distribution } from '../distribution.ts';
import { idealOf } from './erlang.ts';
import type { SolvedRun } from './page.ts';

export interface Series {
  readonly name: string;
  readonly solutions: number;
  readonly threshold: number;
  readonly runs: readonly SolvedRun[];
}

export interface Results {
  /** What does not depend on a series: machine, runs, method. */
  readonly run: Readonly<Record<string, unknown>>;
  readonly series: readonly Series[];
  readonly isJson: boolean;
}

const MEASURES = {
  solve: ({ elapsedMs }: SolvedRun) => elapsedMs,
  search: ({ elapsedMs, startMs }: SolvedRun) => elapsedMs - startMs,
  start: ({ startMs }: SolvedRun) => startMs,
  attempts: ({ attempts }: SolvedRun) => attempts,
} as const;

type MeasureName = keyof typeof MEASURES;
const NAMES: readonly MeasureName[] = ['solve', 'search', 'start', 'attempts'];

const LEGEND = `solve     ms from a new pool, only the worker's script in the cache: workers started, module compiled, all solved
search    ms of it after the first worker was ready
start     ms of it before
attempts  made, all lanes: the luck of a run without the machine
ideal     attempts or time if no lane ever waited: Erlang of that many parts
`;

const DIGITS: Readonly<Record<MeasureName, number>> = {
  solve: 1,
  search: 1,
  start: 1,
  attempts: 0,
};

function measure({ runs }: Series, name: MeasureName): readonly number[] {
  return runs.map(MEASURES[name]);
}

function ratiosOf({ p95, median, p99, mean }: Distribution): readonly [number, number] {
  return [p95 / median, p99 / mean];
}

const BINS = 16;
/** Bins are whole multiples of 5 ms. */
const TOP_STEP_MS = 5 * BINS;

const TITLES = ['', 'median', 'mean', 'p95', 'p99', 'max', 'p95/median', 'p99/mean'];

function formatRow(name: MeasureName, values: readonly number[]): readonly string[] {
  const found = describe(values);
  const { median, mean, p95, p99, max } = found;
  return [
    name,
    ...[median, mean, p95, p99, max].map((value) => value.toFixed(DIGITS[name])),
    ...ratiosOf(found).map((ratio) => ratio.toFixed(2)),
  ];
}

function formatRows(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(9) : cell.padStart(10))).join(' '),
  );
  return `${lines.join('\n')}\n`;
}

function formatSeries(series: Series, top: number): string {
  const { name, solutions, threshold } = series;
  const { p95ToMedian, p99ToMean } = idealOf(solutions);
  const ideal = ['ideal', '', '', '', '', '', p95ToMedian.toFixed(2), p99ToMean.toFixed(2)];
  const rows = [TITLES, ...NAMES.map((each) => formatRow(each, measure(series, each))), ideal];
  const histogram = formatHistogram(measure(series, 'solve'), { top, bins: BINS, width: 50 });
  return `${name}: ${solutions} solution(s), threshold ${threshold}
${formatRows(rows)}
solve, ms
${histogram.join('\n')}
`;
}

function roundAll(found: Distribution, digits: number): object {
  const entries = Object.entries(found).map(([name, value]) => [
    name,
    Number(value.toFixed(digits)),
  ]);
  return Object.fromEntries(entries);
}

function describeSeries(series: Series): readonly [string, object] {
  const measures = NAMES.map((name) => {
    const found = describe(measure(series, name));
    const [p95ToMedian, p99ToMean] = ratiosOf(found).map((ratio) => Number(ratio.toFixed(3)));
    return [name, { ...roundAll(found, DIGITS[name] + 1), p95ToMedian, p99ToMean }];
  });
  const { name, solutions, threshold } = series;
  const ideal = idealOf(solutions);
  return [name, { solutions, threshold, ...Object.fromEntries(measures), ideal }];
}

/** Engine, lanes and fallbacks with the number of runs that had them: all the same, one hopes. */
function countWays(series: readonly Series[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { lanes, engine, fallbacks } of series.flatMap(({ runs }) => runs)) {
    const way = [`${lanes} lane(s)`, engine, ...fallbacks].join('; ');
    counts[way] = (counts[way] ?? 0) + 1;
  }
  return counts;
}

export function formatResults({ run, series, isJson }: Results): string {
  const ways = countWays(series);
  if (isJson) {
    const object = { ...run, ways, solve: Object.fromEntries(series.map(describeSeries)) };
    return `${JSON.stringify(object)}\n`;
  }
  const facts = Object.entries({ ...run, ways }).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`,
  );
  // One scale for all, so that the shapes can be compared.
  const most = Math.max(...series.map((each) => quantile(measure(each, 'solve'), 0.95)));
  const top = Math.ceil(most / TOP_STEP_MS) * TOP_STEP_MS;
  return `${facts.join('')}
${series.map((each) => formatSeries(each, top)).join('\n')}
${LEGEND}`;
}
