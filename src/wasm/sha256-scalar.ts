/**
 * The sha256 puzzle in plain 32-bit WASM, for browsers without vectors.
 *
 * Owns the loop over nonces; what an attempt is, and which rounds and words it skips and why,
 * stands in sha256-kernel.ts. It uses nothing beyond the first version of WASM.
 *
 * The module has no imports, keeps no secret, and its memory is not exported.
 */
import { bindChallenge, bindIndex, lastWord } from './sha256-kernel';

export { bindChallenge };

/**
 * Searches nonces `[from, from + count)` of sub-puzzle `index`. Returns the offset of the first
 * whose last word is at most `threshold` (unsigned), or `count`.
 */
export function search(index: u32, from: u32, count: u32, threshold: u32): u32 {
  bindIndex(index);
  for (let i: u32 = 0; i < count; i += 1) {
    if (lastWord<u32>(from + i) <= threshold) return i;
  }
  return count;
}
