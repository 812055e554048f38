/**
 * Reads TOLL_SECRET and refuses what is not fit to be one.
 *
 * Owns the rules and their names; a refusal names the rule and never the value.
 * Accepts 32 to 1,024 bytes as hex (`openssl rand -hex 32`), base64 or base64url
 * (`openssl rand -base64 32`). SECURITY-BAR B06.
 */
import { decodeBase64 } from '../wire/base64url.ts';

export type SecretRule =
  | 'missing'
  | 'encoding'
  | 'too-short'
  | 'too-long'
  | 'placeholder'
  | 'predictable';

export type SecretReading =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly rule: SecretRule };

const MIN_BYTES = 32;
const MAX_BYTES = 1024;
/** 32 random bytes hold 30 distinct values on average; fewer than 20 never happens (< 1e-9). */
const MIN_DISTINCT_BYTES = 20;
const HEX = /^(?:[0-9a-f]{2}|[0-9A-F]{2})+$/;
/** Six letters or more: a random secret of 43 characters holds one of them with a chance below 1e-6. */
const PLACEHOLDER =
  /change-?me|changeit|replace|password|passw0rd|placeholder|example|default|secret|insert|undefined|edgetoll/i;

function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}

function decodeSecret(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (HEX.test(text)) return decodeHex(text);
  return decodeBase64(text);
}

/** Equal distances between neighbours (0,0,0.. or 1,2,3..), a short period, or few distinct values. */
export function isPredictable(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < MIN_DISTINCT_BYTES) return true;
  for (let period = 1; period <= bytes.length / 2; period += 1) {
    let isPeriodic = true;
    const step = ((bytes[period] ?? 0) - (bytes[0] ?? 0)) & 0xff;
    for (let at = period; at < bytes.length && isPeriodic; at += 1) {
      isPeriodic = (((bytes[at] ?? 0) - (bytes[at - period] ?? 0)) & 0xff) === step;
    }
    if (isPeriodic) return true;
  }
  return false;
}

/** A phrase in one case is typed, not generated: 43 random characters lack a case once in 4e9. */
function looksTyped(text: string): boolean {
  return !HEX.test(text) && !(/[a-z]/.test(text) && /[A-Z]/.test(text));
}

export function parseSecret(text: unknown): SecretReading {
  if (typeof text !== 'string' || text.trim() === '') return { ok: false, rule: 'missing' };
  if (PLACEHOLDER.test(text)) return { ok: false, rule: 'placeholder' };
  const bytes = decodeSecret(text);
  if (bytes === undefined) return { ok: false, rule: 'encoding' };
  if (bytes.length < MIN_BYTES) return { ok: false, rule: 'too-short' };
  if (bytes.length > MAX_BYTES) return { ok: false, rule: 'too-long' };
  if (isPredictable(bytes) || looksTyped(text)) return { ok: false, rule: 'predictable' };
  return { ok: true, bytes };
}

/** What an operator reads on `healthz` and in the log. */
export const SECRET_RULES: Readonly<Record<SecretRule, string>> = {
  missing: 'is not set: run `npx wrangler secret put TOLL_SECRET`',
  encoding: 'must be hex, base64 or base64url, for instance from `openssl rand -base64 32`',
  'too-short': 'must decode to at least 32 bytes, for instance from `openssl rand -base64 32`',
  'too-long': 'must decode to at most 1,024 bytes',
  placeholder: 'contains a placeholder word: generate one with `openssl rand -base64 32`',
  predictable: 'is predictable: generate one with `openssl rand -base64 32`',
};
