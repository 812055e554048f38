/**
 * A second opinion on `Toll-Assertion`: node:crypto alone, no jose, no WebCrypto, none of our code.
 *
 * Owns the reading of DESIGN section 5 and RFC 9449 that our own verifier is compared with.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';

export interface IndependentRequest {
  readonly method: string;
  readonly host: string;
  /** With its question mark and query. */
  readonly target: string;
  readonly nowSeconds: number;
}

interface Jwk {
  readonly kty: string;
  readonly crv: string;
  readonly kid: string;
  readonly x: string;
}

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('base64url');

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** Whether the claims are about this request, at this time. */
function isAbout(claims: Record<string, unknown>, request: IndependentRequest): boolean {
  const { method, host, target, nowSeconds } = request;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const url = `https://${host}${path}`;
  const { iat, exp } = claims;
  return (
    claims['iss'] === 'edgetoll' &&
    claims['aud'] === host &&
    claims['htm'] === method &&
    (claims['htu'] === url || claims['uh'] === sha256(url)) &&
    claims['qh'] === (query === '' ? undefined : sha256(query)) &&
    typeof iat === 'number' &&
    exp === iat + 60 &&
    nowSeconds < exp &&
    iat <= nowSeconds + 30
  );
}

export function acceptsIndependently(
  token: string,
  keySet: { readonly keys: readonly Jwk[] },
  request: IndependentRequest,
): boolean {
  const parts = token.split('.');
  const [head = '', body = '', mark = ''] = parts;
  if (parts.length !== 3 || !parts.every(isCanonical)) return false;
  try {
    const header = JSON.parse(Buffer.from(head, 'base64url').toString('latin1'));
    if (header.alg !== 'EdDSA' || header.typ !== 'toll-assert+jwt') return false;
    if (Object.keys(header).length !== 3) return false;
    const jwk = keySet.keys.find(({ kid }) => kid === header.kid);
    if (jwk === undefined) return false;
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const signed = Buffer.from(`${head}.${body}`, 'latin1');
    if (!verify(null, signed, key, Buffer.from(mark, 'base64url'))) return false;
    return isAbout(JSON.parse(Buffer.from(body, 'base64url').toString('latin1')), request);
  } catch {
    return false;
  }
}
