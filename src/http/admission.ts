/**
 * Admission: does a presented pass let this request through, and what is debited.
 *
 * Owns the order of the checks: signature, time and host, binding, tier, balance,
 * ceilings, revocation. The hot path is the per-isolate memo, then the signature; the
 * memo is keyed on the exact token only to save its verification, everything that is
 * counted is keyed on the verified `jti` (SECURITY-BAR A06).
 */
import { BoundedMap } from '../core/bounded-map.ts';
import { matchesBinding } from '../core/token/binding.ts';
import type { KeyGeneration } from '../core/token/key-ring.ts';
import { verifyPass } from '../core/token/pass-token.ts';
import type { PassClaims } from '../core/token/pass-token.ts';
import type { ChallengeReason } from '../core/wire/page-data.ts';
import type { PricedTerms } from './pricing.ts';
import type { GateSetup, Visit } from './visit.ts';

export interface AdmittedPass {
  readonly claims: PassClaims;
  /** Attempts debited; part of it is refunded for a response of the cheap class. */
  readonly price: number;
  /** The same at the base price. */
  readonly demand: number;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly pass: AdmittedPass }
  | { readonly kind: 'refused'; readonly reason: ChallengeReason };

export type Admit = (visit: Visit, token: string, priced: PricedTerms) => Promise<Admission>;

/** A pass whose signature this isolate has verified, and the client it was last matched with. */
interface KnownPass {
  readonly claims: PassClaims;
  readonly generation: KeyGeneration;
  matched: { readonly network: string; readonly userAgent: string } | undefined;
}

const MEMO_BOUNDS = { maxEntries: 5000, maxBytes: 4_000_000 };
/** Claims as V8 objects and strings. */
const KNOWN_PASS_BYTES = 512;
/** A longer user agent is digested again on every request instead of being kept. */
const MAX_KEPT_AGENT = 512;

function refused(reason: ChallengeReason): Admission {
  return { kind: 'refused', reason };
}

function createVerifier({ ring }: GateSetup) {
  const memo = new BoundedMap<KnownPass>(MEMO_BOUNDS);

  async function verified(visit: Visit, token: string): Promise<KnownPass | undefined> {
    const known = memo.get(token);
    if (known !== undefined) {
      const { aud, exp } = known.claims;
      return aud === visit.host && visit.nowSeconds < exp ? known : undefined;
    }
    const verdict = await verifyPass(token, ring, visit);
    if (verdict.kind !== 'valid') return undefined;
    const pass = { claims: verdict.claims, generation: verdict.key.generation, matched: undefined };
    memo.set(token, pass, KNOWN_PASS_BYTES + 2 * MAX_KEPT_AGENT);
    return pass;
  }

  return async function verify(visit: Visit, token: string): Promise<PassClaims | undefined> {
    const pass = await verified(visit, token);
    if (pass === undefined) return undefined;
    const { network, userAgent } = visit.client;
    const { matched } = pass;
    if (matched?.network === network && matched.userAgent === userAgent) return pass.claims;
    if (!(await matchesBinding(pass.generation, pass.claims.bind, visit.client))) return undefined;
    // A roaming match rests on the ASN too, which the memo does not compare: verify it each time.
    const mayKeep = pass.claims.bind.as === undefined && userAgent.length <= MAX_KEPT_AGENT;
    if (mayKeep) pass.matched = { network, userAgent };
    return pass.claims;
  };
}

/** Never throws for a bad token; a token that does not verify is as good as none. */
export function createAdmission(setup: GateSetup): Admit {
  const { ports } = setup;
  const verify = createVerifier(setup);

  return async function admit(visit, token, { terms, demand }) {
    const claims = await verify(visit, token);
    if (claims === undefined || claims.tier < terms.tier) return refused('toll-required');
    const { jti: passId, credit } = claims;
    const price = terms.requestPrice;
    const { network, asn } = visit.client;
    const use = { expires: claims.exp, network, asn, demand, isPatience: claims.n === 0 };
    if (!ports.debits.debit({ passId, credit, price, use })) return refused('credit-spent');
    if (!(await ports.ceilings.admitsRequest(passId, visit.client))) {
      ports.debits.refund(passId, price, demand);
      return refused('slow-down');
    }
    // Last, so that no more store reads are caused than the ceilings admit requests.
    if (ports.records.isRevoked(passId, visit.defer)) return refused('toll-required');
    return { kind: 'admitted', pass: { claims, price, demand } };
  };
}
