/**
 * What a pattern is read through: the place in its source, and the escapes that stand for one
 * character.
 *
 * Owns the first problem found, so that a refusal has one message and one place. Must not know what
 * the pattern is for.
 */

export interface PatternProblem {
  readonly ok: false;
  /** One sentence that says what to do. */
  readonly message: string;
  /** Where: an index into the source in UTF-16 units. */
  readonly at: number;
}

/** A place in a source that moves ahead; `problem` is the first that was found. */
export class PatternCursor {
  readonly source: string;
  at = 0;
  problem: PatternProblem | undefined;

  constructor(source: string) {
    this.source = source;
  }

  /** Whether `text` stands here. */
  sees(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  /** Steps over `text` where it stands here. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** The code point here, stepped over. */
  takeCode(): number {
    const code = this.source.codePointAt(this.at) ?? 0;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  fail(message: string, at = this.at): undefined {
    this.problem ??= { ok: false, message, at };
    return undefined;
  }
}

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

function hexValue(cursor: PatternCursor, from: number): number | undefined {
  const { source } = cursor;
  const end = cursor.takes('{') ? source.indexOf('}', cursor.at) : cursor.at + 2;
  const digits = source.slice(cursor.at, Math.max(end, cursor.at));
  const braced = source[cursor.at - 1] === '{';
  const code =
    /^[0-9A-Fa-f]+$/.test(digits) && digits.length <= 16 ? Number.parseInt(digits, 16) : -1;
  if (code < 0 || code > 0x10ffff || (!braced && digits.length !== 2)) {
    return cursor.fail('write \\x with two hexadecimal digits, or \\x{10FFFF} at most', from);
  }
  cursor.at = end + (braced ? 1 : 0);
  return code;
}

function refuse(cursor: PatternCursor, letter: string, from: number): undefined {
  if (letter === '')
    return cursor.fail('write \\\\ for a backslash: the pattern ends in one', from);
  if (/[1-9]/.test(letter)) {
    return cursor.fail(
      'back-references cannot be matched in linear time: write the text out',
      from,
    );
  }
  if (letter === 'p' || letter === 'P') {
    return cursor.fail('write Unicode classes as ranges, such as [\\x{370}-\\x{3FF}]', from);
  }
  if (letter === 'Z') return cursor.fail('write \\z for the end of the text', from);
  return cursor.fail('this escape has no meaning in RE2: remove the backslash', from);
}

/** The code point of the escape whose backslash stands here, stepped over. */
export function takeEscape(cursor: PatternCursor): number | undefined {
  const from = cursor.at;
  const letter = cursor.source.charAt(from + 1);
  cursor.at += 2;
  const control = CONTROLS.get(letter);
  if (control !== undefined) return control;
  if (letter === 'x') return hexValue(cursor, from);
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(
    cursor.source.slice(from + 1, from + 4),
  )?.[0];
  if (octal !== undefined) {
    cursor.at = from + 1 + octal.length;
    return Number.parseInt(octal, 8);
  }
  if (/^[!-/:-@[-`{-~\0- \x7f]$/.test(letter)) return letter.charCodeAt(0);
  return refuse(cursor, letter, from);
}
