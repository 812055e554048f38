/**
 * The engine over the platform's own SHA-256, for browsers without WASM and without a compiler
 * for JavaScript: there plain JS makes 12 attempts a millisecond, this about 100.
 *
 * Owns the batches; the message and its digest are the verifier's.
 */
import {
  type AsyncSha256Engine,
  type NonceSlice,
  requireEngineInput,
  type SliceResult,
} from '../../core/puzzle/sha256-engine.ts';
import { createMessage, setAttempt } from '../../core/puzzle/sha256-message.ts';
import { lastWordOf } from '../../core/puzzle/sha256-verify.ts';

/** Digests under way at a time: the platform's threads and this one then rarely wait. */
const BATCH = 64;

/** An engine bound to one challenge and threshold: see `requireEngineInput`, which may throw. */
export function createWebCryptoEngine(
  challengeDigest: Uint8Array,
  threshold: number,
): AsyncSha256Engine {
  requireEngineInput(challengeDigest, threshold);
  const message = createMessage(challengeDigest);

  async function search({ index, from, count }: NonceSlice): Promise<SliceResult> {
    for (let done = 0; done < count; done += BATCH) {
      const length = Math.min(BATCH, count - done);
      const words = await Promise.all(
        Array.from({ length }, (_, i) => {
          setAttempt(message, index, from + done + i);
          // digest() copies the message before it returns.
          return lastWordOf(message);
        }),
      );
      const offset = words.findIndex((word) => word <= threshold);
      if (offset >= 0) return { nonce: from + done + offset, attempts: done + offset + 1 };
    }
    return { nonce: undefined, attempts: count };
  }

  return { name: 'webcrypto', search };
}
