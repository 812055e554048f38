/** The verifier of sha256 work against an independent one (SECURITY-BAR 4.3.1, bar 5). */
import { describe, expect, it } from 'vitest';
import type { Sha256Puzzle } from '../../src/core/puzzle/puzzle.ts';
import { verifySha256Work } from '../../src/core/puzzle/sha256-verify.ts';
import {
  independentLastWord,
  independentSha256,
  independentVerdict,
} from '../support/independent-sha256.ts';
import { createRandom } from '../support/token-fixtures.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
const MAX_WORD = 0xffff_ffff;

function randomChallenge(random: () => number): string {
  const length = 1 + (random() % 600);
  return Array.from({ length }, () => ALPHABET.charAt(random() % ALPHABET.length)).join('');
}

function digestOf(challenge: string): Uint8Array {
  return independentSha256(new TextEncoder().encode(challenge));
}

function oneOf(threshold: number): Sha256Puzzle {
  return { name: 'sha256', threshold, minSolutions: 1, maxSolutions: 1 };
}

async function verdictOf(challenge: string, puzzle: Sha256Puzzle, nonces: readonly number[]) {
  return (await verifySha256Work(challenge, puzzle, nonces)).kind;
}

describe('the verifier against an independent one', () => {
  it('A02: the independent hash is SHA-256', async () => {
    const random = createRandom(3);
    for (let length = 0; length < 260; length += 1) {
      const message = Uint8Array.from({ length }, () => random() & 0xff);
      const expected = new Uint8Array(await crypto.subtle.digest('SHA-256', message));
      expect(independentSha256(message)).toEqual(expected);
    }
  });

  it('A01: agrees on 10,000 random cases, right and wrong, short and long', async () => {
    const random = createRandom(20_261_101);
    const counts = { sufficient: 0, 'insufficient-work': 0, 'too-many': 0 };
    let challenge = '';
    for (let round = 0; round < 10_000; round += 1) {
      if (round % 4 === 0) challenge = randomChallenge(random);
      const minSolutions = 1 + (random() % 3);
      const maxSolutions = minSolutions + (random() % 3);
      // From one nonce in two to nearly every nonce solves, so that all verdicts come up.
      const threshold = 0x7fff_ffff + (random() >>> 1);
      const puzzle: Sha256Puzzle = { name: 'sha256', threshold, minSolutions, maxSolutions };
      const nonces = Array.from({ length: random() % (maxSolutions + 2) }, random);
      const expected = independentVerdict(challenge, puzzle, nonces);
      expect(await verdictOf(challenge, puzzle, nonces)).toBe(expected);
      counts[expected] += 1;
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(1000);
  });

  it('A01: 10,000 random nonces at 16 bits, at most 3 accepted', async () => {
    const random = createRandom(5);
    let accepted = 0;
    for (let round = 0; round < 10_000; round += 1) {
      const kind = await verdictOf('a challenge', oneOf(0xffff), [random()]);
      if (kind === 'sufficient') accepted += 1;
    }
    expect(accepted).toBeLessThanOrEqual(3);
  });
});

describe('the threshold', () => {
  it('A02: a last word equal to the threshold is accepted, one above is refused', async () => {
    const random = createRandom(6);
    for (let round = 0; round < 500; round += 1) {
      const challenge = randomChallenge(random);
      const nonce = random();
      const word = independentLastWord(digestOf(challenge), 0, nonce);
      expect(await verdictOf(challenge, oneOf(word), [nonce])).toBe('sufficient');
      expect(await verdictOf(challenge, oneOf(word - 1), [nonce])).toBe('insufficient-work');
      expect(await verdictOf(challenge, oneOf(word + 1), [nonce])).toBe('sufficient');
    }
  });

  it('A02: d bits are accepted, d - 1 never, in 100,000 trials', async () => {
    const random = createRandom(7);
    const digest = digestOf('a challenge');
    const failures: number[] = [];
    for (let round = 0; round < 100_000; round += 1) {
      const nonce = random();
      const bits = Math.clz32(independentLastWord(digest, 0, nonce));
      const asked = 2 ** (32 - (bits + 1)) - 1;
      if ((await verdictOf('a challenge', oneOf(asked), [nonce])) === 'sufficient') {
        failures.push(nonce);
      }
      if (round % 10 !== 0) continue;
      const met = await verdictOf('a challenge', oneOf(2 ** (32 - bits) - 1), [nonce]);
      if (met !== 'sufficient') failures.push(nonce);
    }
    expect(failures).toEqual([]);
  });

  it('A02: what meets a threshold meets every easier one', async () => {
    const random = createRandom(8);
    for (let round = 0; round < 300; round += 1) {
      const nonce = random();
      const harder = random();
      const easier = harder + Math.floor((MAX_WORD - harder) / 2);
      const kind = await verdictOf('a challenge', oneOf(harder), [nonce]);
      if (kind !== 'sufficient') continue;
      expect(await verdictOf('a challenge', oneOf(easier), [nonce])).toBe('sufficient');
    }
  });
});
