/**
 * Long regular expressions in pieces.
 *
 * Owns where an alternation may be cut: at its top level alone. Must not know what it is matched to.
 */

const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?[imsU-]+\)|[\s\S]/gu;

/** The alternatives at the top level; `undefined` where flags in their midst forbid to cut. */
function alternativesOf(source: string): readonly string[] | undefined {
  const flags = /^\(\?[imsU-]+\)/.exec(source)?.[0] ?? '';
  const parts: string[] = [''];
  let depth = 0;
  for (const [token] of source.slice(flags.length).matchAll(TOKEN)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0 && /^\(\?[imsU-]+\)$/.test(token)) return undefined;
    if (depth === 0 && token === '|') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts.map((part) => `${flags}${part}`);
}

function joined(pieces: readonly string[]): string {
  const [first = '', ...others] = pieces;
  const flags = /^\(\?[imsU-]+\)/.exec(first)?.[0] ?? '';
  return [first, ...others.map((piece) => piece.slice(flags.length))].join('|');
}

/**
 * Patterns of which any matches exactly where `source` does.
 * @param fits whether a pattern can stay as it is
 */
export function splitPattern(
  source: string,
  fits: (pattern: string) => boolean,
): readonly string[] {
  if (fits(source)) return [source];
  const alternatives = alternativesOf(source);
  if (alternatives === undefined || alternatives.length === 1) return [source];
  const pieces: string[][] = [];
  for (const alternative of alternatives) {
    const current = pieces.at(-1);
    if (current !== undefined && fits(joined([...current, alternative]))) current.push(alternative);
    else pieces.push([alternative]);
  }
  return pieces.map(joined);
}
