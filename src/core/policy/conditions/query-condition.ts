/** Query parameters, by name or by name and value. A client writes whatever query it likes. */
import { decodeLeniently } from '../path-spelling.ts';
import type { QueryParameter } from '../rule.ts';
import type { ConditionKind } from './condition-kind.ts';

export const MAX_PARAMETER = 256;
/**
 * More of a query than this is not read. What is found in it is there; what is not found may stand
 * behind it, so nothing can be said: anybody can write so much in front of a parameter.
 */
export const MAX_SEARCH = 8192;

export type QueryParameters = ReadonlyMap<string, readonly string[]>;

function decodePart(text: string): string {
  return decodeLeniently(text.replaceAll('+', ' '));
}

function readParameters(search: string): QueryParameters {
  const parameters = new Map<string, string[]>();
  for (const part of search.slice(1, MAX_SEARCH).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodePart(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decodePart(part.slice(equals + 1));
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

/** The last query that was read: rules ask about the same one in a row. */
let last: { readonly search: string; readonly parameters: QueryParameters } | undefined;

/** Parameters of `search` (application/x-www-form-urlencoded), read once for all rules of a request. */
export function parametersOf(search: string): QueryParameters {
  if (last?.search !== search) last = { search, parameters: readParameters(search) };
  return last.parameters;
}

/** Whether no parameter of `search` is left unread. */
export function isReadWhole(search: string): boolean {
  return search.length <= MAX_SEARCH;
}

export const queryCondition: ConditionKind<QueryParameter> = {
  maxEntries: 64,
  scope: 'request',
  decodeEntry(text) {
    if (typeof text !== 'string' || text === '' || text.length > MAX_PARAMETER || text[0] === '=') {
      return {
        ok: false,
        message: `write a parameter as "name" or "name=value", at most ${MAX_PARAMETER} characters`,
      };
    }
    const equals = text.indexOf('=');
    if (equals === -1) return { ok: true, value: { name: text, value: undefined } };
    return { ok: true, value: { name: text.slice(0, equals), value: text.slice(equals + 1) } };
  },
  formatEntry: ({ name, value }) => (value === undefined ? name : `${name}=${value}`),
  confines: () => false,
  compile(entries, { whenUnknown }) {
    return ({ request: { search } }) => {
      if (search === undefined) return whenUnknown;
      if (search === '') return false;
      const parameters = parametersOf(search);
      const isFound = entries.some(({ name, value }) =>
        value === undefined ? parameters.has(name) : parameters.get(name)?.includes(value) === true,
      );
      return isFound || isReadWhole(search) ? isFound : undefined;
    };
  },
};
