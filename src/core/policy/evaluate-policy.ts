/**
 * The decision about one request: pure, and the same however often it is asked for.
 *
 * Owns first-match per reading and the strictest over all readings, so an allow holds only where
 * it holds under every reading of the path, and a deny or a charge where it holds under any.
 */
import type { ClientView } from '../client/client-view.ts';
import type { Policy } from './compile-policy.ts';
import type { RequestFacts } from './conditions/condition-kind.ts';
import { compareStrictness, type Decision } from './decision.ts';
import type { PathViews } from './path-views.ts';

export interface PolicyRequest {
  /** From `readPath`; a path that it refuses is answered with 400 and never judged. */
  readonly views: PathViews;
  readonly method: string;
  readonly client: ClientView;
}

function evaluateView(policy: Policy, facts: RequestFacts): Decision {
  const rule = policy.rules.find(({ conditions }) => conditions.every((holds) => holds(facts)));
  return rule?.decision ?? policy.otherwise;
}

/** Never fails; a request that no rule names is charged the default. */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): Decision {
  const { method, client } = request;
  const agent = client.agentForRules.toLowerCase();
  const decisions = request.views.map((view) => {
    const path = policy.caseInsensitivePaths ? view.toLowerCase() : view;
    return evaluateView(policy, { view, path, method, client, agent });
  });
  return decisions.reduce((strictest, decision) =>
    compareStrictness(decision, strictest) > 0 ? decision : strictest,
  );
}
