/**
 * The decision about one request: pure, and the same however often it is asked for.
 *
 * Owns first-match per reading and the strictest over all readings, so an allow holds only where
 * it holds under every reading of the path, and a deny or a charge where it holds under any.
 */
import type { ClientView } from '../client/client-view.ts';
import type { CompiledRule, Policy } from './compile-policy.ts';
import type { RequestFacts } from './conditions/condition-kind.ts';
import { compareStrictness, type Decision } from './decision.ts';
import type { PathViews } from './path-views.ts';

export interface PolicyRequest {
  /** From `readPath`; a path that it refuses is answered with 400 and never judged. */
  readonly views: PathViews;
  readonly method: string;
  readonly hasQuery: boolean;
  readonly client: ClientView;
}

/** The rules whose conditions on the request as a whole hold, whatever the reading of its path. */
function candidatesFor(policy: Policy, facts: RequestFacts): readonly CompiledRule[] {
  return policy.rules.filter(({ onRequest }) => onRequest.every((holds) => holds(facts)));
}

/** Never fails; a request that no rule names is charged the default. */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): Decision {
  const { views, method, hasQuery, client } = request;
  const agent = client.agentForRules.toLowerCase();
  const factsOf = (view: string): RequestFacts => {
    const path = policy.caseInsensitivePaths ? view.toLowerCase() : view;
    return { view, path, method, hasQuery, client, agent };
  };
  const candidates = candidatesFor(policy, factsOf(views[0]));
  const decisions = views.map((view) => {
    const facts = factsOf(view);
    const rule = candidates.find(({ onPath }) => onPath.every((holds) => holds(facts)));
    return rule?.decision ?? policy.otherwise;
  });
  return decisions.reduce((strictest, decision) =>
    compareStrictness(decision, strictest) > 0 ? decision : strictest,
  );
}
