/**
 * The keys that sign and verify tokens, derived from one or two secrets.
 *
 * Owns derivation and look-up; must not know claims. One key per token type, so that
 * a forgotten `typ` check still fails (SECURITY-BAR B04):
 *
 *   key(type)  = HKDF-SHA256(secret, salt = "edgetoll/1", info = type)         32 bytes
 *   generation = base64url(HKDF-SHA256(secret, "edgetoll/1", "generation"))    16 bytes, public
 *   kid(type)  = first 8 characters of base64url(SHA-256(type | "." | generation))
 *
 * The generation is itself derived, so a rotated secret never answers to the old kid.
 */
import { encodeAscii } from '../wire/ascii.ts';
import { encodeBase64url } from '../wire/base64url.ts';

export const TOKEN_TYPES = ['toll-challenge+jwt', 'toll-pass+jwt'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export interface SigningKey {
  readonly type: TokenType;
  readonly kid: string;
  readonly key: CryptoKey;
  /** The generation whose digests bind the tokens of this key. */
  readonly generation: KeyGeneration;
}

export interface KeyGeneration {
  /** Public name, derived from the secret. */
  readonly name: string;
  readonly digestKey: CryptoKey;
  readonly signing: Readonly<Record<TokenType, SigningKey>>;
}

export interface KeyRing {
  /** Issues challenges. */
  readonly current: KeyGeneration;
  /** Looks a key up by `kid`: the current generation and, during a rotation, the previous one. */
  readonly keys: ReadonlyMap<string, SigningKey>;
}

const SALT = encodeAscii('edgetoll/1');
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const KEY_BITS = 256;
const GENERATION_BITS = 128;
const KID_LENGTH = 8;

async function deriveBytes(
  base: CryptoKey,
  label: string,
  bits: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: SALT,
    info: encodeAscii(label),
  } as const;
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, bits));
}

async function deriveKey(base: CryptoKey, label: string, usages: ('sign' | 'verify')[]) {
  const bytes = await deriveBytes(base, label, KEY_BITS);
  return crypto.subtle.importKey('raw', bytes, HMAC, false, usages);
}

async function deriveKid(type: TokenType, generation: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encodeAscii(`${type}.${generation}`));
  return encodeBase64url(new Uint8Array(digest)).slice(0, KID_LENGTH);
}

async function deriveGeneration(secret: Uint8Array): Promise<KeyGeneration> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const name = encodeBase64url(await deriveBytes(base, 'generation', GENERATION_BITS));
  const digestKey = await deriveKey(base, 'digest', ['sign']);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop below fills in every type
  const signing = {} as Record<TokenType, SigningKey>;
  const generation: KeyGeneration = { name, digestKey, signing };
  for (const type of TOKEN_TYPES) {
    const key = await deriveKey(base, type, ['sign', 'verify']);
    signing[type] = { type, kid: await deriveKid(type, name), key, generation };
  }
  return generation;
}

/** @param previous still accepted, and still finishes the challenges that it began. */
export async function deriveKeyRing(secret: Uint8Array, previous?: Uint8Array): Promise<KeyRing> {
  const current = await deriveGeneration(secret);
  const generations =
    previous === undefined ? [current] : [current, await deriveGeneration(previous)];
  const keys = new Map<string, SigningKey>();
  for (const generation of generations.toReversed()) {
    for (const type of TOKEN_TYPES)
      keys.set(generation.signing[type].kid, generation.signing[type]);
  }
  return { current, keys };
}
