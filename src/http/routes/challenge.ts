/**
 * `GET <prefix>challenge?return=/path`: a challenge object, on the terms of that path.
 *
 * Owns the query; a return path that is absent or refused is `/`.
 */
import { evaluatePolicy } from '../../core/policy/evaluate-policy.ts';
import { readPath } from '../../core/policy/path-views.ts';
import type { ChallengeIssuer } from '../challenge-issuer.ts';
import type { HandleVisit } from '../gate.ts';
import { jsonReply } from '../reply.ts';
import type { Refuse } from '../refusal.ts';
import { parseReturnPath } from '../return-path.ts';
import type { GateSetup } from '../visit.ts';

export function createChallengeRoute(
  setup: GateSetup,
  issuer: ChallengeIssuer,
  refuse: Refuse,
): HandleVisit {
  const { settings, policy, ports } = setup;

  return async function handleChallenge(visit) {
    const returnPath =
      parseReturnPath(visit.url.searchParams.get('return') ?? '/', visit.url.origin) ?? '/';
    const target = URL.parse(returnPath, visit.url.origin);
    const reading = readPath(target?.pathname ?? '/');
    if (!reading.ok) return refuse(visit, 'malformed');
    const hasQuery = target !== null && target.search !== '';
    const judged = { views: reading.views, method: 'GET', hasQuery, client: visit.client };
    const decision = evaluatePolicy(policy, judged);
    if (decision.kind === 'deny') return refuse(visit, 'denied', decision.status);
    // A path that is free today may be asked for in advance: on the default terms.
    const { terms, rule } =
      decision.kind === 'charge' ? decision : { terms: settings.terms, rule: 'default' };
    ports.log.event('challenge.issued', { reason: 'asked', rule, page: false });
    return jsonReply(await issuer.issueWork(visit, { terms, rule, returnPath }));
  };
}
