/**
 * Path patterns of robots.txt as conditions.
 *
 * Owns the translation (RFC 9309 2.2.2, 2.2.3): a pattern matches from the start, `*` stands for any
 * run of characters, `$` at the end for the end, and whatever follows a `?` is about the query.
 */

export type PathTable = Readonly<Record<string, unknown>>;

export type RobotsPathTranslation =
  | { readonly ok: true; readonly table: PathTable; readonly change: string | undefined }
  | { readonly ok: false; readonly why: string };

/** `query`: RFC 9309; `any`: any one character of the path, as Anubis's robots2policy reads it. */
export type QuestionMark = 'query' | 'any';

const PARAMETER = /^\*?&?([\w.[\]-]+)(?:=([^*$&]*))?\*?\$?$/;

function quote(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** A pattern without a query. */
function pathTable(pattern: string): PathTable {
  const isAnchored = pattern.endsWith('$');
  const body = isAnchored ? pattern.slice(0, -1) : pattern;
  const inner = body.replace(/\*+$/, '');
  const isOpen = !isAnchored || inner.length < body.length;
  if (!inner.includes('*')) return { path: [`${inner}${isOpen ? '*' : ''}`] };
  const parts = inner.split(/\*+/).map(quote);
  return { pathPattern: [`^${parts.join('.*')}${isOpen ? '' : '$'}`] };
}

function queryTable(query: string): PathTable | undefined {
  const [, name, value = ''] = PARAMETER.exec(query) ?? [];
  if (name === undefined) return undefined;
  if (value === '') return { query: [name] };
  const key = JSON.stringify(name);
  return { expression: `${key} in query && query[${key}].startsWith(${JSON.stringify(value)})` };
}

/** The conditions under which a path is named by a pattern. */
export function translateRobotsPath(pattern: string, mark: QuestionMark): RobotsPathTranslation {
  if (!/^[/*]/.test(pattern)) return { ok: false, why: 'a path begins with "/"' };
  const at = pattern.indexOf('?');
  if (at === -1) return { ok: true, table: pathTable(pattern), change: undefined };
  if (mark === 'any') {
    const parts = pattern.split('*').map((part) => part.split('?').map(quote).join('.'));
    return { ok: true, table: { pathPattern: [`^${parts.join('.*')}`] }, change: undefined };
  }
  const query = queryTable(pattern.slice(at + 1));
  if (query === undefined) {
    return { ok: false, why: 'a rule cannot ask for this query: name a parameter under query' };
  }
  const table = { ...pathTable(`${pattern.slice(0, at)}$`), ...query };
  return { ok: true, table, change: 'the parameter may stand anywhere in the query' };
}
