/**
 * Tables in plain text, for a terminal.
 *
 * Owns the layout: columns as wide as they need to be, the widest cut or wrapped until a row fits.
 */
import { displayWidth, fitText, wrapText } from './text-width.ts';

export interface TextColumn {
  readonly label: string;
  /** `end` for numbers. */
  readonly align?: 'end';
  /** What does not fit goes on below instead of being cut. */
  readonly wraps?: boolean;
}

export interface TextTable {
  readonly columns: readonly TextColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns of a terminal that a table fits where it is not told otherwise. */
export const TABLE_WIDTH = 100;
const GAP = '  ';
/** No column is cut below this. */
const LEAST_WIDTH = 6;

/** Takes from the widest column that may give, until all fit; numbers give only when no text can. */
function shrink(natural: readonly number[], columns: readonly TextColumn[], room: number) {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (const isText of [true, false]) {
    while (excess > 0) {
      let widest = -1;
      for (const [index, width] of widths.entries()) {
        const mayGive = width > LEAST_WIDTH && (columns[index]?.align !== 'end') === isText;
        if (mayGive && width > (widths[widest] ?? 0)) widest = index;
      }
      if (widest === -1) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      excess -= 1;
    }
  }
  return widths;
}

function pad(text: string, width: number, align: 'end' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'end' ? space + text : text + space;
}

function cellLines(text: string, width: number, column: TextColumn): readonly string[] {
  return column.wraps === true ? wrapText(text, width) : [fitText(text, width)];
}

/**
 * Header, rule and rows, each line at most `width` columns wide where its columns can be cut to that
 * (6 each), without blanks at the end. Control characters are written out.
 */
export function formatTextTable({ columns, rows }: TextTable, width: number = TABLE_WIDTH): string {
  const labels = columns.map(({ label }) => label);
  const natural = columns.map((_, index) =>
    [labels, ...rows].reduce(
      (widest, row) => Math.max(widest, displayWidth(fitText(row[index] ?? '', Infinity))),
      0,
    ),
  );
  const room = width - GAP.length * (columns.length - 1);
  const widths = shrink(natural, columns, room);
  const layOut = (row: readonly string[]): string => {
    const cells = columns.map((column, index) =>
      cellLines(row[index] ?? '', widths[index] ?? 0, column),
    );
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, index) => pad(lines[line] ?? '', widths[index] ?? 0, columns[index]?.align))
        .join(GAP)
        .trimEnd(),
    ).join('\n');
  };
  const rule = widths
    .map((wide) => '-'.repeat(wide))
    .join(GAP)
    .trimEnd();
  return columns.length === 0 ? '' : `${[layOut(labels), rule, ...rows.map(layOut)].join('\n')}\n`;
}
