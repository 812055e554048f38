/** Wycheproof HMAC-SHA256 through the primitive that signs tokens and binds clients. */
import { describe, expect, it } from 'vitest';
import {
  asList,
  asRecord,
  decodeHex,
  encodeHex,
  hasCarriedCorpora,
  readCarriedJson,
} from '../support/corpora-in-workerd.ts';

interface MacVector {
  readonly id: number;
  readonly key: Uint8Array<ArrayBuffer>;
  readonly message: Uint8Array<ArrayBuffer>;
  /** Hex, truncated to the size of its group. */
  readonly tag: string;
  readonly isValid: boolean;
}

function readVectors(): readonly MacVector[] {
  const corpus = asRecord(readCarriedJson('wycheproof/hmac_sha256_test.json'));
  return asList(corpus['testGroups']).flatMap((group) =>
    asList(asRecord(group)['tests']).map((entry) => {
      const test = asRecord(entry);
      return {
        id: Number(test['tcId']),
        key: decodeHex(String(test['key'])),
        message: decodeHex(String(test['msg'])),
        tag: String(test['tag']),
        isValid: test['result'] === 'valid',
      };
    }),
  );
}

async function computeMac({ key, message }: MacVector): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign', 'verify']);
  const mac = await crypto.subtle.sign('HMAC', imported, message);
  expect(await crypto.subtle.verify('HMAC', imported, mac, message)).toBe(true);
  return new Uint8Array(mac);
}

describe.skipIf(!hasCarriedCorpora())('Wycheproof HMAC-SHA256', () => {
  it('B01: agrees with 174 of 174, no exception', async () => {
    const vectors = readVectors();
    expect(vectors).toHaveLength(174);
    const disagreeing: number[] = [];
    for (const vector of vectors) {
      const mac = encodeHex(await computeMac(vector)).slice(0, vector.tag.length);
      if ((mac === vector.tag) !== vector.isValid) disagreeing.push(vector.id);
    }
    expect(disagreeing).toEqual([]);
  });

  it('B01: crypto.subtle.verify agrees with every vector whose tag is whole', async () => {
    const whole = readVectors().filter(({ tag }) => tag.length === 64);
    expect(whole.length).toBeGreaterThan(80);
    for (const { id, key, message, tag, isValid } of whole) {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['verify']);
      const verdict = await crypto.subtle.verify('HMAC', imported, decodeHex(tag), message);
      expect([id, verdict]).toEqual([id, isValid]);
    }
  });
});
