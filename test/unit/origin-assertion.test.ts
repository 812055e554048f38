/** The origin's side of `Toll-Assertion`: what it accepts, what it refuses and why (G01, D07). */
import { describe, expect, it } from 'vitest';
import {
  createAssertionVerifier,
  type ReceivedRequest,
  type VerifierOptions,
} from '../../src/origin/toll-assertion.ts';
import {
  assertFor,
  keysOf,
  makePrivateJwk,
  NOW,
  randomId,
  signAnything,
  SITE,
} from '../support/assertion-fixtures.ts';

const JWK = await makePrivateJwk();
const KEYS = await keysOf(JWK);
const STRANGER = await keysOf(await makePrivateJwk());

const at = (nowSeconds: number): VerifierOptions => ({
  host: SITE,
  keys: KEYS.keySet,
  nowMs: () => nowSeconds * 1000,
});
const verify = createAssertionVerifier(at(NOW));
const received = (assertion: string | null | undefined, over: Partial<ReceivedRequest> = {}) => ({
  method: 'GET',
  target: '/page',
  assertion,
  ...over,
});
const kindOf = async (assertion: string, over: Partial<ReceivedRequest> = {}) =>
  (await verify(received(assertion, over))).kind;

/** What the gate writes, to be changed in one place. */
const HEADER = { alg: 'EdDSA', typ: 'toll-assert+jwt', kid: KEYS.kid };
const claims = (over: Readonly<Record<string, unknown>> = {}) => ({
  iss: 'edgetoll',
  aud: SITE,
  jti: randomId(),
  iat: NOW,
  exp: NOW + 60,
  htm: 'GET',
  htu: `https://${SITE}/page`,
  verdict: 'pass',
  ...over,
});

describe('an assertion', () => {
  it('G01: a request without one did not come through the gate', async () => {
    for (const assertion of [undefined, null, ''])
      expect(await verify(received(assertion))).toEqual({ kind: 'missing' });
    expect(await verify(new Request(`https://${SITE}/page`))).toEqual({ kind: 'missing' });
  });

  it('G01: is accepted for its own request, and says why it was let through', async () => {
    for (const verdict of ['pass', 'free', 'allow', 'monitor', 'degraded']) {
      const assertion = await assertFor(KEYS, { verdict });
      const result = await verify(received(assertion));
      expect(result).toMatchObject({ kind: 'valid', claims: { aud: SITE, htm: 'GET', verdict } });
      const request = new Request(`http://${SITE}/page`, {
        headers: { 'Toll-Assertion': assertion },
      });
      expect((await verify(request)).kind).toBe('valid');
    }
  });

  it('G01: holds for 59 seconds, not for 60, not for 61', async () => {
    const assertion = await assertFor(KEYS);
    for (const [age, kind] of [
      [0, 'valid'],
      [59, 'valid'],
      [60, 'expired'],
      [61, 'expired'],
      [-30, 'valid'],
      [-31, 'not-yet-valid'],
    ] as const) {
      const result = await createAssertionVerifier(at(NOW + age))(received(assertion));
      expect([age, result.kind]).toEqual([age, kind]);
    }
    const long = await signAnything(JWK, HEADER, claims({ exp: NOW + 61 }));
    expect(await kindOf(long)).toBe('malformed');
  });

  it('G01: holds for one method, one path, one query and one host', async () => {
    const assertion = await assertFor(KEYS, { target: '/a/b?x=1&y=%20' });
    const target = '/a/b?x=1&y=%20';
    expect(await kindOf(assertion, { target })).toBe('valid');
    for (const method of ['POST', 'HEAD', 'get', 'PUT', ''])
      expect(await kindOf(assertion, { target, method })).toBe('wrong-method');
    for (const path of [
      '/a/B',
      '/a/b/',
      '/a//b',
      '/a/%62',
      '/a/./b',
      '/',
      '',
      'https://site.test/a/b',
    ])
      expect(await kindOf(assertion, { target: `${path}?x=1&y=%20` })).toBe('wrong-path');
    for (const query of ['', '?', '?x=1', '?x=1&y=+', '?x=1&y=%20&', '?y=%20&x=1', '??x=1&y=%20'])
      expect(await kindOf(assertion, { target: `/a/b${query}` })).toBe('wrong-query');
    for (const host of ['other.test', 'site.test:8443', 'SITE.test', 'site.test.', '']) {
      const other = createAssertionVerifier({ ...at(NOW), host });
      expect((await other(received(assertion, { target }))).kind).toBe('wrong-host');
    }
    const plain = await assertFor(KEYS);
    expect(await kindOf(plain, { target: '/page?' })).toBe('valid');
    expect(await kindOf(plain, { target: '/page?x' })).toBe('wrong-query');
  });

  it('a cache that fetches with GET what it answers a HEAD with is let in; nothing else changes its method', async () => {
    const head = await assertFor(KEYS, { method: 'HEAD' });
    expect(await kindOf(head, { method: 'HEAD' })).toBe('valid');
    expect(await kindOf(head, { method: 'GET' })).toBe('valid');
    expect(await kindOf(head, { method: 'POST' })).toBe('wrong-method');
  });

  it('B10: stays below 4,096 characters for any path and query, and holds for these alone', async () => {
    const longest = `/${'p'.repeat(1024 - `https://${SITE}/`.length)}`;
    for (const path of [longest, `${longest}p`, `/${'p'.repeat(16_000)}`]) {
      const target = `${path}?${'q'.repeat(16_000)}`;
      const assertion = await assertFor(KEYS, { target });
      expect(assertion.length).toBeLessThanOrEqual(4096);
      expect(await kindOf(assertion, { target })).toBe('valid');
      expect(await kindOf(assertion, { target: target.replace('/p', '/q') })).toBe('wrong-path');
      expect(await kindOf(assertion, { target: `${target}q` })).toBe('wrong-query');
    }
  });
});

describe('strict mode', () => {
  it('G01: accepts each assertion once', async () => {
    const strict = createAssertionVerifier({ ...at(NOW), strict: true });
    const assertion = await assertFor(KEYS);
    expect((await strict(received(assertion))).kind).toBe('valid');
    expect((await strict(received(assertion))).kind).toBe('replayed');
    expect((await strict(received(await assertFor(KEYS)))).kind).toBe('valid');
    const both = await assertFor(KEYS);
    const kinds = await Promise.all([strict(received(both)), strict(received(both))]);
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['replayed', 'valid']);
    expect((await verify(received(assertion))).kind).toBe('valid');
  });

  it('G01: a request that is refused uses nothing up', async () => {
    const strict = createAssertionVerifier({ ...at(NOW), strict: true });
    const assertion = await assertFor(KEYS);
    expect((await strict(received(assertion, { target: '/other' }))).kind).toBe('wrong-path');
    expect((await strict(received(assertion))).kind).toBe('valid');
  });

  it('G01, H05: remembers a bounded number, and refuses what it can no longer tell', async () => {
    const strict = createAssertionVerifier({ ...at(NOW), strict: true, remembered: 2 });
    const [first, second, third, fresh] = await Promise.all(
      [0, 1, 2, 3].map((age) => assertFor(KEYS, { nowSeconds: NOW - 3 + age })),
    );
    for (const assertion of [first, second, third])
      expect((await strict(received(assertion))).kind).toBe('valid');
    for (const assertion of [first, second, third])
      expect((await strict(received(assertion))).kind).toBe('replayed');
    // Never seen, and as old as what was dropped: closed.
    const asOld = await assertFor(KEYS, { nowSeconds: NOW - 3 });
    expect((await strict(received(asOld))).kind).toBe('replayed');
    expect((await strict(received(fresh))).kind).toBe('valid');
  });

  it('G01: a clock that goes back lets nothing in twice', async () => {
    let now = NOW;
    const options = { ...at(NOW), nowMs: () => now * 1000, strict: true, remembered: 1 };
    const strict = createAssertionVerifier(options);
    const early = await assertFor(KEYS);
    expect((await strict(received(early))).kind).toBe('valid');
    now = NOW + 3600;
    const late = await assertFor(KEYS, { nowSeconds: now });
    expect((await strict(received(late))).kind).toBe('valid');
    now = NOW;
    expect((await strict(received(early))).kind).toBe('replayed');
  });
});

describe('the token', () => {
  it('B01: only EdDSA by the published key counts', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicBytes = Buffer.from(JWK.x, 'base64url');
    const hmacKeys = [
      publicBytes,
      Buffer.from(JSON.stringify(KEYS.keySet.keys[0])),
      Buffer.from(JWK.x),
    ];
    for (const alg of ['HS256', 'EdDSA', 'none', 'HS512']) {
      const signed = `${part({ ...HEADER, alg })}.${part(claims())}`;
      for (const bytes of hmacKeys) {
        const key = await crypto.subtle.importKey(
          'raw',
          bytes,
          { name: 'HMAC', hash: alg === 'HS512' ? 'SHA-512' : 'SHA-256' },
          false,
          ['sign'],
        );
        const mac = await crypto.subtle.sign('HMAC', key, Buffer.from(signed));
        const token = `${signed}.${Buffer.from(mac).toString('base64url')}`;
        expect(await kindOf(token)).toBe('bad-signature');
      }
    }
    for (const alg of [
      'none',
      'None',
      'HS256',
      'RS256',
      'ES256',
      'Ed448',
      'Ed25519',
      'eddsa',
      1,
      null,
      ['EdDSA'],
    ])
      expect(await kindOf(await signAnything(JWK, { ...HEADER, alg }, claims()))).toBe(
        'bad-signature',
      );
    const [head = '', body = ''] = (await assertFor(KEYS)).split('.');
    expect(await kindOf(`${head}.${body}.`)).toBe('bad-signature');
    expect(await kindOf(`${part({ ...HEADER, alg: 'none' })}.${body}.`)).toBe('bad-signature');
  });

  it('B02, B04: the header has three members and no others; kid is required and looked up', async () => {
    const signed = (header: object) => signAnything(JWK, header, claims());
    for (const extra of [
      { jwk: JWK },
      { jku: 'https://x.test/' },
      { crit: [] },
      { b64: false },
      { cty: 'x' },
    ])
      expect(await kindOf(await signed({ ...HEADER, ...extra }))).toBe('bad-signature');
    for (const typ of ['toll-pass+jwt', 'JWT', 'toll-challenge+jwt', 'TOLL-ASSERT+JWT', null])
      expect(await kindOf(await signed({ ...HEADER, typ }))).toBe('bad-signature');
    for (const kid of [
      '__proto__',
      'constructor',
      '../x',
      '',
      7,
      null,
      KEYS.kid.slice(1),
      STRANGER.kid,
    ])
      expect(await kindOf(await signed({ ...HEADER, kid }))).toBe('unknown-key');
    expect(await kindOf(await signed({ alg: 'EdDSA', typ: HEADER.typ }))).toBe('bad-signature');
    expect(await kindOf(await assertFor(STRANGER))).toBe('unknown-key');
    const forged = await assertFor({ ...STRANGER, kid: KEYS.kid });
    expect(await kindOf(forged)).toBe('bad-signature');
  });

  it('B05: claims are required and well-typed, even where the signature is right', async () => {
    expect(await kindOf(await signAnything(JWK, HEADER, claims()))).toBe('valid');
    const odd: readonly Readonly<Record<string, unknown>>[] = [
      ...Object.keys(claims()).map((name) => ({ [name]: undefined })),
      ...Object.keys(claims()).flatMap((name) => [
        { [name]: null },
        { [name]: [] },
        { [name]: {} },
      ]),
      { iss: 'else' },
      { jti: 'short' },
      { exp: String(NOW + 60) },
      { exp: NOW + 0.5 },
      { exp: 1e308 },
      { exp: NOW },
      { iat: NOW - 1 },
      { qh: 7 },
      { uh: 'both' },
    ];
    for (const over of odd)
      expect([over, await kindOf(await signAnything(JWK, HEADER, claims(over)))]).toEqual([
        over,
        'malformed',
      ]);
  });

  it('A06, B12: one token has one spelling', async () => {
    const token = await assertFor(KEYS);
    const [head = '', body = '', mark = ''] = token.split('.');
    const spellings = [
      `${token}=`,
      ` ${token}`,
      `${token}.`,
      `.${token}`,
      `${head}.${body}`,
      `${head}..${mark}`,
      `${head}.${body}.${mark}.${mark}`,
      `${head}.${body}.${mark}.x.y`,
      `${head}\n.${body}.${mark}`,
      token.replaceAll('.', ','),
      `${token}, ${token}`,
      'a.b.c',
      '..',
      '\u0000',
      'é.é.é',
      'x'.repeat(4097),
    ];
    for (const spelling of spellings)
      expect([spelling, await kindOf(spelling)]).toEqual([spelling, 'malformed']);
    // 64 bytes leave four bits unused in the last character.
    const last = mark.at(-1) ?? '';
    const sibling = String.fromCharCode(last.charCodeAt(0) + 1);
    expect(await kindOf(`${head}.${body}.${mark.slice(0, -1)}${sibling}`)).toBe('malformed');
  });
});
