/** NIST CAVP SHA-256, byte-oriented: the verifier's digest and the reference engine's compression. */
import { describe, expect, it } from 'vitest';
import { compressBlock, INITIAL_STATE } from '../../src/core/puzzle/sha256-compress.ts';
import { lastWordOf } from '../../src/core/puzzle/sha256-verify.ts';
import {
  decodeHex,
  encodeHex,
  hasCarriedCorpora,
  readCarried,
} from '../support/corpora-in-workerd.ts';

interface DigestVector {
  readonly message: Uint8Array<ArrayBuffer>;
  readonly digest: string;
}

function readVectors(): readonly DigestVector[] {
  const text =
    readCarried('nist-cavp/SHA256ShortMsg.rsp') + readCarried('nist-cavp/SHA256LongMsg.rsp');
  const entries = text.matchAll(/Len = (\d+)\r?\nMsg = ([0-9a-f]+)\r?\nMD = ([0-9a-f]{64})/g);
  return Array.from(entries, ([, bits = '', message = '', digest = '']) => ({
    message: decodeHex(message).slice(0, Number(bits) / 8),
    digest,
  }));
}

/** FIPS 180-4 section 5.1.1 around the engine's own compression. */
function hashWithEngine(message: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  const state = Int32Array.from(INITIAL_STATE);
  for (let block = 0; block < padded.length; block += 64) {
    compressBlock(
      state,
      Int32Array.from({ length: 16 }, (_, word) => view.getInt32(block + 4 * word)),
    );
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (const [word, value] of state.entries()) digest.setInt32(4 * word, value);
  return encodeHex(new Uint8Array(digest.buffer));
}

describe.skipIf(!hasCarriedCorpora())('NIST CAVP SHA-256', () => {
  it('A02: holds all 129 vectors', () => {
    expect(readVectors()).toHaveLength(129);
  });

  it('A02: crypto.subtle.digest, which verifies work, agrees with 129 of 129', async () => {
    for (const { message, digest } of readVectors()) {
      const output = await crypto.subtle.digest('SHA-256', message);
      expect(encodeHex(new Uint8Array(output))).toBe(digest);
    }
  });

  it('A02: the verifier reads the last output word of 129 of 129', async () => {
    for (const { message, digest } of readVectors()) {
      expect(await lastWordOf(message)).toBe(Number.parseInt(digest.slice(56), 16));
    }
  });

  it('A02: the compression of the plain-JS engine agrees with 129 of 129', () => {
    for (const { message, digest } of readVectors()) {
      expect(hashWithEngine(message)).toBe(digest);
    }
  });
});
