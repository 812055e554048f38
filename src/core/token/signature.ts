/**
 * Signs and verifies the compact serialisation, through jose.
 *
 * Owns the order grammar -> key look-up -> pinned `alg` and `typ` -> signature; must
 * not know claims. Claims are written as ASCII JSON in a fixed member order, so equal
 * claims give equal tokens.
 */
import { CompactSign, compactVerify } from 'jose';
import { encodeAscii } from '../wire/ascii.ts';
import { parseJsonObject, readHeader } from './compact.ts';
import type { KeyRing, SigningKey, TokenType } from './key-ring.ts';

const ALGORITHM = 'HS256';

export type SignatureProblem = 'too-large' | 'malformed' | 'unknown-key' | 'bad-signature';

export type SignatureVerdict =
  | { readonly kind: 'verified'; readonly claims: object; readonly key: SigningKey }
  | { readonly kind: SignatureProblem };

/** `claims` in their own member order; characters above ASCII are written as \uXXXX. */
export function signToken(claims: object, key: SigningKey): Promise<string> {
  const json = JSON.stringify(claims).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new CompactSign(encodeAscii(json))
    .setProtectedHeader({ alg: ALGORITHM, typ: key.type, kid: key.kid })
    .sign(key.key);
}

/** Verifies that `token` is of `type` and was signed by a key of `ring`. Never throws for bad input. */
export async function verifySignature(
  token: string,
  type: TokenType,
  ring: KeyRing,
): Promise<SignatureVerdict> {
  const reading = readHeader(token);
  if (reading.kind !== 'header') return reading;
  const { alg, typ, kid } = reading.header;
  if (alg !== ALGORITHM || typ !== type) return { kind: 'bad-signature' };
  const key = ring.keys.get(kid);
  if (key?.type !== type) return { kind: 'unknown-key' };
  try {
    const { payload } = await compactVerify(token, key.key, { algorithms: [ALGORITHM] });
    const claims = parseJsonObject(payload);
    return claims === undefined ? { kind: 'malformed' } : { kind: 'verified', claims, key };
  } catch {
    // jose throws one error class per cause; behind the grammar only the signature is left.
    return { kind: 'bad-signature' };
  }
}
