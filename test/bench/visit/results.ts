/**
 * From the runs to medians: when each milestone is reached, and how long the step to it takes.
 *
 * Owns the arithmetic and the text.
 */
import { describe } from '../distribution.ts';
import type { VisitRun } from './browser.ts';

export interface Results {
  readonly run: Readonly<Record<string, unknown>>;
  readonly runs: readonly VisitRun[];
  readonly isJson: boolean;
}

/** In the order of a visit. */
const MILESTONES = {
  firstByte: 'the challenge page begins to arrive',
  script: 'its script runs',
  spawn: 'it starts the first worker',
  worker: 'the first worker has its engine',
  solved: 'all sub-puzzles are solved, the redemption is sent',
  redeemed: 'the pass is there',
  originFirstByte: "the origin's page begins to arrive",
  load: "the origin's page and all that it needs are loaded",
} as const;

type Milestone = keyof typeof MILESTONES;
const NAMES = Object.keys(MILESTONES) as readonly Milestone[];

interface Row {
  readonly name: Milestone;
  readonly at: ReturnType<typeof describe>;
  readonly stepMs: number;
}

function createRows(runs: readonly VisitRun[]): readonly Row[] {
  return NAMES.map((name, place) => {
    const before = NAMES[place - 1];
    const steps = runs.map((run) => run[name] - (before === undefined ? 0 : run[before]));
    return { name, at: describe(runs.map((run) => run[name])), stepMs: describe(steps).median };
  });
}

function formatRow({ name, at, stepMs }: Row): string {
  const numbers = [stepMs, at.median, at.p95, at.min, at.max];
  const cells = numbers.map((value) => value.toFixed(0).padStart(8));
  return `${name.padEnd(16)}${cells.join('')}  ${MILESTONES[name]}\n`;
}

function createObject(rows: readonly Row[]): object {
  const round = (value: number): number => Number(value.toFixed(1));
  const load = rows.find(({ name }) => name === 'load')?.at;
  const pick = (read: (row: Row) => number): object =>
    Object.fromEntries(rows.map((row) => [row.name, round(read(row))]));
  return {
    visitMs: load && {
      median: round(load.median),
      p95: round(load.p95),
      min: round(load.min),
      max: round(load.max),
    },
    medianAtMs: pick(({ at }) => at.median),
    medianStepMs: pick(({ stepMs }) => stepMs),
  };
}

export function formatResults({ run, runs, isJson }: Results): string {
  const engines = [...new Set(runs.map(({ engine }) => engine))];
  const requests = [...new Set(runs.map((each) => each.requests))];
  const facts = { ...run, engines, originRequests: requests };
  const rows = createRows(runs);
  if (isJson) return `${JSON.stringify({ ...facts, ...createObject(rows) })}\n`;
  const lines = Object.entries(facts).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`,
  );
  const titles = ['step', 'at', 'p95', 'least', 'most'].map((title) => title.padStart(8));
  return `${lines.join('')}
${'ms, medians'.padEnd(16)}${titles.join('')}
${rows.map(formatRow).join('')}`;
}
