/** A plot of lines: draws the series over the shared frame. */
import { markup, type Markup } from './escape.ts';
import { marker, seriesClass } from './markers.ts';
import type { LinePlot } from './plot.ts';
import {
  createFrame,
  curvePath,
  drawAxes,
  drawField,
  drawMarks,
  percentOf,
  pixelOf,
  type PlotFrame,
} from './plot-frame.ts';
import { downsample, ordered, type Point } from './series-points.ts';

/** On a line; those of neighbouring series stand between each other. */
const MARKERS = 5;

export interface Drawing {
  readonly frame: PlotFrame;
  readonly content: Markup;
}

function drawMarkers(
  points: readonly Point[],
  frame: PlotFrame,
  { index, count }: { readonly index: number; readonly count: number },
): readonly Markup[] {
  const offset = (index + 1) / (count + 1);
  const wanted = Array.from({ length: MARKERS }, (_, place) =>
    Math.floor(((place + offset) / MARKERS) * points.length),
  );
  return [...new Set(wanted)].flatMap((at) => {
    const point = points[at];
    if (point === undefined) return [];
    const [x, y] = point;
    return [marker(index, percentOf(x, frame.x), String(pixelOf(y, frame.y)))];
  });
}

/** `undefined` where no series has a point. @throws RangeError for a value that is no finite number */
export function drawLines(plot: LinePlot): Drawing | undefined {
  const series = ordered(plot.series);
  const frame = createFrame(plot, series);
  if (frame === undefined) return undefined;
  const drawn = series.map(({ points }) => downsample(points, frame.x));
  const curves = drawn.map(
    (points, index) =>
      markup`<path class="line ${seriesClass(index)}" d="${curvePath(points, frame)}"/>`,
  );
  const markers = drawn.map((points, index) =>
    drawMarkers(points, frame, { index, count: drawn.length }),
  );
  const content = markup`${drawAxes(frame)}${drawMarks(plot, frame)}${drawField(curves)}${markers}`;
  return { frame, content };
}
