/**
 * The key figures of a simulation, as numbers with their names: what both the terminal and the report show.
 *
 * Owns which figures there are and how each is written.
 */
import type { ReplayGroup } from '../core/simulation/replay.ts';
import { formatCount, formatDollars, formatSeconds } from './amounts.ts';
import { yieldOf, type SimulationRun } from './simulation-verdict.ts';

type Format = (value: number) => string;

interface KeyFigure {
  readonly label: string;
  readonly format: Format;
  readonly of: (run: SimulationRun) => number;
}

function decimal(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function percent(value: number): string {
  return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}

function dollars(value: number): string {
  return `$${formatDollars(value)}`;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

interface AttackSums {
  readonly dollars: number;
  readonly served: number;
  readonly wanted: number;
}

/** Attackers of the scenario and of the log. */
function attacksOf({ result: { attackers, replay } }: SimulationRun): AttackSums {
  const sums = { dollars: 0, served: 0, wanted: 0 };
  const groups = (replay?.groups ?? []).filter(({ kind }) => kind === 'attacker');
  const replayed = groups.map(({ dollars: spent, served, requests }): AttackSums => {
    return { dollars: spent, served, wanted: requests };
  });
  for (const { dollars: spent, served, wanted } of [...attackers, ...replayed]) {
    sums.dollars += spent;
    sums.served += served;
    sums.wanted += wanted;
  }
  return sums;
}

const FIGURES: readonly KeyFigure[] = [
  {
    label: 'visitors: sessions',
    format: formatCount,
    of: ({ result }) => result.visitors.sessions,
  },
  {
    label: 'visitors: asked to wait, times a session',
    format: decimal,
    of: ({ result: { visitors } }) => ratio(visitors.timesAsked, visitors.sessions),
  },
  {
    label: 'visitors: waited, median',
    format: formatSeconds,
    of: ({ result }) => result.visitors.wait.medianSeconds,
  },
  {
    label: 'visitors: waited, p95',
    format: formatSeconds,
    of: ({ result }) => result.visitors.wait.p95Seconds,
  },
  {
    label: 'visitors: waited, all together',
    format: formatSeconds,
    of: ({ result }) => result.visitors.wait.totalSeconds,
  },
  {
    label: 'visitors: requests refused',
    format: percent,
    of: ({ result: { visitors } }) =>
      ratio(visitors.requestsAsked - visitors.requestsServed, visitors.requestsAsked),
  },
  {
    label: 'visitors: pages that the origin failed',
    format: percent,
    of: ({ result: { visitors } }) => ratio(visitors.pagesFailed, visitors.pagesServed),
  },
  {
    label: '... without a gate',
    format: percent,
    of: ({ result: { visitors } }) => ratio(visitors.openPagesFailed, visitors.pagesAsked),
  },
  { label: 'attackers: dollars', format: dollars, of: (run) => attacksOf(run).dollars },
  {
    label: 'attackers: requests served',
    format: formatCount,
    of: (run) => attacksOf(run).served,
  },
  {
    label: 'attackers: kept from what they wanted',
    format: percent,
    of: (run) => {
      const { served, wanted } = attacksOf(run);
      return ratio(wanted - served, wanted);
    },
  },
  {
    label: 'origin: highest load, pages/s',
    format: formatCount,
    of: ({ result }) => result.origin.peak,
  },
  {
    label: '... without a gate',
    format: formatCount,
    of: ({ result }) => result.origin.openPeak,
  },
  {
    label: 'price: highest bits, visitors',
    format: decimal,
    of: ({ result }) => result.visitors.highestBits,
  },
  {
    label: 'price: highest bits, attackers',
    format: decimal,
    of: ({ result }) => Math.max(0, ...result.series.attackerBits),
  },
  {
    label: 'price: highest bits that the budget allows',
    format: decimal,
    of: ({ setup }) => setup.limits.capBits,
  },
  {
    label: 'passes: overspent, of what was bought',
    format: percent,
    of: ({ result: { ledger } }) => ratio(ledger.overspent, ledger.bought + ledger.waited),
  },
];

function differenceOf(first: number, second: number, format: Format): string {
  if (format(first) === format(second)) return 'the same';
  return `${second > first ? '+' : '-'}${format(Math.abs(second - first))}`;
}

/**
 * A row for each figure: its label, its value in each run and, of two runs, their difference.
 * @param runs one, or two of the same seed
 */
export function keyFigures(runs: readonly SimulationRun[]): readonly (readonly string[])[] {
  return FIGURES.map(({ label, format, of }) => {
    const numbers = runs.map(of);
    const row = [label].concat(numbers.map(format));
    const [first, second] = numbers;
    if (first === undefined || second === undefined) return row;
    return row.concat(differenceOf(first, second, format));
  });
}

/** The columns of `keyFigures`. */
export function figureColumns(runs: readonly SimulationRun[]): readonly string[] {
  const labels = ['figure'].concat(runs.map(({ label }) => label));
  return runs.length > 1 ? labels.concat('difference') : labels;
}

export const ATTACKER_COLUMNS = [
  'attacker',
  'wanted',
  'served',
  'dollars',
  '$ a thousand',
  'worth',
  'bits',
  'gave up',
] as const;

/** A row for each attacker, under `ATTACKER_COLUMNS`. */
export function attackerRows(run: SimulationRun): readonly (readonly string[])[] {
  return run.result.attackers.map((attacker) => {
    const worth = yieldOf(attacker, run.setup);
    const { dollarsPerThousand, gaveUpHour } = attacker;
    return [
      attacker.name,
      formatCount(attacker.wanted),
      formatCount(attacker.served),
      formatDollars(attacker.dollars),
      dollarsPerThousand === undefined ? '-' : formatDollars(dollarsPerThousand),
      worth === undefined ? '-' : formatDollars(worth),
      decimal(attacker.highestBits),
      gaveUpHour === undefined ? '-' : `after ${formatSeconds(gaveUpHour * 3600)}`,
    ];
  });
}

export const DEVICE_COLUMNS = ['device', 'sessions', 'asked', 'median', 'p95', 'longest'] as const;

/** A row for each device that came, under `DEVICE_COLUMNS`. */
export function deviceRows({ result }: SimulationRun): readonly (readonly string[])[] {
  return result.visitors.devices
    .filter(({ sessions }) => sessions > 0)
    .map(({ label, sessions, wait }) => {
      const waits = [wait.medianSeconds, wait.p95Seconds, wait.maxSeconds];
      return [label, formatCount(sessions), formatCount(wait.count)].concat(
        waits.map(formatSeconds),
      );
    });
}

export const GROUP_COLUMNS = [
  'client',
  'clients',
  'requests',
  'served',
  'refused',
  'gave up',
  'not made',
  'dollars',
] as const;

/** A row for each class of the log's clients, under `GROUP_COLUMNS`. */
export function groupRows(groups: readonly ReplayGroup[]): readonly (readonly string[])[] {
  return groups.map(({ group, dollars: spent, ...counts }) => {
    const { clients, requests, served, refused, gaveUp, avoided } = counts;
    const numbers = [clients, requests, served, refused, gaveUp, avoided].map(formatCount);
    return [group].concat(numbers, formatDollars(spent));
  });
}
