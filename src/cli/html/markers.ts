/**
 * How series are told apart: a colour, a dash and a marker each, so that none of them is needed.
 *
 * Owns the shapes of markers and the keys of a legend; the colours stand in `report-style.ts`.
 */
import { markup, type Markup } from './escape.ts';

/** Of the palette; the ninth series has the first colour again, with another dash and marker. */
export const COLOURS = 8;
const DASHES = 5;

/** Around 0 0, at most 5 units each way. */
const SHAPES = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
  'M-3.5-3.5h7v7h-7z',
  'M0-4.8l4.6 8h-9.2z',
  'M0-5l5 5l-5 5l-5-5z',
  'M0 4.8l4.6-8h-9.2z',
  'M-1.6-4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z',
  'M-5-2h10v4h-10z',
  'M-2-5h4v10h-4z',
  'M-4.5-4.5h9l-9 9z',
] as const;

/** Class that gives an element the colour and the dash of series `index`. */
export function seriesClass(index: number): string {
  return `s${index % COLOURS} d${index % DASHES}`;
}

function shapeOf(index: number): string {
  return `#m${index % SHAPES.length}`;
}

/** The shapes, once for a document; they are not seen where they stand. */
export function markerShapes(): Markup {
  const shapes = SHAPES.map((path, index) => markup`<path id="m${index}" d="${path}"/>`);
  return markup`<svg class="defs" aria-hidden="true" focusable="false"><defs>${shapes}</defs></svg>`;
}

/** The marker of series `index`; coordinates are lengths or percentages. */
export function marker(index: number, x: string, y: string): Markup {
  return markup`<use class="s${index % COLOURS}" href="${shapeOf(index)}" x="${x}" y="${y}"/>`;
}

/** What a legend shows before the name of series `index`. */
export function seriesKey(index: number, kind: 'line' | 'fill'): Markup {
  const stroke = markup`<path class="line" d="M1 7h30"/>`;
  const fill = markup`<rect width="22" height="14" rx="2"/>`;
  const [width, shape, x] = kind === 'line' ? [32, stroke, '16'] : [22, fill, '11'];
  return markup`<svg class="key ${kind} ${seriesClass(index)}" width="${width}" height="14" aria-hidden="true" focusable="false">${shape}${marker(index, x, '7')}</svg>`;
}

/** What a legend shows before the label of a mark. */
export function markKey(): Markup {
  return markup`<svg class="key" width="32" height="14" aria-hidden="true" focusable="false"><path class="mark" d="M1 7h30"/></svg>`;
}
