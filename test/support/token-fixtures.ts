/**
 * Tokens for tests: honest ones, and forged ones that are signed with real keys.
 *
 * Owns the fixtures alone. Key derivation is written here a second time, from the
 * drawing in DESIGN.md section 5, so that a test can hold a key that the ring hides.
 */
import { deriveKeyRing } from '../../src/core/token/key-ring.ts';
import type { KeyRing, SigningKey } from '../../src/core/token/key-ring.ts';
import type { ChallengeTerms } from '../../src/core/token/challenge-token.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';

export const HOST = 'site.test';
/** 2026-11-01T00:00:00Z. */
export const NOW = 1_793_491_200;
export const BIND = { net: 'AAAAAAAAAAAAAAAA', ua: 'BBBBBBBBBBBBBBBB' };
export const JTI = 'AAECAwQFBgcICQoLDA0ODw';

/** A small deterministic generator (mulberry32): unsigned 32-bit integers. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

export function randomBytes(random: () => number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random() & 0xff);
}

/** Two secrets that differ in every byte. */
export const SECRET = randomBytes(createRandom(1), 32);
export const OTHER_SECRET = randomBytes(createRandom(2), 32);

export function deriveTestRing(): Promise<KeyRing> {
  return deriveKeyRing(SECRET);
}

/** A ring that answers to every `kid` with one key, as if the look-up were no defence. */
export async function anyKidRing(type: SigningKey['type'], key: CryptoKey): Promise<KeyRing> {
  const { current } = await deriveTestRing();
  const keys = new Map<string, SigningKey>();
  keys.get = (kid) => ({ type, kid, key, generation: current });
  return { current, keys };
}

const HKDF_SALT = new TextEncoder().encode('edgetoll/1');

/** The 32 bytes of the key for `label`, by HKDF-SHA256 as the format draws it. */
export async function deriveKeyBytes(
  secret: Uint8Array<ArrayBuffer>,
  label: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode(label);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: HKDF_SALT, info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, 256));
}

export function importHmacKey(
  bytes: Uint8Array<ArrayBuffer>,
  hash = 'SHA-256',
): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['sign', 'verify']);
}

/** base64url of UTF-8 text. */
export function encodePart(text: string): string {
  return encodeBase64url(new TextEncoder().encode(text));
}

export interface Forgery {
  /** An object, or the JSON text itself. */
  readonly header: object | string;
  readonly payload: object | string;
  readonly key: CryptoKey;
}

/** Signs whatever it is given: nothing of the product is between the forger and the key. */
export async function forgeToken({ header, payload, key }: Forgery): Promise<string> {
  const [head, body] = [header, payload].map((part) =>
    encodePart(typeof part === 'string' ? part : JSON.stringify(part)),
  );
  const input = new TextEncoder().encode(`${head}.${body}`);
  const mac = await crypto.subtle.sign('HMAC', key, input);
  return `${head}.${body}.${encodeBase64url(new Uint8Array(mac))}`;
}

/** Terms of a challenge that is easy to solve. */
export function challengeTerms(overrides: Partial<ChallengeTerms> = {}): ChallengeTerms {
  return {
    aud: HOST,
    jti: JTI,
    puz: { name: 'sha256', threshold: 0x0fff_ffff, minSolutions: 2, maxSolutions: 8 },
    tier: 0,
    bind: BIND,
    ttl: 3600,
    rule: 'default',
    pol: 'CCCCCCCCCCCCCCCC',
    ret: '/page?x=1',
    ...overrides,
  };
}

/** Claims that satisfy the shape of every token type at once, so that only keys and `typ` differ. */
export function universalClaims(overrides: Readonly<Record<string, unknown>> = {}): object {
  const times = { iat: NOW, exp: NOW + 300 };
  return {
    iss: 'edgetoll',
    ...challengeTerms(),
    ...times,
    n: 2,
    credit: 32,
    ...overrides,
  };
}
