/** Counts, positions and indexes of solutions; nonce 0; Tor's table of vectors (proposal 327). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Sha256Puzzle } from '../../src/core/puzzle/puzzle.ts';
import { verifySha256Work } from '../../src/core/puzzle/sha256-verify.ts';
import type { WorkVerdict } from '../../src/core/puzzle/sha256-verify.ts';
import { parseRedeemJson } from '../../src/core/wire/redeem-request.ts';
import { formatSolutions, parseSolutions } from '../../src/core/wire/solutions.ts';
import { independentLastWord, independentSha256 } from '../support/independent-sha256.ts';
import { solveNonces } from '../support/solve.ts';

const CHALLENGE = 'header.payload.signature';
const PUZZLE: Sha256Puzzle = {
  name: 'sha256',
  threshold: 0x00ff_ffff,
  minSolutions: 3,
  maxSolutions: 6,
};
const ALL_SOLUTIONS = 256;

let solved: readonly number[] = [];

function verify(nonces: readonly number[], puzzle = PUZZLE): Promise<WorkVerdict> {
  return verifySha256Work(CHALLENGE, puzzle, nonces);
}

function digestOf(challenge: string): Uint8Array {
  return independentSha256(new TextEncoder().encode(challenge));
}

/** A nonce that does not solve sub-puzzle `index`. */
function wrongNonce(index: number): number {
  const digest = digestOf(CHALLENGE);
  let nonce = 0;
  while (independentLastWord(digest, index, nonce) <= PUZZLE.threshold) nonce += 1;
  return nonce;
}

beforeAll(async () => {
  solved = await solveNonces(CHALLENGE, PUZZLE.threshold, ALL_SOLUTIONS);
});

describe('the number of solutions', () => {
  it('A02: min - 1 is insufficient, min to max suffice, max + 1 is too many', async () => {
    expect(await verify(solved.slice(0, 2))).toEqual({ kind: 'insufficient-work' });
    for (const count of [3, 4, 5, 6]) {
      expect(await verify(solved.slice(0, count))).toEqual({
        kind: 'sufficient',
        solutions: count,
      });
    }
    expect(await verify(solved.slice(0, 7))).toEqual({ kind: 'too-many' });
    expect(await verify([])).toEqual({ kind: 'insufficient-work' });
  });

  it('A02: 256 solutions suffice where 256 are asked for, 255 do not', async () => {
    const puzzle = { ...PUZZLE, minSolutions: ALL_SOLUTIONS, maxSolutions: ALL_SOLUTIONS };
    expect(await verify(solved, puzzle)).toEqual({ kind: 'sufficient', solutions: 256 });
    expect(await verify(solved.slice(0, 255), puzzle)).toEqual({ kind: 'insufficient-work' });
    expect(await verify([...solved, 0], puzzle)).toEqual({ kind: 'too-many' });
  });

  it('A01: one wrong nonce refuses all, wherever it stands', async () => {
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const nonces = solved.slice(0, 6).with(index, wrongNonce(index));
      expect(await verify(nonces)).toEqual({ kind: 'insufficient-work' });
    }
  });

  it('A01: a nonce is no solution at another index, so one nonce cannot be handed in twice', async () => {
    const [first = 0] = solved;
    expect(await verify([first, first, first])).toEqual({ kind: 'insufficient-work' });
    const swapped = [solved[1] ?? 0, first, solved[2] ?? 0];
    expect(await verify(swapped)).toEqual({ kind: 'insufficient-work' });
    expect(await verify(solved.slice(1, 4))).toEqual({ kind: 'insufficient-work' });
  });

  it('A01: equal nonces at two indexes are accepted where each does solve its own', async () => {
    const easy = { ...PUZZLE, threshold: 0xffff_ffff };
    expect(await verify([7, 7, 7], easy)).toEqual({ kind: 'sufficient', solutions: 3 });
  });
});

describe('nonce 0', () => {
  it('A14: is accepted where it solves, through every layer that could take it for nothing', async () => {
    const threshold = 0x000f_ffff;
    let challenge = '';
    for (let round = 0; challenge === ''; round += 1) {
      const candidate = `challenge.${round}.zero`;
      if (independentLastWord(digestOf(candidate), 0, 0) <= threshold) challenge = candidate;
    }
    const puzzle: Sha256Puzzle = { name: 'sha256', threshold, minSolutions: 1, maxSolutions: 1 };
    const verdict = await verifySha256Work(challenge, puzzle, [0]);
    expect(verdict).toEqual({ kind: 'sufficient', solutions: 1 });
    const solutions = formatSolutions([0]);
    expect(solutions).toBe('AAAAAA');
    expect(parseRedeemJson(JSON.stringify({ challenge, solutions }))).toEqual({
      challenge,
      nonces: [0],
      remember: false,
    });
  });

  it('A14: the highest nonce survives its encoding, too', () => {
    expect(parseSolutions(formatSolutions([0xffff_ffff, 0, 1, 0x8000_0000]))).toEqual([
      0xffff_ffff, 0, 1, 0x8000_0000,
    ]);
  });
});

/** Six rows of C-tor's table; its seventh, replay, is in token-pass.test.ts: here it yields the same pass. */
describe("Tor's table of vectors", () => {
  const one = (threshold: number): Sha256Puzzle => ({
    name: 'sha256',
    threshold,
    minSolutions: 1,
    maxSolutions: 1,
  });

  it('A02: all zero is invalid', async () => {
    expect(await verify([0], one(0xffff))).toEqual({ kind: 'insufficient-work' });
    expect(await verifySha256Work('', one(0xffff), [0])).toEqual({ kind: 'insufficient-work' });
  });

  it('A02: zero effort is valid: at threshold 2^32 - 1 any nonce solves', async () => {
    for (const nonce of [0, 1, 0xffff_ffff]) {
      expect((await verify([nonce], one(0xffff_ffff))).kind).toBe('sufficient');
    }
  });

  it('A02: high effort is valid', async () => {
    const threshold = 2 ** 32 / 2 ** 17 - 1;
    const nonces = await solveNonces(CHALLENGE, threshold, 1);
    expect((await verify(nonces, one(threshold))).kind).toBe('sufficient');
  });

  it('A02: a claimed effort off by one is refused, and so are corrupted nonces; the corrected one is not', async () => {
    const [nonce = 0] = solved;
    const word = independentLastWord(digestOf(CHALLENGE), 0, nonce);
    expect((await verify([nonce], one(word - 1))).kind).toBe('insufficient-work');
    for (let bit = 0; bit < 32; bit += 1) {
      const corrupted = (nonce ^ (1 << bit)) >>> 0;
      expect((await verify([corrupted], one(word))).kind).toBe('insufficient-work');
    }
    expect((await verify([nonce], one(word))).kind).toBe('sufficient');
  });
});
