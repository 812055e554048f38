/**
 * The claims that every token of ours carries (RFC 7519 section 4.1), and their checks.
 *
 * Owns issuer, audience and time; must not know what else a token says.
 */

export const ISSUER = 'edgetoll';

/** Clocks of two isolates may differ by this much; expiry itself has no leeway. */
export const CLOCK_SKEW_SECONDS = 30;

/** `jti`: 128 random bits. */
export const JTI_BYTES = 16;
const JTI = /^[A-Za-z0-9_-]{22}$/;

export interface BaseClaims {
  readonly iss: typeof ISSUER;
  /** Canonical host. */
  readonly aud: string;
  readonly jti: string;
  /** Unix seconds. */
  readonly iat: number;
  /** Unix seconds; the token is refused from this second on. */
  readonly exp: number;
}

export interface VerificationContext {
  /** Canonical host of the request. */
  readonly host: string;
  readonly nowSeconds: number;
}

export type ClaimsProblem = 'malformed' | 'expired' | 'wrong-host';

export type BaseClaimsReading =
  | { readonly kind: 'valid'; readonly base: BaseClaims }
  | { readonly kind: ClaimsProblem };

export function isUnixSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Reads and checks the base claims of a token whose signature is verified: shape, time, host. */
export function readBaseClaims(claims: object, context: VerificationContext): BaseClaimsReading {
  if (!('iss' in claims && 'aud' in claims && 'jti' in claims)) return { kind: 'malformed' };
  if (!('iat' in claims && 'exp' in claims)) return { kind: 'malformed' };
  const { iss, aud, jti, iat, exp } = claims;
  if (iss !== ISSUER || typeof aud !== 'string') return { kind: 'malformed' };
  if (typeof jti !== 'string' || !JTI.test(jti)) return { kind: 'malformed' };
  if (!isUnixSeconds(iat) || !isUnixSeconds(exp)) return { kind: 'malformed' };
  const { host, nowSeconds } = context;
  if (nowSeconds >= exp || iat > nowSeconds + CLOCK_SKEW_SECONDS) return { kind: 'expired' };
  if (aud !== host) return { kind: 'wrong-host' };
  return { kind: 'valid', base: { iss, aud, jti, iat, exp } };
}
