/**
 * The negative matrix (bar 10): every combination of header, key and claims, one of which is
 * right. Each token is signed in earnest with the key that its row names.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeyRing } from '../../src/core/token/key-ring.ts';
import { verifyPass } from '../../src/core/token/pass-token.ts';
import { encodeAscii } from '../../src/core/wire/ascii.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';
import {
  deriveKeyBytes,
  deriveTestRing,
  encodePart,
  forgeToken,
  HOST,
  importHmacKey,
  NOW,
  OTHER_SECRET,
  SECRET,
  universalClaims,
} from '../support/token-fixtures.ts';

const TYPE = 'toll-pass+jwt';
const CONTEXT = { host: HOST, nowSeconds: NOW + 10 };

/** Stands for "leave the member out". */
const ABSENT = Symbol('absent');

const ALGORITHMS: readonly unknown[] = [
  'HS256',
  'none',
  'None',
  'nOnE',
  'HS384',
  'HS512',
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
  'ES256K',
  'hs256',
  'A256GCMKW',
  '',
  ABSENT,
  null,
  256,
  ['HS256'],
];

const TYPES: readonly unknown[] = [
  TYPE,
  'toll-challenge+jwt',
  'toll-form+jwt',
  'toll-assert+jwt',
  'toll-admin+jwt',
  'JWT',
  'TOLL-PASS+JWT',
  `application/${TYPE}`,
  '',
  ABSENT,
  null,
  [TYPE],
];

let ring: KeyRing;
let ownKey: CryptoKey;
let kid: string;

function present(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ABSENT));
}

async function kindOf(token: string): Promise<string> {
  return (await verifyPass(token, ring, CONTEXT)).kind;
}

beforeAll(async () => {
  ring = await deriveTestRing();
  ({ kid } = ring.current.signing[TYPE]);
  ownKey = await importHmacKey(await deriveKeyBytes(SECRET, TYPE));
});

/** Keys that an attacker could hope for; the first is the right one. */
async function listKeys(): Promise<readonly CryptoKey[]> {
  const own = await deriveKeyBytes(SECRET, TYPE);
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(own) };
  const bytes: readonly Uint8Array<ArrayBuffer>[] = [
    await deriveKeyBytes(SECRET, 'toll-challenge+jwt'),
    await deriveKeyBytes(SECRET, 'digest'),
    await deriveKeyBytes(OTHER_SECRET, TYPE),
    SECRET,
    new Uint8Array(32),
    encodeAscii(kid),
    encodeAscii(JSON.stringify(publicJwk)),
  ];
  const keys = await Promise.all(bytes.map((raw) => importHmacKey(raw)));
  return [
    ownKey,
    ...keys,
    await importHmacKey(own, 'SHA-384'),
    await importHmacKey(own, 'SHA-512'),
  ];
}

describe('the header and key matrix', () => {
  it('B01: of alg x typ x key, more than 2,000 combinations, only the intended one is accepted', async () => {
    const keys = await listKeys();
    const accepted: unknown[] = [];
    let combinations = 0;
    for (const alg of ALGORITHMS) {
      for (const typ of TYPES) {
        for (const [index, key] of keys.entries()) {
          const header = present({ alg, typ, kid });
          const token = await forgeToken({ header, payload: universalClaims(), key });
          combinations += 1;
          if ((await kindOf(token)) === 'valid') accepted.push([alg, typ, index]);
        }
      }
    }
    expect(combinations).toBeGreaterThan(2000);
    expect(accepted).toEqual([['HS256', TYPE, 0]]);
  });

  it('B01: a wrong alg or typ is a bad signature, whoever signed', async () => {
    for (const alg of ALGORITHMS.slice(1)) {
      const header = present({ alg, typ: TYPE, kid });
      const token = await forgeToken({ header, payload: universalClaims(), key: ownKey });
      expect([alg, await kindOf(token)]).toEqual([alg, 'bad-signature']);
    }
    for (const typ of TYPES.slice(1)) {
      const header = present({ alg: 'HS256', typ, kid });
      const token = await forgeToken({ header, payload: universalClaims(), key: ownKey });
      expect([typ, await kindOf(token)]).toEqual([typ, 'bad-signature']);
    }
  });

  it('B01: unsigned tokens and signatures of zeros are refused under every alg', async () => {
    const payload = encodePart(JSON.stringify(universalClaims()));
    const zeros = encodeBase64url(new Uint8Array(32));
    for (const alg of ALGORITHMS) {
      const header = encodePart(JSON.stringify(present({ alg, typ: TYPE, kid })));
      for (const signature of ['', zeros, 'A'.repeat(43), 'A'.repeat(86)]) {
        expect(await kindOf(`${header}.${payload}.${signature}`)).not.toBe('valid');
      }
    }
  });

  it('B01: every bit of the signature counts, and every bit of header and payload is signed', async () => {
    const header = { alg: 'HS256', typ: TYPE, kid };
    const token = await forgeToken({ header, payload: universalClaims(), key: ownKey });
    expect(await kindOf(token)).toBe('valid');
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.charAt(at) === 'A' ? 'B' : 'A';
      if (token.charAt(at) === '.') continue;
      expect(await kindOf(token.slice(0, at) + changed + token.slice(at + 1))).not.toBe('valid');
    }
  });
});

const ISSUERS: readonly unknown[] = [
  'edgetoll',
  'Edgetoll',
  'edgetoll ',
  '',
  ABSENT,
  null,
  ['edgetoll'],
];

const AUDIENCES: readonly unknown[] = [
  HOST,
  'other.test',
  'SITE.test',
  `${HOST}.`,
  `${HOST}:443`,
  `sub.${HOST}`,
  '',
  '*',
  ABSENT,
  null,
  [HOST],
  { host: HOST },
];

/** `iat` and `exp`; the first is right. */
const TIMES: readonly (readonly [unknown, unknown])[] = [
  [NOW, NOW + 3600],
  [NOW, NOW + 10],
  [NOW, NOW + 9],
  [NOW + 41, NOW + 3600],
  [NOW, ABSENT],
  [ABSENT, NOW + 3600],
  [NOW, String(NOW + 3600)],
  [String(NOW), NOW + 3600],
  [NOW, NOW + 3600.5],
  [NOW, 1e308],
];

const SHAPES: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { jti: ABSENT },
  { jti: 'AAECAwQFBgcICQoLDA0OD' },
  { jti: 'AAECAwQFBgcICQoLDA0ODw=' },
  { jti: 1 },
  { credit: '32' },
  { credit: -1 },
  { credit: 1.5 },
  { credit: ABSENT },
  { n: null },
  { tier: 'high' },
  { tier: -1 },
  { bind: ABSENT },
  { bind: { net: 'x' } },
  { bind: { net: 'x', ua: 'y', extra: 'z' } },
  { bind: ['x', 'y'] },
];

describe('the claims matrix', () => {
  it('B03: of iss x aud x time x shape, more than 10,000 combinations, only the intended one is accepted', async () => {
    const header = { alg: 'HS256', typ: TYPE, kid };
    const accepted: unknown[] = [];
    let combinations = 0;
    for (const iss of ISSUERS) {
      for (const aud of AUDIENCES) {
        for (const [iat, exp] of TIMES) {
          for (const [index, shape] of SHAPES.entries()) {
            const claims = present({ ...universalClaims(), iss, aud, iat, exp, ...shape });
            const token = await forgeToken({ header, payload: claims, key: ownKey });
            combinations += 1;
            if ((await kindOf(token)) === 'valid') accepted.push([iss, aud, iat, exp, index]);
          }
        }
      }
    }
    expect(combinations).toBeGreaterThan(10_000);
    expect(accepted).toEqual([['edgetoll', HOST, NOW, NOW + 3600, 0]]);
  });
});
