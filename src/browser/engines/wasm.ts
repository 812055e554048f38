/**
 * The two WASM engines: a module that was fetched, bound to one challenge.
 *
 * Owns loading and the calls; the modules (src/wasm) have the same two exports, so nothing here
 * knows which one it runs.
 */
import {
  bigEndianWords,
  type NonceSlice,
  requireEngineInput,
  type Sha256Engine,
  type SliceResult,
} from '../../core/puzzle/sha256-engine.ts';

/**
 * Attempts of one call. V8 moves to optimised code only between calls (one long call ran 2 to 7
 * times slower), and an empty call costs a microsecond.
 */
const CALL_COUNT = 16_384;

export interface WasmKernel {
  readonly bindChallenge: (...words: readonly number[]) => unknown;
  /** Offset of the first solution in `[from, from + count)`, or `count`. Unsigned 32-bit in all. */
  readonly search: (...sliceAndThreshold: readonly number[]) => unknown;
}

/** Instantiates a module of ours. Throws where WASM is blocked or `bytes` are not ours. */
export async function instantiateKernel(bytes: BufferSource): Promise<WasmKernel> {
  const { instance } = await WebAssembly.instantiate(bytes);
  const { bindChallenge, search } = instance.exports;
  if (typeof bindChallenge !== 'function' || typeof search !== 'function') {
    throw new TypeError('not a module of this release');
  }
  return {
    bindChallenge: (...words) => Reflect.apply(bindChallenge, undefined, words),
    search: (...numbers) => Reflect.apply(search, undefined, numbers),
  };
}

/** Fetches and instantiates. Throws also where the file cannot be had. */
export async function loadKernel(url: string): Promise<WasmKernel> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  // Not instantiateStreaming: it demands a Content-Type that a proxy may have changed, and for
  // 23 KB it saves nothing.
  return instantiateKernel(await response.arrayBuffer());
}

export interface WasmBinding {
  readonly name: string;
  /** Of this engine alone: it keeps the challenge. */
  readonly kernel: WasmKernel;
}

/** An engine bound to one challenge and threshold: see `requireEngineInput`, which may throw. */
export function createWasmEngine(
  { name, kernel }: WasmBinding,
  challengeDigest: Uint8Array,
  threshold: number,
): Sha256Engine {
  requireEngineInput(challengeDigest, threshold);
  kernel.bindChallenge(...bigEndianWords(challengeDigest));

  function search({ index, from, count }: NonceSlice): SliceResult {
    for (let done = 0; done < count;) {
      const length = Math.min(CALL_COUNT, count - done);
      // The result is at most `length`, so its sign bit is never set.
      const offset = Number(kernel.search(index, from + done, length, threshold));
      done += offset;
      if (offset < length) return { nonce: from + done, attempts: done + 1 };
    }
    return { nonce: undefined, attempts: count };
  }

  return { name, search };
}
