/**
 * What a solver of the sha256 puzzle is: the port that every engine implements.
 *
 * Owns the search interface alone. An engine is bound to one challenge and one
 * threshold; it searches a slice of nonces and stops at the first solution, so a
 * caller can hand out slices of one sub-puzzle to several idle workers.
 */

/** Nonces `[from, from + count)` of sub-puzzle `index`; `from + count <= 2^32`. */
export interface NonceSlice {
  readonly index: number;
  readonly from: number;
  readonly count: number;
}

export interface SliceResult {
  /** First nonce of the slice that solves the sub-puzzle, or `undefined` if none does. */
  readonly nonce: number | undefined;
  /** Attempts made: `count`, or those up to and including the solution. */
  readonly attempts: number;
}

export interface Sha256Engine {
  readonly name: string;
  search(slice: NonceSlice): SliceResult;
}

/** Bytes of SHA-256 that an engine and the verifier start from. */
export const CHALLENGE_DIGEST_BYTES = 32;
