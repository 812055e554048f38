/**
 * Names of files with wildcards, as imports write them.
 *
 * Owns the way from such a name to the files that it stands for, in Anubis's order; must not know
 * what is in the files. `*` and `?` stop at slashes, `**` does not, `[a-z]`, `[!a-z]` and `{a,b}`
 * choose, a backslash quotes.
 */
import { compilePatternList } from '../conditions/pattern-list.ts';

/** Whether a name holds a wildcard. */
export function isFilePattern(name: string): boolean {
  return /[*?[\]{}]/.test(name);
}

/** The folder that all files of a pattern are in: what precedes its first wildcard. */
export function folderOf(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[*?[\]{}\\]/));
  const slash = fixed.lastIndexOf('/');
  return slash === -1 ? '.' : fixed.slice(0, slash);
}

function quote(character: string): string {
  return /[\w/-]/.test(character) ? character : `\\${character}`;
}

const TOKEN = /\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|[{},\]]|\\.|[^\\]/gsuy;

/** One regular expression for the whole name; `undefined` where brackets do not pair. */
function regexOf(pattern: string): string | undefined {
  let regex = '';
  let depth = 0;
  let read = 0;
  for (const [token] of pattern.matchAll(TOKEN)) {
    read += token.length;
    if (token === '**/') regex += '(?:.*/)?';
    else if (token === '**') regex += '.*';
    else if (token === '*') regex += '[^/]*';
    else if (token === '?') regex += '[^/]';
    else if (token === '{') {
      depth += 1;
      regex += '(?:';
    } else if (token === '}' && depth > 0) {
      depth -= 1;
      regex += ')';
    } else if (token === ',' && depth > 0) regex += '|';
    else if (token === ']' || token === '[') return undefined;
    else if (token.startsWith('[')) regex += token.replace('[!', '[^');
    else regex += quote(token.startsWith('\\') ? token.slice(1) : token);
  }
  return depth === 0 && read === pattern.length ? `^${regex}$` : undefined;
}

/** Digits in a row are compared as a number. */
function sortKey(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(16, '0'));
}

function compareNames(a: string, b: string): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Those of `names` that `pattern` stands for, in natural order; `undefined`: it is malformed. */
export function matchNames(
  pattern: string,
  names: readonly string[],
): readonly string[] | undefined {
  const regex = regexOf(pattern.replace(/^\.\//, ''));
  if (regex === undefined) return undefined;
  const compiled = compilePatternList([regex]);
  if (!compiled.ok) return undefined;
  return names
    .filter((name) => compiled.matches(name.replace(/^\.\//, '')) === true)
    .toSorted(compareNames);
}
