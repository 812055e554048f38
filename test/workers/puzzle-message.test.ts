/** The message of one attempt: what it is made of, and that no two attempts share one (A07). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessage, MESSAGE_BYTES, setAttempt } from '../../src/core/puzzle/sha256-message.ts';
import { lastWordOf, verifySha256Work } from '../../src/core/puzzle/sha256-verify.ts';
import { JTI_BYTES } from '../../src/core/token/claims.ts';
import { issueChallenge } from '../../src/core/token/challenge-token.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';
import { systemRandom } from '../../src/edge/system.ts';
import { encodeHex } from '../support/corpora-in-workerd.ts';
import { independentLastWord } from '../support/independent-sha256.ts';
import { solveNonces } from '../support/solve.ts';
import { challengeTerms, deriveTestRing, NOW } from '../support/token-fixtures.ts';

const SEED = 20_261_101;
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

function messageOf(bytes: Uint8Array, index: number, nonce: number): Uint8Array<ArrayBuffer> {
  const message = createMessage(bytes);
  setAttempt(message, index, nonce);
  return message;
}

describe('the message of an attempt', () => {
  it('A07: lays out digest, label, index and nonce exactly as the format draws them', () => {
    const message = messageOf(new Uint8Array(32).fill(0xaa), 0x0102_0304, 0xf1f2_f3f4);
    const label = '65646765746f6c6c2f310000';
    expect(encodeHex(message)).toBe(`${'aa'.repeat(32)}${label}01020304f1f2f3f4`);
    expect(message).toHaveLength(MESSAGE_BYTES);
  });

  it('A07: is injective: equal messages mean equal challenge, index and nonce', () => {
    const attempt = fc.tuple(digest, word, word);
    const near = attempt.chain(([bytes, index, nonce]) =>
      fc.tuple(
        fc.constant([bytes, index, nonce] as const),
        fc.tuple(
          fc.oneof(fc.constant(bytes), digest),
          fc.oneof(fc.constant(index), fc.constant(nonce), word),
          fc.oneof(fc.constant(nonce), fc.constant(index), word),
        ),
      ),
    );
    const property = fc.property(near, ([one, other]) => {
      const same = encodeHex(messageOf(...one)) === encodeHex(messageOf(...other));
      const equal =
        encodeHex(one[0]) === encodeHex(other[0]) && one[1] === other[1] && one[2] === other[2];
      return same === equal;
    });
    fc.assert(property, { numRuns: 10_000, seed: SEED });
  });

  it('A07: a reused buffer keeps nothing of the attempt before', () => {
    const property = fc.property(digest, word, word, (bytes, index, nonce) => {
      const message = messageOf(bytes, 0xffff_ffff, 0xffff_ffff);
      setAttempt(message, index, nonce);
      return encodeHex(message) === encodeHex(messageOf(bytes, index, nonce));
    });
    fc.assert(property, { numRuns: 1000, seed: SEED });
  });

  it('A07: its last word is what the independent reading of the format says', async () => {
    const property = fc.asyncProperty(digest, word, word, async (bytes, index, nonce) => {
      const last = await lastWordOf(messageOf(bytes, index, nonce));
      return last === independentLastWord(bytes, index, nonce);
    });
    await fc.assert(property, { numRuns: 1000, seed: SEED });
  });

  it('A07: a character moved across the end of the challenge, or one changed, unsolves it', async () => {
    const ring = await deriveTestRing();
    const challenge = await issueChallenge(challengeTerms(), ring, NOW);
    const puzzle = { name: 'sha256', threshold: 0xffff, minSolutions: 1, maxSolutions: 1 } as const;
    const nonces = await solveNonces(challenge, puzzle.threshold, 1);
    expect((await verifySha256Work(challenge, puzzle, nonces)).kind).toBe('sufficient');
    const altered = [challenge.slice(0, -1), `${challenge}A`, `A${challenge}`, challenge.slice(1)];
    for (const other of altered) {
      const verdict = await verifySha256Work(other, puzzle, nonces);
      expect(verdict.kind).toBe('insufficient-work');
    }
  });
});

describe('salts', () => {
  it('A08: 1,000,000 of them: no duplicate, and every byte value as often as chance has it', () => {
    const count = 1_000_000;
    const heads = new BigUint64Array(count);
    const histogram = new Uint32Array(256);
    for (let at = 0; at < count; at += 1) {
      const salt = systemRandom.bytes(JTI_BYTES);
      heads[at] = new DataView(salt.buffer, salt.byteOffset).getBigUint64(0);
      for (const byte of salt) histogram[byte] = (histogram[byte] ?? 0) + 1;
    }
    // Equal first halves of two salts: one run in 37 million would see them by chance.
    heads.sort();
    expect(heads.findIndex((head, at) => at > 0 && head === heads[at - 1])).toBe(-1);
    const expected = (count * JTI_BYTES) / 256;
    let chiSquare = 0;
    for (const seen of histogram) chiSquare += (seen - expected) ** 2 / expected;
    // 255 degrees of freedom: beyond these bounds less than once in 10^8 runs.
    expect(chiSquare).toBeGreaterThan(140);
    expect(chiSquare).toBeLessThan(400);
  });

  it('A08: a challenge carries the 128 bits that it was given, in 22 characters', async () => {
    const jti = encodeBase64url(systemRandom.bytes(JTI_BYTES));
    expect(jti).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const challenge = await issueChallenge(challengeTerms({ jti }), await deriveTestRing(), NOW);
    const [, payload = ''] = challenge.split('.');
    expect(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).toContain(`"jti":"${jti}"`);
  });
});
