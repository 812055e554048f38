/**
 * Patterns in which `*` stands for any run of characters.
 *
 * Owns matching in linear time: the part before the first star and the part after the last are
 * compared in place; the parts between are found from left to right, leftmost first, each with
 * Knuth-Morris-Pratt, so no character of the text is looked at more than twice, whatever the
 * pattern (SECURITY-BAR E06). Native `indexOf` has no such bound.
 */

export type Matcher = (text: string) => boolean;

/** Length of the longest proper prefix of `part` that ends at each position. */
function borders(part: string): Uint16Array {
  const table = new Uint16Array(part.length);
  let length = 0;
  for (let at = 1; at < part.length; at += 1) {
    while (length > 0 && part.charCodeAt(at) !== part.charCodeAt(length)) {
      length = table[length - 1] ?? 0;
    }
    if (part.charCodeAt(at) === part.charCodeAt(length)) length += 1;
    table[at] = length;
  }
  return table;
}

interface Part {
  readonly text: string;
  readonly borders: Uint16Array;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Position after the first occurrence of `part` inside `span`, or -1. */
function endOfFirst(part: Part, text: string, span: Span): number {
  let length = 0;
  for (let at = span.from; at < span.to; at += 1) {
    const code = text.charCodeAt(at);
    while (length > 0 && code !== part.text.charCodeAt(length)) {
      length = part.borders[length - 1] ?? 0;
    }
    if (code === part.text.charCodeAt(length)) length += 1;
    if (length === part.text.length) return at + 1;
  }
  return -1;
}

/** `pattern` compiled; any string is a pattern, and without a star it matches itself alone. */
export function compileGlob(pattern: string): Matcher {
  const [prefix = '', ...rest] = pattern.split('*');
  const suffix = rest.pop();
  if (suffix === undefined) return (text) => text === prefix;
  const fixed = prefix.length + suffix.length;
  const parts = rest
    .filter((part) => part !== '')
    .map((part): Part => ({ text: part, borders: borders(part) }));
  return (text) => {
    if (text.length < fixed || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    let from = prefix.length;
    for (const part of parts) {
      from = endOfFirst(part, text, { from, to: text.length - suffix.length });
      if (from === -1) return false;
    }
    return true;
  };
}
