/** TOLL_SECRET: what is refused, under which rule, without ever repeating it (B06). */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecret, SECRET_RULES } from '../../src/core/token/secret.ts';
import type { SecretRule } from '../../src/core/token/secret.ts';
import { createRandom, randomBytes } from '../support/token-fixtures.ts';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Deterministic bytes that look random. */
function noise(length: number, seed = 21): Uint8Array {
  return randomBytes(createRandom(seed), length);
}

const RUN = Uint8Array.from({ length: 32 }, (_, at) => at);

const BAD: readonly (readonly [unknown, SecretRule])[] = [
  [undefined, 'missing'],
  [null, 'missing'],
  [12_345, 'missing'],
  [{}, 'missing'],
  ['', 'missing'],
  [' ', 'missing'],
  [' \t\n ', 'missing'],
  ['\u00a0'.repeat(40), 'missing'],
  ['changeme'.repeat(8), 'placeholder'],
  ['change-me-'.repeat(6), 'placeholder'],
  ['CHANGEME'.repeat(8), 'placeholder'],
  ['replace-me-with-a-real-secret-of-32-bytes', 'placeholder'],
  ['password'.repeat(6), 'placeholder'],
  ['Passw0rd'.repeat(6), 'placeholder'],
  ['your-secret-here', 'placeholder'],
  ['insert-secret-here', 'placeholder'],
  ['edgetoll-dev', 'placeholder'],
  ['undefined', 'placeholder'],
  ['default', 'placeholder'],
  ['example', 'placeholder'],
  [`${base64(noise(32)).slice(0, 40)}secret`, 'placeholder'],
  ['x', 'encoding'],
  ['correct horse battery staple, twice over', 'encoding'],
  ['$(openssl rand -base64 32)', 'encoding'],
  ['<paste here>', 'encoding'],
  [` ${base64(noise(32))}`, 'encoding'],
  [`${base64(noise(32))}\n`, 'encoding'],
  [`"${base64(noise(32))}"`, 'encoding'],
  [`${base64(noise(31)).slice(0, -2)}é=`, 'encoding'],
  ['abcd', 'too-short'],
  [base64(noise(16)), 'too-short'],
  [base64(noise(31)), 'too-short'],
  [Buffer.from(noise(31)).toString('hex'), 'too-short'],
  ['0123456789abcdef'.repeat(2), 'too-short'],
  [base64(noise(1025)), 'too-long'],
  [Buffer.from(noise(1025)).toString('hex'), 'too-long'],
  [base64(new Uint8Array(32)), 'predictable'],
  ['0'.repeat(64), 'predictable'],
  ['a'.repeat(64), 'predictable'],
  ['A'.repeat(43), 'predictable'],
  ['deadbeef'.repeat(8), 'predictable'],
  ['0123456789abcdef'.repeat(4), 'predictable'],
  ['1234567890'.repeat(7).slice(0, 64), 'predictable'],
  [base64(RUN), 'predictable'],
  [Buffer.from(RUN).toString('hex'), 'predictable'],
  [base64(RUN.map((at) => 255 - 3 * at)), 'predictable'],
  [base64(Uint8Array.from([...noise(20), ...noise(20)])), 'predictable'],
  [base64(Uint8Array.from([...noise(24), ...noise(24), ...noise(24)])), 'predictable'],
  ['abcdefghijklmnopqrstuvwxyz0123456789abcdefg', 'predictable'],
  ['thisisaverylongphrasethatsomebodytypedbyhand', 'predictable'],
  ['THIS-IS-ANOTHER-LONG-PHRASE-SOMEBODY-SHOUTED', 'predictable'],
];

describe('bad secrets', () => {
  it('B06: more than 30 of them are refused, each under its own rule', () => {
    expect(BAD.length).toBeGreaterThan(30);
    for (const [text, rule] of BAD) {
      expect([text, parseSecret(text)]).toEqual([text, { ok: false, rule }]);
    }
  });

  it('B06: every rule is met by one of them', () => {
    const met = new Set(BAD.map(([, rule]) => rule));
    expect([...met].toSorted()).toEqual(Object.keys(SECRET_RULES).toSorted());
  });

  it('B06: no message repeats a value or a piece of one', () => {
    for (const [text] of BAD) {
      if (typeof text !== 'string' || text.trim().length < 8) continue;
      for (const message of Object.values(SECRET_RULES)) {
        expect(message.toLowerCase()).not.toContain(text.trim().slice(0, 12).toLowerCase());
      }
    }
  });
});

describe('good secrets', () => {
  it('B06: the bounds: 32 and 1,024 bytes are accepted, in each encoding', () => {
    for (const length of [32, 33, 34, 64, 1024]) {
      const bytes = noise(length);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(parseSecret(Buffer.from(bytes).toString(encoding))).toEqual({ ok: true, bytes });
      }
    }
  });

  it('B06: 200 random secrets are accepted in hex, base64 and base64url, with and without padding', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const hash = createHash('sha256').update(`secret number ${seed}`).digest();
      const bytes = Uint8Array.from(hash);
      const spellings = [
        hash.toString('hex'),
        hash.toString('hex').toUpperCase(),
        hash.toString('base64'),
        hash.toString('base64').replace(/=$/, ''),
        hash.toString('base64url'),
        `${hash.toString('base64url')}=`,
      ];
      for (const spelling of spellings) {
        expect([spelling, parseSecret(spelling)]).toEqual([spelling, { ok: true, bytes }]);
      }
    }
  });

  it('B06: hex is read as hex, not as base64', () => {
    const bytes = noise(48);
    const reading = parseSecret(Buffer.from(bytes).toString('hex'));
    expect(reading).toEqual({ ok: true, bytes });
  });
});
