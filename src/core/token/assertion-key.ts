/**
 * The keys behind `Toll-Assertion`: which texts are one, and what is made of them.
 *
 * Owns the grammar of TOLL_ASSERTION_KEY and TOLL_ASSERTION_KEY_PREVIOUS, the names of its rules, and
 * the public key set (RFC 7517, RFC 8037). A refusal names the rule and never the value. Must not
 * know what is signed.
 *
 *   PKCS #8  16 fixed bytes (version 0, OID 1.3.101.112), then the private key, 32 bytes (RFC 8410)
 *   kid      base64url of the SHA-256 of {"crv":"Ed25519","kty":"OKP","x":"..."} (RFC 7638, 8037 A.3)
 */
import { encodeAscii } from '../wire/ascii.ts';
import { decodeBase64, decodeBase64url, encodeBase64url } from '../wire/base64url.ts';
import { isPredictable } from './secret.ts';

export type AssertionKeyRule =
  | 'encoding'
  | 'not-ed25519'
  | 'not-private'
  | 'predictable'
  | 'published'
  | 'mismatch'
  | 'too-many'
  | 'reused';

/** A private key as it was written. */
export interface PrivateKeyText {
  /** 32 bytes. */
  readonly seed: Uint8Array<ArrayBuffer>;
  /** The public part beside it; `undefined` where the text has none. */
  readonly x: string | undefined;
}

/** A key that is published and signs nothing here. */
export type PublishedKeyText = PrivateKeyText | { readonly seed: undefined; readonly x: string };

/** What both variables say. */
export interface AssertionKeyTexts {
  readonly current: PrivateKeyText;
  readonly published: readonly PublishedKeyText[];
}

/** A public key as `jwks.json` shows it: these members and no others. */
export interface AssertionJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly alg: 'EdDSA';
  readonly use: 'sig';
  readonly kid: string;
  readonly x: string;
}

export interface AssertionKeys {
  readonly kid: string;
  /** Signs, and cannot be exported. */
  readonly key: CryptoKey;
  /** The current key first. */
  readonly keySet: { readonly keys: readonly AssertionJwk[] };
}

export type AssertionKeyReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly rule: AssertionKeyRule };

const KEY_BYTES = 32;
const MAX_PUBLISHED = 4;
const MAX_TEXT_LENGTH = 8192;
const PKCS8_PREFIX = '302e020100300506032b657004220420';
const PREFIX_BYTES = PKCS8_PREFIX.length / 2;
const PEM = /^-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----$/;
/** Private keys that everybody knows: RFC 8037 A.1 (RFC 8032 test 1), RFC 9421 B.1.4. */
const KNOWN_PRIVATE: ReadonlySet<string> = new Set([
  'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
]);

type Refused = { readonly ok: false; readonly rule: AssertionKeyRule };
const refuse = (rule: AssertionKeyRule): Refused => ({ ok: false, rule });

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isPublicPart(x: unknown): x is string {
  return typeof x === 'string' && decodeBase64url(x)?.length === KEY_BYTES;
}

function readSeed(
  seed: Uint8Array<ArrayBuffer>,
  x: string | undefined,
): AssertionKeyReading<PrivateKeyText> {
  if (KNOWN_PRIVATE.has(encodeBase64url(seed))) return refuse('published');
  return isPredictable(seed) ? refuse('predictable') : { ok: true, value: { seed, x } };
}

function readJwk(jwk: unknown): AssertionKeyReading<PublishedKeyText> {
  if (typeof jwk !== 'object' || jwk === null) return refuse('encoding');
  if (!('kty' in jwk && 'crv' in jwk && 'x' in jwk)) return refuse('not-ed25519');
  const { kty, crv, x } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || !isPublicPart(x)) return refuse('not-ed25519');
  if (!('d' in jwk)) return { ok: true, value: { seed: undefined, x } };
  const seed = typeof jwk.d === 'string' ? decodeBase64url(jwk.d) : undefined;
  return seed?.length === KEY_BYTES ? readSeed(seed, x) : refuse('not-ed25519');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPkcs8(text: string): AssertionKeyReading<PrivateKeyText> {
  const bytes = decodeBase64((PEM.exec(text)?.[1] ?? text).replaceAll(/\s/g, ''));
  if (bytes === undefined || bytes.length === 0) return refuse('encoding');
  const isKey =
    bytes.length === PREFIX_BYTES + KEY_BYTES && hex(bytes.slice(0, PREFIX_BYTES)) === PKCS8_PREFIX;
  return isKey ? readSeed(bytes.slice(PREFIX_BYTES), undefined) : refuse('not-ed25519');
}

function readKey(text: unknown): AssertionKeyReading<PublishedKeyText> {
  if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) return refuse('encoding');
  const trimmed = text.trim();
  return trimmed.startsWith('{') ? readJwk(parseJson(trimmed)) : readPkcs8(trimmed);
}

/** TOLL_ASSERTION_KEY: a private JWK, or PKCS #8 as PEM, base64 or base64url. */
export function parseAssertionKey(text: unknown): AssertionKeyReading<PrivateKeyText> {
  const reading = readKey(text);
  if (!reading.ok) return reading;
  const { seed, x } = reading.value;
  return seed === undefined ? refuse('not-private') : { ok: true, value: { seed, x } };
}

/** TOLL_ASSERTION_KEY_PREVIOUS: the same, a public JWK, or `{"keys": [...]}` of one to four JWKs. */
export function parsePublishedKeys(
  text: unknown,
): AssertionKeyReading<readonly PublishedKeyText[]> {
  const set = typeof text === 'string' && text.trim().startsWith('{') ? parseJson(text) : undefined;
  const isSet = typeof set === 'object' && set !== null && 'keys' in set;
  if (!isSet) {
    const reading = readKey(text);
    return reading.ok ? { ok: true, value: [reading.value] } : reading;
  }
  const entries: readonly unknown[] = Array.isArray(set.keys) ? set.keys : [];
  if (entries.length === 0) return refuse('encoding');
  if (entries.length > MAX_PUBLISHED) return refuse('too-many');
  const readings = entries.map((entry) => readJwk(entry));
  const refused = readings.find((reading) => !reading.ok);
  if (refused !== undefined) return refused;
  return { ok: true, value: readings.flatMap((reading) => (reading.ok ? [reading.value] : [])) };
}

interface Imported {
  readonly key: CryptoKey;
  readonly x: string;
}

/** The public part is computed from the private one: a wrong pair would give the key away. */
async function importSeed(seed: Uint8Array): Promise<Imported> {
  const pkcs8 = new Uint8Array(PREFIX_BYTES + KEY_BYTES);
  for (let at = 0; at < PREFIX_BYTES; at += 1) {
    pkcs8[at] = Number.parseInt(PKCS8_PREFIX.slice(2 * at, 2 * at + 2), 16);
  }
  pkcs8.set(seed, PREFIX_BYTES);
  const open = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const jwk: object = await crypto.subtle.exportKey('jwk', open);
  if (!('x' in jwk && isPublicPart(jwk.x))) throw new Error('no public part was computed');
  const { x } = jwk;
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return { key, x };
}

async function publicPartOf({ seed, x }: PublishedKeyText): Promise<string | undefined> {
  if (seed === undefined) return x;
  const imported = await importSeed(seed);
  return x === undefined || x === imported.x ? imported.x : undefined;
}

async function toJwk(x: string): Promise<AssertionJwk> {
  const members = encodeAscii(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
  const digest = await crypto.subtle.digest('SHA-256', members);
  const kid = encodeBase64url(new Uint8Array(digest));
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x };
}

export type AssertionKeysReading =
  | { readonly ok: true; readonly keys: AssertionKeys | undefined }
  | { readonly ok: false; readonly problem: { readonly path: string; readonly message: string } };

function refusePair(path: string): AssertionKeysReading {
  return { ok: false, problem: { path, message: ASSERTION_KEY_RULES.mismatch } };
}

/**
 * The keys of both texts; `undefined` where none is configured. Refused, with the variable's name, where
 * a JWK's public part does not belong to its private one.
 */
export async function importAssertionKeys(
  texts: AssertionKeyTexts | undefined,
): Promise<AssertionKeysReading> {
  if (texts === undefined) return { ok: true, keys: undefined };
  const { key, x } = await importSeed(texts.current.seed);
  if (texts.current.x !== undefined && texts.current.x !== x)
    return refusePair('TOLL_ASSERTION_KEY');
  const parts = new Set([x]);
  for (const text of texts.published) {
    const part = await publicPartOf(text);
    if (part === undefined) return refusePair('TOLL_ASSERTION_KEY_PREVIOUS');
    parts.add(part);
  }
  const current = await toJwk(x);
  const keys = await Promise.all([...parts].map((part) => toJwk(part)));
  return { ok: true, keys: { kid: current.kid, key, keySet: { keys } } };
}

const COMMAND = '`openssl genpkey -algorithm ed25519`';

/** What an operator reads on `healthz` and in the log. */
export const ASSERTION_KEY_RULES: Readonly<Record<AssertionKeyRule, string>> = {
  encoding: `must be PEM, base64 or a JWK, for instance from ${COMMAND}`,
  'not-ed25519': `must be an Ed25519 key (PKCS #8 or a JWK), for instance from ${COMMAND}`,
  'not-private': 'must be the private key: what `jwks.json` shows is the public part alone',
  predictable: `is predictable: make one with ${COMMAND}`,
  published: `is printed in a standard, so everybody has it: make one with ${COMMAND}`,
  mismatch: 'has a public part (`x`) that does not belong to its private part (`d`)',
  'too-many': `must be at most ${MAX_PUBLISHED} keys`,
  reused: `must not be the text of TOLL_SECRET: make one with ${COMMAND}`,
};
