/**
 * The two bodies of `POST /.toll/redeem` (wire format version 1).
 *
 *   application/json                   {"challenge": "...", "solutions": "...", "remember"?: true}
 *   application/x-www-form-urlencoded  challenge=...           (patience: a button, no script)
 *
 * Owns the strict grammar of both: unknown and duplicate members are refused, nothing
 * is repaired. Must not know what a valid challenge is.
 */
import { parseSolutions } from './solutions.ts';

export interface RedeemRequest {
  /** Unverified compact serialisation. */
  readonly challenge: string;
  /** Nonces for sub-puzzles 0, 1, 2, ...; empty for patience. */
  readonly nonces: readonly number[];
  /** The client cannot keep a cookie and asks to be known by its address and headers. */
  readonly remember: boolean;
}

/** Largest body that redeem accepts, in bytes. */
export const MAX_REDEEM_BODY_BYTES = 8192;

const MEMBERS: ReadonlySet<string> = new Set(['challenge', 'solutions', 'remember']);

/**
 * No value of this format needs an escape, so a backslash is refused; without escapes
 * every string spends exactly two quotation marks, and a duplicate member, which
 * JSON.parse would drop in silence, shows as a surplus of them.
 */
function hasDuplicateMember(text: string, members: object): boolean {
  const quotes = text.split('"').length - 1;
  const strings = Object.values(members).filter((value) => typeof value === 'string').length;
  return quotes !== 2 * (Object.keys(members).length + strings);
}

/** `undefined` for anything but the JSON form. */
export function parseRedeemJson(text: string): RedeemRequest | undefined {
  if (text.includes('\\')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!Object.keys(value).every((name) => MEMBERS.has(name))) return undefined;
  if (!('challenge' in value && 'solutions' in value)) return undefined;
  const { challenge, solutions } = value;
  if (typeof challenge !== 'string' || typeof solutions !== 'string') return undefined;
  const remember = 'remember' in value ? value.remember : false;
  if (typeof remember !== 'boolean' || ('remember' in value && !remember)) return undefined;
  if (hasDuplicateMember(text, value)) return undefined;
  const nonces = parseSolutions(solutions);
  return nonces === undefined ? undefined : { challenge, nonces, remember };
}

/** `undefined` for anything but `challenge=<compact serialisation>`, which no encoder escapes. */
export function parseRedeemForm(text: string): RedeemRequest | undefined {
  const match = /^challenge=([A-Za-z0-9_.-]+)$/.exec(text);
  return match?.[1] === undefined
    ? undefined
    : { challenge: match[1], nonces: [], remember: false };
}
