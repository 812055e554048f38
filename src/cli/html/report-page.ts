/**
 * A report as one HTML file that needs nothing else: no script, no font, no network.
 *
 * Owns what a report consists of and the frame of the document; must not know what it is about,
 * nor what time it is.
 */
import { createHash } from 'node:crypto';
import { markup, styleMarkup, type Markup } from './escape.ts';
import { markerShapes } from './markers.ts';
import type { Plot } from './plot.ts';
import { renderPlot } from './plot-figure.ts';
import { REPORT_STYLE } from './report-style.ts';
import { renderTable, type TableContent } from './report-table.ts';

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** In texts a blank line begins a paragraph, and lines that begin with "- " make a list. */
export type ReportPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | ({ readonly kind: 'table' } & TableContent)
  | { readonly kind: 'plot'; readonly plot: Plot }
  | { readonly kind: 'code'; readonly caption: string; readonly text: string };

export interface ReportSection {
  readonly heading: string;
  readonly parts: readonly ReportPart[];
}

export interface ReportDocument {
  readonly title: string;
  /** The result, in a sentence or two. */
  readonly lead: string;
  readonly sections: readonly ReportSection[];
  /** Version of the tool and time of the report, as the caller has them. */
  readonly footer?: string;
}

/** Sections from which on a table of contents helps. */
const CONTENTS_FROM = 4;
const LIST_ITEM = /^- +/;

const SIGN = markup`<svg class="sign" viewBox="0 0 64 40" width="56" height="35" aria-hidden="true" focusable="false"><path class="post" d="M7 38V16h10v22zM3 38h18"/><path class="beam" d="M12 20h50"/><path class="stripes" d="M22 20h8M38 20h8M54 20h8"/><circle class="pivot" cx="12" cy="20" r="4"/></svg>`;

/** Nothing is loaded, nothing runs; styles are those of this file, by their hash. */
function contentPolicy(): string {
  const hash = createHash('sha256').update(REPORT_STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function renderText(text: string): readonly Markup[] {
  const blocks = text.split(/\n[^\S\n]*\n/).map((block) => block.trim());
  return blocks
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n').map((line) => line.trim());
      if (!lines.every((line) => LIST_ITEM.test(line))) return markup`<p>${lines.join(' ')}</p>`;
      return markup`<ul>${lines.map((line) => markup`<li>${line.replace(LIST_ITEM, '')}</li>`)}</ul>`;
    });
}

function renderFigure({ label, value, note }: Figure): Markup {
  const about = note === undefined ? undefined : markup`<dd class="about">${note}</dd>`;
  return markup`<div><dt>${label}</dt><dd class="number"><bdi>${value}</bdi></dd>${about}</div>`;
}

function renderPart(part: ReportPart, id: string): Markup {
  switch (part.kind) {
    case 'text':
      return markup`${renderText(part.text)}`;
    case 'figures':
      return part.figures.length === 0
        ? markup``
        : markup`<dl class="figures">${part.figures.map(renderFigure)}</dl>`;
    case 'table':
      return renderTable(part, id);
    case 'plot':
      return renderPlot(part.plot, id);
    case 'code':
      // A line break right after the start tag would be dropped, so there is always one.
      return markup`<figure><figcaption id="${id}">${part.caption}</figcaption><pre tabindex="0" role="group" aria-labelledby="${id}" dir="ltr">
${part.text}</pre></figure>`;
    default:
      return part satisfies never;
  }
}

function renderSection({ heading, parts }: ReportSection, index: number): Markup {
  const id = `section-${index + 1}`;
  const content = parts.map((part, place) => renderPart(part, `${id}-part-${place + 1}`));
  return markup`<section><h2 id="${id}">${heading}</h2>${content}</section>\n`;
}

function renderContents(sections: readonly ReportSection[]): Markup | undefined {
  if (sections.length < CONTENTS_FROM) return undefined;
  const items = sections.map(
    ({ heading }, index) => markup`<li><a href="#section-${index + 1}">${heading}</a></li>`,
  );
  return markup`<nav aria-label="Contents"><ol>${items}</ol></nav>`;
}

/**
 * The whole document; the same input gives the same bytes. Every text is escaped.
 * @throws RangeError for a plot with a value that cannot be shown, and for a row with too many cells
 */
export function renderReport({ title, lead, sections, footer }: ReportDocument): string {
  const end = footer === undefined ? undefined : markup`<footer><p>${footer}</p></footer>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${styleMarkup(REPORT_STYLE)}</style>
</head>
<body>
${markerShapes()}
<header>${SIGN}<h1>${title}</h1><p class="lead">${lead}</p></header>
${renderContents(sections)}
<main>
${sections.map(renderSection)}</main>
${end}
</body>
</html>
`.toString();
}
