/** Rotation of the secret with tokens in flight (B07, bar 14). */
import { describe, expect, it } from 'vitest';
import { issueChallenge, verifyChallenge } from '../../src/core/token/challenge-token.ts';
import { deriveKeyRing } from '../../src/core/token/key-ring.ts';
import type { KeyRing } from '../../src/core/token/key-ring.ts';
import { issuePass, verifyPass } from '../../src/core/token/pass-token.ts';
import {
  challengeTerms,
  createRandom,
  HOST,
  NOW,
  OTHER_SECRET,
  randomBytes,
  SECRET,
} from '../support/token-fixtures.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';

const CONTEXT = { host: HOST, nowSeconds: NOW + 1 };
const IN_FLIGHT = 500;

/** The pass that `challenge` is worth under `ring`. */
async function redeem(challenge: string, ring: KeyRing): Promise<string> {
  const verdict = await verifyChallenge(challenge, ring, CONTEXT);
  if (verdict.kind !== 'valid') throw new Error(verdict.kind);
  return (await issuePass(verdict.claims, verdict.key, 2)).token;
}

/** 500 challenges and 500 passes of `ring`, each with its own salt. */
async function issueInFlight(ring: KeyRing) {
  const random = createRandom(11);
  const challenges: string[] = [];
  const passes: string[] = [];
  for (let count = 0; count < IN_FLIGHT; count += 1) {
    const jti = () => encodeBase64url(randomBytes(random, 16));
    challenges.push(await issueChallenge(challengeTerms({ jti: jti() }), ring, NOW));
    passes.push(
      await redeem(await issueChallenge(challengeTerms({ jti: jti() }), ring, NOW), ring),
    );
  }
  return { challenges, passes };
}

describe('rotation', () => {
  it('B07: with 1,000 tokens in flight the overlap refuses none, and afterwards all are of an unknown key', async () => {
    const before = await deriveKeyRing(SECRET);
    const overlap = await deriveKeyRing(OTHER_SECRET, SECRET);
    const after = await deriveKeyRing(OTHER_SECRET);
    const { challenges, passes } = await issueInFlight(before);
    for (const challenge of challenges) {
      expect((await verifyChallenge(challenge, overlap, CONTEXT)).kind).toBe('valid');
      const pass = await redeem(challenge, overlap);
      expect((await verifyPass(pass, overlap, CONTEXT)).kind).toBe('valid');
      expect((await verifyChallenge(challenge, after, CONTEXT)).kind).toBe('unknown-key');
      expect((await verifyPass(pass, after, CONTEXT)).kind).toBe('unknown-key');
    }
    for (const pass of passes) {
      expect((await verifyPass(pass, overlap, CONTEXT)).kind).toBe('valid');
      expect((await verifyPass(pass, after, CONTEXT)).kind).toBe('unknown-key');
    }
  });

  it('B07: during the overlap new challenges are of the new secret, unknown to isolates that lag behind', async () => {
    const before = await deriveKeyRing(SECRET);
    const overlap = await deriveKeyRing(OTHER_SECRET, SECRET);
    const after = await deriveKeyRing(OTHER_SECRET);
    const challenge = await issueChallenge(challengeTerms(), overlap, NOW);
    expect((await verifyChallenge(challenge, after, CONTEXT)).kind).toBe('valid');
    expect((await verifyChallenge(challenge, before, CONTEXT)).kind).toBe('unknown-key');
  });

  it('B07: a secret that comes back answers to its own kid again, and no two secrets share one', async () => {
    const first = await deriveKeyRing(SECRET);
    const again = await deriveKeyRing(SECRET);
    expect([...again.keys.keys()]).toEqual([...first.keys.keys()]);
    const kids = new Set<string>();
    const random = createRandom(12);
    for (let count = 0; count < 200; count += 1) {
      const ring = await deriveKeyRing(randomBytes(random, 32));
      for (const kid of ring.keys.keys()) kids.add(kid);
    }
    expect(kids.size).toBe(400);
  });

  it('B07: a ring with the same secret twice is the ring of that secret', async () => {
    const twice = await deriveKeyRing(SECRET, SECRET);
    const challenge = await issueChallenge(challengeTerms(), twice, NOW);
    expect((await verifyChallenge(challenge, await deriveKeyRing(SECRET), CONTEXT)).kind).toBe(
      'valid',
    );
    expect(twice.keys.size).toBe(2);
  });
});
