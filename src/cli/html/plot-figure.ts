/**
 * A plot with all that belongs to it: title, legend, drawing, note, and its data as a table.
 *
 * Owns the markup around the drawing; must not know how a kind of plot is drawn.
 */
import { drawAreas } from './area-plot.ts';
import { drawBars, MAX_BARS, partNames } from './bar-plot.ts';
import { markup, type Markup } from './escape.ts';
import { drawLines } from './line-plot.ts';
import { markKey, seriesKey } from './markers.ts';
import type { Plot } from './plot.ts';
import { describePlot, positionLabel, tabulatePlot } from './plot-data.ts';
import { gutterClass, heightOf } from './plot-frame.ts';
import { renderTable } from './report-table.ts';
import { formatValue } from './value-format.ts';

const DENSE_FROM = 150;

interface Canvas {
  readonly className: string;
  readonly height: number;
  readonly content: Markup;
}

function drawPlot(plot: Plot): Canvas | undefined {
  if (plot.kind === 'bars') {
    const drawing = drawBars(plot);
    return drawing && { className: 'bars', ...drawing };
  }
  const drawing = plot.kind === 'lines' ? drawLines(plot) : drawAreas(plot);
  return (
    drawing && {
      className: `curves ${gutterClass(drawing.frame)}`,
      height: heightOf(drawing.frame),
      content: drawing.content,
    }
  );
}

function renderLegend(plot: Plot): Markup | undefined {
  const isLines = plot.kind === 'lines';
  const names = plot.kind === 'bars' ? partNames(plot) : plot.series.map(({ name }) => name);
  const keys = names.map(
    (name, index) =>
      markup`<li>${seriesKey(index, isLines ? 'line' : 'fill')}<bdi>${name}</bdi></li>`,
  );
  const marks = (plot.marks ?? []).map(
    ({ label, value }) =>
      markup`<li>${markKey()}<bdi>${label}: ${formatValue(value, plot.y.format)}</bdi></li>`,
  );
  if (keys.length + marks.length === 0) return undefined;
  return markup`<ul class="legend">${keys}${marks}</ul>`;
}

/** Arrows instead of words, which would have to fit every label. */
function axisText(plot: Plot): Markup {
  const up = markup`<span aria-hidden="true">↑ </span><bdi>${plot.y.label}</bdi>`;
  if (plot.kind === 'bars') return markup`<p class="axes"><bdi>${plot.y.label}</bdi></p>`;
  const right = markup`<span aria-hidden="true">→ </span><bdi>${positionLabel(plot.x)}</bdi>`;
  return markup`<p class="axes"><bdi>${up}, ${right}</bdi></p>`;
}

/** Dashes of a curve that goes up and down within a few pixels would fill its surroundings. */
function isDense(plot: Plot): boolean {
  return plot.kind === 'lines' && plot.series.some(({ points }) => points.length > DENSE_FROM);
}

function leftOut(plot: Plot): Markup | undefined {
  if (plot.kind !== 'bars' || plot.bars.length <= MAX_BARS) return undefined;
  const more = formatValue(plot.bars.length - MAX_BARS);
  return markup`<p class="note">${more} more are not drawn.</p>`;
}

/** The plot as a figure; `id` is unique in the document. @throws RangeError for a value that cannot be shown */
export function renderPlot(plot: Plot, id: string): Markup {
  const canvas = drawPlot(plot);
  const caption = markup`<figcaption>${plot.title}</figcaption>`;
  const note = plot.note === undefined ? undefined : markup`<p class="note">${plot.note}</p>`;
  if (canvas === undefined) {
    return markup`<figure class="plot">${caption}<p class="none">There is nothing to show.</p>${note}</figure>`;
  }
  const { className, height, content } = canvas;
  // Time runs from left to right in every language that charts are read in.
  const drawing = markup`<div class="canvas ${className}" dir="ltr"><svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="100%" height="${height}"><title id="${id}-title">${plot.title}</title><desc id="${id}-desc">${describePlot(plot)}</desc>${content}</svg></div>`;
  const data = markup`<details><summary>Data: <bdi>${plot.title}</bdi></summary>${renderTable(tabulatePlot(plot), `${id}-data`)}</details>`;
  const name = isDense(plot) ? 'plot dense' : 'plot';
  return markup`<figure class="${name}">${caption}${axisText(plot)}${renderLegend(plot)}${drawing}${leftOut(plot)}${note}${data}</figure>`;
}
