/** Time claims: expiry to the second, clock skew, and ill-typed values (A08, B05). */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CHALLENGE_TTL_SECONDS,
  issueChallenge,
  verifyChallenge,
} from '../../src/core/token/challenge-token.ts';
import { CLOCK_SKEW_SECONDS } from '../../src/core/token/claims.ts';
import { TOKEN_TYPES } from '../../src/core/token/key-ring.ts';
import type { KeyRing, TokenType } from '../../src/core/token/key-ring.ts';
import { issuePass, verifyPass } from '../../src/core/token/pass-token.ts';
import {
  challengeTerms,
  deriveTestRing,
  forgeToken,
  HOST,
  NOW,
  universalClaims,
} from '../support/token-fixtures.ts';

let ring: KeyRing;

beforeAll(async () => {
  ring = await deriveTestRing();
});

async function kindAt(type: TokenType, token: string, nowSeconds: number): Promise<string> {
  const verify = type === 'toll-pass+jwt' ? verifyPass : verifyChallenge;
  return (await verify(token, ring, { host: HOST, nowSeconds })).kind;
}

function forge(type: TokenType, payload: object | string): Promise<string> {
  const { kid, key } = ring.current.signing[type];
  return forgeToken({ header: { alg: 'HS256', typ: type, kid }, payload, key });
}

describe('expiry', () => {
  it('A08: a challenge lives for 300 seconds: TTL - 1 is valid, TTL and TTL + 1 are expired', async () => {
    expect(CHALLENGE_TTL_SECONDS).toBe(300);
    const token = await issueChallenge(challengeTerms(), ring, NOW);
    expect(await kindAt('toll-challenge+jwt', token, NOW)).toBe('valid');
    expect(await kindAt('toll-challenge+jwt', token, NOW + 299)).toBe('valid');
    expect(await kindAt('toll-challenge+jwt', token, NOW + 300)).toBe('expired');
    expect(await kindAt('toll-challenge+jwt', token, NOW + 301)).toBe('expired');
  });

  it('A08: a pass lives for its ttl from the iat of its challenge, however late it was redeemed', async () => {
    for (const ttl of [60, 3600, 86_400]) {
      const challenge = await issueChallenge(challengeTerms({ ttl }), ring, NOW);
      const late = { host: HOST, nowSeconds: NOW + 59 };
      const verdict = await verifyChallenge(challenge, ring, late);
      if (verdict.kind !== 'valid') throw new Error(verdict.kind);
      const { token } = await issuePass(verdict.claims, verdict.key, 2);
      expect(await kindAt('toll-pass+jwt', token, NOW + ttl - 1)).toBe('valid');
      expect(await kindAt('toll-pass+jwt', token, NOW + ttl)).toBe('expired');
      expect(await kindAt('toll-pass+jwt', token, NOW + ttl + 1)).toBe('expired');
    }
  });

  it('A08: issued 30 seconds ahead of this clock is valid, 31 is not', async () => {
    expect(CLOCK_SKEW_SECONDS).toBe(30);
    for (const type of TOKEN_TYPES) {
      const token = await forge(type, universalClaims());
      expect(await kindAt(type, token, NOW - 30)).toBe('valid');
      expect(await kindAt(type, token, NOW - 31)).toBe('expired');
    }
  });

  it('A08: outside [iat - 30, exp) it never succeeds, at offsets from a second to ten years', async () => {
    const token = await issueChallenge(challengeTerms(), ring, NOW);
    for (const offset of [31, 60, 3600, 86_400, 31_536_000, 315_360_000]) {
      expect(await kindAt('toll-challenge+jwt', token, NOW - offset)).toBe('expired');
      expect(await kindAt('toll-challenge+jwt', token, NOW + 300 + offset)).toBe('expired');
    }
  });
});

/** JSON texts, because some of these numbers have no JavaScript literal that survives stringify. */
const ILL_TYPED = [
  '"9999999999"',
  '1e308',
  '1e999',
  '-1',
  'null',
  '[]',
  '[9999999999]',
  '{}',
  'true',
  '""',
  '1793491300.5',
  '9007199254740993',
  '-0.5',
  '"Infinity"',
];

const OUT_OF_TIME = ['0', String(NOW), '1', '1e9'];

describe('ill-typed times', () => {
  function payloadWith(name: 'exp' | 'iat', value: string): string {
    const text = JSON.stringify(universalClaims());
    return text.replace(new RegExp(`"${name}":\\d+`), `"${name}":${value}`);
  }

  it('B05: the same claims with well-typed times are valid', async () => {
    for (const type of TOKEN_TYPES) {
      expect(await kindAt(type, await forge(type, payloadWith('exp', String(NOW + 1))), NOW)).toBe(
        'valid',
      );
      expect(await kindAt(type, await forge(type, payloadWith('iat', '0')), NOW)).toBe('valid');
    }
  });

  it('B05: exp and iat of every wrong type are malformed', async () => {
    for (const type of TOKEN_TYPES) {
      for (const name of ['exp', 'iat'] as const) {
        for (const value of ILL_TYPED) {
          const token = await forge(type, payloadWith(name, value));
          expect([name, value, await kindAt(type, token, NOW)]).toEqual([name, value, 'malformed']);
        }
      }
    }
  });

  it('B05: exp in the past or now, and iat an hour ahead, are expired', async () => {
    for (const type of TOKEN_TYPES) {
      for (const value of OUT_OF_TIME) {
        expect(await kindAt(type, await forge(type, payloadWith('exp', value)), NOW)).toBe(
          'expired',
        );
      }
      const ahead = await forge(type, universalClaims({ iat: NOW + 3600, exp: NOW + 7200 }));
      expect(await kindAt(type, ahead, NOW)).toBe('expired');
    }
  });

  it('B05: absent times are malformed', async () => {
    for (const type of TOKEN_TYPES) {
      for (const name of ['exp', 'iat'] as const) {
        const token = await forge(type, universalClaims({ [name]: undefined }));
        expect(await kindAt(type, token, NOW)).toBe('malformed');
      }
    }
  });
});
