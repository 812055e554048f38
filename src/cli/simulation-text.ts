/**
 * A simulation on a terminal.
 *
 * Owns the layout; figures and sentences come from elsewhere.
 */
import {
  ATTACKER_COLUMNS,
  attackerRows,
  DEVICE_COLUMNS,
  deviceRows,
  figureColumns,
  GROUP_COLUMNS,
  groupRows,
  keyFigures,
} from './simulation-figures.ts';
import { formatCount, formatSeconds } from './amounts.ts';
import { describeRun, verdictOf, type SimulationRun } from './simulation-verdict.ts';
import { printable, type Terminal } from './terminal.ts';
import { showsUnicode, sparkline } from './text-plot.ts';
import { formatTextTable } from './text-table.ts';

const PLOT_WIDTH = 64;

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first = '', ...others] = columns;
  const ends = others.map((label) => ({ label, align: 'end' as const }));
  return formatTextTable({ columns: [{ label: first }, ...ends], rows });
}

interface TextCurve {
  readonly label: string;
  readonly values: readonly number[];
  readonly format: (value: number) => string;
}

function formatBits(value: number): string {
  return `${formatCount(value)} bits`;
}

function printPlots(terminal: Terminal, { result: { series, hours } }: SimulationRun): void {
  const isUnicode = showsUnicode(process.env);
  const { bucketSeconds } = series;
  const rate = (value: number): string => `${formatCount(value / bucketSeconds)} /s`;
  const curves: readonly TextCurve[] = [
    { label: 'visitors, requests', values: series.visitorRequests, format: rate },
    { label: 'attackers, requests', values: series.attackerRequests, format: rate },
    { label: 'attackers, wanted', values: series.attackerWanted, format: rate },
    { label: 'visitors wait, p95', values: series.waitP95, format: formatSeconds },
    { label: 'price, visitors', values: series.visitorBits, format: formatBits },
    { label: 'price, attackers', values: series.attackerBits, format: formatBits },
    { label: 'origin, pages', values: series.load, format: rate },
  ];
  terminal.out(
    `\nOver ${formatCount(hours)} hours, from 0 to the highest, which stands at the end:\n`,
  );
  for (const { label, values, format } of curves) {
    const line = sparkline(values, { width: PLOT_WIDTH, isUnicode });
    terminal.out(`  ${label.padEnd(19)}  ${line}  ${format(Math.max(0, ...values))}\n`);
  }
}

function printDetails(terminal: Terminal, run: SimulationRun): void {
  const { replay, attackers } = run.result;
  terminal.out(`\n${tableOf(DEVICE_COLUMNS, deviceRows(run))}`);
  if (replay !== undefined) {
    terminal.out(`\n${tableOf(GROUP_COLUMNS, groupRows(replay.groups))}`);
    terminal.out(`Attackers reckon with: ${replay.hardware}; ${replay.addresses}.\n`);
  }
  if (attackers.length > 0) terminal.out(`\n${tableOf(ATTACKER_COLUMNS, attackerRows(run))}`);
}

/** Everything, one run or two side by side. */
export function printSimulation(terminal: Terminal, runs: readonly SimulationRun[]): void {
  const [first] = runs;
  if (first === undefined) return;
  const { title, seed, hours } = first.result;
  terminal.out(`${terminal.paint('bold', printable(title))}\n`);
  terminal.out(`${formatCount(hours)} hours, seed ${seed}\n`);
  for (const run of runs) {
    terminal.out(`${printable(run.label)}: ${printable(describeRun(run))}\n`);
  }
  const isCompared = runs.length > 1;
  terminal.out(`\n${tableOf(figureColumns(runs), keyFigures(runs))}`);
  for (const run of runs) {
    if (isCompared) terminal.out(`\n${terminal.paint('bold', printable(run.label))}\n`);
    printDetails(terminal, run);
    printPlots(terminal, run);
    terminal.out(`\n${printable(verdictOf(run).join(' '))}\n`);
  }
}
