/**
 * The gate: what happens to a request outside the reserved prefix (DESIGN section 1).
 *
 *   identify -> judge -> admit -> charge -> origin -> debit by the answer's type
 *
 * Owns that order alone; each step is a module of its own. Storage is never awaited
 * here but to recall a remembered pass, and that is bounded.
 */
import { errorName } from '../core/error-name.ts';
import type { Decision } from '../core/policy/decision.ts';
import type { ChallengeReason } from '../core/wire/page-data.ts';
import { createAdmission } from './admission.ts';
import type { AdmittedPass } from './admission.ts';
import { createAssert } from './assertion.ts';
import type { ChallengeIssuer } from './challenge-issuer.ts';
import { createChallengeReply } from './challenge-reply.ts';
import { reportBalance } from './balance-report.ts';
import { clientResponse, isStaticResponse, originRequest } from './forward.ts';
import type { Verdict } from './forward.ts';
import { createPolicyReport } from './policy-report.ts';
import type { Judge } from './policy-request.ts';
import type { PricedTerms, PriceTerms } from './pricing.ts';
import { readPresentedPasses } from './presented-pass.ts';
import { createRefusal } from './refusal.ts';
import type { Refuse } from './refusal.ts';
import { rememberKey } from './remembered-pass.ts';
import { parseReturnPath } from './return-path.ts';
import { describeFault } from './unavailable.ts';
import type { GateSetup, Visit } from './visit.ts';

/** Static responses are debited a twentieth of the price. */
const STATIC_DIVISOR = 20;

type Toll =
  | { readonly kind: 'paid'; readonly pass: AdmittedPass }
  | { readonly kind: 'free' }
  | { readonly kind: 'due'; readonly reason: ChallengeReason };

type Charge = Omit<Extract<Decision, { kind: 'charge' }>, 'terms'> & PricedTerms;

/** What becomes of a request that is charged. */
type Collection =
  | Exclude<Toll, { kind: 'due' }>
  | { readonly kind: 'challenged'; readonly response: Response }
  /** The gate failed where its rule says that it opens then. */
  | { readonly kind: 'failed' };

/** A refusal that says more comes before one that says less. */
const REASON_ORDER: readonly ChallengeReason[] = ['toll-required', 'credit-spent', 'slow-down'];

function clearerReason(a: ChallengeReason, b: ChallengeReason): ChallengeReason {
  return REASON_ORDER.indexOf(a) >= REASON_ORDER.indexOf(b) ? a : b;
}

function createTollCheck(setup: GateSetup) {
  const { ring, ports } = setup;
  const admit = createAdmission(setup);

  async function admitRemembered(visit: Visit, priced: PricedTerms): Promise<Toll | undefined> {
    const key = await rememberKey(ring, visit);
    const token = key === undefined ? undefined : await ports.records.recall(key, visit.defer);
    if (token === undefined) return undefined;
    const admission = await admit(visit, token, priced);
    if (admission.kind === 'admitted') return { kind: 'paid', pass: admission.pass };
    return { kind: 'due', reason: admission.reason };
  }

  return async function checkToll(visit: Visit, priced: PricedTerms): Promise<Toll> {
    const { terms } = priced;
    let reason: ChallengeReason = 'toll-required';
    for (const token of readPresentedPasses(visit.request.headers)) {
      const admission = await admit(visit, token, priced);
      if (admission.kind === 'admitted') return { kind: 'paid', pass: admission.pass };
      reason = clearerReason(reason, admission.reason);
    }
    if (terms.remember) {
      const toll = await admitRemembered(visit, priced);
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

function createForwarding(setup: GateSetup, refuse: Refuse) {
  const { settings, ports } = setup;
  const assert = createAssert(setup);

  /** `undefined` where the origin cannot be reached. */
  async function askOrigin(visit: Visit, verdict: Verdict): Promise<Response | undefined> {
    const assertion = await assert(visit, verdict);
    const startedMs = ports.clock.nowMs();
    const note = (isError: boolean) =>
      ports.prices.noteOrigin(isError, ports.clock.nowMs() - startedMs);
    try {
      const request = originRequest(visit.request, verdict, assertion);
      const response = await ports.origin.fetch(request);
      note(response.status >= 500);
      return clientResponse(response);
    } catch (error) {
      note(true);
      ports.log.event('origin.connect_error', {
        error: errorName(error),
      });
      return undefined;
    }
  }

  async function forward(visit: Visit, verdict: Verdict): Promise<Response> {
    return (await askOrigin(visit, verdict)) ?? refuse(visit, 'origin-unreachable');
  }

  async function forwardPaid(
    visit: Visit,
    pass: AdmittedPass,
    { terms }: PricedTerms,
  ): Promise<Response> {
    const { claims } = pass;
    let response;
    try {
      response = await askOrigin(visit, 'pass');
    } finally {
      const isCheap = response !== undefined && isStaticResponse(response);
      ports.debits.finish(claims.jti, pass, isCheap ? STATIC_DIVISOR : 1);
    }
    if (response === undefined) return refuse(visit, 'origin-unreachable');
    if (!settings.reportsBalance) return response;
    return reportBalance(response, { claims, terms, nowSeconds: visit.nowSeconds }, ports.debits);
  }

  return { forward, forwardPaid };
}

export type HandleVisit = (visit: Visit) => Promise<Response>;

/** Asks for the toll of a charge, and answers with a challenge where it is due. */
function createCollector(setup: GateSetup, issuer: ChallengeIssuer) {
  const { ports } = setup;
  const checkToll = createTollCheck(setup);
  const replyWithChallenge = createChallengeReply(setup, issuer);

  async function collectToll(visit: Visit, charge: Charge): Promise<Collection> {
    const { terms, rule } = charge;
    const toll = await checkToll(visit, charge);
    if (toll.kind !== 'due') return toll;
    const { pathname, search, origin } = visit.url;
    const returnPath = parseReturnPath(pathname + search, origin) ?? '/';
    const response = await replyWithChallenge(visit, { terms, rule, returnPath }, toll.reason);
    ports.prices.noteRequest('challenged');
    if (toll.reason === 'slow-down') ports.prices.noteRequest('slowed');
    return { kind: 'challenged', response };
  }

  return async function collect(visit: Visit, charge: Charge): Promise<Collection> {
    try {
      return await collectToll(visit, charge);
    } catch (error) {
      // Without its body a request cannot be forwarded.
      if (charge.onFailure !== 'open' || visit.request.bodyUsed) throw error;
      ports.log.event('gate.degraded', { rule: charge.rule, ...describeFault(error) });
      return { kind: 'failed' };
    }
  };
}

/** The ways on to the origin. */
function createWays(setup: GateSetup) {
  const { ports } = setup;
  const refuse = createRefusal(setup);
  const { forward, forwardPaid } = createForwarding(setup, refuse);

  async function forwardBelowCeiling(visit: Visit, verdict: Verdict): Promise<Response> {
    const isOpen = await ports.ceilings.admitsNetwork(visit.client);
    return isOpen ? forward(visit, verdict) : refuse(visit, 'slow-down');
  }

  return { forward, forwardPaid, forwardBelowCeiling };
}

export interface GateParts {
  readonly priceTerms: PriceTerms;
  readonly issuer: ChallengeIssuer;
  readonly judge: Judge;
}

export function createGate(
  setup: GateSetup,
  { issuer, judge, priceTerms }: GateParts,
): HandleVisit {
  const { ports } = setup;
  const { prices } = ports;
  const { forward, forwardPaid, forwardBelowCeiling } = createWays(setup);
  const collect = createCollector(setup, issuer);
  const refuse = createRefusal(setup);
  const report = createPolicyReport(ports);

  async function charge(visit: Visit, decision: Charge): Promise<Response> {
    const collection = await collect(visit, decision);
    switch (collection.kind) {
      case 'paid':
        prices.noteRequest('paid');
        return forwardPaid(visit, collection.pass, decision);
      case 'free':
        prices.noteRequest('free');
        return forward(visit, 'free');
      case 'challenged':
        return collection.response;
      case 'failed':
        return forwardBelowCeiling(visit, 'degraded');
      default:
        return collection satisfies never;
    }
  }

  function judgeVisit(visit: Visit): ReturnType<Judge> {
    const { pathname, search } = visit.url;
    return judge(visit, { method: visit.request.method, pathname, search });
  }

  /** Forwards first and judges beside it: nothing that a policy in dry-run says can be felt. */
  function forwardUntouched(visit: Visit): Promise<Response> {
    prices.noteRequest('allowed');
    const response = forward(visit, 'monitor');
    visit.defer(judgeVisit(visit).then((judgement) => report.dryRun(judgement)));
    return response;
  }

  return async function passGate(visit) {
    if (visit.active.policy.isDryRun) return forwardUntouched(visit);
    const judgement = await judgeVisit(visit);
    if (judgement === undefined) return refuse(visit, 'malformed');
    report.rules(judgement);
    const { decision } = judgement;
    switch (decision.kind) {
      case 'allow':
        prices.noteRequest('allowed');
        return decision.limited === true
          ? forwardBelowCeiling(visit, 'allow')
          : forward(visit, 'allow');
      case 'deny':
        prices.noteRequest('denied');
        ports.log.event('request.denied', { rule: decision.rule });
        return refuse(visit, 'denied', decision.status);
      case 'charge':
        return charge(visit, { ...decision, ...priceTerms(visit, decision.terms) });
      default:
        return decision satisfies never;
    }
  };
}
