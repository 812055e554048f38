/**
 * Text that becomes part of an HTML document.
 *
 * Owns the only way from text to markup: what stands between the parts of a `markup` template is
 * escaped, whatever it is, unless it came from another such template. Names, paths and user agents
 * in a report are chosen by whoever sent the requests (SECURITY-BAR C03).
 */
import { printable } from '../terminal.ts';

/** Escaped already: made by `markup` and `styleMarkup` alone. */
export class Markup {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static fromTemplate(strings: TemplateStringsArray, values: readonly MarkupValue[]): Markup {
    let text = strings[0] ?? '';
    for (const [index, value] of values.entries()) {
      text += formatValue(value) + (strings[index + 1] ?? '');
    }
    return new Markup(text);
  }

  /** Text of a style element as it is. @throws Error where it could end the element */
  static fromStyle(css: string): Markup {
    if (css.includes('<')) throw new Error('a style has no use for "<"');
    return new Markup(css);
  }

  toString(): string {
    return this.#text;
  }
}

export type MarkupValue = string | number | Markup | undefined | readonly MarkupValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * `text` for element content and quoted attributes alike. Control characters, those that change the
 * direction of what follows among them, are written out; halves of characters become U+FFFD.
 */
export function escapeText(text: string): string {
  return printable(text.toWellFormed()).replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}

function formatValue(value: MarkupValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Markup) return value.toString();
  return value.map(formatValue).join('');
}

/** Markup with every value escaped; lists are joined, `undefined` is nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return Markup.fromTemplate(strings, values);
}

/** A style sheet of the project's own, not escaped. @throws Error where it contains `<` */
export function styleMarkup(css: string): Markup {
  return Markup.fromStyle(css);
}
