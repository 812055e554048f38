/** A pass is a pure function of its challenge and the number of solutions (A05, bar 9). */
import { beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE_CREDIT } from '../../src/core/puzzle/patience.ts';
import { parsePuzzle } from '../../src/core/puzzle/puzzle.ts';
import { thresholdFor } from '../../src/core/puzzle/work.ts';
import { issueChallenge, verifyChallenge } from '../../src/core/token/challenge-token.ts';
import type { ChallengeTerms } from '../../src/core/token/challenge-token.ts';
import { deriveKeyRing } from '../../src/core/token/key-ring.ts';
import type { KeyRing } from '../../src/core/token/key-ring.ts';
import { issuePass, verifyPass } from '../../src/core/token/pass-token.ts';
import type { IssuedPass } from '../../src/core/token/pass-token.ts';
import { asRecord } from '../support/corpora-in-workerd.ts';
import { solveNonces } from '../support/solve.ts';
import {
  challengeTerms,
  deriveTestRing,
  HOST,
  JTI,
  NOW,
  OTHER_SECRET,
  SECRET,
} from '../support/token-fixtures.ts';

let ring: KeyRing;

beforeAll(async () => {
  ring = await deriveTestRing();
});

interface Redeeming {
  readonly nowSeconds?: number;
  readonly solutions?: number;
  readonly keys?: KeyRing;
}

async function redeem(challenge: string, redeeming: Redeeming = {}): Promise<IssuedPass> {
  const { nowSeconds = NOW, solutions = 2, keys = ring } = redeeming;
  const verdict = await verifyChallenge(challenge, keys, { host: HOST, nowSeconds });
  if (verdict.kind !== 'valid') throw new Error(verdict.kind);
  return issuePass(verdict.claims, verdict.key, solutions);
}

function issue(overrides: Partial<ChallengeTerms> = {}): Promise<string> {
  return issueChallenge(challengeTerms(overrides), ring, NOW);
}

function decodeClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = token.split('.');
  return asRecord(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))));
}

describe('purity', () => {
  it('A05: redeeming again gives the same bytes, at any second of the challenge and 200 times at once', async () => {
    const challenge = await issue();
    const { token } = await redeem(challenge);
    for (const nowSeconds of [NOW - 30, NOW, NOW + 150, NOW + 299]) {
      expect((await redeem(challenge, { nowSeconds })).token).toBe(token);
    }
    const many = await Promise.all(Array.from({ length: 200 }, () => redeem(challenge)));
    expect(new Set(many.map((pass) => pass.token))).toEqual(new Set([token]));
  });

  it('A05: a challenge of the previous generation gives the same bytes before and during a rotation', async () => {
    const challenge = await issue();
    const overlap = await deriveKeyRing(OTHER_SECRET, SECRET);
    const before = await redeem(challenge);
    expect((await redeem(challenge, { keys: overlap })).token).toBe(before.token);
    const context = { host: HOST, nowSeconds: NOW };
    expect((await verifyPass(before.token, overlap, context)).kind).toBe('valid');
  });

  it('A05: more solutions give the same jti and more credit', async () => {
    const challenge = await issue();
    let last = 0;
    for (let solutions = 2; solutions <= 8; solutions += 1) {
      const { claims } = await redeem(challenge, { solutions });
      expect(claims.jti).toBe(JTI);
      expect(claims.n).toBe(solutions);
      expect(claims.credit).toBe(solutions * 16);
      expect(claims.credit).toBeGreaterThan(last);
      last = claims.credit;
    }
  });

  it('A05: expiry is the iat of the challenge plus its ttl, never later', async () => {
    for (const ttl of [60, 3600, 86_400]) {
      const challenge = await issue({ ttl });
      for (const nowSeconds of [NOW, NOW + 59]) {
        const { claims } = await redeem(challenge, { nowSeconds });
        expect([claims.iat, claims.exp]).toEqual([NOW, NOW + ttl]);
      }
    }
  });

  it('A05: two challenges that differ in their salt alone give two passes', async () => {
    const one = await redeem(await issue());
    const two = await redeem(await issue({ jti: 'AAECAwQFBgcICQoLDA0ODg' }));
    expect(one.claims.jti).not.toBe(two.claims.jti);
    expect({ ...one.claims, jti: '' }).toEqual({ ...two.claims, jti: '' });
  });
});

describe('what a pass says', () => {
  it('A05: carries issuer, audience, tier and binding of the challenge, and verifies as issued', async () => {
    const bind = { net: 'N'.repeat(16), ua: 'U'.repeat(16), as: 'S'.repeat(16) };
    const { token, claims } = await redeem(await issue({ tier: 7, bind }));
    expect(decodeClaims(token)).toEqual(claims);
    expect(claims).toEqual({
      iss: 'edgetoll',
      aud: HOST,
      jti: JTI,
      iat: NOW,
      exp: NOW + 3600,
      n: 2,
      credit: 32,
      tier: 7,
      bind,
    });
    const verdict = await verifyPass(token, ring, { host: HOST, nowSeconds: NOW });
    expect(verdict).toMatchObject({ kind: 'valid', claims });
  });

  it('A05: the default entry fee is worth 524,288 attempts', async () => {
    const puz = {
      name: 'sha256',
      threshold: thresholdFor(16_384),
      minSolutions: 32,
      maxSolutions: 256,
    } as const;
    const { claims } = await redeem(await issue({ puz }), { solutions: 32 });
    expect(claims.credit).toBe(524_288);
  });

  it('A05: patience is worth its constant, whatever number is claimed', async () => {
    const challenge = await issue({ puz: { name: 'patience', notBefore: NOW } });
    const { claims } = await redeem(challenge, { solutions: 0 });
    expect([claims.n, claims.credit]).toEqual([0, PATIENCE_CREDIT]);
  });
});

describe('what a challenge says', () => {
  it('A12: a challenge holds exactly the claims of the format, and no field determines its solution', async () => {
    const puz = {
      name: 'sha256',
      threshold: 0x000f_ffff,
      minSolutions: 8,
      maxSolutions: 8,
    } as const;
    const challenge = await issue({ puz });
    const claims = decodeClaims(challenge);
    expect(Object.keys(claims).toSorted()).toEqual([
      'aud',
      'bind',
      'exp',
      'iat',
      'iss',
      'jti',
      'pol',
      'puz',
      'ret',
      'rule',
      'tier',
      'ttl',
    ]);
    expect(claims['puz']).toEqual(puz);
    // Everything in a token is fixed before its signature exists, and the signature is part of
    // what is hashed: the same claims under another key have other solutions.
    const other = await issueChallenge(
      challengeTerms({ puz }),
      await deriveKeyRing(OTHER_SECRET),
      NOW,
    );
    expect(decodeClaims(other)).toEqual(claims);
    const nonces = await solveNonces(challenge, puz.threshold, 8);
    expect(await solveNonces(other, puz.threshold, 8)).not.toEqual(nonces);
    for (const nonce of nonces.filter((found) => found > 999)) {
      expect(JSON.stringify(claims)).not.toContain(String(nonce));
    }
  });

  it('A12: a pass says how many solutions there were, and none of them', async () => {
    const { token } = await redeem(await issue());
    expect(Object.keys(decodeClaims(token)).toSorted()).toEqual([
      'aud',
      'bind',
      'credit',
      'exp',
      'iat',
      'iss',
      'jti',
      'n',
      'tier',
    ]);
  });
});

describe('the puzzle inside a challenge', () => {
  const sha256 = { name: 'sha256', threshold: 63, minSolutions: 1, maxSolutions: 256 };

  it('A03: is read at its bounds and refused just outside', () => {
    const inside = [
      sha256,
      { ...sha256, threshold: 0xffff_ffff },
      { ...sha256, minSolutions: 256 },
      { ...sha256, maxSolutions: 1 },
      { name: 'patience', notBefore: 0 },
      { name: 'patience', notBefore: NOW },
    ];
    for (const puzzle of inside) expect(parsePuzzle(puzzle)).toEqual(puzzle);
    const outside: unknown[] = [
      { ...sha256, threshold: 62 },
      { ...sha256, threshold: 2 ** 32 },
      { ...sha256, threshold: 63.5 },
      { ...sha256, threshold: '63' },
      { ...sha256, minSolutions: 0 },
      { ...sha256, maxSolutions: 257 },
      { ...sha256, minSolutions: 3, maxSolutions: 2 },
      { ...sha256, difficulty: 0 },
      { ...sha256, notBefore: 0 },
      { name: 'sha256', threshold: 63, minSolutions: 1 },
      { name: 'SHA256', threshold: 63, minSolutions: 1, maxSolutions: 1 },
      { name: 'md5', threshold: 63, minSolutions: 1, maxSolutions: 1 },
      { name: 'patience' },
      { name: 'patience', notBefore: -1 },
      { name: 'patience', notBefore: 1.5 },
      { name: 'patience', notBefore: '0' },
      { name: 'patience', notBefore: 0, threshold: 63 },
      null,
      undefined,
      'sha256',
      1,
      [],
      [sha256],
      {},
    ];
    for (const puzzle of outside)
      expect([puzzle, parsePuzzle(puzzle)]).toEqual([puzzle, undefined]);
  });
});
