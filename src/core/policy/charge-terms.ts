/**
 * What a charge rule asks for, once the defaults are known.
 *
 * Owns the resolution of terms and the one check that needs both; must not know conditions.
 */
import { isPatienceEnough, PATIENCE_CREDIT } from '../puzzle/patience.ts';
import type { PolicyProblem } from './policy-problem.ts';
import type { ChargeOverrides, ChargeTerms, Rule, RuleAction } from './rule.ts';

/** The rule's overrides over the defaults; `maxSolutions` rises where the entry fee exceeds it. */
export function resolveTerms(overrides: ChargeOverrides, defaults: ChargeTerms): ChargeTerms {
  const terms = { ...defaults, ...overrides };
  return { ...terms, maxSolutions: Math.max(defaults.maxSolutions, terms.minSolutions) };
}

/**
 * Why a client that pays what `action` asks for would not arrive; nothing for other actions.
 * @param path place of the action in the document
 */
export function findUnpayableCharge(
  action: RuleAction,
  defaults: ChargeTerms,
  path: string,
): readonly PolicyProblem[] {
  if (action.kind !== 'charge') return [];
  const terms = resolveTerms(action.overrides, defaults);
  if (terms.minSolutions * terms.attemptsPerSolution < terms.requestPrice) {
    const message =
      'make minSolutions x attemptsPerSolution at least requestPrice: a pass buys nothing';
    return [{ path, message }];
  }
  if (terms.puzzle !== 'patience' || isPatienceEnough(terms)) return [];
  const message = `ask for "work", or make tier 0 and requestPrice at most ${PATIENCE_CREDIT}: waiting buys no more`;
  return [{ path: `${path}.puzzle`, message }];
}

/**
 * Charge rules whose puzzle buys no request: a client would pay, be charged again, and never
 * arrive. Part of checking a configuration, after `decodeRules`.
 */
export function findUnpayableCharges(
  rules: readonly Rule[],
  defaults: ChargeTerms,
  rootPath = 'RULES',
): readonly PolicyProblem[] {
  return rules.flatMap(({ action }, index) =>
    findUnpayableCharge(action, defaults, `${rootPath}[${index}]`),
  );
}
