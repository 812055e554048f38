/**
 * Small plots in plain text, for a terminal.
 *
 * Owns the characters; must not know what is plotted.
 */

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII_LEVELS = '_.-=+*#@';
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a terminal of this environment shows more than ASCII. */
export function showsUnicode(environment: Environment): boolean {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].map((name) => environment[name] ?? '');
  const named = locale.find((value) => value !== '') ?? '';
  return /utf-?8/i.test(named) || (environment['WT_SESSION'] ?? '') !== '';
}

export interface TextPlotOptions {
  /** Columns, 1 or more. */
  readonly width: number;
  /** As `showsUnicode` tells; ASCII otherwise. */
  readonly isUnicode: boolean;
}

/** The greatest value of each of `width` stretches; the values themselves where they are fewer. */
function stretch(values: readonly number[], width: number): readonly number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const to = Math.floor(((index + 1) * values.length) / width);
    return values.slice(from, to).reduce((found, value) => Math.max(found, value), -Infinity);
  });
}

/** One character a value from 0 (or the least, if negative) to the greatest; `?` for what is no number. */
export function sparkline(
  values: readonly number[],
  { width, isUnicode }: TextPlotOptions,
): string {
  const levels = isUnicode ? BLOCKS : ASCII_LEVELS;
  const finite = values.filter(Number.isFinite);
  const least = finite.reduce((found, value) => Math.min(found, value), 0);
  const most = finite.reduce((found, value) => Math.max(found, value), least);
  const characters = stretch(values, width).map((value) => {
    if (!Number.isFinite(value)) return '?';
    const share = most === least ? 0 : (value - least) / (most - least);
    return levels[Math.round(share * (levels.length - 1))] ?? '';
  });
  return characters.join('');
}

/** A bar of `share` (0..1, kept within) of `width`; anything above 0 shows. */
export function textBar(share: number, { width, isUnicode }: TextPlotOptions): string {
  const within = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  if (within === 0) return '';
  if (!isUnicode) return '#'.repeat(Math.max(1, Math.round(within * width)));
  const eighths = Math.max(1, Math.round(within * width * 8));
  return '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '');
}
