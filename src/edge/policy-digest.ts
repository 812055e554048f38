/**
 * Claim `pol`: which policy a challenge was issued under.
 *
 * Owns one function; the claim is for review, no decision rests on it.
 */
import type { Policy } from '../core/policy/compile-policy.ts';
import { encodeBase64url } from '../core/wire/base64url.ts';

const DIGEST_LENGTH = 16;

/** First 16 characters of the base64url SHA-256 of the policy's canonical form. */
export async function digestPolicy(policy: Policy): Promise<string> {
  const bytes = new TextEncoder().encode(policy.canonicalForm);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return encodeBase64url(new Uint8Array(digest)).slice(0, DIGEST_LENGTH);
}
