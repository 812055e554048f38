/**
 * Address lists with their dates, as they are kept: the document in KV and its defaults.
 *
 * Owns the document's format and which of two lists is newer. Must not know KV.
 *
 *   {"schema": 1, "lists": {"bingbot": {"asOf": 1795305600, "networks": "<packed>"}, ...}}
 */
import { ADDRESS_SNAPSHOT, LATE_SNAPSHOT, SNAPSHOT_SECONDS } from './address-snapshot.ts';
import { isListName } from './address-lists.ts';
import type { ListName } from './address-lists.ts';
import { isCanonicalBase64url } from '../wire/base64url.ts';

export interface DatedList {
  /** When the list was read from its operator, in seconds since the Unix epoch. */
  readonly asOfSeconds: number;
  /** As `packNetworks` writes them: what nobody claims to be is never unpacked. */
  readonly packed: string;
}

export type BotLists = ReadonlyMap<ListName, DatedList>;

/** The document's longest text: 20,000 networks of each of the largest lists would not fit. */
export const MAX_DOCUMENT_LENGTH = 1_000_000;

const SCHEMA = 1;
/** Of a packed set without networks. */
const EMPTY_LENGTH = 3;

function datedLists(snapshot: Readonly<Record<string, string>>): BotLists {
  const lists = new Map<ListName, DatedList>();
  for (const [name, packed] of Object.entries(snapshot)) {
    if (isListName(name)) lists.set(name, { asOfSeconds: SNAPSHOT_SECONDS, packed });
  }
  return lists;
}

/** The lists that the Worker carries. */
export function readWorkerSnapshot(): BotLists {
  return datedLists(ADDRESS_SNAPSHOT);
}

/** All lists that came with this version. */
export function readSnapshot(): BotLists {
  return datedLists({ ...ADDRESS_SNAPSHOT, ...LATE_SNAPSHOT });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return { ...value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeList(value: unknown): DatedList | undefined {
  const record = recordOf(value);
  const [asOfSeconds, packed] = [record?.['asOf'], record?.['networks']];
  if (typeof asOfSeconds !== 'number' || !Number.isSafeInteger(asOfSeconds) || asOfSeconds < 0) {
    return undefined;
  }
  // Unpacking all of it would cost each isolate 9 ms; a text that does not unpack verifies nobody.
  const isPacked = typeof packed === 'string' && packed.length > EMPTY_LENGTH;
  return isPacked && isCanonicalBase64url(packed) ? { asOfSeconds, packed } : undefined;
}

/**
 * The lists of a stored document. A name that is not known is of another version and passed over;
 * `undefined` where anything else is wrong, so that the last good document stays.
 */
export function decodeBotLists(text: string): BotLists | undefined {
  if (text.length > MAX_DOCUMENT_LENGTH) return undefined;
  const document = recordOf(parseJson(text));
  const entries = recordOf(document?.['lists']);
  if (document?.['schema'] !== SCHEMA || entries === undefined) return undefined;
  const lists = new Map<ListName, DatedList>();
  for (const [name, value] of Object.entries(entries)) {
    if (!isListName(name)) continue;
    const list = decodeList(value);
    if (list === undefined) return undefined;
    lists.set(name, list);
  }
  return lists;
}

/** The text to store: at most 1,000,000 characters, or `undefined`. */
export function formatBotLists(lists: BotLists): string | undefined {
  const entries = [...lists].map(([name, { asOfSeconds, packed }]) => {
    return [name, { asOf: asOfSeconds, networks: packed }] as const;
  });
  const text = JSON.stringify({ schema: SCHEMA, lists: Object.fromEntries(entries) });
  return text.length > MAX_DOCUMENT_LENGTH ? undefined : text;
}

/** Of each list the newer one; of two with one date, the second. */
export function mergeBotLists(a: BotLists, b: BotLists): BotLists {
  const merged = new Map(a);
  for (const [name, list] of b) {
    const other = merged.get(name);
    if (other === undefined || other.asOfSeconds <= list.asOfSeconds) merged.set(name, list);
  }
  return merged;
}
