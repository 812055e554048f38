/**
 * A table of a report.
 *
 * Owns its markup. Cells stand in `bdi`: an address in Arabic, or a user agent that is made to, must not
 * rearrange its neighbours.
 */
import { markup, type Markup } from './escape.ts';

export interface TableColumn {
  readonly label: string;
  /** `end` for numbers. */
  readonly align?: 'end';
}

export interface TableContent {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns up to which a table is only as wide as it needs to be. */
const NARROW = 3;
/** Digits alone read the same in every direction, and most cells of a large table are digits. */
const DIGITS = /^[\d.,]*$/;

function renderCell(text: string, align: TableColumn['align'], isFirst: boolean): Markup {
  const content = DIGITS.test(text) ? markup`${text}` : markup`<bdi>${text}</bdi>`;
  // End tags of cells and rows are optional, and a report has many.
  if (align === 'end') return markup`<td class="end">${content}`;
  return isFirst ? markup`<th scope="row">${content}` : markup`<td>${content}`;
}

function renderRow(row: readonly string[], columns: readonly TableColumn[]): Markup {
  if (row.length > columns.length) {
    throw new RangeError(`a row has ${row.length} cells for ${columns.length} columns`);
  }
  return markup`<tr>${columns.map(({ align }, index) => renderCell(row[index] ?? '', align, index === 0))}`;
}

/**
 * A table that scrolls by itself where it is too wide, reachable by keyboard; `id` is unique in the
 * document. @throws RangeError for a row with more cells than there are columns
 */
export function renderTable({ caption, columns, rows }: TableContent, id: string): Markup {
  const heads = columns.map(({ label, align }) =>
    align === 'end'
      ? markup`<th scope="col" class="end">${label}`
      : markup`<th scope="col">${label}`,
  );
  const none = markup`<tr><td class="none" colspan="${columns.length}">None.`;
  const body = rows.length === 0 ? none : rows.map((row) => renderRow(row, columns));
  // Over the whole width, two columns are too far from each other to be read together.
  const table = columns.length > NARROW ? markup`<table>` : markup`<table class="narrow">`;
  return markup`<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0">${table}<caption id="${id}"><bdi>${caption}</bdi></caption><thead><tr>${heads}<tbody>${body}</table></div>`;
}
