/**
 * What plots over an x axis share: grid, ticks, marks, and where a point lies.
 *
 * Owns the geometry. Nothing is scaled but the curves: text and markers stand at percentages of
 * the width, so that they have the same size on a phone and on paper.
 */
import { positionAxis, rangeOf, valueAxis } from './axis.ts';
import type { Range, Tick } from './ticks.ts';
import { markup, type Markup } from './escape.ts';
import type { AreaPlot, LinePlot } from './plot.ts';
import { spread, type Point } from './series-points.ts';

/** Pixels of the field; the x axis stands below it. */
const FIELD_HEIGHT = 220;
const TOP = 8;
/** One line of labels, or two. */
const BELOW_ONE = 26;
const BELOW_TWO = 40;
/** Units of the curves' coordinates in both directions. */
const UNITS = 1000;
const VALUE_TICKS = 5;
/** On a phone, and where there is more room. */
const FEW_TICKS = 4;
const MANY_TICKS = 9;
const MAX_GUTTER = 10;

export interface PlotFrame {
  readonly x: Range;
  readonly y: Range;
  readonly few: readonly Tick[];
  readonly many: readonly Tick[];
  readonly values: readonly Tick[];
}

function share(value: number, { min, max }: Range): number {
  // Halved, for differences that are no finite numbers.
  return (value / 2 - min / 2) / (max / 2 - min / 2);
}

/** Where x lies, in percent of the field's width. */
export function percentOf(x: number, range: Range): string {
  return `${Number((100 * share(x, range)).toFixed(2))}%`;
}

/** Where y lies, in pixels from the top of the drawing. */
export function pixelOf(y: number, range: Range): number {
  return Number((TOP + FIELD_HEIGHT * (1 - share(y, range))).toFixed(1));
}

/** Axes for all `drawn` values; `undefined` where there is nothing to draw. @throws RangeError as the axes do */
export function createFrame(
  plot: LinePlot | AreaPlot,
  drawn: LinePlot['series'],
): PlotFrame | undefined {
  const xs = spread(drawn, 0);
  const ys = spread(drawn, 1);
  const marks = rangeOf((plot.marks ?? []).map(({ value }) => value));
  if (xs === undefined || ys === undefined) return undefined;
  const { min = ys.min, max = ys.max } = marks ?? {};
  const all = { min: Math.min(min, ys.min), max: Math.max(max, ys.max) };
  const values = valueAxis(all, VALUE_TICKS, plot.y.format);
  const few = positionAxis(xs, FEW_TICKS, plot.x);
  const many = positionAxis(xs, MANY_TICKS, plot.x);
  return { x: few.range, y: values.range, few: few.ticks, many: many.ticks, values: values.ticks };
}

/** Pixels of the drawing. */
export function heightOf({ few, many }: PlotFrame): number {
  const hasTwo = [...few, ...many].some(({ below }) => below !== undefined);
  return TOP + FIELD_HEIGHT + (hasTwo ? BELOW_TWO : BELOW_ONE);
}

/** Class that leaves room for the widest label of the y axis. */
export function gutterClass({ values }: Pick<PlotFrame, 'values'>): string {
  const widest = values.reduce((most, { label }) => Math.max(most, label.length), 2);
  return `g${Math.min(MAX_GUTTER, widest)}`;
}

function valueGrid(frame: PlotFrame): Markup {
  const lines = frame.values.map(({ at }) => {
    const pixel = pixelOf(at, frame.y);
    return markup`<line class="${at === 0 ? 'zero' : 'grid'}" x1="0" x2="100%" y1="${pixel}" y2="${pixel}"/>`;
  });
  const labels = frame.values.map(
    ({ at, label }) =>
      markup`<text class="end" x="-8" y="${pixelOf(at, frame.y) + 4}">${label}</text>`,
  );
  return markup`${lines}${labels}`;
}

function positionTicks(ticks: readonly Tick[], range: Range, name: string): Markup {
  const bottom = TOP + FIELD_HEIGHT;
  const parts = ticks.map(({ at, label, below }) => {
    const x = percentOf(at, range);
    const second =
      below === undefined
        ? undefined
        : markup`<text class="below" x="${x}" y="${bottom + 34}">${below}</text>`;
    return markup`<line class="tick" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}"/><text x="${x}" y="${bottom + 19}">${label}</text>${second}`;
  });
  return markup`<g class="${name}">${parts}</g>`;
}

/** Grid and labels of both axes. */
export function drawAxes(frame: PlotFrame): Markup {
  return markup`${valueGrid(frame)}${positionTicks(frame.few, frame.x, 'few')}${positionTicks(frame.many, frame.x, 'many')}`;
}

/** A line across for every mark; what it is stands in the legend. */
export function drawMarks(
  { marks = [] }: LinePlot | AreaPlot,
  { y }: PlotFrame,
): readonly Markup[] {
  return marks.map(({ value }) => {
    const pixel = pixelOf(value, y);
    return markup`<line class="mark" x1="0" x2="100%" y1="${pixel}" y2="${pixel}"/>`;
  });
}

/** The path of a curve, in whole units, each point from the one before. */
export function curvePath(points: readonly Point[], { x, y }: PlotFrame): string {
  let [lastX, lastY] = [0, 0];
  const steps = points.map(([atX, atY], index) => {
    const nextX = Math.round(UNITS * share(atX, x));
    const nextY = Math.round(UNITS * (1 - share(atY, y)));
    const [moveX, moveY] = [nextX - lastX, nextY - lastY];
    [lastX, lastY] = [nextX, nextY];
    const letter = index === 0 ? 'M' : index === 1 ? 'l' : '';
    const gap = index > 1 && moveX >= 0 ? ' ' : '';
    return `${letter}${gap}${moveX}${moveY < 0 ? '' : ' '}${moveY}`;
  });
  return steps.join('');
}

/** The curves' own coordinates, stretched over the field. */
export function drawField(curves: readonly Markup[]): Markup {
  return markup`<svg class="field" x="0" y="${TOP}" width="100%" height="${FIELD_HEIGHT}" viewBox="0 0 ${UNITS} ${UNITS}" preserveAspectRatio="none">${curves}</svg>`;
}
