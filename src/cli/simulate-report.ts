/**
 * A simulation as a report with plots.
 *
 * Owns what stands in it and in which order; must not know how it is drawn.
 */
import type { SeriesColumns } from '../core/simulation/simulation-series.ts';
import { formatCount } from './amounts.ts';
import type { Plot, PlotMark, Series, ValueAxis } from './html/plot.ts';
import type { ReportDocument, ReportPart, ReportSection } from './html/report-page.ts';
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
import { describeRun, verdictOf, type SimulationRun } from './simulation-verdict.ts';

const SECONDS_PER_HOUR = 3600;

type ColumnName = Exclude<keyof SeriesColumns, 'hours' | 'bucketSeconds'>;

interface Curve {
  readonly name: string;
  readonly column: ColumnName;
  /** What a bucket's value is multiplied with. */
  readonly scale?: (series: SeriesColumns) => number;
  /** Each value with all before it. */
  readonly isRunning?: true;
}

interface Picture {
  readonly title: string;
  readonly y: ValueAxis;
  readonly curves: readonly Curve[];
  readonly note: string;
  readonly marks?: (run: SimulationRun) => readonly PlotMark[];
}

function perSecond({ bucketSeconds }: SeriesColumns): number {
  return 1 / bucketSeconds;
}

const PICTURES: readonly Picture[] = [
  {
    title: 'How long visitors wait',
    y: { label: 'wait', format: 'seconds' },
    curves: [
      { name: 'median', column: 'waitMedian' },
      { name: 'p95', column: 'waitP95' },
    ],
    note: 'Of those who were asked to wait in each stretch of time, all devices together.',
  },
  {
    title: 'What attackers have spent',
    y: { label: 'dollars', format: 'dollars' },
    curves: [{ name: 'all attackers', column: 'attackerDollars', isRunning: true }],
    note: 'Computation, addresses and traffic, added up since the start.',
  },
  {
    title: 'Requests served',
    y: { label: 'requests a second' },
    curves: [
      { name: 'visitors', column: 'visitorRequests', scale: perSecond },
      { name: 'attackers', column: 'attackerRequests', scale: perSecond },
      { name: 'attackers wanted', column: 'attackerWanted', scale: perSecond },
    ],
    note: 'Static responses are counted as requests.',
  },
  {
    title: 'The price, in bits above its base',
    y: { label: 'bits', format: 'bits' },
    curves: [
      { name: 'visitors, highest', column: 'visitorBits' },
      { name: 'attackers, highest', column: 'attackerBits' },
    ],
    note: 'One bit doubles the price of a request. Visitors who share a network with an attacker share its price.',
    marks: ({ setup }) => [{ label: 'cap', value: setup.limits.capBits }],
  },
];

function curveOf(series: SeriesColumns, { name, column, scale, isRunning }: Curve): Series {
  const factor = scale?.(series) ?? 1;
  let sum = 0;
  const points = series.hours.map((hour, at): readonly [number, number] => {
    const value = (series[column][at] ?? 0) * factor;
    sum += value;
    return [hour * SECONDS_PER_HOUR, isRunning === true ? sum : value];
  });
  return { name, points };
}

function drawPicture(run: SimulationRun, picture: Picture): Plot {
  const { series } = run.result;
  return {
    kind: 'lines',
    title: picture.title,
    x: { label: 'since the start', format: 'duration' },
    y: picture.y,
    series: picture.curves.map((curve) => curveOf(series, curve)),
    note: picture.note,
    ...(picture.marks === undefined ? {} : { marks: picture.marks(run) }),
  };
}

/** Load with the gate and without; the mean of each stretch of time. */
function loadPlot({ result: { series, origin } }: SimulationRun): Plot {
  return {
    kind: 'lines',
    title: 'Load of the origin',
    x: { label: 'since the start', format: 'duration' },
    y: { label: 'pages a second' },
    series: [
      curveOf(series, { name: 'with the gate', column: 'load', scale: perSecond }),
      curveOf(series, { name: 'without', column: 'openLoad', scale: perSecond }),
    ],
    note: 'A static response is a part of a page.',
    marks: [{ label: 'capacity', value: origin.capacity }],
  };
}

function devicePlot({ result }: SimulationRun): Plot {
  const seen = result.visitors.devices.filter(({ wait }) => wait.count > 0);
  return {
    kind: 'bars',
    title: 'How long each device waits, p95',
    y: { label: 'wait', format: 'seconds' },
    bars: seen.map(({ label, wait }) => ({ label, value: wait.p95Seconds })),
  };
}

function tablePart(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): ReportPart {
  const [first = '', ...others] = columns;
  const ends = others.map((label) => ({ label, align: 'end' as const }));
  return { kind: 'table', caption, columns: [{ label: first }, ...ends], rows };
}

function runSection(run: SimulationRun): ReportSection {
  const { attackers, replay } = run.result;
  const parts: ReportPart[] = [
    { kind: 'text', text: describeRun(run) },
    { kind: 'text', text: verdictOf(run).join(' ') },
  ];
  for (const picture of PICTURES) parts.push({ kind: 'plot', plot: drawPicture(run, picture) });
  parts.push({ kind: 'plot', plot: loadPlot(run) }, { kind: 'plot', plot: devicePlot(run) });
  parts.push(tablePart('Visitors by device', DEVICE_COLUMNS, deviceRows(run)));
  if (attackers.length > 0) parts.push(tablePart('Attackers', ATTACKER_COLUMNS, attackerRows(run)));
  if (replay !== undefined)
    parts.push(tablePart('Clients of the log', GROUP_COLUMNS, groupRows(replay.groups)));
  return { heading: run.label, parts };
}

/** "Then: visitors wait ..." where there is another run to tell it from. */
function leadOf(run: SimulationRun, isCompared: boolean): string {
  const text = verdictOf(run).join(' ');
  const { label } = run;
  return isCompared ? `${label.charAt(0).toUpperCase()}${label.slice(1)}: ${text}` : text;
}

/** @param runs one, or two of the same seed */
export function simulationReport(runs: readonly SimulationRun[]): ReportDocument {
  const [first] = runs;
  return {
    title: first?.result.title ?? 'Simulation',
    lead: runs.map((run) => leadOf(run, runs.length > 1)).join(' '),
    sections: [
      {
        heading: 'Key figures',
        parts: [tablePart('Key figures', figureColumns(runs), keyFigures(runs))],
      },
      ...runs.map(runSection),
    ],
    ...(first === undefined
      ? {}
      : {
          footer: `${formatCount(first.result.hours)} hours, seed ${first.result.seed}`,
        }),
  };
}
