/**
 * Keys of signed agents, and the bounded fetch that they and the lists share: one contract on the KV
 * of the local Cloudflare runtime and on a fake, with answers from the network made up here.
 */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchText } from '../../src/edge/bounded-fetch.ts';
import type { FetchUrl } from '../../src/edge/bounded-fetch.ts';
import {
  agentKeysKey,
  createSignedAgentKeys,
  DIRECTORY_TTL_SECONDS,
  LAST_GOOD_SECONDS,
  RETRY_SECONDS,
} from '../../src/edge/signed-agent-keys.ts';
import { createHarness, createNetwork, failingStore, stores } from '../support/bot-stores.ts';
import type { Harness, Store } from '../support/bot-stores.ts';
import { OTHER_KEY, RFC_KEY } from '../support/signed-requests.ts';

const HOST = 'signature-agent.test';
const DIRECTORY = `https://${HOST}/.well-known/http-message-signatures-directory`;
const MEDIA_TYPE = 'application/http-message-signatures-directory+json';

function directoryOf(keys: readonly unknown[], mediaType = MEDIA_TYPE): Response {
  return new Response(JSON.stringify({ keys }), { headers: { 'Content-Type': mediaType } });
}

const jwk = ({ x }: { readonly x: string }) => ({ kty: 'OKP', crv: 'Ed25519', x });

describe.each(stores)('keys of signed agents on %s', (_, createStore) => {
  let store: Store;
  let harness: Harness;
  beforeEach(async () => {
    store = createStore();
    harness = createHarness();
    await env.PASSES.delete(agentKeysKey(HOST));
  });

  function create(answer: () => Response | Promise<Response>, on = store) {
    const network = createNetwork({ [DIRECTORY]: answer });
    const { fetchUrl } = network;
    const keys = createSignedAgentKeys({ ...harness, store: on, fetchUrl, hosts: new Set([HOST]) });
    const find = (thumbprint: string, host = HOST) => keys.find(host, thumbprint, harness.defer);
    const has = async (thumbprint: string, host = HOST) =>
      (await find(thumbprint, host)) !== undefined;
    return { has, asked: network.asked };
  }

  it('F08: come from the well-known path of a listed host, and from no other host', async () => {
    const { has, asked } = create(() => directoryOf([jwk(RFC_KEY)]));
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    for (const host of ['stranger.test', '169.254.169.254', `${HOST}.`, HOST.toUpperCase(), '']) {
      expect(await has(RFC_KEY.thumbprint, host)).toBe(false);
    }
    expect(asked).toEqual([DIRECTORY]);
  });

  it('D04: are fetched once for requests at one time, and once an hour', async () => {
    const { has, asked } = create(() => directoryOf([jwk(RFC_KEY)]));
    const all = await Promise.all(Array.from({ length: 10 }, () => has(RFC_KEY.thumbprint)));
    expect(all).toEqual(Array(10).fill(true));
    harness.nowSeconds += DIRECTORY_TTL_SECONDS - 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    expect(asked).toHaveLength(1);
    harness.nowSeconds += 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    await Promise.all(harness.tasks);
    expect(asked).toHaveLength(2);
  });

  it('F08: an unknown thumbprint asks for nothing anew', async () => {
    const { has, asked } = create(() => directoryOf([jwk(RFC_KEY)]));
    for (let n = 0; n < 20; n += 1) expect(await has(`${n}`.padStart(43, 'A'))).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it('D04: are found in KV by another isolate, which does not fetch', async () => {
    await create(() => directoryOf([jwk(RFC_KEY)])).has(RFC_KEY.thumbprint);
    await Promise.all(harness.tasks);
    const { has, asked } = create(() => new Response('', { status: 500 }));
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('D04: follow a directory that changes, and drop the key that left it', async () => {
    let keys = [jwk(RFC_KEY)];
    const { has } = create(() => directoryOf(keys));
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    keys = [jwk(OTHER_KEY)];
    harness.nowSeconds += DIRECTORY_TTL_SECONDS;
    await has(RFC_KEY.thumbprint);
    await Promise.all(harness.tasks);
    expect([await has(RFC_KEY.thumbprint), await has(OTHER_KEY.thumbprint)]).toEqual([false, true]);
  });

  it('D04: a failure is remembered for a minute', async () => {
    let isUp = false;
    const { has, asked } = create(() =>
      isUp ? directoryOf([jwk(RFC_KEY)]) : new Response('', { status: 503 }),
    );
    expect(await has(RFC_KEY.thumbprint)).toBe(false);
    isUp = true;
    harness.nowSeconds += RETRY_SECONDS - 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(false);
    expect(asked).toHaveLength(1);
    harness.nowSeconds += 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    expect(harness.events).toEqual([['bots.keys_kept', { host: HOST, reason: 'status' }]]);
  });

  it('D04: the last good directory holds for a day, and is asked for once a minute', async () => {
    let isUp = true;
    const { has, asked } = create(() =>
      isUp ? directoryOf([jwk(RFC_KEY)]) : new Response('', { status: 503 }),
    );
    await has(RFC_KEY.thumbprint);
    isUp = false;
    harness.nowSeconds += LAST_GOOD_SECONDS - 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    await Promise.all(harness.tasks);
    expect(await has(RFC_KEY.thumbprint)).toBe(true);
    expect(asked).toHaveLength(2);
    harness.nowSeconds += 1;
    expect(await has(RFC_KEY.thumbprint)).toBe(false);
  });

  it.each([
    [
      'a redirect',
      () => new Response('', { status: 301, headers: { Location: 'https://x.test' } }),
    ],
    ['an error', () => new Response('', { status: 500 })],
    ['another media type', () => directoryOf([jwk(RFC_KEY)], 'text/html')],
    ['65,537 bytes', () => directoryOf([jwk(RFC_KEY), { pad: 'x'.repeat(65_537) }])],
    ['33 keys', () => directoryOf(Array(33).fill(jwk(RFC_KEY)))],
    ['no JSON', () => new Response('<html>', { headers: { 'Content-Type': MEDIA_TYPE } })],
    ['no set', () => new Response('[]', { headers: { 'Content-Type': MEDIA_TYPE } })],
    ['an RSA key alone', () => directoryOf([{ kty: 'RSA', n: RFC_KEY.x, e: 'AQAB' }])],
    ['a key of another curve', () => directoryOf([{ ...jwk(RFC_KEY), crv: 'X25519' }])],
    ['a private key', () => directoryOf([{ ...jwk(RFC_KEY), d: RFC_KEY.d }])],
    ['a key for encryption', () => directoryOf([{ ...jwk(RFC_KEY), use: 'enc' }])],
    ['a key of another algorithm', () => directoryOf([{ ...jwk(RFC_KEY), alg: 'HS256' }])],
    ['a key that is spelled otherwise', () => directoryOf([jwk({ x: `${RFC_KEY.x}=` })])],
    [
      'bytes that are not UTF-8',
      () => new Response(new Uint8Array([0xff, 0xfe]), { headers: { 'Content-Type': MEDIA_TYPE } }),
    ],
    ['a network that fails', () => Promise.reject(new Error('down'))],
  ])('D04, F08: %s is no directory', async (_name, answer) => {
    const { has } = create(answer);
    expect(await has(RFC_KEY.thumbprint)).toBe(false);
  });

  it.each([
    ['32 keys', () => directoryOf(Array(32).fill(jwk(RFC_KEY)))],
    [
      '65,536 bytes',
      () => {
        const bare = JSON.stringify({ keys: [jwk(RFC_KEY), { pad: '' }] }).length;
        return directoryOf([jwk(RFC_KEY), { pad: 'x'.repeat(65_536 - bare) }]);
      },
    ],
    ['keys of other kinds beside it', () => directoryOf([{ kty: 'RSA' }, 1, null, jwk(RFC_KEY)])],
    [
      'a media type with a parameter',
      () => directoryOf([jwk(RFC_KEY)], `${MEDIA_TYPE}; charset=utf-8`),
    ],
    ['a kid of another key', () => directoryOf([{ ...jwk(RFC_KEY), kid: OTHER_KEY.thumbprint }])],
  ])('D04: %s is one', async (_name, answer) => {
    const { has } = create(answer);
    expect([await has(RFC_KEY.thumbprint), await has(OTHER_KEY.thumbprint)]).toEqual([true, false]);
  });

  it.each([
    ['no JSON', 'x'],
    ['another schema', '{"schema":2,"fetchedAt":1800000000,"keys":[]}'],
    ['a date ahead of the clock', `{"schema":1,"fetchedAt":1800000001,"keys":["${OTHER_KEY.x}"]}`],
    ['keys that are none', '{"schema":1,"fetchedAt":1700000000,"keys":[1,"x"]}'],
  ])('D04: a stored value that is %s is passed over', async (_name, value) => {
    await store.put(agentKeysKey(HOST), value, { expirationTtl: 60 });
    const { has } = create(() => directoryOf([jwk(RFC_KEY)]));
    expect([await has(RFC_KEY.thumbprint), await has(OTHER_KEY.thumbprint)]).toEqual([true, false]);
  });

  it('D04: KV that fails costs a fetch an hour in each isolate, and nothing else', async () => {
    const { has, asked } = create(() => directoryOf([jwk(RFC_KEY)]), failingStore);
    expect([await has(RFC_KEY.thumbprint), await has(RFC_KEY.thumbprint)]).toEqual([true, true]);
    expect(asked).toHaveLength(1);
  });
});

describe('a bounded fetch', () => {
  const request = { url: 'https://list.test/', maxBytes: 8, mediaTypes: undefined };

  it('F08: reads as many bytes as it may and not one more, whatever Content-Length says', async () => {
    const answer =
      (bytes: number): FetchUrl =>
      async () =>
        new Response('x'.repeat(bytes), { headers: { 'Content-Length': '1' } });
    expect(await fetchText(answer(8), request)).toEqual({ ok: true, text: 'xxxxxxxx' });
    expect(await fetchText(answer(9), request)).toEqual({ ok: false, problem: 'too-large' });
  });

  it('F08: takes https alone', async () => {
    const { fetchUrl, asked } = createNetwork({});
    const plain = await fetchText(fetchUrl, { ...request, url: 'http://list.test/' });
    expect(plain).toEqual({ ok: false, problem: 'not-https' });
    expect(asked).toEqual([]);
  });

  it('F08: gives up after two seconds, before the answer or in the middle of it', async () => {
    vi.useFakeTimers();
    try {
      const hanging: FetchUrl = () => new Promise(() => undefined);
      const stuck: FetchUrl = async () =>
        new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) }));
      for (const fetchUrl of [hanging, stuck]) {
        const fetched = fetchText(fetchUrl, request);
        let isDone = false;
        void fetched.then(() => (isDone = true));
        await vi.advanceTimersByTimeAsync(1999);
        expect(isDone).toBe(false);
        await vi.advanceTimersByTimeAsync(1);
        expect(await fetched).toEqual({ ok: false, problem: 'unreachable' });
      }
    } finally {
      vi.useRealTimers();
    }
  });
});
