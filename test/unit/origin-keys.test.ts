/** Where the origin's verifier has the gate's keys from, and how often it asks for them (B09). */
import { describe, expect, it } from 'vitest';
import { createAssertionVerifier } from '../../src/origin/toll-assertion.ts';
import type { AssertionKeys } from '../../src/core/token/assertion-key.ts';
import { assertFor, keysOf, makePrivateJwk, NOW, SITE } from '../support/assertion-fixtures.ts';

const JWK = await makePrivateJwk();
const KEYS = await keysOf(JWK);
const NEXT = await keysOf(await makePrivateJwk());
const STRANGER = await keysOf(await makePrivateJwk());
const ADDRESS = `https://${SITE}/.toll/jwks.json`;

/** A verifier with a clock and a gate in the test's hands. */
function openOrigin(first: () => Response | Promise<Response> = () => Response.json(KEYS.keySet)) {
  const state = { seconds: NOW, answer: first, fetched: [] as string[] };
  const verify = createAssertionVerifier({
    host: SITE,
    keys: ADDRESS,
    nowMs: () => state.seconds * 1000,
    fetch: async (url) => {
      state.fetched.push(url);
      return state.answer();
    },
  });
  const ask = async (keys: AssertionKeys) => {
    const assertion = await assertFor(keys, { nowSeconds: state.seconds });
    return (await verify({ method: 'GET', target: '/page', assertion })).kind;
  };
  return { state, ask, verify };
}

describe('the key set', () => {
  it('is fetched when it is first needed, once for all who ask', async () => {
    const { state, ask, verify } = openOrigin();
    expect(state.fetched).toEqual([]);
    const hostile = ['', 'x', 'a.b.c', 'x'.repeat(9999)];
    for (const assertion of hostile) await verify({ method: 'GET', target: '/', assertion });
    expect(state.fetched).toEqual([]);
    const kinds = await Promise.all(Array.from({ length: 20 }, () => ask(KEYS)));
    expect(new Set(kinds)).toEqual(new Set(['valid']));
    expect(state.fetched).toEqual([ADDRESS]);
  });

  it('B09: an unknown kid causes at most one fetch in 30 seconds', async () => {
    const { state, ask } = openOrigin();
    expect(await ask(KEYS)).toBe('valid');
    const start = state.seconds;
    for (let second = 0; second < 120; second += 1) {
      state.seconds = start + second;
      await Promise.all([ask(STRANGER), ask(STRANGER), ask(NEXT)]);
    }
    expect(state.fetched).toHaveLength(1 + 3);
    expect(await ask(STRANGER)).toBe('unknown-key');
    expect(await ask(KEYS)).toBe('valid');
  });

  it('B07: a new key is found by its kid, one that was dropped is dropped', async () => {
    const { state, ask } = openOrigin();
    expect(await ask(KEYS)).toBe('valid');
    state.answer = () => Response.json(NEXT.keySet);
    state.seconds += 29;
    expect(await ask(NEXT)).toBe('unknown-key');
    state.seconds += 1;
    expect(await ask(NEXT)).toBe('valid');
    expect(await ask(KEYS)).toBe('unknown-key');
  });

  it('is renewed after five minutes, and the last good one stays for an hour where it cannot be', async () => {
    const { state, ask } = openOrigin();
    await ask(KEYS);
    state.answer = () => new Response('gone', { status: 503 });
    state.seconds += 300;
    expect(await ask(KEYS)).toBe('valid');
    expect(state.fetched).toHaveLength(1);
    state.seconds += 1;
    expect(await ask(KEYS)).toBe('valid');
    expect(state.fetched).toHaveLength(2);
    state.seconds = NOW + 3600;
    expect(await ask(KEYS)).toBe('valid');
    state.seconds = NOW + 3601;
    expect(await ask(KEYS)).toBe('keys-unavailable');
    state.answer = () => Response.json(KEYS.keySet);
    state.seconds += 30;
    expect(await ask(KEYS)).toBe('valid');
  });

  it('B09: without a key nothing is accepted, and the next try is five seconds away', async () => {
    const answers: readonly (() => Response | Promise<Response>)[] = [
      () => Promise.reject(new TypeError('refused')),
      () => new Response(null, { status: 302, headers: { Location: 'https://x.test/' } }),
      () => new Response('not found', { status: 404 }),
      () => Response.json(KEYS.keySet, { status: 503 }),
      () => new Response('<html>'),
      () => new Response(null),
      () => Response.json(null),
      () => Response.json([]),
      () => Response.json({ keys: [] }),
      () => Response.json({ keys: {} }),
      () => Response.json({ ...KEYS.keySet, padding: 'x'.repeat(16_384) }),
    ];
    for (const answer of answers) {
      const { state, ask } = openOrigin(answer);
      expect(await ask(KEYS)).toBe('keys-unavailable');
      state.answer = () => Response.json(KEYS.keySet);
      state.seconds += 4;
      expect(await ask(KEYS)).toBe('keys-unavailable');
      state.seconds += 1;
      expect(await ask(KEYS)).toBe('valid');
      expect(state.fetched).toHaveLength(2);
    }
  });

  it('B09: takes public Ed25519 keys under their thumbprint, and nothing else', async () => {
    const [good] = KEYS.keySet.keys;
    const odd: readonly unknown[] = [
      null,
      7,
      'key',
      {},
      { ...good, kid: 'a' },
      { ...good, kid: NEXT.kid },
      { ...good, kid: undefined },
      { ...good, kty: 'oct', k: good?.x },
      { ...good, crv: 'X25519' },
      { ...good, x: `${good?.x}=` },
      { ...good, x: good?.x.slice(1) },
      { ...good, d: JWK.d },
    ];
    for (const entry of odd) {
      const { ask } = openOrigin(() => Response.json({ keys: [entry] }));
      expect([entry, await ask(KEYS)]).toEqual([entry, 'keys-unavailable']);
    }
    const { ask } = openOrigin(() => Response.json({ keys: [...odd.slice(0, 7), good] }));
    expect(await ask(KEYS)).toBe('valid');
  });
});
