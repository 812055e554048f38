/**
 * The engine over the platform's own SHA-256, for browsers without WASM and without a compiler
 * for JavaScript: there plain JS makes 12 attempts a millisecond, this about 100.
 *
 * Owns the batches. The loop is written for an interpreter: no function, view or promise of our own
 * per attempt beyond what the platform makes (a third faster so in Chromium with --jitless).
 */
import {
  type AsyncSha256Engine,
  type NonceSlice,
  requireEngineInput,
  type SliceResult,
} from '../../core/puzzle/sha256-engine.ts';
import { createMessage, INDEX_OFFSET, NONCE_OFFSET } from '../../core/puzzle/sha256-message.ts';

/** Digests under way at a time: twice the rate of one, and more gain nothing. */
const BATCH = 64;
const LAST_WORD_OFFSET = 28;

/** An engine bound to one challenge and threshold: see `requireEngineInput`, which may throw. */
export function createWebCryptoEngine(
  challengeDigest: Uint8Array,
  threshold: number,
): AsyncSha256Engine {
  requireEngineInput(challengeDigest, threshold);
  const message = createMessage(challengeDigest);
  const view = new DataView(message.buffer);
  const { subtle } = crypto;

  /** The outputs of nonces `[from, from + count)` of the index that the message bears. */
  function digestBatch(from: number, count: number): Promise<ArrayBuffer[]> {
    const pending: Promise<ArrayBuffer>[] = [];
    for (let i = 0; i < count; i += 1) {
      view.setUint32(NONCE_OFFSET, from + i);
      // digest() copies the message before it returns.
      pending.push(subtle.digest('SHA-256', message));
    }
    return Promise.all(pending);
  }

  async function search({ index, from, count }: NonceSlice): Promise<SliceResult> {
    view.setUint32(INDEX_OFFSET, index);
    for (let done = 0; done < count; done += BATCH) {
      const outputs = await digestBatch(from + done, Math.min(BATCH, count - done));
      const offset = outputs.findIndex(
        (output) => new DataView(output).getUint32(LAST_WORD_OFFSET) <= threshold,
      );
      if (offset >= 0) return { nonce: from + done + offset, attempts: done + offset + 1 };
    }
    return { nonce: undefined, attempts: count };
  }

  return { name: 'webcrypto', search };
}
