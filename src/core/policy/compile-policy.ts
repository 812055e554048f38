/**
 * Rules compiled for evaluation, once per version of a policy.
 *
 * Owns the order (built-in allows, the operator's rules, the default) and the canonical form.
 * Must not know the document that rules came from, nor requests.
 */
import { BUILT_IN_PATHS, BUILT_IN_RULE, isBuiltInAllow } from './built-in-allows.ts';
import { resolveTerms } from './charge-terms.ts';
import { compileConditions, formatConditions } from './conditions/condition-table.ts';
import type { CompiledConditions } from './conditions/condition-table.ts';
import type { Decision } from './decision.ts';
import type { ChargeTerms, Rule } from './rule.ts';

export interface PolicyOptions {
  /** Terms of the default decision, and of whatever a charge rule leaves out. */
  readonly defaults: ChargeTerms;
  /** Whether the origin ignores letter case in paths. */
  readonly caseInsensitivePaths: boolean;
}

/** All conditions must be true; none at all applies to every request. */
export interface CompiledRule extends CompiledConditions {
  readonly decision: Decision;
}

export interface Policy {
  readonly rules: readonly CompiledRule[];
  /** When no rule applies. */
  readonly otherwise: Decision;
  readonly caseInsensitivePaths: boolean;
  /** Equal exactly for policies that decide alike by construction; to be digested (claim `pol`). */
  readonly canonicalForm: string;
}

const BUILT_IN: CompiledRule = {
  onRequest: [],
  onPath: [isBuiltInAllow],
  decision: { kind: 'allow', rule: BUILT_IN_RULE },
};

function decisionOf(rule: Rule, defaults: ChargeTerms): Decision {
  const { action, name } = rule;
  switch (action.kind) {
    case 'allow':
      return { kind: 'allow', rule: name };
    case 'deny':
      return { kind: 'deny', rule: name, status: action.status };
    case 'charge':
      return { kind: 'charge', rule: name, terms: resolveTerms(action.overrides, defaults) };
    default:
      return action satisfies never;
  }
}

function compileRule(rule: Rule, options: PolicyOptions): CompiledRule {
  const { caseInsensitivePaths } = options;
  const whenUnknown = rule.action.kind === 'deny';
  return {
    ...compileConditions(rule.when, { caseInsensitivePaths, whenUnknown }),
    decision: decisionOf(rule, options.defaults),
  };
}

/** Members in a fixed order, so that equal decisions have equal text. */
function formatDecision(decision: Decision): readonly unknown[] {
  switch (decision.kind) {
    case 'allow':
      return [decision.rule, 'allow'];
    case 'deny':
      return [decision.rule, 'deny', decision.status];
    case 'charge': {
      const { terms } = decision;
      return [
        decision.rule,
        'charge',
        terms.tier,
        terms.minSolutions,
        terms.maxSolutions,
        terms.attemptsPerSolution,
        terms.requestPrice,
        terms.ttlSeconds,
        terms.remember,
      ];
    }
    default:
      return decision satisfies never;
  }
}

/** Never fails: every typed rule compiles. */
export function compilePolicy(rules: readonly Rule[], options: PolicyOptions): Policy {
  const otherwise: Decision = { kind: 'charge', rule: 'default', terms: options.defaults };
  const canonicalForm = JSON.stringify({
    format: 1,
    caseInsensitivePaths: options.caseInsensitivePaths,
    builtIn: [...BUILT_IN_PATHS].toSorted(),
    rules: rules.map((rule) => [
      ...formatDecision(decisionOf(rule, options.defaults)),
      ...formatConditions(rule.when),
    ]),
    otherwise: formatDecision(otherwise),
  });
  return {
    rules: [BUILT_IN, ...rules.map((rule) => compileRule(rule, options))],
    otherwise,
    caseInsensitivePaths: options.caseInsensitivePaths,
    canonicalForm,
  };
}

/** Terms of the charge rule named `rule` now; `undefined` where no rule of that name charges. */
export function termsOfRule(policy: Policy, rule: string): ChargeTerms | undefined {
  const decisions = [...policy.rules.map(({ decision }) => decision), policy.otherwise];
  const found = decisions.find((decision) => decision.rule === rule);
  return found?.kind === 'charge' ? found.terms : undefined;
}
