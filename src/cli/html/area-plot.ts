/** A plot of stacked areas: draws the sums over the shared frame, the highest first. */
import { markup, type Markup } from './escape.ts';
import type { Drawing } from './line-plot.ts';
import { marker, seriesClass } from './markers.ts';
import type { AreaPlot, Series } from './plot.ts';
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
import { downsample, spread, stacked, type Point } from './series-points.ts';

/** Pixels: a thinner area has no room for its marker. */
const LEAST_HEIGHT = 11;
/** No marker within this part of the width from either end. */
const MARGIN = 0.03;

/** From the sum down to 0: what belongs to the areas below is painted over. */
function closedPath(points: readonly Point[], frame: PlotFrame): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return '';
  return `${curvePath([[first[0], 0], ...points, [last[0], 0]], frame)}z`;
}

/** In the middle of the area where it is thickest, if there is room. */
function drawMarker(
  points: readonly Point[],
  frame: PlotFrame,
  { below, index }: { readonly below: readonly Point[] | undefined; readonly index: number },
): Markup | undefined {
  const margin = (frame.x.max - frame.x.min) * MARGIN;
  let best = { height: 0, x: 0, y: 0 };
  for (const [place, [x, sum]] of points.entries()) {
    if (x < frame.x.min + margin || x > frame.x.max - margin) continue;
    const base = below?.[place]?.[1] ?? 0;
    const top = pixelOf(sum, frame.y);
    const bottom = pixelOf(base, frame.y);
    if (bottom - top > best.height) best = { height: bottom - top, x, y: (top + bottom) / 2 };
  }
  if (best.height < LEAST_HEIGHT) return undefined;
  return marker(index, percentOf(best.x, frame.x), String(Number(best.y.toFixed(1))));
}

function refuseNegative(series: readonly Series[]): void {
  const range = spread(series, 1);
  if (range !== undefined && range.min < 0) {
    throw new RangeError(`an area cannot show ${range.min}: use lines`);
  }
}

/** `undefined` where no series has a point. @throws RangeError for a value that is negative or no finite number */
export function drawAreas(plot: AreaPlot): Drawing | undefined {
  refuseNegative(plot.series);
  const sums = stacked(plot.series);
  const frame = createFrame(plot, sums);
  if (frame === undefined) return undefined;
  const areas = sums.map(({ points }, index) => {
    const path = closedPath(downsample(points, frame.x), frame);
    return markup`<path class="area ${seriesClass(index)}" d="${path}"/>`;
  });
  const markers = sums.map(({ points }, index) =>
    drawMarker(points, frame, { below: sums[index - 1]?.points, index }),
  );
  const content = markup`${drawAxes(frame)}${drawField(areas.toReversed())}${drawMarks(plot, frame)}<g class="on-fill">${markers}</g>`;
  return { frame, content };
}
