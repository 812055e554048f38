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

/** The same over an asynchronous platform function; one search at a time. */
export interface AsyncSha256Engine {
  readonly name: string;
  search(slice: NonceSlice): Promise<SliceResult>;
}

/** Bytes of SHA-256 that an engine and the verifier start from. */
const CHALLENGE_DIGEST_BYTES = 32;

/**
 * What every engine is bound to: the SHA-256 of the challenge's compact serialisation (32 bytes)
 * and a threshold in [0, 2^32 - 1]. Throws a RangeError for anything else: a caller's mistake.
 */
export function requireEngineInput(challengeDigest: Uint8Array, threshold: number): void {
  if (challengeDigest.length !== CHALLENGE_DIGEST_BYTES) {
    throw new RangeError(`challenge digest: ${challengeDigest.length} bytes, expected 32`);
  }
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > 0xffff_ffff) {
    throw new RangeError(`threshold: ${threshold} is no 32-bit unsigned integer`);
  }
}

/** Big-endian 32-bit words of `bytes`, whose length is a multiple of 4. */
export function bigEndianWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i));
}
