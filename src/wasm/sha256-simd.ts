/**
 * The sha256 puzzle with 128-bit vectors: the fastest engine without a GPU.
 *
 * Owns the loop over nonces; what an attempt is, and which rounds and words it skips and why,
 * stands in sha256-kernel.ts.
 *
 * Eight nonces a turn, as twice four lanes that end in adjacent stores. In registers of 128 bits
 * the second four cost as much as the first (measured equal to four a turn), but V8 can join two
 * equal trees of operations below adjacent stores into one of 256 bits: with
 * `--experimental-wasm-revectorize` this runs twice as fast (Node 24.21, November 2026).
 *
 * The module has no imports, keeps no secret, and its memory is not exported.
 */
import { bindChallenge, bindIndex, lastWord } from './sha256-kernel';

export { bindChallenge };

/** One lane mask per nonce of a turn. */
const HITS = memory.data(32, 16);
const TURN: u32 = 8;

/**
 * Searches nonces `[from, from + count)` of sub-puzzle `index`; `count` is at most 2^31. Returns
 * the offset of the first whose last word is at most `threshold` (unsigned), or `count`.
 *
 * The last turn may reach past the slice: what it finds there is not reported.
 */
export function search(index: u32, from: u32, count: u32, threshold: u32): u32 {
  bindIndex(index);
  const limit = i32x4.splat(threshold);
  for (let i: u32 = 0; i < count; i += TURN) {
    const first = i32x4.splat(from + i);
    const words = lastWord<v128>(i32x4.add(first, i32x4(0, 1, 2, 3)));
    const moreWords = lastWord<v128>(i32x4.add(first, i32x4(4, 5, 6, 7)));
    v128.store(HITS, i32x4.le_u(words, limit));
    v128.store(HITS, i32x4.le_u(moreWords, limit), 16);
    const hits =
      i32x4.bitmask(v128.load(HITS)) | (i32x4.bitmask(v128.load(HITS, 16)) << 4);
    if (hits) return min<u32>(i + ctz(hits), count);
  }
  return count;
}
