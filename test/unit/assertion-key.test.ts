/** TOLL_ASSERTION_KEY: what is one, what is refused and by which rule, what is published of it. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ASSERTION_KEY_RULES,
  importAssertionKeys,
  parseAssertionKey,
  parsePublishedKeys,
} from '../../src/core/token/assertion-key.ts';
import { decodeSettings } from '../../src/core/settings.ts';
import type { AssertionKeys } from '../../src/core/token/assertion-key.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';
/** RFC 8037 A.1 and A.3. */
const RFC_8037 = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
const RFC_8037_THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
/** RFC 9421 B.1.4. */
const RFC_9421 = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
};

function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    base64: der.toString('base64'),
    base64url: der.toString('base64url'),
    jwk: JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x, d }),
    publicJwk: JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x }),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    x,
    d,
  };
}

const KEY = makeKey();
const OTHER = makeKey();

const ruleOf = (text: unknown) => {
  const reading = parseAssertionKey(text);
  return reading.ok ? undefined : reading.rule;
};
const publishedRuleOf = (text: unknown) => {
  const reading = parsePublishedKeys(text);
  return reading.ok ? undefined : reading.rule;
};

async function importBoth(text: string, published?: string): Promise<AssertionKeys | undefined> {
  const current = parseAssertionKey(text);
  const others = published === undefined ? undefined : parsePublishedKeys(published);
  if (!current.ok || others?.ok === false) throw new Error('refused');
  const imported = await importAssertionKeys({
    current: current.value,
    published: others?.value ?? [],
  });
  return imported.ok ? imported.keys : undefined;
}

describe('the key', () => {
  it('is PEM, base64, base64url or a JWK: one key, one kid', async () => {
    const texts = [KEY.pem, KEY.base64, KEY.base64url, KEY.jwk, ` ${KEY.jwk}\n`, KEY.pem.trim()];
    const kids = await Promise.all(texts.map(async (text) => (await importBoth(text))?.kid));
    expect(new Set(kids).size).toBe(1);
    expect(kids[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const crlf = KEY.pem.replaceAll('\n', '\r\n');
    expect((await importBoth(crlf))?.kid).toBe(kids[0]);
  });

  it('B06: is refused by a named rule, never by its value', () => {
    const period = Buffer.alloc(32, 'abcdefgh');
    const pkcs8 = (seed: Uint8Array) =>
      Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]).toString(
        'base64',
      );
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const x25519 = generateKeyPairSync('x25519').privateKey;
    const cases: readonly (readonly [unknown, string | undefined])[] = [
      ['', 'encoding'],
      [42, 'encoding'],
      [null, 'encoding'],
      [{ kty: 'OKP' }, 'encoding'],
      ['no key at all', 'encoding'],
      ['{', 'encoding'],
      ['a'.repeat(8193), 'encoding'],
      ['{}', 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, crv: 'X25519' }), 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, kty: 'EC' }), 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, x: undefined }), 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, x: `${RFC_8037.x}=` }), 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, d: 'AAAA' }), 'not-ed25519'],
      [JSON.stringify({ ...RFC_8037, d: 7 }), 'not-ed25519'],
      [rsa.export({ format: 'pem', type: 'pkcs8' }).toString(), 'not-ed25519'],
      [x25519.export({ format: 'pem', type: 'pkcs8' }).toString(), 'not-ed25519'],
      [KEY.publicPem, 'encoding'],
      [SECRET, 'not-ed25519'],
      [KEY.publicJwk, 'not-private'],
      [pkcs8(Buffer.alloc(32)), 'predictable'],
      [pkcs8(period), 'predictable'],
      [pkcs8(Buffer.from(Array.from({ length: 32 }, (_, at) => at))), 'predictable'],
      [JSON.stringify(RFC_8037), 'published'],
      [JSON.stringify(RFC_9421), 'published'],
      [pkcs8(Buffer.from(RFC_8037.d, 'base64url')), 'published'],
      [pkcs8(randomBytes(31)), 'not-ed25519'],
      [pkcs8(randomBytes(33)), 'not-ed25519'],
      [pkcs8(randomBytes(32)), undefined],
    ];
    for (const [text, rule] of cases) expect([text, ruleOf(text)]).toEqual([text, rule]);
    for (const message of Object.values(ASSERTION_KEY_RULES)) expect(message).not.toContain(KEY.d);
  });

  it('is refused where its public part belongs to another key, whose signatures would give it away', async () => {
    const mixed = JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: OTHER.x, d: KEY.d });
    expect(await importBoth(mixed)).toBeUndefined();
    expect(await importBoth(KEY.jwk, mixed)).toBeUndefined();
    const current = parseAssertionKey(mixed);
    if (!current.ok) throw new Error('refused too early');
    expect(await importAssertionKeys({ current: current.value, published: [] })).toEqual({
      ok: false,
      problem: { path: 'TOLL_ASSERTION_KEY', message: ASSERTION_KEY_RULES.mismatch },
    });
  });
});

describe('the published keys', () => {
  it('are a key, a public JWK, or a set of one to four', () => {
    const set = (count: number) =>
      JSON.stringify({ keys: Array.from({ length: count }, () => JSON.parse(KEY.publicJwk)) });
    for (const text of [KEY.pem, KEY.jwk, KEY.publicJwk, set(1), set(4)])
      expect(publishedRuleOf(text)).toBeUndefined();
    expect(publishedRuleOf(set(0))).toBe('encoding');
    expect(publishedRuleOf(set(5))).toBe('too-many');
    expect(publishedRuleOf('{"keys":7}')).toBe('encoding');
    expect(publishedRuleOf('{"keys":[{}]}')).toBe('not-ed25519');
    expect(publishedRuleOf(JSON.stringify({ keys: [JSON.parse(KEY.publicJwk), 1] }))).toBe(
      'encoding',
    );
  });

  it('B09: hold public members alone, the current key first, each once, named by its thumbprint', async () => {
    const keys = await importBoth(KEY.pem, OTHER.pem);
    expect(keys?.keySet.keys.map(({ x }) => x)).toEqual([KEY.x, OTHER.x]);
    expect(keys?.kid).toBe(keys?.keySet.keys[0]?.kid);
    for (const jwk of keys?.keySet.keys ?? []) {
      expect(Object.keys(jwk).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      expect(createPublicKey({ key: { ...jwk }, format: 'jwk' }).asymmetricKeyType).toBe('ed25519');
    }
    expect((await importBoth(KEY.pem, KEY.jwk))?.keySet.keys).toHaveLength(1);
    const known = await importBoth(KEY.pem, JSON.stringify({ ...RFC_8037, d: undefined }));
    expect(known?.keySet.keys[1]?.kid).toBe(RFC_8037_THUMBPRINT);
  });

  it('B07: take what jwks.json shows, so that a key can be published before it signs and after', async () => {
    const [before, after] = [await importBoth(KEY.pem), await importBoth(OTHER.pem)];
    const shown = JSON.stringify(before?.keySet);
    const overlap = await importBoth(OTHER.pem, shown);
    expect(overlap?.keySet.keys.map(({ kid }) => kid)).toEqual([after?.kid, before?.kid]);
  });
});

describe('the settings', () => {
  const problemsOf = (variables: Readonly<Record<string, unknown>>) => {
    const reading = decodeSettings({ TOLL_SECRET: SECRET, ...variables });
    return reading.ok ? [] : reading.problems;
  };

  it('hold no key where none is set', () => {
    const reading = decodeSettings({ TOLL_SECRET: SECRET });
    expect(reading.ok && reading.settings.assertionKeys).toBeUndefined();
  });

  it('B06: name the variable and the rule, and never say the value', () => {
    const previous = { TOLL_ASSERTION_KEY_PREVIOUS: KEY.publicJwk };
    expect(problemsOf({ TOLL_ASSERTION_KEY: KEY.pem, ...previous })).toEqual([]);
    const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ TOLL_ASSERTION_KEY: KEY.publicJwk }, 'TOLL_ASSERTION_KEY'],
      [{ TOLL_ASSERTION_KEY: 'x y' }, 'TOLL_ASSERTION_KEY'],
      [
        { TOLL_ASSERTION_KEY: KEY.pem, TOLL_ASSERTION_KEY_PREVIOUS: '' },
        'TOLL_ASSERTION_KEY_PREVIOUS',
      ],
      [previous, 'TOLL_ASSERTION_KEY_PREVIOUS'],
      [{ TOLL_SECRET: KEY.base64, TOLL_ASSERTION_KEY: KEY.base64 }, 'TOLL_ASSERTION_KEY'],
    ];
    for (const [variables, path] of cases) {
      const problems = problemsOf(variables);
      expect(problems.map((problem) => problem.path)).toEqual([path]);
      for (const value of Object.values(variables)) {
        if (value !== '')
          expect(JSON.stringify(problems)).not.toContain(String(value).slice(0, 20));
      }
    }
  });
});
