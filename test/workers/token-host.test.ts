/** `aud` is the canonical host (B03): a token of one site opens no other. */
import { beforeAll, describe, expect, it } from 'vitest';
import { issueChallenge, verifyChallenge } from '../../src/core/token/challenge-token.ts';
import type { KeyRing } from '../../src/core/token/key-ring.ts';
import { issuePass, verifyPass } from '../../src/core/token/pass-token.ts';
import { canonicalHost } from '../../src/http/host.ts';
import { challengeTerms, deriveTestRing, NOW } from '../support/token-fixtures.ts';

const HOSTS = ['site.test', 'other.test', 'shop.site.test', 'site.test:8080'] as const;

/** What a client may write after `https://`, and the host that it is. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'site.test': 'site.test',
  'SITE.test': 'site.test',
  'site.test.': 'site.test',
  'site.test:443': 'site.test',
  'SITE.TEST.:443': 'site.test',
  'user:pw@site.test': 'site.test',
  'site%2Etest': 'site.test',
  'ｓｉｔｅ.test': 'site.test',
  'site。test': 'site.test',
  'site.test:80': 'site.test:80',
  'site.test:8080': 'site.test:8080',
  'site.test.:8080': 'site.test:8080',
  'shop.site.test': 'shop.site.test',
  'bücher.test': 'xn--bcher-kva.test',
  'BÜCHER.test': 'xn--bcher-kva.test',
  'xn--bcher-kva.test': 'xn--bcher-kva.test',
  '192.0.2.1': '192.0.2.1',
  '0xc0.0.2.1': '192.0.2.1',
  '[2001:DB8:0:0::1]': '[2001:db8::1]',
  '[2001:db8::1]:8443': '[2001:db8::1]:8443',
};

let ring: KeyRing;

beforeAll(async () => {
  ring = await deriveTestRing();
});

/** A challenge and a pass of `aud`. */
async function issueFor(
  aud: string,
): Promise<{ readonly challenge: string; readonly pass: string }> {
  const challenge = await issueChallenge(challengeTerms({ aud }), ring, NOW);
  const verdict = await verifyChallenge(challenge, ring, { host: aud, nowSeconds: NOW });
  if (verdict.kind !== 'valid') throw new Error(verdict.kind);
  const { token } = await issuePass(verdict.claims, verdict.key, 2);
  return { challenge, pass: token };
}

describe('canonicalHost', () => {
  it('B03: has one spelling for each host, with a port unless it is the default', () => {
    for (const [spelling, host] of Object.entries(SPELLINGS)) {
      expect([spelling, canonicalHost(new URL(`https://${spelling}/x`))]).toEqual([spelling, host]);
    }
  });

  it('B03: the default port depends on the scheme', () => {
    expect(canonicalHost(new URL('http://site.test:80/'))).toBe('site.test');
    expect(canonicalHost(new URL('http://site.test:443/'))).toBe('site.test:443');
  });

  it('B03: is idempotent', () => {
    for (const host of Object.values(SPELLINGS)) {
      expect(canonicalHost(new URL(`https://${host}/`))).toBe(host);
    }
  });
});

describe('the audience', () => {
  it('B03: challenges and passes of four hosts are accepted at their own alone', async () => {
    for (const aud of HOSTS) {
      const { challenge, pass } = await issueFor(aud);
      for (const host of HOSTS) {
        const context = { host, nowSeconds: NOW };
        const expected = host === aud ? 'valid' : 'wrong-host';
        expect((await verifyChallenge(challenge, ring, context)).kind).toBe(expected);
        expect((await verifyPass(pass, ring, context)).kind).toBe(expected);
      }
    }
  });

  it('B03: 4 hosts x 20 spellings of the request: no foreign acceptance, and every own spelling accepted', async () => {
    for (const aud of HOSTS) {
      const { pass } = await issueFor(aud);
      for (const [spelling, canonical] of Object.entries(SPELLINGS)) {
        const host = canonicalHost(new URL(`https://${spelling}/`));
        const { kind } = await verifyPass(pass, ring, { host, nowSeconds: NOW });
        expect([spelling, kind]).toEqual([spelling, canonical === aud ? 'valid' : 'wrong-host']);
      }
    }
  });

  it('B03: a token without the host of this request is refused before its work would be checked', async () => {
    const { challenge } = await issueFor('site.test');
    for (const host of ['', 'site.tes', 'site.test ', 'site.testx', 'SITE.test', 'site.test.']) {
      const { kind } = await verifyChallenge(challenge, ring, { host, nowSeconds: NOW });
      expect(kind).toBe('wrong-host');
    }
  });
});
