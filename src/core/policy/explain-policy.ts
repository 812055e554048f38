/**
 * Why a request was decided as it was.
 *
 * Owns the trace of an evaluation: every reading of the path, every rule that was asked, every
 * condition. The decision itself is `judgeRequest`'s; a test holds the trace against it.
 */
import { BUILT_IN_PATHS, BUILT_IN_RULE, isBuiltInAllow } from './built-in-allows.ts';
import type { CompiledRule, Policy } from './compile-policy.ts';
import { compareStrictness, stricterOf, type Decision } from './decision.ts';
import {
  compileDocument,
  completeDocument,
  type PolicyBase,
} from './document/complete-document.ts';
import type { PolicyDocument } from './document/policy-document.ts';
import { judgeRequest, type Judgement, type PolicyRequest } from './evaluate-policy.ts';
import { ConditionExplainer, type ConditionTrace } from './explain-conditions.ts';
import type { RequestFacts, Truth } from './conditions/condition-kind.ts';
import { NO_IDENTITY, UNKNOWN_CONNECTION, UNKNOWN_REQUEST } from './request-view.ts';
import type { Rule, RuleAction } from './rule.ts';

/** What came of asking a rule. */
export type RuleOutcome =
  /** It did not apply. */
  | 'passed'
  | 'decided'
  | 'weighed'
  | 'tagged'
  /** It would have applied, and only reports. */
  | 'dry-run'
  /** It cannot be evaluated, and `onError: skip` goes on. */
  | 'skipped'
  /** It cannot be evaluated, and `onError` denied, or charges at the least. */
  | 'failed'
  /** An earlier rule had decided. */
  | 'not-asked';

export interface RuleTrace {
  readonly name: string;
  readonly action: RuleAction;
  readonly isDryRun: boolean;
  /** `undefined`: it cannot be evaluated. */
  readonly applies: Truth;
  readonly outcome: RuleOutcome;
  /** Empty for a rule that applies to every request, and for the built-in allows. */
  readonly conditions: readonly ConditionTrace[];
  /** After this rule. */
  readonly points: number;
  readonly tags: readonly string[];
}

export interface ThresholdTrace {
  readonly name: string;
  /** Infinite where there is no bound. */
  readonly from: number;
  readonly below: number;
  readonly holds: boolean;
}

export interface ReadingTrace {
  /** The path under this reading. */
  readonly view: string;
  readonly rules: readonly RuleTrace[];
  /** Empty where a rule decided. */
  readonly thresholds: readonly ThresholdTrace[];
  readonly points: number;
  readonly decision: Decision;
}

export interface Explanation {
  readonly readings: readonly ReadingTrace[];
  /** Index of the reading that decided. */
  readonly deciding: number;
  readonly judgement: Judgement;
  /** The whole policy reports and touches nothing. */
  readonly isDryRun: boolean;
}

/** A document with its preset, ready to be explained and evaluated. */
export interface ExplainablePolicy {
  readonly document: PolicyDocument;
  readonly base: PolicyBase;
  readonly policy: Policy;
}

/** Never fails for a document that was decoded. */
export function prepareExplanation(document: PolicyDocument, base: PolicyBase): ExplainablePolicy {
  return {
    document: completeDocument(document),
    base,
    policy: compileDocument(document, base),
  };
}

interface Asked {
  readonly applies: Truth;
  readonly conditions: readonly ConditionTrace[];
}

/** Traces one reading. */
class ReadingExplainer {
  readonly #prepared: ExplainablePolicy;
  readonly #facts: RequestFacts;
  readonly #tags = new Set<string>();
  readonly #rules: RuleTrace[] = [];
  #points = 0;
  #decision: Decision | undefined;
  /** Of rules that failed. */
  #least: Decision | undefined;

  constructor(prepared: ExplainablePolicy, request: PolicyRequest, view: string) {
    this.#prepared = prepared;
    const { method, hasQuery, client } = request;
    this.#facts = {
      view,
      path: prepared.policy.caseInsensitivePaths ? view.toLowerCase() : view,
      method,
      hasQuery,
      client,
      agent: client.agentForRules.toLowerCase(),
      request: request.request ?? UNKNOWN_REQUEST,
      connection: request.connection ?? UNKNOWN_CONNECTION,
      identity: request.identity ?? NO_IDENTITY,
      tags: this.#tags,
    };
  }

  #record(rule: Pick<Rule, 'name' | 'action' | 'isDryRun'>, asked: Asked, outcome: RuleOutcome) {
    this.#rules.push({
      name: rule.name,
      action: rule.action,
      isDryRun: rule.isDryRun === true,
      ...asked,
      outcome,
      points: this.#points,
      tags: [...this.#tags],
    });
  }

  #builtIn(): void {
    const paths = new Set([...BUILT_IN_PATHS, ...this.#prepared.base.allowedPaths]);
    const applies = isBuiltInAllow(this.#facts, paths);
    if (applies) this.#decision = { kind: 'allow', rule: BUILT_IN_RULE, limited: true };
    const rule = { name: BUILT_IN_RULE, action: { kind: 'allow', limited: true } } as const;
    this.#record(rule, { applies, conditions: [] }, applies ? 'decided' : 'passed');
  }

  /** What a rule that applies, or might, leads to; its marks are left. */
  #act(rule: Rule, compiled: CompiledRule, applies: true | undefined): RuleOutcome {
    if (compiled.isDryRun) return 'dry-run';
    const { effect, onError } = compiled;
    if (applies === undefined) {
      if (onError === 'skip') return 'skipped';
      if (onError === 'deny') this.#decision = { kind: 'deny', rule: rule.name, status: 403 };
      else this.#least = this.#prepared.policy.onError;
      return 'failed';
    }
    switch (effect.kind) {
      case 'decide':
        this.#decision = effect.decision;
        return 'decided';
      case 'weigh':
        this.#points += effect.points;
        return 'weighed';
      case 'tag':
        for (const tag of effect.tags) this.#tags.add(tag);
        return 'tagged';
      default:
        return effect satisfies never;
    }
  }

  #ask(rule: Rule, compiled: CompiledRule): void {
    if (this.#decision !== undefined) {
      this.#record(rule, { applies: undefined, conditions: [] }, 'not-asked');
      return;
    }
    const { document, base } = this.#prepared;
    const explainer = new ConditionExplainer(this.#facts, {
      named: document.named,
      caseInsensitivePaths: base.caseInsensitivePaths,
    });
    const { holds, conditions } = explainer.table(rule.when, rule.action.kind === 'deny');
    const outcome = holds === false ? 'passed' : this.#act(rule, compiled, holds);
    this.#record(rule, { applies: holds, conditions }, outcome);
  }

  #thresholds(): readonly ThresholdTrace[] {
    if (this.#decision !== undefined) return [];
    const { document, policy } = this.#prepared;
    return policy.thresholds.map(({ from, below, decision }, index) => {
      const holds = this.#points >= from && this.#points < below;
      if (holds) this.#decision ??= decision;
      return { name: document.thresholds[index]?.name ?? '', from, below, holds };
    });
  }

  explain(): ReadingTrace {
    const { document, policy } = this.#prepared;
    this.#builtIn();
    for (const [index, rule] of document.rules.entries()) {
      const compiled = policy.rules[index + 1];
      if (compiled !== undefined) this.#ask(rule, compiled);
    }
    const thresholds = this.#thresholds();
    return {
      view: this.#facts.view,
      rules: this.#rules,
      thresholds,
      points: this.#points,
      decision: this.#decided(),
    };
  }

  #decided(): Decision {
    const decision = this.#decision ?? this.#prepared.policy.otherwise;
    return this.#least === undefined ? decision : stricterOf(this.#least, decision);
  }
}

/** Never fails; every reading of the path is traced, whichever decides. */
export function explainRequest(prepared: ExplainablePolicy, request: PolicyRequest): Explanation {
  const readings = request.views.map((view) =>
    new ReadingExplainer(prepared, request, view).explain(),
  );
  const [first] = readings;
  let deciding = 0;
  let strictest = first?.decision;
  for (const [index, { decision }] of readings.entries()) {
    if (strictest === undefined || compareStrictness(decision, strictest) <= 0) continue;
    deciding = index;
    strictest = decision;
  }
  return {
    readings,
    deciding,
    judgement: judgeRequest(prepared.policy, request),
    isDryRun: prepared.policy.isDryRun,
  };
}
