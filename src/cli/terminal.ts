/**
 * Where commands write.
 *
 * Owns colours (on a terminal alone, and not under NO_COLOR) and the rule that nothing that came
 * from a file or a request reaches a terminal as a control character.
 */

export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

const CODES: Readonly<Record<Colour, number>> = { red: 31, yellow: 33, green: 32, dim: 2, bold: 1 };

export interface Terminal {
  /** Writes text to the standard output as it is. */
  out(text: string): void;
  /** Writes text to the standard error as it is. */
  err(text: string): void;
  /** `text` in a colour, where colours are shown. */
  paint(colour: Colour, text: string): string;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** `text` with every control character, a terminal's commands among them, written out. */
export function printable(text: string): string {
  return text.replaceAll(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function createTerminal(): Terminal {
  const noColour = process.env['NO_COLOR'] ?? '';
  const colours = process.stdout.isTTY && noColour === '' && process.env['TERM'] !== 'dumb';
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    paint: (colour, text) => (colours ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text),
  };
}
