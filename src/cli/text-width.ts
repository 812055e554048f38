/**
 * How wide a text is on a terminal, and texts of a given width.
 *
 * Owns the width of characters: nothing for marks that combine, two columns for those of East Asia
 * and for emoji (Unicode Standard Annex 11, in its main ranges).
 */
import { printable } from './terminal.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const PLAIN = /^[ -~]*$/;

function graphemeWidth(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  return WIDE.test(grapheme) || grapheme.includes('\uFE0F') ? 2 : 1;
}

/** Columns that `text` takes on a terminal. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function takeColumns(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

/** On one line, without control characters, cut to `width` columns with `...` at the end. */
export function fitText(text: string, width: number): string {
  const line = printable(text.replaceAll(/\s+/g, ' ')).trim();
  if (displayWidth(line) <= width) return line;
  return takeColumns(line, Math.max(0, width - 3)) + '.'.repeat(Math.min(3, width));
}

/** Lines of at most `width` columns (2 or more), broken at blanks, within words that are longer. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of fitText(text, Infinity).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (displayWidth(line) > width) {
      const head = takeColumns(line, width) || takeColumns(line, 2);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}
