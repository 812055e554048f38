/** The strict grammar of both redeem bodies (A03), and of the solutions inside. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_REDEEM_BODY_BYTES,
  parseRedeemForm,
  parseRedeemJson,
} from '../../src/core/wire/redeem-request.ts';
import { formatSolutions, parseSolutions } from '../../src/core/wire/solutions.ts';

const SEED = 20_261_101;
const GOOD = { challenge: 'a.b.c', solutions: 'AAAAAQ' };
const READ = { challenge: 'a.b.c', nonces: [1], remember: false };

function parse(members: object): unknown {
  return parseRedeemJson(JSON.stringify(members));
}

describe('the JSON body', () => {
  it('A03: is read with and without remember, in any order of members, with white space', () => {
    expect(parse(GOOD)).toEqual(READ);
    expect(parse({ ...GOOD, remember: true })).toEqual({ ...READ, remember: true });
    expect(parseRedeemJson('{"solutions":"AAAAAQ","challenge":"a.b.c"}')).toEqual(READ);
    const spaced = ' {\n\t"solutions" : "AAAAAQ" ,\r "challenge" : "a.b.c" } ';
    expect(parseRedeemJson(spaced)).toEqual(READ);
    expect(parse({ challenge: 'x', solutions: '' })).toEqual({
      challenge: 'x',
      nonces: [],
      remember: false,
    });
  });

  it('A03: any field by which a client would set its own price is refused, alone and together', () => {
    const wishes = { difficulty: 0, alg: 'md5', cost: 1, d: '0' };
    expect(parse({ ...GOOD, ...wishes })).toBeUndefined();
    for (const [name, value] of Object.entries(wishes)) {
      expect(parse({ ...GOOD, [name]: value })).toBeUndefined();
    }
    const names = ['threshold', 'minSolutions', 'puzzle', 'credit', 'response', 'hash', 'nonce'];
    const others = [
      'elapsedTime',
      'tier',
      'ret',
      'return',
      'Challenge',
      'challenge ',
      'constructor',
      '',
    ];
    for (const name of [...names, ...others]) expect(parse({ ...GOOD, [name]: 1 })).toBeUndefined();
  });

  it('A03: contradictory extra fields change nothing, in 10,000 generated bodies', () => {
    const member = fc.tuple(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 1 }));
    const property = fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
      const extra = members.filter(
        ([name]) => !['challenge', 'solutions', 'remember'].includes(name),
      );
      const text = JSON.stringify({ ...Object.fromEntries(extra), ...GOOD });
      return parseRedeemJson(text) === undefined || extra.length === 0;
    });
    fc.assert(property, { numRuns: 10_000, seed: SEED });
  });

  it('A03: a duplicate member is refused, whichever copy comes first and whatever it holds', () => {
    const copies = [
      '"challenge":"x"',
      '"challenge":"a.b.c"',
      '"challenge":""',
      '"challenge":1',
      '"challenge":null',
      '"solutions":"AAAAAQ"',
      '"solutions":"AAAAAg"',
      '"solutions":[]',
      '"remember":true',
      '"remember":false',
    ];
    for (const copy of copies) {
      const body = '"challenge":"a.b.c","solutions":"AAAAAQ","remember":true';
      expect([copy, parseRedeemJson(`{${copy},${body}}`)]).toEqual([copy, undefined]);
      expect([copy, parseRedeemJson(`{${body},${copy}}`)]).toEqual([copy, undefined]);
      expect([copy, parseRedeemJson(`{${body},${copy},${copy}}`)]).toEqual([copy, undefined]);
    }
  });

  it('A03: a member spelled with escapes, which would hide a duplicate, is refused', () => {
    const escaped = ['"\\u0063hallenge":"x"', '"solution\\u0073":"AAAA"', '"\\u0072emember":true'];
    for (const copy of escaped) {
      expect(parseRedeemJson(`{${copy},"challenge":"a.b.c","solutions":"AAAAAQ"}`)).toBeUndefined();
      expect(parseRedeemJson(`{"challenge":"a.b.c","solutions":"AAAAAQ",${copy}}`)).toBeUndefined();
    }
    expect(parseRedeemJson('{"challenge":"a\\u002eb","solutions":""}')).toBeUndefined();
    expect(parseRedeemJson('{"challenge":"a\\/b","solutions":""}')).toBeUndefined();
  });

  it('A03: wrong types and absent members are refused', () => {
    const wrong: unknown[] = [
      null,
      1,
      true,
      '',
      'x',
      [],
      [GOOD],
      {},
      { challenge: 'a' },
      { solutions: '' },
      {
        ...GOOD,
        challenge: 1,
      },
      {
        ...GOOD,
        challenge: null,
      },
      {
        ...GOOD,
        challenge: ['a'],
      },
      {
        ...GOOD,
        solutions: [1],
      },
      {
        ...GOOD,
        solutions: 1,
      },
      {
        ...GOOD,
        solutions: { 0: 1 },
      },
      {
        ...GOOD,
        remember: false,
      },
      {
        ...GOOD,
        remember: 'true',
      },
      {
        ...GOOD,
        remember: 1,
      },
      {
        ...GOOD,
        remember: null,
      },
      { GOOD },
    ];
    for (const value of wrong) {
      expect([value, parseRedeemJson(JSON.stringify(value))]).toEqual([value, undefined]);
    }
  });

  it('E09: prototype keys are refused and pollute nothing', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
      const text = `{"${name}":{"remember":true},"challenge":"a.b.c","solutions":"AAAAAQ"}`;
      expect(parseRedeemJson(text)).toBeUndefined();
    }
    expect('remember' in {}).toBe(false);
  });

  it('A03: what is not JSON, or not alone, is refused', () => {
    const texts = ['', ' ', '{', '}', 'null', '{}{}', '\ufeff{}', "{'challenge':'a'}", '[]', 'NaN'];
    const good = JSON.stringify(GOOD);
    for (const text of [
      ...texts,
      `${good},`,
      `${good}x`,
      `\ufeff${good}`,
      `[${good}]`,
      `${good}${good}`,
    ]) {
      expect([text, parseRedeemJson(text)]).toEqual([text, undefined]);
    }
  });

  it('B10: the largest honest body fits the limit', () => {
    const body = {
      challenge: 'c'.repeat(4096),
      solutions: formatSolutions(Array.from({ length: 256 }, () => 0xffff_ffff)),
      remember: true,
    };
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(MAX_REDEEM_BODY_BYTES);
    expect(MAX_REDEEM_BODY_BYTES).toBe(8192);
  });
});

describe('the form body', () => {
  it('A03: is one field, unescaped', () => {
    expect(parseRedeemForm('challenge=a.b-c_9')).toEqual({
      challenge: 'a.b-c_9',
      nonces: [],
      remember: false,
    });
  });

  it('A03: anything else is refused', () => {
    const texts = [
      '',
      'challenge=',
      'challenge',
      '=a',
      'challenge=a&',
      '&challenge=a',
      'challenge=a&challenge=b',
      'challenge=a&solutions=AAAA',
      'challenge=a&remember=true',
      'Challenge=a',
      'challenge=a%2Eb',
      'challenge=a+b',
      'challenge=a b',
      ' challenge=a',
      'challenge=a\n',
      'challenge=a\r\n',
      '?challenge=a',
      'challenge=a;b',
      'challenge%3Da',
      'challenge==a',
      'challenge=é',
      '{"challenge":"a"}',
    ];
    for (const text of texts) expect([text, parseRedeemForm(text)]).toEqual([text, undefined]);
  });
});

describe('solutions', () => {
  it('A14: round-trip every list of nonces, 0 and 2^32 - 1 among them', () => {
    const nonce = fc.oneof(
      fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
      fc.integer({ min: 0, max: 0xffff_ffff }),
    );
    const property = fc.property(fc.array(nonce, { maxLength: 300 }), (nonces) => {
      expect(parseSolutions(formatSolutions(nonces))).toEqual(nonces);
    });
    fc.assert(property, { numRuns: 2000, seed: SEED });
  });

  it('A14: nonces are four bytes each, big-endian, in the order of the sub-puzzles', () => {
    expect(parseSolutions('AAAAAAECAwT_____')).toEqual([0, 0x0102_0304, 0xffff_ffff]);
    expect(formatSolutions([0, 0x0102_0304, 0xffff_ffff])).toBe('AAAAAAECAwT_____');
    expect(parseSolutions('')).toEqual([]);
  });

  it('A03: nonces that are not whole, or spelled otherwise, are refused', () => {
    const texts = [
      'AA',
      'AAA',
      'AAAA',
      'AAAAA',
      'AAAAAAA',
      'AAAAAAAA',
      'AAAAAA==',
      'AAAAAB',
      'AAAA+A',
    ];
    for (const text of [...texts, ' AAAAAA', 'AAAAAA\n', '0', '[0]']) {
      expect([text, parseSolutions(text)]).toEqual([text, undefined]);
    }
  });
});
