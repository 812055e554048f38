/**
 * A plot of horizontal bars: label and value above each, so that both fit on a phone.
 *
 * Owns its geometry; widths are percentages, text is not scaled.
 */
import { rangeOf } from './axis.ts';
import type { Range } from './ticks.ts';
import { markup, type Markup } from './escape.ts';
import { marker, seriesClass } from './markers.ts';
import type { Bar, BarPlot } from './plot.ts';
import { percentOf } from './plot-frame.ts';
import { formatValue } from './value-format.ts';

/** Bars that are drawn; all stand in the table. */
export const MAX_BARS = 40;
const ROW = 46;
const BAR_TOP = 18;
const BAR_HEIGHT = 14;
/** Characters of a label that fit beside a value: on a phone, and where there is more room. */
const FEW_CHARACTERS = 32;
const MANY_CHARACTERS = 90;
/** Beside a bar; the table has one more. */
const FEW_DIGITS = 3;
/** Part of the width from which on a part of a bar has room for its marker. */
const LEAST_SHARE = 0.08;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export interface BarDrawing {
  readonly height: number;
  readonly content: Markup;
}

/** Names of all parts, in the order of their first appearance: the order of the legend. */
export function partNames({ bars }: BarPlot): readonly string[] {
  return [...new Set(bars.flatMap(({ parts = [] }) => parts.map(({ name }) => name)))];
}

function cut(text: string, length: number): string {
  // Cut first: a user agent of a megabyte need not be taken apart.
  const all = Array.from(graphemes.segment(text.slice(0, 8 * length)), ({ segment }) => segment);
  if (text.length <= 8 * length && all.length <= length) return text;
  return `${all
    .slice(0, length - 1)
    .join('')
    .trimEnd()}…`;
}

function drawLabel(label: string, y: number): Markup {
  const few = cut(label, FEW_CHARACTERS);
  const many = cut(label, MANY_CHARACTERS);
  if (few === many) return markup`<text class="label" y="${y}">${few}</text>`;
  return markup`<text class="label few" y="${y}">${few}</text><text class="label many" y="${y}">${many}</text>`;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly y: number;
}

function drawSegment({ from, to, y }: Segment, range: Range, name: string): Markup {
  const [left, right] = from < to ? [from, to] : [to, from];
  const width = Number(((100 * (right - left)) / (range.max - range.min)).toFixed(2));
  return markup`<rect class="${name}" x="${percentOf(left, range)}" width="${width}%" y="${y}" height="${BAR_HEIGHT}"/>`;
}

function drawParts(
  { parts = [] }: Bar,
  {
    y,
    range,
    names,
  }: { readonly y: number; readonly range: Range; readonly names: readonly string[] },
): readonly Markup[] {
  let from = 0;
  return parts.map(({ name, value }) => {
    const to = from + value;
    const index = names.indexOf(name);
    const fill = drawSegment({ from, to, y }, range, `bar ${seriesClass(index)}`);
    const isWide = value / (range.max - range.min) >= LEAST_SHARE;
    const middle = percentOf((from + to) / 2, range);
    from = to;
    return markup`${fill}${isWide ? marker(index, middle, String(y + BAR_HEIGHT / 2)) : undefined}`;
  });
}

/** A line across one bar, past its lower edge: the label stands above. */
function drawLine(name: 'zero' | 'mark', x: string, y: number): Markup {
  const ends = markup`x1="${x}" x2="${x}" y1="${y - 1}" y2="${y + BAR_HEIGHT + 4}"`;
  return markup`<line class="halo" ${ends}/><line class="${name}" ${ends}/>`;
}

function drawRow(
  bar: Bar,
  top: number,
  {
    range,
    names,
    plot,
  }: { readonly range: Range; readonly names: readonly string[]; readonly plot: BarPlot },
): Markup {
  const y = top + BAR_TOP;
  const fill =
    bar.parts === undefined
      ? drawSegment({ from: 0, to: bar.value, y }, range, `bar ${seriesClass(0)}`)
      : [
          drawSegment({ from: 0, to: bar.value, y }, range, 'bar rest'),
          drawParts(bar, { y, range, names }),
        ];
  const rail = drawSegment({ from: range.min, to: range.max, y }, range, 'rail');
  const value = formatValue(bar.value, plot.y.format, FEW_DIGITS);
  return markup`${drawLabel(bar.label, top + 13)}<text class="end value" x="100%" y="${top + 13}">${value}</text>${rail}${fill}`;
}

function refuseParts({ label, parts, value }: Bar): void {
  if (parts === undefined) return;
  const least = parts.reduce((found, part) => Math.min(found, part.value), 0);
  const sum = parts.reduce((found, part) => found + part.value, 0);
  if (least < 0 || sum > value + 1e-6 * Math.max(1e-12, Math.abs(value))) {
    throw new RangeError(`the parts of "${label}" must be 0 or more and at most ${value} together`);
  }
}

/**
 * `undefined` where there is no bar.
 * @throws RangeError for a value that is no finite number, and for parts that are more than their bar
 */
export function drawBars(plot: BarPlot): BarDrawing | undefined {
  const { marks = [] } = plot;
  for (const bar of plot.bars) refuseParts(bar);
  const values = plot.bars.map(({ value }) => value);
  const all = rangeOf([0, ...values, ...marks.map(({ value }) => value)]);
  if (plot.bars.length === 0 || all === undefined) return undefined;
  const range = all.min === all.max ? { min: 0, max: 1 } : all;
  const names = partNames(plot);
  const shown = plot.bars.slice(0, MAX_BARS);
  const rows = shown.map((bar, row) => drawRow(bar, row * ROW, { range, names, plot }));
  const height = shown.length * ROW - (ROW - BAR_TOP - BAR_HEIGHT) + 4;
  const lines = shown.map((_, row) => {
    const y = row * ROW + BAR_TOP;
    const zero = range.min < 0 ? drawLine('zero', percentOf(0, range), y) : undefined;
    return [zero, marks.map(({ value }) => drawLine('mark', percentOf(value, range), y))];
  });
  return { height, content: markup`${rows}${lines}` };
}
