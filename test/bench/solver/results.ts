/**
 * From the rounds of a run to medians, ratios, a table and the JSON object.
 *
 * Owns the arithmetic and the text. Ratios are taken round by round, so that other load on the
 * machine meets both sides alike.
 */
import { ratiosOf, summarize, type Summary } from '../report.ts';
import { rateOf, type Measured } from './measured.ts';
import { TARGETS, type TargetName } from './targets.ts';

export interface Series {
  readonly name: TargetName;
  readonly workers: number;
  /** One per round. */
  readonly measured: readonly Measured[];
}

export interface Results {
  /** What does not depend on a target: machine, rounds, method. */
  readonly run: Readonly<Record<string, unknown>>;
  readonly series: readonly Series[];
  /** Target -> why it was left out. */
  readonly leftOut: ReadonlyMap<TargetName, string>;
}

const ratesOf = ({ measured, workers }: Series): readonly number[] =>
  measured.map((each) => rateOf(each, workers));
const wallRatesOf = ({ measured }: Series): readonly number[] =>
  measured.map(({ wallRate }) => wallRate);
/** CPU seconds per elapsed second; 1 per worker where they had their cores to themselves. */
const busyOf = ({ measured }: Series): readonly number[] =>
  measured.map(({ cpuSeconds, seconds }) => (cpuSeconds ?? Number.NaN) / seconds);

function findFastestPeer(single: readonly Series[]): Series | undefined {
  return single
    .filter(({ name }) => TARGETS[name].kind === 'peer')
    .toSorted((a, b) => summarize(ratesOf(b)).median - summarize(ratesOf(a)).median)[0];
}

type Rates = (series: Series) => readonly number[];

/** "ours / other" -> ratio, with one worker each. */
function compare(single: readonly Series[], rates: Rates): ReadonlyMap<string, Summary> {
  const others = [
    findFastestPeer(single),
    ...single.filter(({ name }) => ['loop', 'native'].includes(TARGETS[name].kind)),
  ];
  const ours = single.filter(({ name }) => TARGETS[name].kind === 'ours');
  return new Map(
    ours.flatMap((own) =>
      others.flatMap((other) =>
        other === undefined
          ? []
          : [[`${own.name} / ${other.name}`, ratiosOf(rates(own), rates(other))] as const],
      ),
    ),
  );
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Name -> `read` of its series with one worker. */
function mapNames(series: readonly Series[], read: (each: Series) => unknown): object {
  return Object.fromEntries(series.map((each) => [each.name, read(each)]));
}

function mapRatios(
  ratios: ReadonlyMap<string, Summary>,
  read: (ratio: Summary) => unknown,
): object {
  return Object.fromEntries([...ratios].map(([name, ratio]) => [name, read(ratio)]));
}

const medianRate = (series: Series): number => Math.round(summarize(ratesOf(series)).median);

function rangeOf({ min, max }: Summary, digits: number): readonly number[] {
  return [roundTo(min, digits), roundTo(max, digits)];
}

/** Workers -> rates and their growth, by name. */
function mapWorkers({ series }: Results): object {
  const counts = [...new Set(series.map(({ workers }) => workers))];
  return Object.fromEntries(
    counts.map((count) => {
      const some = series.filter(({ workers }) => workers === count);
      return [count, mapNames(some, medianRate)];
    }),
  );
}

export function formatJson(results: Results): string {
  const single = results.series.filter(({ workers }) => workers === 1);
  const ratios = compare(single, ratesOf);
  const fastestPeer = findFastestPeer(single)?.name;
  const object = {
    ...results.run,
    targets: mapNames(single, ({ name }) => TARGETS[name]),
    leftOut: Object.fromEntries(results.leftOut),
    ...(fastestPeer !== undefined && { fastestPeer }),
    hashesPerSecond: mapNames(single, medianRate),
    ratios: mapRatios(ratios, ({ median }) => roundTo(median, 3)),
    workers: mapWorkers(results),
    wall: {
      hashesPerSecond: mapNames(single, (each) => Math.round(summarize(wallRatesOf(each)).median)),
      ratios: mapRatios(compare(single, wallRatesOf), ({ median }) => roundTo(median, 3)),
      // JSON has no NaN: null where CPU time is not known.
      busy: mapNames(single, (each) => roundTo(summarize(busyOf(each)).median, 2)),
    },
    spread: {
      hashesPerSecond: mapNames(single, (each) => rangeOf(summarize(ratesOf(each)), 0)),
      ratios: mapRatios(ratios, (ratio) => rangeOf(ratio, 3)),
    },
  };
  return `${JSON.stringify(object)}\n`;
}

const TITLES = ['target', 'workers', 'MH/s', 'wall MH/s', 'busy', 'hash', 'bytes', 'compr.'];

function formatMillions({ median, min, max }: Summary): string {
  const text = (value: number): string => (value / 1e6).toFixed(3);
  return `${text(median)} (${text(min)}..${text(max)})`;
}

function formatRow(series: Series): readonly string[] {
  const { hash, messageBytes, compressions } = TARGETS[series.name];
  return [
    series.name,
    String(series.workers),
    formatMillions(summarize(ratesOf(series))),
    (summarize(wallRatesOf(series)).median / 1e6).toFixed(3),
    summarize(busyOf(series)).median.toFixed(2),
    hash,
    messageBytes,
    String(compressions),
  ];
}

function formatRows(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function formatRatios(single: readonly Series[]): string {
  const wall = compare(single, wallRatesOf);
  const rows = [...compare(single, ratesOf)].map(([name, { median, min, max }]) => {
    const range = `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
    return [name, range, (wall.get(name)?.median ?? Number.NaN).toFixed(2)];
  });
  return formatRows([['ratio, 1 worker each', 'MH/s', 'wall'], ...rows]);
}

/** Medians, and the range of all rounds in parentheses. */
export function formatText(results: Results): string {
  const { series, leftOut } = results;
  const single = series.filter(({ workers }) => workers === 1);
  const names = single.map(({ name }) => `  ${name}: ${TARGETS[name].note}\n`);
  const missing = [...leftOut].map(([name, reason]) => `Left out: ${name}, ${reason}\n`);
  const facts = Object.entries(results.run).map(
    ([name, value]) =>
      `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}
`,
  );
  return `${facts.join('')}
${formatRows([TITLES, ...series.map(formatRow)])}
${formatRatios(single)}
${names.join('')}${missing.join('')}`;
}
