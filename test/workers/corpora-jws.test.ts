/**
 * Wycheproof JWS, 401 vectors: bare jose, jose behind our canonical grammar, and our own
 * verifier. What differs from the corpus is an exact list, each entry with its reason
 * (SECURITY-BAR 4.2); any change fails.
 */
import { compactVerify, importJWK } from 'jose';
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH } from '../../src/core/token/compact.ts';
import { TOKEN_TYPES } from '../../src/core/token/key-ring.ts';
import { verifySignature } from '../../src/core/token/signature.ts';
import { isCanonicalBase64url } from '../../src/core/wire/base64url.ts';
import {
  asList,
  asRecord,
  hasCarriedCorpora,
  readCarriedJson,
} from '../support/corpora-in-workerd.ts';
import { anyKidRing, deriveTestRing } from '../support/token-fixtures.ts';

interface JwsVector {
  readonly id: number;
  readonly jws: string;
  readonly isValid: boolean;
  readonly jwk: JWK;
}

/** Refused although the corpus says valid. */
const REFUSED: Readonly<Record<number, string>> = {
  346: 'the key says PS256, the token PS384',
  347: 'the key says ES521, which no specification knows',
  350: 'the key says PS256, the token PS384',
  351: 'the key says ES521, which no specification knows',
  372: 'a `?` stands in the header: refused on purpose',
  373: 'a `?` stands in the payload: refused on purpose',
};

/** Accepted by bare jose although the corpus says invalid. */
const ACCEPTED_BY_JOSE: Readonly<Record<number, string>> = {
  360: 'spaces before the signature',
  365: 'spaces after the header',
  367: 'the padding got lost in the corpus: byte for byte a valid token',
  368: 'spaces before the payload',
  370: 'the padding got lost in the corpus: byte for byte a valid token',
  375: 'unused trailing bits of the payload are set',
};

/** What the canonical grammar leaves of the list above: the two defective vectors. */
const ACCEPTED_BEHIND_GRAMMAR = [367, 370];

function readVectors(): readonly JwsVector[] {
  const corpus = asRecord(readCarriedJson('wycheproof/json_web_signature_test.json'));
  return asList(corpus['testGroups']).flatMap((entry) => {
    const group = asRecord(entry);
    const jwk: JWK = asRecord(group['public'] ?? group['private']);
    return asList(group['tests']).map((testEntry) => {
      const test = asRecord(testEntry);
      const { tcId, jws, result } = test;
      return { id: Number(tcId), jws: String(jws), isValid: result === 'valid', jwk };
    });
  });
}

/** With the algorithm that the key names; the four keys that name none are keys for encryption. */
async function verifiesWithJose({ jws, jwk }: JwsVector): Promise<boolean> {
  if (jwk.alg === undefined) return false;
  try {
    await compactVerify(jws, await importJWK(jwk), { algorithms: [jwk.alg] });
    return true;
  } catch {
    return false;
  }
}

/** The part of our grammar that a foreign token can satisfy: length, three parts, canonical spelling. */
function isCanonicalToken(jws: string): boolean {
  const parts = jws.split('.');
  return jws.length <= MAX_TOKEN_LENGTH && parts.length === 3 && parts.every(isCanonicalBase64url);
}

interface Disagreement {
  readonly accepted: number[];
  readonly refused: number[];
}

/** Where `verifies` differs from the corpus. */
async function findDisagreement(
  vectors: readonly JwsVector[],
  verifies: (vector: JwsVector) => Promise<boolean>,
): Promise<Disagreement> {
  const found: Disagreement = { accepted: [], refused: [] };
  for (const vector of vectors) {
    const verdict = await verifies(vector);
    if (verdict && !vector.isValid) found.accepted.push(vector.id);
    if (!verdict && vector.isValid) found.refused.push(vector.id);
  }
  return found;
}

const refusedIds = Object.keys(REFUSED).map(Number);
const acceptedIds = Object.keys(ACCEPTED_BY_JOSE).map(Number);

describe.skipIf(!hasCarriedCorpora())('Wycheproof JWS', () => {
  it('B01: bare jose agrees with 389 of 401', async () => {
    const vectors = readVectors();
    expect(vectors).toHaveLength(401);
    const found = await findDisagreement(vectors, verifiesWithJose);
    expect(found).toEqual({ accepted: acceptedIds, refused: refusedIds });
    expect(vectors.length - found.accepted.length - found.refused.length).toBe(389);
  });

  it('B01: jose behind the canonical grammar agrees with 393 of 401', async () => {
    const vectors = readVectors();
    const found = await findDisagreement(
      vectors,
      async (vector) => isCanonicalToken(vector.jws) && (await verifiesWithJose(vector)),
    );
    expect(found).toEqual({ accepted: ACCEPTED_BEHIND_GRAMMAR, refused: refusedIds });
    expect(vectors.length - found.accepted.length - found.refused.length).toBe(393);
  });

  it('B01: what is accepted against the corpus is byte for byte a token that it calls valid', () => {
    const vectors = readVectors();
    const valid = new Set(vectors.filter(({ isValid }) => isValid).map(({ jws }) => jws));
    for (const id of ACCEPTED_BEHIND_GRAMMAR) {
      expect(valid).toContain(vectors.find((vector) => vector.id === id)?.jws);
    }
  });

  it('B02: our own verifier accepts none of the 401, even where any kid finds the right key', async () => {
    const ring = await deriveTestRing();
    for (const { jws, jwk } of readVectors()) {
      for (const type of TOKEN_TYPES) {
        expect((await verifySignature(jws, type, ring)).kind).not.toBe('verified');
        if (jwk.kty !== 'oct') continue;
        const imported = await importJWK({ ...jwk, kty: 'oct' });
        const algorithm = { name: 'HMAC', hash: 'SHA-256' };
        const key = await crypto.subtle.importKey('raw', imported, algorithm, false, ['verify']);
        const verdict = await verifySignature(jws, type, await anyKidRing(type, key));
        expect(verdict.kind).not.toBe('verified');
      }
    }
  });
});
