/**
 * Escaped HTML as a type: what is not `Html` is text and gets escaped.
 *
 * Owns the `html` template; must not know any page.
 */

/** Markup that needs no further escaping; only this module makes one. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
}

type Part = Html | string | number | readonly Html[];

function formatPart(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return part.map((each) => each.markup).join('');
}

/** Builds markup from a template; strings between are escaped, `Html` and lists of it are not. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = strings.map((literal, index) => {
    const part = parts[index];
    return part === undefined ? literal : literal + formatPart(part);
  });
  return new Html(pieces.join(''));
}
