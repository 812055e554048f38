/**
 * `toll-assert+jwt`: the gate's word to the origin that it let one request through.
 *
 *   header  { "alg": "EdDSA", "typ": "toll-assert+jwt", "kid": <RFC 7638 thumbprint> }
 *   claims  iss "edgetoll", aud (canonical host), jti (128 random bits), iat, exp = iat + 60
 *           htm      the request's method                                (RFC 9449 section 4.2)
 *           htu      scheme, host and path, without query and fragment   (the same)
 *           uh       instead of htu where that is longer than 1,024 characters: its digest
 *           qh       digest of the query, without its question mark; absent where that is empty
 *           verdict  why the request was let through, as in `Toll-Verdict`
 *
 * A digest is the base64url of the SHA-256 of the ASCII text, so the token has at most 4,096
 * characters (SECURITY-BAR B10) and no header of the origin's server bursts. Owns these claims; must
 * not know HTTP. The other side is `src/origin/toll-assertion.ts`.
 */
import { CompactSign } from 'jose';
import { encodeAscii } from '../wire/ascii.ts';
import { encodeBase64url } from '../wire/base64url.ts';
import type { AssertionKeys } from './assertion-key.ts';
import { ISSUER } from './claims.ts';

export const ASSERTION_TYPE = 'toll-assert+jwt';
export const ASSERTION_TTL_SECONDS = 60;

/** Longest `htu` that is written out. */
export const MAX_HTU_LENGTH = 1024;

/**
 * How long a key should stay in TOLL_ASSERTION_KEY_PREVIOUS around a change, and how long `jwks.json`
 * may be stored (SECURITY-BAR B09: at most half of it).
 */
export const ROTATION_OVERLAP_SECONDS = 600;
export const KEY_SET_MAX_AGE_SECONDS = ROTATION_OVERLAP_SECONDS / 2;

/** The request as it is forwarded. */
export interface AssertedRequest {
  /** Canonical host. */
  readonly host: string;
  readonly method: string;
  /** Scheme, canonical host and path. */
  readonly url: string;
  /** With its question mark, or empty. */
  readonly search: string;
  readonly verdict: string;
}

export interface AssertionStamp {
  /** Base64url of 16 random bytes. */
  readonly jti: string;
  readonly nowSeconds: number;
}

async function digest(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', encodeAscii(text))));
}

/** @param request of an ASCII URL, as the URL parser writes it */
export async function issueAssertion(
  { key, kid }: AssertionKeys,
  { host, method, url, search, verdict }: AssertedRequest,
  { jti, nowSeconds }: AssertionStamp,
): Promise<string> {
  const claims = {
    iss: ISSUER,
    aud: host,
    jti,
    iat: nowSeconds,
    exp: nowSeconds + ASSERTION_TTL_SECONDS,
    htm: method,
    ...(url.length > MAX_HTU_LENGTH ? { uh: await digest(url) } : { htu: url }),
    ...(search.length > 1 ? { qh: await digest(search.slice(1)) } : {}),
    verdict,
  };
  return new CompactSign(encodeAscii(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', typ: ASSERTION_TYPE, kid })
    .sign(key);
}
