/**
 * The decision about one request: pure, and the same however often it is asked for.
 *
 * Owns first-match per reading and the strictest over all readings, so an allow holds only where
 * it holds under every reading of the path, and a deny or a charge where it holds under any. A rule
 * that fails and charges ends nothing: a client can make it fail, by a header that it leaves out, so
 * the rules behind it are asked all the same and the stricter of the two decides.
 */
import type { ClientView } from '../client/client-view.ts';
import type { CompiledRule, Policy } from './compile-policy.ts';
import type { RequestFacts, Truth } from './conditions/condition-kind.ts';
import { compareStrictness, stricterOf, type Decision } from './decision.ts';
import type { PathViews } from './path-views.ts';
import {
  NO_IDENTITY,
  UNKNOWN_CONNECTION,
  UNKNOWN_REQUEST,
  type BotIdentity,
  type ConnectionView,
  type RequestView,
} from './request-view.ts';

export interface PolicyRequest {
  /** From `readPath`; a path that it refuses is answered with 400 and never judged. */
  readonly views: PathViews;
  readonly method: string;
  readonly hasQuery: boolean;
  readonly client: ClientView;
  /** Absent: nothing is known of it. */
  readonly request?: RequestView;
  readonly connection?: ConnectionView;
  readonly identity?: BotIdentity;
}

/** A decision, and what else there is to say about how it came. */
export interface Judgement {
  readonly decision: Decision;
  /** Sum under the reading that decided. */
  readonly points: number;
  /** Rules in dry-run that applied under any reading, in their order. */
  readonly dryRun: readonly string[];
  /** Rules whose conditions could not be evaluated under any reading, in their order. */
  readonly failed: readonly string[];
}

/** The evaluation of one request. */
class Evaluation {
  readonly dryRun = new Set<string>();
  readonly failed = new Set<string>();
  readonly #policy: Policy;
  readonly #request: PolicyRequest;
  readonly #agent: string;
  /** What `onRequest` of each rule said, once it was asked. */
  readonly #onRequest: Truth[] = [];

  constructor(policy: Policy, request: PolicyRequest) {
    this.#policy = policy;
    this.#request = request;
    this.#agent = request.client.agentForRules.toLowerCase();
  }

  #factsOf(view: string): Omit<RequestFacts, 'tags'> {
    const { method, hasQuery, client } = this.#request;
    return {
      view,
      path: this.#policy.caseInsensitivePaths ? view.toLowerCase() : view,
      method,
      hasQuery,
      client,
      agent: this.#agent,
      request: this.#request.request ?? UNKNOWN_REQUEST,
      connection: this.#request.connection ?? UNKNOWN_CONNECTION,
      identity: this.#request.identity ?? NO_IDENTITY,
    };
  }

  #applies(rule: CompiledRule, index: number, facts: RequestFacts): Truth {
    if (!(index in this.#onRequest)) this.#onRequest[index] = rule.onRequest(facts);
    const onRequest = this.#onRequest[index];
    if (onRequest === false) return false;
    const onReading = rule.onReading(facts);
    return onReading === true ? onRequest : onReading;
  }

  /** What a rule decides whose conditions cannot be evaluated. */
  #onError({ name, onError }: CompiledRule): Decision | undefined {
    if (onError === 'skip') return undefined;
    return onError === 'deny' ? { kind: 'deny', rule: name, status: 403 } : this.#policy.onError;
  }

  #byThreshold(points: number): Decision {
    const { thresholds, otherwise } = this.#policy;
    const found = thresholds.find(({ from, below }) => points >= from && points < below);
    return found?.decision ?? otherwise;
  }

  /** The first decision under one reading, and no less than what failed on the way to it. */
  decide(view: string): { readonly decision: Decision; readonly points: number } {
    const tags = new Set<string>();
    const facts = { ...this.#factsOf(view), tags };
    let points = 0;
    let least: Decision | undefined;
    const atLeast = (decision: Decision): { decision: Decision; points: number } => ({
      decision: least === undefined ? decision : stricterOf(least, decision),
      points,
    });
    for (const [index, rule] of this.#policy.rules.entries()) {
      const applies = this.#applies(rule, index, facts);
      if (applies === false) continue;
      if (applies === undefined) this.failed.add(rule.name);
      if (rule.isDryRun) {
        this.dryRun.add(rule.name);
        continue;
      }
      const { effect } = rule;
      if (applies === undefined) {
        const decision = this.#onError(rule);
        if (decision?.kind === 'deny') return { decision, points };
        least ??= decision;
      } else if (effect.kind === 'decide') {
        return atLeast(effect.decision);
      } else if (effect.kind === 'weigh') {
        points += effect.points;
      } else {
        for (const tag of effect.tags) tags.add(tag);
      }
    }
    return atLeast(this.#byThreshold(points));
  }
}

/** Never fails; a request that nothing names is charged the default. */
export function judgeRequest(policy: Policy, request: PolicyRequest): Judgement {
  const evaluation = new Evaluation(policy, request);
  const [first, ...others] = request.views;
  let strictest = evaluation.decide(first);
  for (const view of others) {
    const other = evaluation.decide(view);
    if (compareStrictness(other.decision, strictest.decision) > 0) strictest = other;
  }
  return {
    ...strictest,
    dryRun: [...evaluation.dryRun],
    failed: [...evaluation.failed],
  };
}

/** The decision alone. */
export function evaluatePolicy(policy: Policy, request: PolicyRequest): Decision {
  return judgeRequest(policy, request).decision;
}
