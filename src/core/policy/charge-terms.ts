/**
 * What a charge rule asks for, once the defaults are known.
 *
 * Owns the resolution of terms and the one check that needs both; must not know conditions.
 */
import type { PolicyProblem } from './policy-problem.ts';
import type { ChargeOverrides, ChargeTerms, Rule } from './rule.ts';

/** The rule's overrides over the defaults; `maxSolutions` rises where the entry fee exceeds it. */
export function resolveTerms(overrides: ChargeOverrides, defaults: ChargeTerms): ChargeTerms {
  const terms = { ...defaults, ...overrides };
  return { ...terms, maxSolutions: Math.max(defaults.maxSolutions, terms.minSolutions) };
}

/**
 * Charge rules whose entry fee buys no request: a client would pay, be charged again, and never
 * arrive. Part of checking a configuration, after `decodeRules`.
 */
export function findUnpayableCharges(
  rules: readonly Rule[],
  defaults: ChargeTerms,
  rootPath = 'RULES',
): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  for (const [index, { action }] of rules.entries()) {
    if (action.kind !== 'charge') continue;
    const terms = resolveTerms(action.overrides, defaults);
    if (terms.minSolutions * terms.attemptsPerSolution >= terms.requestPrice) continue;
    problems.push({
      path: `${rootPath}[${index}]`,
      message: 'make minSolutions x attemptsPerSolution at least requestPrice: a pass buys nothing',
    });
  }
  return problems;
}
