/**
 * The strict grammar in front of jose: which strings are a token at all.
 *
 *   BASE64URL(header) "." BASE64URL(payload) "." BASE64URL(signature)   (RFC 7515 section 7.1)
 *
 * Owns length, shape and the protected header; must not know keys or claims. jose
 * accepts several spellings of one token (padding, spaces, unused trailing bits),
 * tokens of a megabyte and headers that we never write; none of that gets past here.
 */
import { decodeAscii } from '../wire/ascii.ts';
import { decodeBase64url, isCanonicalBase64url } from '../wire/base64url.ts';

/** Longest token, in characters. */
export const MAX_TOKEN_LENGTH = 4096;

/** HMAC-SHA256 in base64url. */
const SIGNATURE_LENGTH = 43;
const KID = /^[A-Za-z0-9_-]{8}$/;

export interface TokenHeader {
  readonly alg: unknown;
  readonly typ: unknown;
  readonly kid: string;
}

export type HeaderReading =
  | { readonly kind: 'header'; readonly header: TokenHeader }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'malformed' }
  /** `kid` is absent or cannot be one of ours. */
  | { readonly kind: 'unknown-key' }
  /** A header parameter that we never write (`crit`, `jku`, `jwk`, `x5u`, ...). */
  | { readonly kind: 'bad-signature' };

/** A JSON object from canonical base64url of ASCII; `undefined` for anything else. */
export function parseJsonPart(part: string): object | undefined {
  const bytes = decodeBase64url(part);
  return bytes === undefined ? undefined : parseJsonObject(bytes);
}

/** A JSON object from ASCII bytes; `undefined` for anything else. */
export function parseJsonObject(bytes: Uint8Array): object | undefined {
  const text = decodeAscii(bytes);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the header of `token`, cheapest checks first: length, shape, canonical spelling, members. */
export function readHeader(token: string): HeaderReading {
  if (token.length > MAX_TOKEN_LENGTH) return { kind: 'too-large' };
  const [header, payload, signature, ...rest] = token.split('.');
  if (header === undefined || payload === undefined || rest.length > 0)
    return { kind: 'malformed' };
  if (signature?.length !== SIGNATURE_LENGTH || header === '' || payload === '') {
    return { kind: 'malformed' };
  }
  if (!isCanonicalBase64url(payload) || !isCanonicalBase64url(signature))
    return { kind: 'malformed' };
  const members = parseJsonPart(header);
  if (members === undefined) return { kind: 'malformed' };
  const kid = 'kid' in members ? members.kid : undefined;
  if (typeof kid !== 'string' || !KID.test(kid)) return { kind: 'unknown-key' };
  if (Object.keys(members).length !== 3 || !('alg' in members && 'typ' in members)) {
    return { kind: 'bad-signature' };
  }
  return { kind: 'header', header: { alg: members.alg, typ: members.typ, kid } };
}
