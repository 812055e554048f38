/**
 * The patience puzzle: wait, then press a button. For clients that cannot compute.
 *
 * Owns its one check and its credit; must not know pacing, which is a ceiling.
 */
import type { PatiencePuzzle } from './puzzle.ts';

/**
 * Credit of a patience pass, in attempts: 30 requests at the default price. A constant
 * of the format, because a pass must be a pure function of its challenge.
 */
export const PATIENCE_CREDIT = 131_072;

/**
 * Whether waiting may buy what a rule asks for: the lowest tier, at a price that the small
 * credit can pay. Anything dearer is for work alone.
 */
export function isPatienceEnough(terms: {
  readonly tier: number;
  readonly requestPrice: number;
}): boolean {
  return terms.tier === 0 && terms.requestPrice <= PATIENCE_CREDIT;
}

/** No leeway: the server signed `notBefore` by its own clock. */
export function isPatienceOver(puzzle: PatiencePuzzle, nowSeconds: number): boolean {
  return nowSeconds >= puzzle.notBefore;
}
