/**
 * Redemption: from a redeem request to a pass.
 *
 * Owns the order of the checks (DESIGN section 1): size, grammar, signature, time, host
 * and client binding, then the work; and what follows a success. Only the `granted`
 * outcome carries a pass, so no unclassified error can fall through to one
 * (SECURITY-BAR A11). Must not know HTTP beyond the visit.
 */
import { isPatienceOver } from '../core/puzzle/patience.ts';
import { verifySha256Work } from '../core/puzzle/sha256-verify.ts';
import { matchesBinding } from '../core/token/binding.ts';
import { verifyChallenge } from '../core/token/challenge-token.ts';
import type { ChallengeClaims } from '../core/token/challenge-token.ts';
import type { SigningKey } from '../core/token/key-ring.ts';
import { issuePass } from '../core/token/pass-token.ts';
import type { IssuedPass } from '../core/token/pass-token.ts';
import type { RedeemRequest } from '../core/wire/redeem-request.ts';
import { termsOfRule } from '../core/policy/compile-policy.ts';
import { readLocation } from './client-facts.ts';
import type { FailureCode } from './failure.ts';
import type { PriceTerms } from './pricing.ts';
import { rememberKey } from './remembered-pass.ts';
import { parseReturnPath } from './return-path.ts';
import type { GateSetup, Visit } from './visit.ts';

export type Redemption =
  | {
      readonly kind: 'granted';
      readonly pass: IssuedPass;
      readonly returnPath: string;
      /** Requests that the credit buys at the rule's price now: an estimate. */
      readonly allowance: number;
    }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly notBefore?: number };

export type Redeem = (
  visit: Visit,
  redeemRequest: RedeemRequest,
  form: RedeemForm,
) => Promise<Redemption>;

/** Solutions arrive as JSON; patience is a plain form. */
export type RedeemForm = 'json' | 'form';

type WorkOutcome =
  | { readonly kind: 'done'; readonly solutions: number }
  | Extract<Redemption, { kind: 'refused' }>;

function refused(code: FailureCode): Extract<Redemption, { kind: 'refused' }> {
  return { kind: 'refused', code };
}

async function verifyWork(
  claims: ChallengeClaims,
  redeemRequest: RedeemRequest,
  { nowSeconds }: Visit,
): Promise<WorkOutcome> {
  const { puz } = claims;
  if (puz.name === 'patience') {
    if (isPatienceOver(puz, nowSeconds)) return { kind: 'done', solutions: 0 };
    return { kind: 'refused', code: 'too-early', notBefore: puz.notBefore };
  }
  const verdict = await verifySha256Work(redeemRequest.challenge, puz, redeemRequest.nonces);
  switch (verdict.kind) {
    case 'sufficient':
      return { kind: 'done', solutions: verdict.solutions };
    case 'insufficient-work':
      return refused('insufficient-work');
    case 'too-many':
      return refused('malformed');
    default:
      return verdict satisfies never;
  }
}

async function isSameClient(
  visit: Visit,
  claims: ChallengeClaims,
  key: SigningKey,
): Promise<boolean> {
  return matchesBinding(key.generation, claims.bind, visit.client);
}

export function createRedemption(
  { settings, ring, ports }: GateSetup,
  priceTerms: PriceTerms,
): Redeem {
  /** Keeps the record in the background; its failure costs the features that read it. */
  async function keepRecord(
    visit: Visit,
    pass: IssuedPass,
    wish: { readonly rule: string; readonly remember: boolean },
  ): Promise<void> {
    const { jti, iat, exp, n, credit, tier } = pass.claims;
    const { rule } = wish;
    const record = { passId: jti, issued: iat, expires: exp, solutions: n, credit, tier, rule };
    const mayRemember = wish.remember && termsOfRule(visit.active.policy, rule)?.remember === true;
    const key = mayRemember ? await rememberKey(ring, visit) : undefined;
    if (key !== undefined) await ports.records.rememberHere(key, record, pass.token);
    if (!(await ports.ceilings.admitsRecord(visit.client, readLocation(visit.request)))) return;
    if (key === undefined) await ports.records.record(record);
    else await ports.records.remember(key, record, pass.token);
  }

  return async function redeem(visit, redeemRequest, form) {
    const verdict = await verifyChallenge(redeemRequest.challenge, ring, visit);
    if (verdict.kind !== 'valid') return refused(verdict.kind);
    const { claims, key } = verdict;
    if (visit.nowSeconds >= claims.iat + claims.ttl) return refused('expired');
    if (!(await isSameClient(visit, claims, key))) return refused('wrong-client');
    if ((claims.puz.name === 'patience') !== (form === 'form')) return refused('malformed');
    const work = await verifyWork(claims, redeemRequest, visit);
    if (work.kind === 'refused') return work;
    const isPatience = claims.puz.name === 'patience';
    if (isPatience && !(await ports.ceilings.admitsPatience(visit.client)))
      return refused('slow-down');
    const pass = await issuePass(claims, key, work.solutions);
    const { rule } = claims;
    visit.defer(keepRecord(visit, pass, { rule, remember: redeemRequest.remember }));
    const returnPath = parseReturnPath(claims.ret, visit.url.origin) ?? '/';
    const { terms } = priceTerms(visit, termsOfRule(visit.active.policy, rule) ?? settings.terms);
    const allowance = Math.floor(pass.claims.credit / terms.requestPrice);
    return { kind: 'granted', pass, returnPath, allowance };
  };
}
