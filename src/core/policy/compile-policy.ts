/**
 * Rules compiled for evaluation, once per version of a policy.
 *
 * Owns the order (built-in allows, the operator's rules, the thresholds, the default) and the
 * canonical form. Must not know the document that rules came from, nor requests.
 */
import { BUILT_IN_PATHS, BUILT_IN_RULE, isBuiltInAllow } from './built-in-allows.ts';
import { resolveTerms } from './charge-terms.ts';
import { compileConditions, formatConditions, type CompiledNames } from './compile-conditions.ts';
import type { Predicate, Scope } from './conditions/condition-kind.ts';
import { allTruth } from './conditions/truth.ts';
import type { Decision } from './decision.ts';
import type {
  ChargeTerms,
  NamedConditions,
  OnError,
  Rule,
  TerminalAction,
  Threshold,
} from './rule.ts';

export interface PolicyOptions {
  /** Terms of the default decision, and of whatever a charge rule leaves out. */
  readonly defaults: ChargeTerms;
  /** Whether the origin ignores letter case in paths. */
  readonly caseInsensitivePaths: boolean;
  /** Further paths that are let through like the built-in ones: exact, GET and HEAD. */
  readonly allowedPaths?: readonly string[];
  readonly named?: NamedConditions;
  readonly thresholds?: readonly Threshold[];
  /** When neither a rule nor a threshold decides; absent: a charge on the defaults. */
  readonly otherwise?: TerminalAction;
  /** Reports every decision and touches nothing. */
  readonly isDryRun?: boolean;
}

export type RuleEffect =
  | { readonly kind: 'decide'; readonly decision: Decision }
  | { readonly kind: 'weigh'; readonly points: number }
  | { readonly kind: 'tag'; readonly tags: readonly string[] };

export interface CompiledRule {
  readonly name: string;
  /** Asked once per request. */
  readonly onRequest: Predicate;
  /** Asked for every reading of the path. */
  readonly onReading: Predicate;
  readonly effect: RuleEffect;
  readonly isDryRun: boolean;
  readonly onError: OnError;
}

export interface CompiledThreshold {
  readonly from: number;
  readonly below: number;
  readonly decision: Decision;
}

export interface Policy {
  readonly rules: readonly CompiledRule[];
  readonly thresholds: readonly CompiledThreshold[];
  /** When nothing applies. */
  readonly otherwise: Decision;
  /** The least, when a condition of a rule with `onError: charge` cannot be evaluated. */
  readonly onError: Decision;
  readonly isDryRun: boolean;
  readonly caseInsensitivePaths: boolean;
  /** Equal exactly for policies that decide alike by construction; to be digested (claim `pol`). */
  readonly canonicalForm: string;
}

const ALWAYS: Predicate = () => true;

function compileBuiltIn(paths: ReadonlySet<string>): CompiledRule {
  return {
    name: BUILT_IN_RULE,
    onRequest: ALWAYS,
    onReading: (facts) => isBuiltInAllow(facts, paths),
    effect: { kind: 'decide', decision: { kind: 'allow', rule: BUILT_IN_RULE, limited: true } },
    isDryRun: false,
    onError: 'skip',
  };
}

function decisionOf(
  action: TerminalAction,
  rule: string,
  { defaults, onFailure }: { readonly defaults: ChargeTerms; readonly onFailure?: 'open' },
): Decision {
  switch (action.kind) {
    case 'allow':
      return action.limited === true
        ? { kind: 'allow', rule, limited: true }
        : { kind: 'allow', rule };
    case 'deny':
      return { kind: 'deny', rule, status: action.status };
    case 'charge': {
      const terms = resolveTerms(action.overrides, defaults);
      return { kind: 'charge', rule, terms, ...(onFailure === undefined ? {} : { onFailure }) };
    }
    default:
      return action satisfies never;
  }
}

function effectOf({ action, name, onFailure }: Rule, defaults: ChargeTerms): RuleEffect {
  switch (action.kind) {
    case 'weigh':
    case 'tag':
      return action;
    case 'allow':
    case 'deny':
    case 'charge': {
      const failure = onFailure === undefined ? {} : { onFailure };
      return { kind: 'decide', decision: decisionOf(action, name, { defaults, ...failure }) };
    }
    default:
      return action satisfies never;
  }
}

function compileRule(
  rule: Rule,
  options: PolicyOptions,
  compiledNames: CompiledNames,
): CompiledRule {
  const { caseInsensitivePaths, named = new Map<string, never>() } = options;
  const whenUnknown = rule.action.kind === 'deny';
  const context = { caseInsensitivePaths, whenUnknown, named, compiledNames };
  const conjuncts = compileConditions(rule.when, context);
  const inScope = (wanted: Scope): Predicate =>
    allTruth(conjuncts.filter(({ scope }) => scope === wanted).map(({ holds }) => holds));
  return {
    name: rule.name,
    onRequest: inScope('request'),
    onReading: inScope('reading'),
    effect: effectOf(rule, options.defaults),
    isDryRun: rule.isDryRun === true,
    onError: rule.onError ?? 'charge',
  };
}

/** Members in a fixed order, so that equal decisions have equal text. */
function formatDecision(decision: Decision): readonly unknown[] {
  switch (decision.kind) {
    case 'allow':
      return [decision.rule, 'allow', decision.limited === true];
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
        terms.puzzle ?? 'work',
        decision.onFailure ?? 'closed',
      ];
    }
    default:
      return decision satisfies never;
  }
}

function formatEffect(effect: RuleEffect): readonly unknown[] {
  switch (effect.kind) {
    case 'decide':
      return formatDecision(effect.decision);
    case 'weigh':
      return ['weigh', effect.points];
    case 'tag':
      return ['tag', ...effect.tags];
    default:
      return effect satisfies never;
  }
}

function formatRule(rule: Rule, { effect, isDryRun, onError }: CompiledRule): readonly unknown[] {
  return [
    rule.name,
    ...formatEffect(effect),
    isDryRun ? 'dry-run' : 'live',
    onError,
    ...formatConditions(rule.when),
  ];
}

function compileThreshold(threshold: Threshold, defaults: ChargeTerms): CompiledThreshold {
  return {
    from: threshold.from ?? Number.NEGATIVE_INFINITY,
    below: threshold.below ?? Number.POSITIVE_INFINITY,
    decision: decisionOf(threshold.action, threshold.name, { defaults }),
  };
}

/** Never fails: every typed rule compiles. */
export function compilePolicy(rules: readonly Rule[], options: PolicyOptions): Policy {
  const { defaults, caseInsensitivePaths, isDryRun = false } = options;
  const builtIn = new Set([...BUILT_IN_PATHS, ...(options.allowedPaths ?? [])]);
  const charge: TerminalAction = { kind: 'charge', overrides: {} };
  const otherwise = decisionOf(options.otherwise ?? charge, 'default', { defaults });
  const compiledNames: CompiledNames = new Map();
  const compiled = rules.map((rule) => compileRule(rule, options, compiledNames));
  const thresholds = (options.thresholds ?? []).map((each) => compileThreshold(each, defaults));
  const canonicalForm = JSON.stringify({
    format: 2,
    caseInsensitivePaths,
    isDryRun,
    builtIn: [...builtIn].toSorted(),
    conditions: [...(options.named ?? [])].map(([name, when]) => [name, formatConditions(when)]),
    rules: rules.map((rule, index) => {
      const each = compiled[index];
      return each === undefined ? [] : formatRule(rule, each);
    }),
    thresholds: thresholds.map(({ from, below, decision }) => [
      String(from),
      String(below),
      ...formatDecision(decision),
    ]),
    otherwise: formatDecision(otherwise),
  });
  return {
    rules: [compileBuiltIn(builtIn), ...compiled],
    thresholds,
    otherwise,
    onError: decisionOf(charge, 'error', { defaults }),
    isDryRun,
    caseInsensitivePaths,
    canonicalForm,
  };
}

function decisionsOf({ rules, thresholds, otherwise, onError }: Policy): readonly Decision[] {
  const ofRules = rules.flatMap(({ effect }) =>
    effect.kind === 'decide' ? [effect.decision] : [],
  );
  return [...ofRules, ...thresholds.map(({ decision }) => decision), otherwise, onError];
}

/** Terms of the charge rule named `rule` now; `undefined` where no rule of that name charges. */
export function termsOfRule(policy: Policy, rule: string): ChargeTerms | undefined {
  const found = decisionsOf(policy).find((decision) => decision.rule === rule);
  return found?.kind === 'charge' ? found.terms : undefined;
}
