/** Running text for a terminal: paragraphs and points of a list. */
import { TABLE_WIDTH } from './text-table.ts';
import { wrapText } from './text-width.ts';

/** `text` broken into lines, with a newline at its end. */
export function paragraph(text: string): string {
  return `${wrapText(text, TABLE_WIDTH).join('\n')}\n`;
}

const BULLET = '- ';

/** The same as a point of a list. */
export function bullet(text: string): string {
  const lines = wrapText(text, TABLE_WIDTH - BULLET.length);
  return `${BULLET}${lines.join(`\n${' '.repeat(BULLET.length)}`)}\n`;
}
