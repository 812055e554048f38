/**
 * Admission: does a presented pass let this request through, and what is debited.
 *
 * Owns the order of the checks: signature, time and host, binding, tier, balance,
 * ceilings, revocation; and how long a debit waits for others of its pass. The hot path is the per-isolate memo, then the signature; the
 * memo is keyed on the exact token only to save its verification, everything that is
 * counted is keyed on the verified `jti` (SECURITY-BAR A06).
 */
import { BoundedMap } from '../core/bounded-map.ts';
import { matchesBinding } from '../core/token/binding.ts';
import type { Debit, DebitCharge } from '../core/ports.ts';
import type { KeyGeneration } from '../core/token/key-ring.ts';
import { verifyPass } from '../core/token/pass-token.ts';
import type { PassClaims } from '../core/token/pass-token.ts';
import type { ChallengeReason } from '../core/wire/page-data.ts';
import type { PricedTerms } from './pricing.ts';
import type { GateSetup, Ports, Visit } from './visit.ts';

/** What was debited is given back in part for a response of the cheap class. */
export interface AdmittedPass extends Debit {
  readonly claims: PassClaims;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly pass: AdmittedPass }
  | { readonly kind: 'refused'; readonly reason: ChallengeReason };

/** Who is admitted must end the debit (`Debits.finish`) once nothing is left to give back. */
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

/** A page and its files ask at once: what they get back is known when the origin has answered. */
const PAUSE_MS = 25;
const MAX_PAUSES = 40;

/** Debits at once, or as soon as requests under way have given enough back. */
async function debitSoon({ debits, pause }: Ports, charge: DebitCharge): Promise<boolean> {
  for (let pauses = 0; pauses < MAX_PAUSES; pauses += 1) {
    const outcome = debits.debit(charge);
    if (outcome !== 'held') return outcome === 'debited';
    // oxlint-disable-next-line no-await-in-loop -- each try follows a pause
    await pause(PAUSE_MS);
  }
  // Requests whose clients left may never be over: nobody waits for them again.
  debits.finish(charge.passId, { price: Number.MAX_SAFE_INTEGER, demand: 0 });
  return false;
}

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
    if (!(await debitSoon(ports, { passId, credit, price, use }))) return refused('credit-spent');
    const isBelow = await ports.ceilings.admitsRequest(passId, visit.client);
    // Last, so that no more store reads are caused than the ceilings admit requests.
    if (isBelow && !ports.records.isRevoked(passId, visit.defer))
      return { kind: 'admitted', pass: { claims, price, demand } };
    ports.debits.finish(passId, { price, demand }, isBelow ? 1 : Infinity);
    return refused(isBelow ? 'toll-required' : 'slow-down');
  };
}
