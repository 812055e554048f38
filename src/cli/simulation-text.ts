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
  GROUP_COLUMNS,
  groupRows,
  keyFigures,
} from './simulation-figures.ts';
import { verdictOf, type SimulationRun } from './simulation-verdict.ts';
import { printable, type Terminal } from './terminal.ts';
import { showsUnicode, sparkline } from './text-plot.ts';
import { formatTextTable } from './text-table.ts';

const PLOT_WIDTH = 72;
const DIFFERENCE = 'difference';

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first = '', ...others] = columns;
  const ends = others.map((label) => ({ label, align: 'end' as const }));
  return formatTextTable({ columns: [{ label: first }, ...ends], rows });
}

function printPlots(terminal: Terminal, { result: { series, hours } }: SimulationRun): void {
  const isUnicode = showsUnicode(process.env);
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ['visitors, requests', series.visitorRequests],
    ['attackers, requests', series.attackerRequests],
    ['attackers, wanted', series.attackerWanted],
    ['waiting, p95', series.waitP95],
    ['bits, visitors', series.visitorBits],
    ['bits, attackers', series.attackerBits],
    ['load', series.load],
  ];
  terminal.out(`\nOver ${hours} hours, each from 0 to its highest:\n`);
  for (const [label, values] of rows) {
    terminal.out(`  ${label.padEnd(20)} ${sparkline(values, { width: PLOT_WIDTH, isUnicode })}\n`);
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
  terminal.out(`${hours} hours, seed ${seed}; ${printable(first.setup.policyName)}\n`);
  const isCompared = runs.length > 1;
  const labels = runs.map(({ label }) => label);
  const columns = ['', ...labels, ...(isCompared ? [DIFFERENCE] : [])];
  const rows = keyFigures(runs).map(({ label, values, difference }) => [
    label,
    ...values,
    ...(difference === undefined ? [] : [difference]),
  ]);
  terminal.out(`\n${tableOf(columns, rows)}`);
  for (const run of runs) {
    if (isCompared) terminal.out(`\n${terminal.paint('bold', printable(run.label))}\n`);
    printDetails(terminal, run);
    printPlots(terminal, run);
    terminal.out(`\n${printable(verdictOf(run).join(' '))}\n`);
  }
}
