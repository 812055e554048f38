/**
 * Address lists of bots: refreshed by a cron trigger into KV, followed by every isolate.
 *
 *   bots/lists   the document of `core/bots/bot-lists.ts`, one write a refresh
 *
 * Owns the key, the fetching and the following. Must not know rules. Whatever fails, the last good
 * list stays: a list in KV, and before there is one, the snapshot of this version.
 */
import { errorName } from '../core/error-name.ts';
import {
  decodeBotLists,
  formatBotLists,
  mergeBotLists,
  readWorkerSnapshot,
} from '../core/bots/bot-lists.ts';
import type { BotLists, DatedList } from '../core/bots/bot-lists.ts';
import { ADDRESS_LISTS, LIST_NAMES } from '../core/bots/address-lists.ts';
import type { AddressList, ListName } from '../core/bots/address-lists.ts';
import { checkAddressList, MAX_CHANGE } from '../core/bots/check-address-list.ts';
import type { ListRefusal } from '../core/bots/check-address-list.ts';
import { createBotIdentifier } from '../core/bots/identify-bot.ts';
import type { BotIdentifier } from '../core/bots/identify-bot.ts';
import { packNetworks, unpackNetworks } from '../core/bots/pack-networks.ts';
import { parseAddressList } from '../core/bots/parse-address-list.ts';
import type { ListProblem } from '../core/bots/parse-address-list.ts';
import type { Network } from '../core/client/network.ts';
import type { Clock, Defer, Log } from '../core/ports.ts';
import { fetchText } from './bounded-fetch.ts';
import type { FetchProblem, FetchUrl } from './bounded-fetch.ts';

/** The part of a KV namespace that is used. */
export interface ListStore {
  get(
    key: string,
    options: { readonly type: 'text'; readonly cacheTtl: number },
  ): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

export const BOT_LISTS_KEY = 'bots/lists';
/** One KV read an isolate in this time. */
export const LIST_READ_INTERVAL_MS = 300_000;

const CACHE_TTL_SECONDS = 60;
const MAX_LIST_BYTES = 262_144;
/** A Worker has six connections; the rest wait for their turn. */
const FETCHES_AT_ONCE = 4;

export interface RefreshParts {
  readonly store: ListStore;
  readonly fetchUrl: FetchUrl;
  readonly clock: Clock;
  readonly log: Log;
  /** Those to refresh, such as `listsDueAt`; all where nothing is said. */
  readonly lists?: readonly ListName[];
  /** The operator's word that a list may change by more than a factor of 4; a factor by name. */
  readonly maxChange?: Readonly<Partial<Record<ListName, number>>>;
}

export type KeptReason =
  | FetchProblem
  | ListProblem
  | ListRefusal
  /** The lists in KV could not be read or written, so none was replaced. */
  | 'store-unavailable';

export interface RefreshReport {
  readonly refreshed: readonly ListName[];
  /** Lists that stay as they were, and why. */
  readonly kept: readonly { readonly bot: ListName; readonly reason: KeptReason }[];
}

type FreshList =
  | { readonly ok: true; readonly networks: readonly Network[] }
  | { readonly ok: false; readonly reason: KeptReason };

async function fetchList(fetchUrl: FetchUrl, list: AddressList): Promise<FreshList> {
  const networks: Network[] = [];
  for (const url of list.urls) {
    const fetched = await fetchText(fetchUrl, {
      url,
      maxBytes: MAX_LIST_BYTES,
      mediaTypes: undefined,
    });
    if (!fetched.ok) return { ok: false, reason: fetched.problem };
    const parsed = parseAddressList(fetched.text, list.format);
    if (!parsed.ok) return { ok: false, reason: parsed.problem };
    networks.push(...parsed.networks);
  }
  return { ok: true, networks };
}

/** The lists in force; `undefined` where KV cannot say. What it holds and cannot be read counts as nothing. */
async function readStored(store: ListStore, log: Log): Promise<BotLists | undefined> {
  try {
    const text = await store.get(BOT_LISTS_KEY, { type: 'text', cacheTtl: CACHE_TTL_SECONDS });
    if (text === null) return new Map();
    const lists = decodeBotLists(text);
    if (lists === undefined) log.event('bots.lists_invalid');
    return lists ?? new Map();
  } catch (error) {
    log.event('kv.read_error', { error: errorName(error) });
    return undefined;
  }
}

async function writeLists(parts: RefreshParts, lists: BotLists): Promise<boolean> {
  const text = formatBotLists(lists);
  if (text === undefined) return false;
  try {
    await parts.store.put(BOT_LISTS_KEY, text);
    return true;
  } catch (error) {
    parts.log.event('kv.write_error', { error: errorName(error) });
    return false;
  }
}

type Kept = RefreshReport['kept'][number];

function keepAll(names: readonly ListName[]): readonly Kept[] {
  return names.map((bot) => ({ bot, reason: 'store-unavailable' }));
}

async function refreshLists(parts: RefreshParts): Promise<RefreshReport> {
  const due = parts.lists ?? LIST_NAMES;
  const stored = await readStored(parts.store, parts.log);
  if (stored === undefined) return { refreshed: [], kept: keepAll(due) };
  const lastGood = mergeBotLists(readWorkerSnapshot(), stored);
  // What nobody has yet does not wait for its hour.
  const names = LIST_NAMES.filter(
    (name) => ADDRESS_LISTS[name].urls.length > 0 && (due.includes(name) || !lastGood.has(name)),
  );
  const asOfSeconds = Math.floor(parts.clock.nowMs() / 1000);
  const fresh = new Map<ListName, DatedList>();
  const kept: Kept[] = [];

  async function refreshOne(bot: ListName): Promise<void> {
    const list = await fetchList(parts.fetchUrl, ADDRESS_LISTS[bot]);
    if (!list.ok) {
      kept.push({ bot, reason: list.reason });
      return;
    }
    const { networks } = list;
    const reason = checkAddressList({
      networks,
      lastGood: unpackNetworks(lastGood.get(bot)?.packed ?? '') ?? [],
      maxChange: parts.maxChange?.[bot] ?? MAX_CHANGE,
    });
    if (reason === undefined) fresh.set(bot, { asOfSeconds, packed: packNetworks(networks) });
    else kept.push({ bot, reason });
  }

  for (let at = 0; at < names.length; at += FETCHES_AT_ONCE) {
    await Promise.all(names.slice(at, at + FETCHES_AT_ONCE).map(refreshOne));
  }
  if (fresh.size === 0) return { refreshed: [], kept };
  const isWritten = await writeLists(parts, new Map([...stored, ...fresh]));
  const refreshed = [...fresh.keys()];
  return isWritten
    ? { refreshed, kept }
    : { refreshed: [], kept: [...kept, ...keepAll(refreshed)] };
}

/**
 * Fetches every list, checks it and writes all that are good in one value. For a cron trigger. Logs
 * what was kept and why. Never throws.
 */
export async function refreshBotLists(parts: RefreshParts): Promise<RefreshReport> {
  const report = await refreshLists(parts);
  // One line a reason: a log that samples would leave most of a line a list out.
  for (const [reason, kept] of Map.groupBy(report.kept, (each) => each.reason)) {
    parts.log.event('bots.lists_kept', { reason, bots: kept.map(({ bot }) => bot).join(' ') });
  }
  const [refreshed, kept] = [report.refreshed.length, report.kept.length];
  parts.log.event('bots.lists_refreshed', { refreshed, kept });
  return report;
}

export interface FollowParts {
  readonly store: ListStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** The lists as this isolate knows them. */
export interface FollowedBotLists {
  /** Answers at once; reads KV in the background, once in five minutes. */
  current(defer: Defer): BotIdentifier;
}

export function createKvBotLists(parts: FollowParts): FollowedBotLists {
  let text: string | undefined;
  let readAtMs: number | undefined;
  let identifier: BotIdentifier | undefined;

  async function follow(): Promise<void> {
    try {
      const { store, log } = parts;
      const found = await store.get(BOT_LISTS_KEY, { type: 'text', cacheTtl: CACHE_TTL_SECONDS });
      if (found === null || found === text) return;
      const lists = decodeBotLists(found);
      if (lists === undefined) {
        log.event('bots.lists_invalid');
        return;
      }
      text = found;
      identifier = createBotIdentifier(mergeBotLists(readWorkerSnapshot(), lists));
    } catch (error) {
      parts.log.event('kv.read_error', { error: errorName(error) });
    }
  }

  return {
    current(defer) {
      const nowMs = parts.clock.nowMs();
      if (readAtMs === undefined || nowMs - readAtMs >= LIST_READ_INTERVAL_MS) {
        // Noted before the read, so that requests which arrive meanwhile do not read again.
        readAtMs = nowMs;
        defer(follow());
      }
      identifier ??= createBotIdentifier(readWorkerSnapshot());
      return identifier;
    },
  };
}
