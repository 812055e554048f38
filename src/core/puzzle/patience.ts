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

/** No leeway: the server signed `notBefore` by its own clock. */
export function isPatienceOver(puzzle: PatiencePuzzle, nowSeconds: number): boolean {
  return nowSeconds >= puzzle.notBefore;
}
