/** Solves challenges in tests, with the reference engine. Owns nothing that the product ships. */
import { createJsEngine } from '../../src/core/puzzle/sha256-js.ts';
import { encodeAscii } from '../../src/core/wire/ascii.ts';
import type { ChallengeObject } from '../../src/core/wire/challenge-object.ts';
import { formatSolutions } from '../../src/core/wire/solutions.ts';

const ALL_NONCES = 0x1_0000_0000;

/** Nonces for sub-puzzles 0 to `count` - 1. */
export async function solveNonces(
  challenge: string,
  threshold: number,
  count: number,
): Promise<readonly number[]> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encodeAscii(challenge)));
  const engine = createJsEngine(digest, threshold);
  return Array.from({ length: count }, (_, index) => {
    const { nonce } = engine.search({ index, from: 0, count: ALL_NONCES });
    if (nonce === undefined) throw new Error('no solution in 2^32 nonces');
    return nonce;
  });
}

/** The member `solutions` of a redeem request. @param count default: the least accepted */
export async function solve(toll: ChallengeObject, count?: number): Promise<string> {
  if (toll.puzzle.name !== 'sha256') throw new Error('nothing to compute');
  const { threshold, minSolutions } = toll.puzzle;
  return formatSolutions(await solveNonces(toll.challenge, threshold, count ?? minSolutions));
}
