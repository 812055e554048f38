/**
 * `toll-challenge+jwt`: what a client has to do, signed, made without any storage.
 *
 *   header  { "alg": "HS256", "typ": "toll-challenge+jwt", "kid": <8 characters> }
 *   claims  iss aud jti iat exp   RFC 7519; exp = iat + 300
 *           puz   the puzzle                      tier  integer, a higher one satisfies a lower
 *           bind  keyed digests of the client     ttl   seconds that the pass will live
 *           rule  name of the rule                pol   digest of the policy
 *           ret   path to return to
 *
 * Owns these claims; must not know HTTP, policy evaluation or how work is verified.
 * Redemption reads every parameter from here and evaluates no rule again.
 */
import { parsePuzzle } from '../puzzle/puzzle.ts';
import type { Puzzle } from '../puzzle/puzzle.ts';
import { parseBinding } from './binding.ts';
import type { Binding } from './binding.ts';
import { ISSUER, isUnixSeconds, readBaseClaims } from './claims.ts';
import type { BaseClaims, ClaimsProblem, VerificationContext } from './claims.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import { signToken, verifySignature } from './signature.ts';
import type { SignatureProblem } from './signature.ts';

export const CHALLENGE_TYPE = 'toll-challenge+jwt';
export const CHALLENGE_TTL_SECONDS = 300;

export interface ChallengeTerms {
  readonly aud: string;
  /** 128 random bits, base64url. */
  readonly jti: string;
  readonly puz: Puzzle;
  readonly tier: number;
  readonly bind: Binding;
  readonly ttl: number;
  readonly rule: string;
  readonly pol: string;
  readonly ret: string;
}

export type ChallengeClaims = BaseClaims & ChallengeTerms;

export type ChallengeVerdict =
  | { readonly kind: 'valid'; readonly claims: ChallengeClaims; readonly key: SigningKey }
  | { readonly kind: SignatureProblem | ClaimsProblem };

export function issueChallenge(
  terms: ChallengeTerms,
  ring: KeyRing,
  nowSeconds: number,
): Promise<string> {
  const { aud, jti, puz, tier, bind, ttl, rule, pol, ret } = terms;
  const exp = nowSeconds + CHALLENGE_TTL_SECONDS;
  const claims = {
    iss: ISSUER,
    aud,
    jti,
    iat: nowSeconds,
    exp,
    puz,
    tier,
    bind,
    ttl,
    rule,
    pol,
    ret,
  };
  return signToken(claims, ring.current.signing[CHALLENGE_TYPE]);
}

function readTerms(claims: object): Omit<ChallengeTerms, 'aud' | 'jti'> | undefined {
  if (!('puz' in claims && 'bind' in claims && 'tier' in claims && 'ttl' in claims))
    return undefined;
  if (!('rule' in claims && 'pol' in claims && 'ret' in claims)) return undefined;
  const { tier, ttl, rule, pol, ret } = claims;
  const puz = parsePuzzle(claims.puz);
  const bind = parseBinding(claims.bind);
  if (puz === undefined || bind === undefined) return undefined;
  if (!isUnixSeconds(tier) || !isUnixSeconds(ttl)) return undefined;
  if (typeof rule !== 'string' || typeof pol !== 'string' || typeof ret !== 'string')
    return undefined;
  return { puz, tier, bind, ttl, rule, pol, ret };
}

/** Checks in the order grammar, signature, time, host. The binding and the work are the caller's. */
export async function verifyChallenge(
  token: string,
  ring: KeyRing,
  context: VerificationContext,
): Promise<ChallengeVerdict> {
  const verdict = await verifySignature(token, CHALLENGE_TYPE, ring);
  if (verdict.kind !== 'verified') return verdict;
  const reading = readBaseClaims(verdict.claims, context);
  if (reading.kind !== 'valid') return reading;
  const terms = readTerms(verdict.claims);
  if (terms === undefined) return { kind: 'malformed' };
  return { kind: 'valid', claims: { ...reading.base, ...terms }, key: verdict.key };
}
