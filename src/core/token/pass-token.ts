/**
 * `toll-pass+jwt`: a prepaid balance of work.
 *
 *   header  { "alg": "HS256", "typ": "toll-pass+jwt", "kid": <8 characters> }
 *   claims  iss aud jti iat exp   jti and iat are the challenge's; exp = iat + ttl
 *           n       solutions handed in (0 for patience)
 *           credit  attempts that they are worth
 *           tier bind             the challenge's
 *
 * A pure function of the challenge and the number of solutions, signed by the
 * generation that signed the challenge: redeeming again gives the same bytes, so a
 * replay buys nothing and needs no ledger. Owns these claims; must not know HTTP.
 */
import { PATIENCE_CREDIT } from '../puzzle/patience.ts';
import { creditOf } from '../puzzle/work.ts';
import { parseBinding } from './binding.ts';
import type { Binding } from './binding.ts';
import type { ChallengeClaims } from './challenge-token.ts';
import { isUnixSeconds, readBaseClaims } from './claims.ts';
import type { BaseClaims, ClaimsProblem, VerificationContext } from './claims.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import { signToken, verifySignature } from './signature.ts';
import type { SignatureProblem } from './signature.ts';

export const PASS_TYPE = 'toll-pass+jwt';

export interface PassClaims extends BaseClaims {
  readonly n: number;
  /** Attempts. */
  readonly credit: number;
  readonly tier: number;
  readonly bind: Binding;
}

export interface IssuedPass {
  readonly token: string;
  readonly claims: PassClaims;
}

export type PassVerdict =
  | { readonly kind: 'valid'; readonly claims: PassClaims; readonly key: SigningKey }
  | { readonly kind: SignatureProblem | ClaimsProblem };

/** @param solutions that were verified; 0 for patience */
export async function issuePass(
  challenge: ChallengeClaims,
  challengeKey: SigningKey,
  solutions: number,
): Promise<IssuedPass> {
  const { iss, aud, jti, iat, puz, tier, bind } = challenge;
  const credit = puz.name === 'patience' ? PATIENCE_CREDIT : creditOf(solutions, puz.threshold);
  const claims = { iss, aud, jti, iat, exp: iat + challenge.ttl, n: solutions, credit, tier, bind };
  return { token: await signToken(claims, challengeKey.generation.signing[PASS_TYPE]), claims };
}

/** Checks in the order grammar, signature, time, host. The binding is the caller's. */
export async function verifyPass(
  token: string,
  ring: KeyRing,
  context: VerificationContext,
): Promise<PassVerdict> {
  const verdict = await verifySignature(token, PASS_TYPE, ring);
  if (verdict.kind !== 'verified') return verdict;
  const reading = readBaseClaims(verdict.claims, context);
  if (reading.kind !== 'valid') return reading;
  const { claims, key } = verdict;
  if (!('n' in claims && 'credit' in claims && 'tier' in claims && 'bind' in claims)) {
    return { kind: 'malformed' };
  }
  const { n, credit, tier } = claims;
  const bind = parseBinding(claims.bind);
  if (!isUnixSeconds(n) || !isUnixSeconds(credit) || !isUnixSeconds(tier))
    return { kind: 'malformed' };
  if (bind === undefined) return { kind: 'malformed' };
  return { kind: 'valid', claims: { ...reading.base, n, credit, tier, bind }, key };
}
