/**
 * What a policy decides about a request.
 *
 * Owns the union and its order of strictness; must not know how a decision came about.
 */
import type { ChargeTerms } from './rule.ts';

export type Decision =
  | { readonly kind: 'allow'; readonly rule: string }
  | { readonly kind: 'deny'; readonly rule: string; readonly status: number }
  | { readonly kind: 'charge'; readonly rule: string; readonly terms: ChargeTerms };

/** Compared from left to right: kind, tier, price of a request, entry fee. */
function rank(decision: Decision): readonly number[] {
  switch (decision.kind) {
    case 'allow':
      return [0];
    case 'charge': {
      const { tier, requestPrice, minSolutions, attemptsPerSolution } = decision.terms;
      return [1, tier, requestPrice, minSolutions * attemptsPerSolution];
    }
    case 'deny':
      return [2];
    default:
      return decision satisfies never;
  }
}

/** Negative when `a` is more permissive than `b`, positive when it is stricter, 0 when equal. */
export function compareStrictness(a: Decision, b: Decision): number {
  const ranks = rank(b);
  for (const [index, value] of rank(a).entries()) {
    const difference = value - (ranks[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
