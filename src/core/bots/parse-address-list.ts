/**
 * Published address lists, from the text of an answer to networks.
 *
 * Owns the three formats. Must not judge what the networks are (`check-address-list.ts`). One entry
 * that does not read fails the list: half of a list would make genuine bots false.
 */
import { parseNetwork } from '../client/network.ts';
import type { Network } from '../client/network.ts';
import type { ListFormat } from './address-lists.ts';

/** Most networks of one list. */
export const MAX_LIST_NETWORKS = 20_000;

export type ListProblem =
  | 'not-json'
  | 'not-this-format'
  | 'not-a-network'
  | 'too-many-networks'
  | 'empty';

export type ParsedList =
  | { readonly ok: true; readonly networks: readonly Network[] }
  | { readonly ok: false; readonly problem: ListProblem };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** Exactly one of the two members, and that a text. */
function readPrefix(entry: unknown): string | undefined {
  const [v4, v6] = [memberOf(entry, 'ipv4Prefix'), memberOf(entry, 'ipv6Prefix')];
  if (v4 !== undefined && v6 !== undefined) return undefined;
  const prefix = v4 ?? v6;
  return typeof prefix === 'string' ? prefix : undefined;
}

function readLines(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.split('#', 1)[0]?.trim() ?? '');
  return lines.filter((line) => line !== '');
}

/** The entries as text; a problem where the whole is not of the format. */
function readEntries(
  text: string,
  format: ListFormat,
): readonly (string | undefined)[] | ListProblem {
  if (format === 'lines') return readLines(text);
  const value = parseJson(text);
  if (value === undefined) return 'not-json';
  const entries = format === 'prefixes' ? memberOf(value, 'prefixes') : value;
  if (!Array.isArray(entries)) return 'not-this-format';
  return entries.map((entry: unknown) => {
    if (format === 'prefixes') return readPrefix(entry);
    return typeof entry === 'string' ? entry : undefined;
  });
}

/** Networks of a list in its format. A bare address is a network of one. Never throws. */
export function parseAddressList(text: string, format: ListFormat): ParsedList {
  const entries = readEntries(text, format);
  if (typeof entries === 'string') return { ok: false, problem: entries };
  if (entries.length === 0) return { ok: false, problem: 'empty' };
  if (entries.length > MAX_LIST_NETWORKS) return { ok: false, problem: 'too-many-networks' };
  const networks: Network[] = [];
  for (const entry of entries) {
    const parsed = entry === undefined ? undefined : parseNetwork(entry);
    if (parsed?.ok !== true) return { ok: false, problem: 'not-a-network' };
    networks.push(parsed.network);
  }
  return { ok: true, networks };
}
