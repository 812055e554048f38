/** The strict grammar in front of jose: spellings, sizes, parts and header parameters. */
import { compactVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH } from '../../src/core/token/compact.ts';
import { issueChallenge, verifyChallenge } from '../../src/core/token/challenge-token.ts';
import type { KeyRing, TokenType } from '../../src/core/token/key-ring.ts';
import { verifySignature } from '../../src/core/token/signature.ts';
import {
  anyKidRing,
  challengeTerms,
  deriveTestRing,
  encodePart,
  forgeToken,
  HOST,
  NOW,
  universalClaims,
} from '../support/token-fixtures.ts';

const TYPE: TokenType = 'toll-challenge+jwt';
const CONTEXT = { host: HOST, nowSeconds: NOW };
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let ring: KeyRing;
let token: string;

beforeAll(async () => {
  ring = await deriveTestRing();
  token = await issueChallenge(challengeTerms(), ring, NOW);
});

function kidOf(): string {
  return ring.current.signing[TYPE].kid;
}

/** The same bytes with other unused trailing bits, where the length leaves any. */
function respellTrailingBits(part: string): readonly string[] {
  const unused = [0, 0, 15, 3][part.length % 4] ?? 0;
  const value = ALPHABET.indexOf(part.at(-1) ?? '');
  return Array.from(
    { length: unused },
    (_, i) => part.slice(0, -1) + ALPHABET.charAt(value + i + 1),
  );
}

/** Other spellings of `token`: trailing bits, padding, and white space in and around each part. */
function respell(): readonly string[] {
  const parts = token.split('.');
  const spellings = parts.flatMap((part, at) => {
    const middle = Math.floor(part.length / 2);
    const inserted = [' ', '\t', '\n', '\r\n', '%20', '\u00a0', '\0'].flatMap((space) => [
      space + part,
      part + space,
      part.slice(0, middle) + space + part.slice(middle),
    ]);
    const others = [`${part}=`, `${part}==`, ...respellTrailingBits(part), ...inserted];
    return others.map((other) => parts.with(at, other).join('.'));
  });
  return [...new Set(spellings)];
}

describe('spellings of one token', () => {
  it('A06: of more than forty spellings only the canonical one is accepted', async () => {
    const spellings = respell();
    expect(spellings.length).toBeGreaterThanOrEqual(40);
    expect((await verifyChallenge(token, ring, CONTEXT)).kind).toBe('valid');
    for (const spelling of spellings) {
      expect((await verifyChallenge(spelling, ring, CONTEXT)).kind).toBe('malformed');
    }
  });

  it('A06: bare jose accepts several of them, so the grammar is what refuses', async () => {
    const { key } = ring.current.signing[TYPE];
    const outcomes = await Promise.allSettled(respell().map((other) => compactVerify(other, key)));
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(accepted).toBeGreaterThanOrEqual(10);
  });
});

describe('the size of a token', () => {
  /** A token of exactly `length` characters that is valid in every other respect. */
  async function tokenOfLength(length: number): Promise<string> {
    const { key } = ring.current.signing[TYPE];
    const head = { alg: 'HS256', typ: TYPE, kid: kidOf() };
    // Both JSON texts take white space, so every length can be reached.
    for (let spaces = 0; spaces < 3; spaces += 1) {
      const header = JSON.stringify(head) + ' '.repeat(spaces);
      const room = length - encodePart(header).length - 2 - 43;
      const claims = JSON.stringify(universalClaims());
      const payload = claims.padEnd(Math.floor((room * 3) / 4), ' ');
      const made = await forgeToken({ header, payload, key });
      if (made.length === length) return made;
    }
    throw new Error(`no token of ${length} characters`);
  }

  it('B10: 4,096 characters are accepted, 4,097 refused before anything is parsed', async () => {
    const longest = await tokenOfLength(MAX_TOKEN_LENGTH);
    expect((await verifyChallenge(longest, ring, CONTEXT)).kind).toBe('valid');
    const tooLong = await tokenOfLength(MAX_TOKEN_LENGTH + 1);
    expect(await verifyChallenge(tooLong, ring, CONTEXT)).toEqual({ kind: 'too-large' });
  });

  it('B10: 120,000 characters, valid or not, are too large', async () => {
    const whole = await tokenOfLength(120_000);
    for (const text of [whole, 'a'.repeat(120_000), '.'.repeat(120_000), ' '.repeat(120_000)]) {
      expect(await verifyChallenge(text, ring, CONTEXT)).toEqual({ kind: 'too-large' });
    }
  });

  it('B10: the longest return path, rule name, host and roaming binding still fit', async () => {
    const terms = challengeTerms({
      aud: `${Array.from({ length: 4 }, () => 'a'.repeat(61)).join('.')}.test:65535`,
      ret: `/${'p'.repeat(2047)}`,
      rule: 'r'.repeat(64),
      bind: { net: 'A'.repeat(16), ua: 'B'.repeat(16), as: 'C'.repeat(16) },
      puz: { name: 'sha256', threshold: 0xffff_ffff, minSolutions: 256, maxSolutions: 256 },
      tier: 15,
      ttl: 86_400,
    });
    const longest = await issueChallenge(terms, ring, 9_999_999_999);
    expect(longest.length).toBeLessThanOrEqual(MAX_TOKEN_LENGTH);
    const context = { host: terms.aud, nowSeconds: 9_999_999_999 };
    expect((await verifyChallenge(longest, ring, context)).kind).toBe('valid');
  });
});

describe('the parts of a token', () => {
  it('B12: five parts, and every other number but three, are refused', async () => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const shapes = [
      [],
      [header],
      [header, payload],
      [header, payload, signature, ''],
      [header, payload, signature, signature],
      [header, '', payload, payload, signature],
      [header, payload, payload, payload, signature],
      [header, payload, signature, payload, signature],
      [header, payload, signature, payload, signature, signature],
    ];
    for (const shape of shapes) {
      expect((await verifyChallenge(shape.join('.'), ring, CONTEXT)).kind).toBe('malformed');
    }
  });

  it('B12: a JWE in five parts with our header is refused', async () => {
    const header = encodePart(
      JSON.stringify({ alg: 'dir', enc: 'A256GCM', typ: TYPE, kid: kidOf() }),
    );
    const jwe = [header, '', 'AAAAAAAAAAAAAAAA', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAA'].join('.');
    expect((await verifyChallenge(jwe, ring, CONTEXT)).kind).toBe('malformed');
  });

  it('B12: empty parts and signatures of another length are refused', async () => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const shapes = [
      ['', payload, signature],
      [header, '', signature],
      [header, payload, ''],
      [header, payload, signature.slice(0, 42)],
      [header, payload, `${signature}A`],
      [header, payload, signature + signature],
    ];
    for (const shape of shapes) {
      expect((await verifyChallenge(shape.join('.'), ring, CONTEXT)).kind).toBe('malformed');
    }
  });

  it('B05: a payload or header that is no JSON object of ASCII is refused, though signed', async () => {
    const { key } = ring.current.signing[TYPE];
    const header = { alg: 'HS256', typ: TYPE, kid: kidOf() };
    for (const payload of ['null', '[]', '"text"', '1', '{', '{}x', '\ufeff{}', '{"a":"é"}']) {
      const forged = await forgeToken({ header, payload, key });
      expect((await verifyChallenge(forged, ring, CONTEXT)).kind).toBe('malformed');
    }
    for (const text of ['null', '[]', '"HS256"', '1', '{', '{"alg":"HS256",}', '{"é":1}']) {
      const forged = await forgeToken({ header: text, payload: universalClaims(), key });
      expect((await verifyChallenge(forged, ring, CONTEXT)).kind).toBe('malformed');
    }
  });
});

describe('header parameters', () => {
  async function verdictOf(header: object | string): Promise<string> {
    const { key } = ring.current.signing[TYPE];
    const forged = await forgeToken({ header, payload: universalClaims(), key });
    return (await verifyChallenge(forged, ring, CONTEXT)).kind;
  }

  it('B02: a kid that is absent or cannot be ours is an unknown key', async () => {
    const kids: unknown[] = [
      undefined,
      null,
      '',
      'x',
      'AAAAAAAA',
      '__proto__',
      'constructor',
      'toString',
      '../x',
      'x'.repeat(2e3),
      `${kidOf()}\0`,
      `\0${kidOf()}`,
      `${kidOf()} `,
      kidOf().slice(1),
      kidOf().toLowerCase() + kidOf().toUpperCase(),
      1,
      12_345_678,
      true,
      [kidOf()],
      { kid: 1 },
    ];
    expect(await verdictOf({ alg: 'HS256', typ: TYPE, kid: kidOf() })).toBe('valid');
    for (const kid of kids) {
      expect([kid, await verdictOf({ alg: 'HS256', typ: TYPE, kid })]).toEqual([
        kid,
        'unknown-key',
      ]);
    }
    expect(await verdictOf({ alg: 'HS256', typ: TYPE })).toBe('unknown-key');
    const huge = { alg: 'HS256', typ: TYPE, kid: 'k'.repeat(100_000) };
    expect(await verdictOf(huge)).toBe('too-large');
  });

  it('B02: jku, jwk, x5u and every other parameter that we never write is refused', async () => {
    const jwk = { kty: 'oct', k: encodePart('0123456789abcdef0123456789abcdef') };
    const parameters: Readonly<Record<string, unknown>> = {
      jku: 'https://evil.test/jwks.json',
      jwk,
      x5u: 'https://evil.test/x',
      x5c: ['AAAA'],
      x5t: 'AAAA',
      'x5t#S256': 'AAAA',
      cty: 'JWT',
      zip: 'DEF',
      enc: 'A256GCM',
      p2c: 1e9,
      crit: [],
      b64: true,
      nonce: 'x',
      url: 'x',
      constructor: 1,
      iss: 'edgetoll',
    };
    for (const [name, value] of Object.entries(parameters)) {
      const header = { alg: 'HS256', typ: TYPE, kid: kidOf(), [name]: value };
      expect([name, await verdictOf(header)]).toEqual([name, 'bad-signature']);
    }
    const own = `{"alg":"HS256","typ":"${TYPE}","kid":"${kidOf()}","__proto__":{"alg":"none"}}`;
    expect(await verdictOf(own)).toBe('bad-signature');
  });

  it('B13: crit and b64 are refused in every form, also where the look-up would find the key', async () => {
    const { key } = ring.current.signing[TYPE];
    const lenient = await anyKidRing(TYPE, key);
    const forms = [
      { b64: false },
      { b64: true },
      { b64: false, crit: ['b64'] },
      { crit: ['b64'] },
      { crit: ['exp'] },
      { crit: ['x'], x: 1 },
      { crit: 'b64' },
      { crit: null },
    ];
    for (const form of forms) {
      const header = { alg: 'HS256', typ: TYPE, kid: kidOf(), ...form };
      const forged = await forgeToken({ header, payload: universalClaims(), key });
      expect((await verifySignature(forged, TYPE, lenient)).kind).toBe('bad-signature');
    }
  });
});
