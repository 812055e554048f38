/**
 * The gate: what happens to a request outside the reserved prefix (DESIGN section 1).
 *
 *   identify -> judge -> admit -> charge -> origin -> debit by the answer's type
 *
 * Owns that order alone; each step is a module of its own. Storage is never awaited
 * here but to recall a remembered pass, and that is bounded.
 */
import { BUILT_IN_RULE } from '../core/policy/built-in-allows.ts';
import { evaluatePolicy } from '../core/policy/evaluate-policy.ts';
import type { ChargeTerms } from '../core/policy/rule.ts';
import { readPath } from '../core/policy/path-views.ts';
import type { ChallengeReason } from '../core/wire/page-data.ts';
import { createAdmission } from './admission.ts';
import type { AdmittedPass } from './admission.ts';
import type { ChallengeIssuer } from './challenge-issuer.ts';
import { createChallengeReply } from './challenge-reply.ts';
import { reportBalance } from './balance-report.ts';
import { clientResponse, isStaticResponse, originRequest } from './forward.ts';
import type { Verdict } from './forward.ts';
import { createRefusal } from './refusal.ts';
import type { Refuse } from './refusal.ts';
import { readPresentedPasses } from './presented-pass.ts';
import { rememberKey } from './remembered-pass.ts';
import { parseReturnPath } from './return-path.ts';
import type { GateSetup, Visit } from './visit.ts';

/** Static responses are debited a twentieth of the price. */
const STATIC_DIVISOR = 20;

type Toll =
  | { readonly kind: 'paid'; readonly pass: AdmittedPass }
  | { readonly kind: 'free' }
  | { readonly kind: 'due'; readonly reason: ChallengeReason };

/** A refusal that says more comes before one that says less. */
const REASON_ORDER: readonly ChallengeReason[] = ['toll-required', 'credit-spent', 'slow-down'];

function clearerReason(a: ChallengeReason, b: ChallengeReason): ChallengeReason {
  return REASON_ORDER.indexOf(a) >= REASON_ORDER.indexOf(b) ? a : b;
}

function createTollCheck(setup: GateSetup) {
  const { ring, ports } = setup;
  const admit = createAdmission(setup);

  async function admitRemembered(visit: Visit, terms: ChargeTerms): Promise<Toll | undefined> {
    const key = await rememberKey(ring, visit);
    const token = key === undefined ? undefined : await ports.records.recall(key, visit.defer);
    if (token === undefined) return undefined;
    const admission = await admit(visit, token, terms);
    if (admission.kind === 'admitted') return { kind: 'paid', pass: admission.pass };
    return { kind: 'due', reason: admission.reason };
  }

  return async function checkToll(visit: Visit, terms: ChargeTerms): Promise<Toll> {
    let reason: ChallengeReason = 'toll-required';
    for (const token of readPresentedPasses(visit.request.headers)) {
      const admission = await admit(visit, token, terms);
      if (admission.kind === 'admitted') return { kind: 'paid', pass: admission.pass };
      reason = clearerReason(reason, admission.reason);
    }
    if (terms.remember) {
      const toll = await admitRemembered(visit, terms);
      if (toll?.kind === 'paid') return toll;
      if (toll?.kind === 'due') reason = clearerReason(reason, toll.reason);
    }
    // What is given away opens the lowest tier alone.
    const mayBeFree = reason === 'toll-required' && terms.tier === 0;
    if (mayBeFree && (await ports.ceilings.grantsFreeRequest(visit.client)))
      return { kind: 'free' };
    return { kind: 'due', reason };
  };
}

function createForwarding({ settings, ports }: GateSetup, refuse: Refuse) {
  /** `undefined` where the origin cannot be reached. */
  async function askOrigin(visit: Visit, verdict: Verdict): Promise<Response | undefined> {
    try {
      return clientResponse(await ports.origin.fetch(originRequest(visit.request, verdict)));
    } catch (error) {
      ports.log.event('origin.connect_error', {
        error: error instanceof Error ? error.name : 'unknown',
      });
      return undefined;
    }
  }

  async function forward(visit: Visit, verdict: Verdict): Promise<Response> {
    return (await askOrigin(visit, verdict)) ?? refuse(visit, 'origin-unreachable');
  }

  async function forwardPaid(
    visit: Visit,
    { claims, price }: AdmittedPass,
    terms: ChargeTerms,
  ): Promise<Response> {
    const response = await askOrigin(visit, 'pass');
    if (response === undefined) return refuse(visit, 'origin-unreachable');
    if (isStaticResponse(response)) {
      ports.debits.refund(claims.jti, price - Math.ceil(price / STATIC_DIVISOR));
    }
    if (!settings.reportsBalance) return response;
    return reportBalance(response, { claims, terms, nowSeconds: visit.nowSeconds }, ports.debits);
  }

  return { forward, forwardPaid };
}

export type HandleVisit = (visit: Visit) => Promise<Response>;

export function createGate(setup: GateSetup, issuer: ChallengeIssuer): HandleVisit {
  const { policy, ports } = setup;
  const checkToll = createTollCheck(setup);
  const replyWithChallenge = createChallengeReply(setup, issuer);
  const refuse = createRefusal(setup);
  const { forward, forwardPaid } = createForwarding(setup, refuse);

  /** The built-in allows are nobody's decision, so they stay below the network's ceiling. */
  async function forwardAllowed(visit: Visit, rule: string): Promise<Response> {
    const isOpen = rule !== BUILT_IN_RULE || (await ports.ceilings.admitsNetwork(visit.client));
    return isOpen ? forward(visit, 'allow') : refuse(visit, 'slow-down');
  }

  return async function passGate(visit) {
    const { request, url, client } = visit;
    const reading = readPath(url.pathname);
    if (!reading.ok) return refuse(visit, 'malformed');
    const hasQuery = url.search !== '';
    const judged = { views: reading.views, method: request.method, hasQuery, client };
    const decision = evaluatePolicy(policy, judged);
    switch (decision.kind) {
      case 'allow':
        return forwardAllowed(visit, decision.rule);
      case 'deny':
        ports.log.event('request.denied', { rule: decision.rule });
        return refuse(visit, 'denied', decision.status);
      case 'charge': {
        const { terms, rule } = decision;
        const toll = await checkToll(visit, terms);
        if (toll.kind === 'paid') return forwardPaid(visit, toll.pass, terms);
        if (toll.kind === 'free') return forward(visit, 'free');
        const returnPath = parseReturnPath(url.pathname + url.search, url.origin) ?? '/';
        return replyWithChallenge(visit, { terms, rule, returnPath }, toll.reason);
      }
      default:
        return decision satisfies never;
    }
  };
}
