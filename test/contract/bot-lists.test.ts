/**
 * Address lists of bots in KV: one contract on the KV of the local Cloudflare runtime and on a fake,
 * with answers from the network made up here.
 */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADDRESS_LISTS, LIST_NAMES } from '../../src/core/bots/address-lists.ts';
import type { ListName } from '../../src/core/bots/address-lists.ts';
import { decodeBotLists, readSnapshot } from '../../src/core/bots/bot-lists.ts';
import type { BotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { createClientView } from '../../src/core/client/client-view.ts';
import { unpackNetworks } from '../../src/core/bots/pack-networks.ts';
import type { Network } from '../../src/core/client/network.ts';
import { formatNetwork } from '../../src/core/client/network.ts';
import {
  BOT_LISTS_KEY,
  createKvBotLists,
  LIST_READ_INTERVAL_MS,
  refreshBotLists,
} from '../../src/edge/kv-bot-lists.ts';
import {
  countReads,
  createHarness,
  createNetwork,
  failingStore,
  stores,
} from '../support/bot-stores.ts';
import type { Harness, Store } from '../support/bot-stores.ts';

const prefixes = (...networks: readonly string[]): string =>
  JSON.stringify({
    prefixes: networks.map((each) =>
      each.includes(':') ? { ipv6Prefix: each } : { ipv4Prefix: each },
    ),
  });

const urlOf = (name: ListName): string => ADDRESS_LISTS[name].urls[0] ?? '';
const [BING, GPTBOT, UPTIME] = [urlOf('bingbot'), urlOf('openai-gptbot'), urlOf('uptimerobot')];
const NEW_BING = '40.77.208.0/23';

const networksOf = (name: ListName): readonly Network[] =>
  unpackNetworks(readSnapshot().get(name)?.packed ?? '') ?? [];

const bingNetworks = (): readonly string[] => networksOf('bingbot').map(formatNetwork);
const newBing = (): Response => Response.json(JSON.parse(prefixes(...bingNetworks(), NEW_BING)));

function isBing(identifier: BotIdentifier, ip: string): boolean {
  const client = createClientView({ connectingIp: ip, userAgent: 'x', asn: 1, country: 'US' });
  return identifier.identifyByAddress(client, 'bingbot/2.0').verified.includes('bingbot');
}

describe.each(stores)('address lists on %s', (_, createStore) => {
  let store: Store;
  let harness: Harness;
  beforeEach(async () => {
    store = createStore();
    harness = createHarness();
    await env.PASSES.delete(BOT_LISTS_KEY);
  });

  it('D03: are the snapshot until a refresh, and followed after it', async () => {
    const counted = countReads(store);
    const lists = createKvBotLists({ ...harness, store: counted.store });
    expect(isBing(lists.current(harness.defer), '157.55.39.1')).toBe(true);
    expect(isBing(lists.current(harness.defer), '40.77.208.1')).toBe(false);
    await Promise.all(harness.tasks);
    expect(counted.reads()).toBe(1);

    const { fetchUrl } = createNetwork({ [BING]: newBing });
    const report = await refreshBotLists({ ...harness, store, fetchUrl });
    expect(report.refreshed).toEqual(['bingbot']);

    const stale = lists.current(harness.defer);
    expect(isBing(stale, '40.77.208.1')).toBe(false);
    harness.nowSeconds += LIST_READ_INTERVAL_MS / 1000;
    lists.current(harness.defer);
    lists.current(harness.defer);
    await Promise.all(harness.tasks);
    expect(counted.reads()).toBe(2);
    expect(isBing(lists.current(harness.defer), '40.77.208.1')).toBe(true);
    expect(isBing(lists.current(harness.defer), '157.55.39.1')).toBe(true);
  });

  it('D03: a refresh reports each list that it kept, and why', async () => {
    const { fetchUrl, asked } = createNetwork({
      [BING]: newBing,
      [GPTBOT]: () => Response.json(JSON.parse(prefixes('10.0.0.0/8'))),
      [UPTIME]: () => new Response('', { status: 302, headers: { Location: 'https://x.test/' } }),
    });
    const report = await refreshBotLists({ ...harness, store, fetchUrl });
    expect(report.refreshed).toEqual(['bingbot']);
    expect(report.kept).toContainEqual({ bot: 'openai-gptbot', reason: 'not-public' });
    expect(report.kept).toContainEqual({ bot: 'uptimerobot', reason: 'redirect' });
    expect(report.kept).toContainEqual({ bot: 'ccbot', reason: 'status' });
    const published = LIST_NAMES.filter((name) => ADDRESS_LISTS[name].urls.length > 0);
    expect(report.refreshed.length + report.kept.length).toBe(published.length);
    expect(asked.every((url) => url.startsWith('https://'))).toBe(true);
    expect(harness.events).toContainEqual([
      'bots.lists_refreshed',
      { refreshed: 1, kept: report.kept.length },
    ]);
    expect(harness.events).toContainEqual([
      'bots.lists_kept',
      { reason: 'not-public', bots: 'openai-gptbot' },
    ]);
  });

  it('D03: a list that grew or shrank too much stays, until an operator says so', async () => {
    const { fetchUrl } = createNetwork({ [BING]: () => new Response(prefixes('40.77.208.0/23')) });
    const parts = { ...harness, store, fetchUrl };
    const report = await refreshBotLists(parts);
    expect(report.kept).toContainEqual({ bot: 'bingbot', reason: 'shrunk' });
    expect(report.refreshed).toEqual([]);
    const forced = await refreshBotLists({ ...parts, maxChange: { bingbot: 100 } });
    expect(forced.refreshed).toEqual(['bingbot']);
  });

  it('D03: a list refreshed before stays in KV while another is refreshed', async () => {
    const first = createNetwork({ [BING]: newBing });
    await refreshBotLists({ ...harness, store, fetchUrl: first.fetchUrl });
    harness.nowSeconds += 60;
    const gptbot = networksOf('openai-gptbot').map(formatNetwork);
    const second = createNetwork({ [GPTBOT]: () => new Response(prefixes(...gptbot)) });
    await refreshBotLists({ ...harness, store, fetchUrl: second.fetchUrl });
    const text = (await store.get(BOT_LISTS_KEY, { type: 'text', cacheTtl: 60 })) ?? '';
    const lists = decodeBotLists(text);
    expect([...(lists?.keys() ?? [])].toSorted()).toEqual(['bingbot', 'openai-gptbot']);
    expect(lists?.get('bingbot')?.asOfSeconds).toBe(1_800_000_000);
  });

  it.each([
    ['is no document', 'x'],
    ['is of another schema', '{"schema":2,"lists":{}}'],
    [
      'names an empty list',
      '{"schema":1,"lists":{"bingbot":{"asOf":9999999999,"networks":"AAA"}}}',
    ],
    ['is too long', 'x'.repeat(1_000_001)],
  ])('D03: a stored value that %s leaves the last good lists', async (_name, value) => {
    const lists = createKvBotLists({ ...harness, store });
    await store.put(BOT_LISTS_KEY, value, { expirationTtl: 60 });
    lists.current(harness.defer);
    await Promise.all(harness.tasks);
    expect(isBing(lists.current(harness.defer), '157.55.39.1')).toBe(true);
    expect(harness.events).toEqual([['bots.lists_invalid', {}]]);
  });

  it('D03: a refresh that finds nothing writes nothing', async () => {
    const { fetchUrl } = createNetwork({});
    const report = await refreshBotLists({ ...harness, store, fetchUrl });
    expect(report.refreshed).toEqual([]);
    expect(await store.get(BOT_LISTS_KEY, { type: 'text', cacheTtl: 60 })).toBeNull();
  });
});

describe('address lists without KV', () => {
  it('D03: hold as they are, and none is replaced', async () => {
    const harness = createHarness();
    const { fetchUrl, asked } = createNetwork({ [BING]: newBing });
    const report = await refreshBotLists({ ...harness, store: failingStore, fetchUrl });
    expect(report.refreshed).toEqual([]);
    expect(report.kept.every(({ reason }) => reason === 'store-unavailable')).toBe(true);
    expect(asked).toEqual([]);
    const lists = createKvBotLists({ ...harness, store: failingStore });
    lists.current(harness.defer);
    await Promise.all(harness.tasks);
    expect(isBing(lists.current(harness.defer), '157.55.39.1')).toBe(true);
  });

  it('D03: are not said to be refreshed where the write fails', async () => {
    const harness = createHarness();
    const store = { ...failingStore, get: async () => null };
    const { fetchUrl } = createNetwork({ [BING]: newBing });
    const report = await refreshBotLists({ ...harness, store, fetchUrl });
    expect(report.refreshed).toEqual([]);
    expect(report.kept).toContainEqual({ bot: 'bingbot', reason: 'store-unavailable' });
  });
});
