/**
 * `GET <prefix>challenge?return=/path`: a challenge object, on the terms of that path.
 *
 * Owns the query; a return path that is absent or refused is `/`. Where a rule asks for patience
 * first, `&puzzle=work` asks for work instead.
 */
import type { ChallengeIssuer } from '../challenge-issuer.ts';
import type { HandleVisit } from '../gate.ts';
import type { Judge } from '../policy-request.ts';
import type { PriceTerms } from '../pricing.ts';
import { jsonReply } from '../reply.ts';
import type { Refuse } from '../refusal.ts';
import { parseReturnPath } from '../return-path.ts';
import type { GateSetup } from '../visit.ts';

export interface ChallengeRouteParts {
  readonly issuer: ChallengeIssuer;
  readonly judge: Judge;
  readonly priceTerms: PriceTerms;
  readonly refuse: Refuse;
}

export function createChallengeRoute(
  { settings, ports }: GateSetup,
  { issuer, judge, priceTerms, refuse }: ChallengeRouteParts,
): HandleVisit {
  return async function handleChallenge(visit) {
    const { searchParams, origin } = visit.url;
    const returnPath = parseReturnPath(searchParams.get('return') ?? '/', origin) ?? '/';
    const { pathname, search } = URL.parse(returnPath, origin) ?? { pathname: '/', search: '' };
    const judgement = await judge(visit, { method: 'GET', pathname, search });
    if (judgement === undefined) return refuse(visit, 'malformed');
    const { decision } = judgement;
    if (decision.kind === 'deny') return refuse(visit, 'denied', decision.status);
    // A path that is free today may be asked for in advance: on the default terms.
    const { terms: base, rule } =
      decision.kind === 'charge' ? decision : { terms: settings.terms, rule: 'default' };
    const { terms } = priceTerms(visit, base);
    ports.log.event('challenge.issued', { reason: 'asked', rule, page: false });
    const order = { terms, rule, returnPath };
    const wantsWork = searchParams.get('puzzle') === 'work';
    const toll = wantsWork ? issuer.issueWork(visit, order) : issuer.issueFirst(visit, order);
    return jsonReply(await toll);
  };
}
