/** One suite that every engine of the browser must pass: equal to node:crypto, attempt by attempt. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWasmEngine, instantiateKernel } from '../../src/browser/engines/wasm.ts';
import { createWebCryptoEngine } from '../../src/browser/engines/webcrypto.ts';
import { compileWasm, type WasmFeatures } from '../../src/build/wasm.ts';
import type {
  AsyncSha256Engine,
  NonceSlice,
  Sha256Engine,
  SliceResult,
} from '../../src/core/puzzle/sha256-engine.ts';
import { createJsEngine } from '../../src/core/puzzle/sha256-js.ts';

const FOLDER = fileURLToPath(new URL('../../src/wasm/', import.meta.url).href);
const BUILD_TIMEOUT_MS = 60_000;
const LAST_NONCE = 0xffff_ffff;
const INDEXES = [0, 1, 127, 128, 255];
const EDGES = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_fffe, LAST_NONCE];

type Bind = (digest: Uint8Array, threshold: number) => Sha256Engine | AsyncSha256Engine;

/** DESIGN.md section 5, by the platform's SHA-256. */
function lastWordOf(digest: Uint8Array, index: number, nonce: number): number {
  const message = Buffer.alloc(52);
  message.set(digest, 0);
  message.write('edgetoll/1', 32, 'ascii');
  message.writeUInt32BE(index, 44);
  message.writeUInt32BE(nonce, 48);
  return createHash('sha256').update(message).digest().readUInt32BE(28);
}

function searchSlowly(digest: Uint8Array, threshold: number, slice: NonceSlice): SliceResult {
  for (let attempts = 1; attempts <= slice.count; attempts += 1) {
    const nonce = slice.from + attempts - 1;
    if (lastWordOf(digest, slice.index, nonce) <= threshold) return { nonce, attempts };
  }
  return { nonce: undefined, attempts: slice.count };
}

const wasmBytes = new Map<string, Uint8Array<ArrayBuffer>>();

beforeAll(async () => {
  const builds: readonly [string, WasmFeatures][] = [
    ['wasm-simd', 'simd'],
    ['wasm-scalar', 'baseline'],
  ];
  for (const [name, features] of builds) {
    const file = `${name.replace('wasm', 'sha256')}.ts`;
    const bytes = await compileWasm({ folder: join(FOLDER), file, features });
    wasmBytes.set(name, new Uint8Array(bytes));
  }
}, BUILD_TIMEOUT_MS);

const createWasm = async (name: string): Promise<Bind> => {
  // An instance is bound to one challenge at a time, as in a solver.
  const kernel = await instantiateKernel(wasmBytes.get(name) ?? new Uint8Array());
  return (digest, threshold) => createWasmEngine({ name, kernel }, digest, threshold);
};

const ENGINES: Readonly<Record<string, () => Promise<Bind>>> = {
  'wasm-simd': () => createWasm('wasm-simd'),
  'wasm-scalar': () => createWasm('wasm-scalar'),
  js: () => Promise.resolve(createJsEngine),
  webcrypto: () => Promise.resolve(createWebCryptoEngine),
};

describe.each(Object.keys(ENGINES))('engine %s', (name) => {
  let bind: Bind;

  beforeAll(async () => {
    bind = (await ENGINES[name]?.()) ?? createJsEngine;
  });

  it('says its name', () => {
    expect(bind(new Uint8Array(32), 63).name).toBe(name);
  });

  it('agrees on every single attempt, at the exact threshold and one below', async () => {
    for (let round = 0; round < 10_000; round += 1) {
      const digest = randomBytes(32);
      const index = round % 3 === 0 ? (INDEXES[round % INDEXES.length] ?? 0) : randomInt(256);
      const nonce = round % 4 === 0 ? (EDGES[round % EDGES.length] ?? 0) : randomInt(2 ** 32);
      const word = lastWordOf(digest, index, nonce);
      const slice = { index, from: nonce, count: 1 };
      expect(await bind(digest, word).search(slice)).toEqual({ nonce, attempts: 1 });
      if (word === 0) continue;
      const missed = await bind(digest, word - 1).search(slice);
      expect(missed).toEqual({ nonce: undefined, attempts: 1 });
    }
  });

  it('finds the first solution of slices of every length, wherever in its turn it lies', async () => {
    for (let round = 0; round < 200; round += 1) {
      const digest = randomBytes(32);
      const count = round % 67;
      // From one solution in two slices to several within four neighbours.
      const threshold = 2 ** (25 + (round % 7)) - 1;
      const slice = { index: randomInt(256), from: randomInt(2 ** 32 - count), count };
      const found = await bind(digest, threshold).search(slice);
      expect(found).toEqual(searchSlowly(digest, threshold, slice));
    }
  });

  it('does not report a solution past the end of its slice', async () => {
    const digest = randomBytes(32);
    for (let nonce = 0; nonce < 40; nonce += 1) {
      const engine = bind(digest, lastWordOf(digest, 9, nonce));
      const slice = { index: 9, from: nonce - (nonce % 8), count: nonce % 8 };
      const expected = searchSlowly(digest, lastWordOf(digest, 9, nonce), slice);
      expect(await engine.search(slice)).toEqual(expected);
    }
  });

  it('finds the one solution at each place of a slice longer than a call and a batch', async () => {
    const digest = randomBytes(32);
    const from = 0x7fff_f000;
    const slice = { index: 200, from, count: 16_384 + 500 };
    const words = Array.from({ length: slice.count }, (_, i) => lastWordOf(digest, 200, from + i));
    const best = Math.min(...words);
    const place = words.indexOf(best);
    expect(await bind(digest, best).search(slice)).toEqual({
      nonce: from + place,
      attempts: place + 1,
    });
    const none = { nonce: undefined, attempts: slice.count };
    expect(await bind(digest, best - 1).search(slice)).toEqual(none);
    // Beyond the first call.
    const late = Math.min(...words.slice(16_384));
    const part = { index: 200, from: from + 16_384 - 3, count: 503 };
    expect(await bind(digest, late).search(part)).toEqual(searchSlowly(digest, late, part));
  });

  it('searches the first and the last nonces, and does not wrap around', async () => {
    const digest = randomBytes(32);
    const open = bind(digest, LAST_NONCE);
    for (const from of [0, LAST_NONCE]) {
      expect(await open.search({ index: 7, from, count: 1 })).toEqual({ nonce: from, attempts: 1 });
    }
    const first = lastWordOf(digest, 7, 0);
    const tail = { index: 7, from: LAST_NONCE - 2, count: 3 };
    const found = await bind(digest, first).search(tail);
    expect(found).toEqual(searchSlowly(digest, first, tail));
    const nothing = { nonce: undefined, attempts: 0 };
    expect(await open.search({ index: 7, from: 3, count: 0 })).toEqual(nothing);
  });

  it('compares as unsigned numbers, from 63 to 2^32 - 1', async () => {
    const digest = randomBytes(32);
    for (const threshold of [63, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff]) {
      for (const from of [0, 0x7fff_fff0, 0xffff_ffe0]) {
        const slice = { index: 3, from, count: 31 };
        const found = await bind(digest, threshold).search(slice);
        expect(found).toEqual(searchSlowly(digest, threshold, slice));
      }
    }
  });

  it('handles extreme digests, and a digest that is a view into a larger buffer', async () => {
    const threshold = 2 ** 26 - 1;
    const slice = { index: 255, from: 0x7fff_ff00, count: 512 };
    for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
      const digest = new Uint8Array(32).fill(byte);
      const found = await bind(digest, threshold).search(slice);
      expect(found).toEqual(searchSlowly(digest, threshold, slice));
    }
    const buffer = randomBytes(67);
    const view = new Uint8Array(buffer.buffer, buffer.byteOffset + 3, 32);
    const found = await bind(view, threshold).search(slice);
    expect(found).toEqual(searchSlowly(view, threshold, slice));
  });

  it('keeps nothing from one slice, index or challenge to the next', async () => {
    for (let round = 0; round < 40; round += 1) {
      const digest = randomBytes(32);
      const engine = bind(digest, 2 ** 26 - 1);
      for (const index of [round, 0, round]) {
        const slice = { index, from: round * 50, count: 50 };
        expect(await engine.search(slice)).toEqual(searchSlowly(digest, 2 ** 26 - 1, slice));
      }
    }
  });

  it('refuses a digest of another length and a threshold that is no 32-bit integer', () => {
    for (const length of [0, 31, 33]) {
      expect(() => bind(new Uint8Array(length), 63)).toThrow(RangeError);
    }
    for (const threshold of [-1, 2 ** 32, 1.5, Number.NaN]) {
      expect(() => bind(new Uint8Array(32), threshold)).toThrow(RangeError);
    }
  });
});

describe('a WASM module', () => {
  it('of another release or kind is refused', async () => {
    await expect(instantiateKernel(Uint8Array.of(1, 2, 3))).rejects.toThrow();
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await expect(instantiateKernel(empty)).rejects.toThrow('not a module of this release');
  });

  it('names no offset past the slice, though its last turn may reach there', async () => {
    for (const bytes of wasmBytes.values()) {
      const { bindChallenge, search } = await instantiateKernel(bytes);
      bindChallenge(1, 2, 3, 4, 5, 6, 7, 8);
      for (let count = 0; count < 20; count += 1) {
        // About one solution in eight attempts: many lie behind the end of the slice.
        for (let from = 0; from < 100; from += 10) {
          expect(search(1, from, count, 2 ** 29)).toBeLessThanOrEqual(count);
        }
      }
    }
  });

  it('imports nothing and gives out no memory', async () => {
    for (const bytes of wasmBytes.values()) {
      const module = await WebAssembly.compile(bytes);
      expect(WebAssembly.Module.imports(module)).toEqual([]);
      const kinds = WebAssembly.Module.exports(module).map(({ kind }) => kind);
      expect(kinds).toEqual(['function', 'function']);
    }
  });
});
