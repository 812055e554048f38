/** workerd decodes base64url itself; Node 24 does not, so the suite of `unit` sees the other way. */
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../src/core/wire/base64url.ts';

describe('base64url by the runtime', () => {
  it('A06: is there', () => expect('fromBase64' in Uint8Array).toBe(true));

  it('A06: reads back what is written, for every length to 300', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 37) & 0xff);
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
    }
  });

  it('A06: still refuses every other spelling', () => {
    for (const text of [
      'A',
      'AB',
      'AAB',
      'AA==',
      'AAA=',
      'AA+A',
      'AA/A',
      ' AAA',
      'AAA\n',
      'AAAAA',
    ]) {
      expect(decodeBase64url(text)).toBeUndefined();
    }
  });
});
