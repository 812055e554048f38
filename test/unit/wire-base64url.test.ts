import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAscii, encodeAscii } from '../../src/core/wire/ascii.ts';
import {
  decodeBase64url,
  encodeBase64url,
  isCanonicalBase64url,
} from '../../src/core/wire/base64url.ts';

const SEED = 20_261_101;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('base64url', () => {
  it('A06: writes what Node writes and reads it back, for every length to 300', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 37) & 0xff);
      const text = encodeBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(isCanonicalBase64url(text)).toBe(true);
      expect(decodeBase64url(text)).toEqual(bytes);
    }
  });

  it('A06: of all 64^2 and 64^3 endings exactly those that Node would write are canonical', () => {
    for (const last of ALPHABET) {
      for (const before of ALPHABET) {
        for (const text of [before + last, `A${before}${last}`]) {
          const bytes = Buffer.from(text, 'base64url');
          const isCanonical = bytes.toString('base64url') === text;
          expect([text, isCanonicalBase64url(text)]).toEqual([text, isCanonical]);
          expect(decodeBase64url(text) !== undefined).toBe(isCanonical);
        }
      }
    }
  });

  it('A06: refuses the other alphabet, padding, white space and lengths that hold no whole byte', () => {
    const refused = ['+', '/', 'AA+A', 'AA/A', 'AA==', 'AAA=', 'AAAA=', ' AAA', 'AAA ', 'AAAA\n'];
    const others = [
      'A',
      'AAAAA',
      '\nAAA',
      'AA AA',
      'AAA\0',
      'AAAé',
      'AAA\u{1f600}',
      'ＡAAA',
      'AA.A',
    ];
    for (const text of [...refused, ...others]) {
      expect([text, isCanonicalBase64url(text)]).toEqual([text, false]);
      expect(decodeBase64url(text)).toBeUndefined();
    }
  });

  it('A06: one sequence of bytes has one accepted spelling', () => {
    const text = fc.string({ unit: fc.constantFrom(...`${ALPHABET}= +`.split('')), maxLength: 12 });
    const property = fc.property(text, (spelling) => {
      const bytes = decodeBase64url(spelling);
      return bytes === undefined || encodeBase64url(bytes) === spelling;
    });
    fc.assert(property, { numRuns: 20_000, seed: SEED });
  });
});

describe('ASCII', () => {
  it('C02: round-trips every ASCII character and refuses everything above', () => {
    const all = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
    expect(decodeAscii(encodeAscii(all))).toBe(all);
    for (const text of ['\u0080', 'a\u00e9', '\u{1f600}', '\ud800']) {
      expect(() => encodeAscii(text)).toThrow(RangeError);
    }
    for (const byte of [0x80, 0xc3, 0xff]) {
      expect(decodeAscii(Uint8Array.of(0x41, byte))).toBeUndefined();
    }
    expect(decodeAscii(Uint8Array.of(0x7f))).toBe('\u007f');
    expect(decodeAscii(new Uint8Array())).toBe('');
  });
});
