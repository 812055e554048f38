import { createHash, randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compressBlock, INITIAL_STATE } from '../../src/core/puzzle/sha256-compress.ts';
import type { NonceSlice, SliceResult } from '../../src/core/puzzle/sha256-engine.ts';
import { createJsEngine } from '../../src/core/puzzle/sha256-js.ts';

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

const INDEXES = [0, 1, 127, 128, 255];
const NONCES = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

describe('the plain-JS engine', () => {
  it('agrees with node:crypto on every single attempt, at the exact threshold and one below', () => {
    for (let round = 0; round < 3000; round += 1) {
      const digest = randomBytes(32);
      const index = INDEXES[round % INDEXES.length] ?? 0;
      const nonce = round % 4 === 0 ? (NONCES[round % NONCES.length] ?? 0) : randomInt(2 ** 32);
      const word = lastWordOf(digest, index, nonce);
      const slice = { index, from: nonce, count: 1 };
      expect(createJsEngine(digest, word).search(slice)).toEqual({ nonce, attempts: 1 });
      if (word > 0) {
        const missed = createJsEngine(digest, word - 1).search(slice);
        expect(missed).toEqual({ nonce: undefined, attempts: 1 });
      }
    }
  });

  it('finds the first solution of a slice and counts attempts exactly', () => {
    for (let round = 0; round < 60; round += 1) {
      const digest = randomBytes(32);
      const threshold = 2 ** (22 + (round % 10)) - 1;
      const engine = createJsEngine(digest, threshold);
      const slice = { index: randomInt(256), from: randomInt(2 ** 32 - 600), count: 600 };
      expect(engine.search(slice)).toEqual(searchSlowly(digest, threshold, slice));
    }
  });

  it('keeps nothing from one slice to the next', () => {
    const digest = randomBytes(32);
    const threshold = 2 ** 25 - 1;
    const engine = createJsEngine(digest, threshold);
    for (let round = 0; round < 40; round += 1) {
      const slice = { index: round % 3, from: round * 50, count: 50 };
      expect(engine.search(slice)).toEqual(searchSlowly(digest, threshold, slice));
    }
  });
});

describe('the plain-JS engine at its bounds', () => {
  it('handles words with the top bit set in the digest', () => {
    for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
      const digest = new Uint8Array(32).fill(byte);
      const threshold = 2 ** 26 - 1;
      const slice = { index: 255, from: 0x7fff_ff00, count: 512 };
      const found = createJsEngine(digest, threshold).search(slice);
      expect(found).toEqual(searchSlowly(digest, threshold, slice));
    }
  });

  it('reads a digest that is a view into a larger buffer', () => {
    const buffer = randomBytes(67);
    const view = new Uint8Array(buffer.buffer, buffer.byteOffset + 3, 32);
    const word = lastWordOf(view, 0, 9);
    const found = createJsEngine(view, word).search({ index: 0, from: 9, count: 1 });
    expect(found.nonce).toBe(9);
  });

  it('accepts anything at threshold 2^32 - 1, searches the last nonce, and does nothing in an empty slice', () => {
    const engine = createJsEngine(randomBytes(32), 0xffff_ffff);
    expect(engine.search({ index: 7, from: 0, count: 5 })).toEqual({ nonce: 0, attempts: 1 });
    expect(engine.search({ index: 7, from: 0xffff_ffff, count: 1 })).toEqual({
      nonce: 0xffff_ffff,
      attempts: 1,
    });
    expect(engine.search({ index: 7, from: 3, count: 0 })).toEqual({
      nonce: undefined,
      attempts: 0,
    });
  });

  it('works at the hardest threshold, 63', () => {
    const digest = randomBytes(32);
    const slice = { index: 3, from: 0xffff_ff00, count: 256 };
    expect(createJsEngine(digest, 63).search(slice)).toEqual(searchSlowly(digest, 63, slice));
  });

  it('refuses a digest of another length and a threshold that is no 32-bit integer', () => {
    for (const length of [0, 31, 33]) {
      expect(() => createJsEngine(new Uint8Array(length), 63)).toThrow(RangeError);
    }
    for (const threshold of [-1, 2 ** 32, 1.5, Number.NaN]) {
      expect(() => createJsEngine(new Uint8Array(32), threshold)).toThrow(RangeError);
    }
  });
});

describe('compressBlock', () => {
  it('hashes one padded block as node:crypto does', () => {
    for (let length = 0; length <= 55; length += 1) {
      const message = randomBytes(length);
      const block = Buffer.alloc(64);
      block.set(message);
      block[length] = 0x80;
      block.writeUInt32BE(length * 8, 60);
      const words = Int32Array.from({ length: 16 }, (_, i) => block.readInt32BE(4 * i));
      const state = Int32Array.from(INITIAL_STATE);
      compressBlock(state, words);
      const digest = Buffer.alloc(32);
      for (const [i, word] of state.entries()) digest.writeInt32BE(word, 4 * i);
      expect(digest.toString('hex')).toBe(createHash('sha256').update(message).digest('hex'));
    }
  });
});
