/**
 * From the measurements to text and to the one JSON object.
 *
 * Owns the tables and the words about the law of growth; must not know how anything was measured.
 */
import type { Summary } from '../report.ts';
import type { DecisionReport } from './decisions.ts';
import type { GateCostReport } from './gate-cost.ts';
import { GROWN, growthExponent, type GrowthReport } from './growth.ts';
import type { LoadReport } from './loading.ts';

export interface PolicyResults {
  /** What does not depend on a measurement: machine, load, rounds, sizes. */
  readonly run: Readonly<Record<string, unknown>>;
  readonly decisions?: readonly DecisionReport[];
  readonly gate?: readonly GateCostReport[];
  readonly loads?: readonly LoadReport[];
  readonly growth?: readonly GrowthReport[];
}

export function formatSpread({ median, min, max }: Summary, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}..${max.toFixed(digits)})`;
}

type Row = readonly string[];

/** Columns as wide as their widest cell. */
function formatTable(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Such as `allow 10 %, charge 90 %`. */
export function formatTally(tally: unknown): string {
  if (typeof tally !== 'object' || tally === null) return '-';
  const counts = Object.entries(tally).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
  );
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts
    .map(([kind, count]) => `${kind} ${((100 * count) / total).toFixed(0)} %`)
    .join(', ');
}

function formatDecisions(reports: readonly DecisionReport[]): string {
  const rows = reports.map(({ policy, agents, cpuMicros, loopRatio, tally }) => [
    policy,
    agents,
    formatSpread(cpuMicros, 2),
    (1e6 / cpuMicros.median).toFixed(0),
    formatSpread(loopRatio, 1),
    formatTally(tally),
  ]);
  const titles = ['policy', 'agents', 'CPU us/decision', 'decisions/CPU s', 'to empty loop', ''];
  return `Decisions, without the loop around them\n${formatTable([titles, ...rows])}\n`;
}

function formatGate(reports: readonly GateCostReport[]): string {
  const rows = reports.map(({ policy, cpuMicros, addedMicros }) => [
    policy,
    formatSpread(cpuMicros, 1),
    addedMicros === undefined ? '-' : formatSpread(addedMicros, 1),
  ]);
  const titles = ['policy', 'CPU us/request', 'added us'];
  return `A challenge as JSON through the whole gate\n${formatTable([titles, ...rows])}\n`;
}

function formatLoads(reports: readonly LoadReport[]): string {
  const rows = reports.map(({ name, bytes, ms }) => [
    name,
    String(bytes),
    ...[ms.variables, ms.cold, ms.coldAll, ms.first, ms.warm].map((time) => formatSpread(time, 2)),
  ]);
  const titles = [
    'published',
    'bytes',
    'variables',
    'then published',
    'all threads',
    'first decision',
    'warm',
  ];
  return `Loading, CPU ms: in a new isolate the policy of the variables, then the published one, then the
first decision; and loading the published one in warm code
${formatTable([titles, ...rows])}\n`;
}

const NEAR_CONSTANT = 0.25;

/** What an exponent looks like, in words. */
export function nameLaw(exponent: number): string {
  if (exponent < NEAR_CONSTANT) return 'constant or log n';
  if (exponent < 0.75) return 'less than n';
  return exponent <= 1.25 ? 'n' : 'more than n';
}

/** Between the smallest and the largest size. */
function formatLaws(reports: readonly GrowthReport[]): string {
  return GROWN.map((grown) => {
    const own = reports.filter((report) => report.grown === grown);
    const [first] = own;
    const last = own.at(-1);
    if (first === undefined || last === undefined || first === last) return '';
    const decide = growthExponent(
      [first.count, first.cpuMicros.median],
      [last.count, last.cpuMicros.median],
    );
    const load = growthExponent(
      [first.count, first.loadMs.median],
      [last.count, last.loadMs.median],
    );
    const describe = (exponent: number): string => `n^${exponent.toFixed(2)}, ${nameLaw(exponent)}`;
    return `${grown}, ${first.count} to ${last.count}: a decision grows as ${describe(decide)}; a load as ${describe(load)}\n`;
  }).join('');
}

function formatGrowth(reports: readonly GrowthReport[]): string {
  const rows = reports.map(({ grown, count, bytes, cpuMicros, loadMs }) => [
    `${count} ${grown}`,
    String(bytes),
    formatSpread(cpuMicros, 2),
    formatSpread(loadMs, 2),
  ]);
  const titles = ['size', 'bytes', 'CPU us/decision', 'CPU ms/load, warm'];
  return `Growth (packed; agents all new)\n${formatTable([titles, ...rows])}${formatLaws(reports)}\n`;
}

export function formatText(results: PolicyResults): string {
  const { run, decisions, gate, loads, growth } = results;
  const facts = Object.entries(run).map(([name, value]) => {
    return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return [
    `${facts.join('\n')}\nmedian (least..most) of interleaved rounds\n\n`,
    decisions === undefined ? '' : formatDecisions(decisions),
    gate === undefined ? '' : formatGate(gate),
    loads === undefined ? '' : formatLoads(loads),
    growth === undefined ? '' : formatGrowth(growth),
  ].join('');
}

export function formatJson(results: PolicyResults): string {
  return `${JSON.stringify(results)}\n`;
}
