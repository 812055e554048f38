/**
 * What a plot shows, in words and as a table, for those who cannot or would rather not see it.
 *
 * Owns both texts and the bound of the table; must not know how a plot is drawn.
 */
import type { AreaPlot, BarPlot, LinePlot, Plot, PositionAxis, Series } from './plot.ts';
import { partNames } from './bar-plot.ts';
import { positions } from './series-points.ts';
import type { TableContent } from './report-table.ts';
import { formatDuration, formatTime, formatValue } from './value-format.ts';

/** Rows of a table of points, extremes included. */
const MAX_ROWS = 120;
const MAX_BAR_ROWS = 400;

export function formatPosition(x: number, format: PositionAxis['format']): string {
  switch (format) {
    case 'time':
      return formatTime(x);
    case 'duration':
      return formatDuration(x);
    case 'number':
      return formatValue(x);
    default:
      return format satisfies never;
  }
}

/** What the x axis shows, with its zone where it shows times. */
export function positionLabel({ label, format }: PositionAxis): string {
  return format === 'time' && !label.includes('UTC') ? `${label} (UTC)` : label;
}

/** The points of a series with the least and the greatest value, the first of each. */
function extremes({ points }: Series) {
  let [least, most] = [points[0], points[0]];
  for (const point of points) {
    if (least === undefined || point[1] < least[1]) least = point;
    if (most === undefined || point[1] > most[1]) most = point;
  }
  return least === undefined || most === undefined ? undefined : { least, most };
}

function describeSeries(series: Series, plot: LinePlot | AreaPlot): string {
  const found = extremes(series);
  if (found === undefined) return `${series.name}: no points.`;
  const { least, most } = found;
  const value = (y: number): string => formatValue(y, plot.y.format);
  const at = (x: number): string => formatPosition(x, plot.x.format);
  if (least[1] === most[1]) return `${series.name}: always ${value(most[1])}.`;
  return `${series.name}: from ${value(least[1])} (at ${at(least[0])}) to ${value(most[1])} (at ${at(most[0])}).`;
}

function describeBars({ bars, y }: BarPlot): string {
  return bars
    .slice(0, 10)
    .map(({ label, value }) => `${label}: ${formatValue(value, y.format)}.`)
    .join(' ');
}

/** A few sentences: what kind of plot it is, and the extremes of every series. */
export function describePlot(plot: Plot): string {
  const kind = { lines: 'Line plot', areas: 'Stacked areas', bars: 'Bars' }[plot.kind];
  const marks = (plot.marks ?? []).map(
    ({ label, value }) => `${label}: ${formatValue(value, plot.y.format)}.`,
  );
  const content =
    plot.kind === 'bars'
      ? describeBars(plot)
      : plot.series.map((series) => describeSeries(series, plot)).join(' ');
  return [
    `${kind} of ${plot.y.label}.`,
    content,
    ...marks,
    'The data stand in the table below.',
  ].join(' ');
}

/** Evenly spread over `all`, and the extremes of every series. */
function tablePositions(all: readonly number[], series: readonly Series[]): readonly number[] {
  if (all.length <= MAX_ROWS) return all;
  const kept = new Set<number>();
  for (const one of series) {
    const { least, most } = extremes(one) ?? {};
    if (kept.size + 2 < MAX_ROWS && least !== undefined && most !== undefined) {
      kept.add(least[0]).add(most[0]);
    }
  }
  const spare = MAX_ROWS - kept.size;
  for (let row = 0; row < spare; row += 1) {
    const index = Math.round((row * (all.length - 1)) / Math.max(1, spare - 1));
    kept.add(all[index] ?? 0);
  }
  return [...kept].toSorted((a, b) => a - b);
}

function tabulateSeries(plot: LinePlot | AreaPlot): TableContent {
  const { series, x, y } = plot;
  const all = positions(series);
  const shown = tablePositions(all, series);
  const values = series.map(({ points }) => new Map(points));
  const rows = shown.map((at) => [
    formatPosition(at, x.format),
    ...values.map((own) => {
      const value = own.get(at);
      return value === undefined ? '' : formatValue(value, y.format);
    }),
  ]);
  const part =
    shown.length < all.length
      ? ` (${shown.length} of ${formatValue(all.length)} rows, with the extremes of every series)`
      : '';
  return {
    caption: `${plot.title}: ${y.label}${part}`,
    columns: [
      { label: positionLabel(x) },
      ...series.map(({ name }) => ({ label: name, align: 'end' as const })),
    ],
    rows,
  };
}

function tabulateBars(plot: BarPlot): TableContent {
  const { bars, y } = plot;
  const names = partNames(plot);
  const write = (value: number): string => formatValue(value, y.format);
  const rows = bars.slice(0, MAX_BAR_ROWS).map(({ label, value, parts = [] }) => {
    const cells = names.map((name) => {
      const own = parts.filter((part) => part.name === name);
      return own.length === 0 ? '' : write(own.reduce((total, part) => total + part.value, 0));
    });
    return [label].concat(cells, write(value));
  });
  const part =
    rows.length < bars.length
      ? ` (the first ${rows.length} of ${formatValue(bars.length)} rows)`
      : '';
  const ends = [...names, names.length > 0 ? 'All' : y.label];
  return {
    caption: `${plot.title}: ${y.label}${part}`,
    columns: [{ label: 'Name' }, ...ends.map((label) => ({ label, align: 'end' as const }))],
    rows,
  };
}

/** The plot's data: all bars or points, or evenly spread ones and the extremes (120 rows; bars 400). */
export function tabulatePlot(plot: Plot): TableContent {
  return plot.kind === 'bars' ? tabulateBars(plot) : tabulateSeries(plot);
}
