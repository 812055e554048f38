/**
 * Ed25519 public keys of signed agents: import, thumbprint, verification.
 *
 * Owns every call of WebCrypto in this folder. Must not know requests or where a key came from.
 * Ed25519 is the only algorithm; there is nothing that a message could choose.
 */
import { encodeAscii } from '../wire/ascii.ts';
import { decodeBase64url, encodeBase64url } from '../wire/base64url.ts';

export interface AgentKey {
  /** base64url of the SHA-256 of the key's JWK (RFC 7638, RFC 8037 A.3): 43 characters. */
  readonly thumbprint: string;
  readonly key: CryptoKey;
}

export const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;

/**
 * The key whose JWK member `x` this is. `undefined` unless it is canonical base64url of 32 bytes;
 * whether they are a point of the curve is found out by verification, which then fails.
 */
export async function importAgentKey(x: string): Promise<AgentKey | undefined> {
  const bytes = decodeBase64url(x);
  if (bytes?.length !== PUBLIC_KEY_BYTES) return undefined;
  const members = encodeAscii(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
  try {
    const digest = await crypto.subtle.digest('SHA-256', members);
    const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
    return { thumbprint: encodeBase64url(new Uint8Array(digest)), key };
  } catch {
    return undefined;
  }
}

/** Whether `signature` is the key's over the ASCII text `base`. Never throws for bad input. */
export async function verifyEd25519(
  key: CryptoKey,
  signature: Uint8Array,
  base: string,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    return await crypto.subtle.verify('Ed25519', key, signature, encodeAscii(base));
  } catch {
    return false;
  }
}
