/** Token types do not stand in for each other (B04), with any one of the two defences removed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { issueChallenge, verifyChallenge } from '../../src/core/token/challenge-token.ts';
import { TOKEN_TYPES } from '../../src/core/token/key-ring.ts';
import type { KeyRing, SigningKey, TokenType } from '../../src/core/token/key-ring.ts';
import { issuePass, verifyPass } from '../../src/core/token/pass-token.ts';
import { signToken } from '../../src/core/token/signature.ts';
import {
  challengeTerms,
  deriveKeyBytes,
  deriveTestRing,
  forgeToken,
  HOST,
  importHmacKey,
  NOW,
  SECRET,
  universalClaims,
} from '../support/token-fixtures.ts';

/** Types of this version and of parts that are not built yet. */
const ALL_TYPES = [...TOKEN_TYPES, 'toll-form+jwt', 'toll-assert+jwt', 'toll-admin+jwt'];
const CONTEXT = { host: HOST, nowSeconds: NOW };

const VERIFIERS = { 'toll-challenge+jwt': verifyChallenge, 'toll-pass+jwt': verifyPass } as const;

let ring: KeyRing;

beforeAll(async () => {
  ring = await deriveTestRing();
});

/** The types whose tokens `consumer` accepts, each made by `make`. */
async function findAccepted(
  consumer: TokenType,
  make: (type: string) => Promise<string>,
  keys = ring,
): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const type of ALL_TYPES) {
    const verdict = await VERIFIERS[consumer](await make(type), keys, CONTEXT);
    if (verdict.kind === 'valid') accepted.push(type);
  }
  return accepted;
}

function knownType(type: string): TokenType | undefined {
  return TOKEN_TYPES.find((known) => known === type);
}

describe('token types', () => {
  it('B04: what is really issued is accepted by its own verifier alone', async () => {
    const challenge = await issueChallenge(challengeTerms(), ring, NOW);
    const verdict = await verifyChallenge(challenge, ring, CONTEXT);
    if (verdict.kind !== 'valid') throw new Error(verdict.kind);
    const pass = await issuePass(verdict.claims, verdict.key, 2);
    expect((await verifyPass(pass.token, ring, CONTEXT)).kind).toBe('valid');
    expect((await verifyPass(challenge, ring, CONTEXT)).kind).toBe('bad-signature');
    expect((await verifyChallenge(pass.token, ring, CONTEXT)).kind).toBe('bad-signature');
  });

  it('B04: five types at both verifiers: only the diagonal is accepted', async () => {
    for (const consumer of TOKEN_TYPES) {
      const accepted = await findAccepted(consumer, async (type) => {
        const key = await importHmacKey(await deriveKeyBytes(SECRET, type));
        const { kid } = ring.current.signing[knownType(type) ?? consumer];
        return forgeToken({
          header: { alg: 'HS256', typ: type, kid },
          payload: universalClaims(),
          key,
        });
      });
      expect(accepted).toEqual([consumer]);
    }
  });

  it('B04: with the typ check circumvented the keys still tell them apart, under either kid', async () => {
    for (const consumer of TOKEN_TYPES) {
      for (const kidType of TOKEN_TYPES) {
        const accepted = await findAccepted(consumer, async (type) => {
          const key = await importHmacKey(await deriveKeyBytes(SECRET, type));
          const { kid } = ring.current.signing[kidType];
          const header = { alg: 'HS256', typ: consumer, kid };
          return forgeToken({ header, payload: universalClaims(), key });
        });
        expect(accepted).toEqual(kidType === consumer ? [consumer] : []);
      }
    }
  });

  it('B04: with one key for all types the typ check still tells them apart', async () => {
    const { key } = ring.current.signing['toll-pass+jwt'];
    const shared = new Map<string, SigningKey>();
    for (const type of TOKEN_TYPES) {
      const { kid, generation } = ring.current.signing[type];
      shared.set(kid, { type, kid, key, generation });
    }
    const merged: KeyRing = { current: ring.current, keys: shared };
    for (const consumer of TOKEN_TYPES) {
      const make = (type: string) => {
        const { kid } = ring.current.signing[knownType(type) ?? consumer];
        return forgeToken({
          header: { alg: 'HS256', typ: type, kid },
          payload: universalClaims(),
          key,
        });
      };
      expect(await findAccepted(consumer, make, merged)).toEqual([consumer]);
    }
  });
});

describe('keys', () => {
  it('B04: keys are derived as the format draws them, one per type', async () => {
    for (const type of TOKEN_TYPES) {
      const signing = ring.current.signing[type];
      const header = { alg: 'HS256', typ: type, kid: signing.kid };
      const own = await importHmacKey(await deriveKeyBytes(SECRET, type));
      const independent = await forgeToken({ header, payload: universalClaims(), key: own });
      expect(await signToken(universalClaims(), signing)).toBe(independent);
      expect(signing.key.extractable).toBe(false);
    }
    const kids = TOKEN_TYPES.map((type) => ring.current.signing[type].kid);
    expect(new Set(kids).size).toBe(TOKEN_TYPES.length);
    for (const kid of kids) expect(kid).toMatch(/^[A-Za-z0-9_-]{8}$/);
  });
});
