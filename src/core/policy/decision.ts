/**
 * What a policy decides about a request.
 *
 * Owns the union and its order of strictness; must not know how a decision came about.
 */
import type { ChargeTerms } from './rule.ts';

export type Decision =
  /** `limited`: below the network's ceiling. */
  | { readonly kind: 'allow'; readonly rule: string; readonly limited?: true }
  | { readonly kind: 'deny'; readonly rule: string; readonly status: number }
  | {
      readonly kind: 'charge';
      readonly rule: string;
      readonly terms: ChargeTerms;
      /** Where the gate itself fails while it charges; absent: closed. */
      readonly onFailure?: 'open';
    };

/** Compared from left to right: kind, tier, price of a request, entry fee. */
function rank(decision: Decision): readonly number[] {
  switch (decision.kind) {
    case 'allow':
      return [0, decision.limited === true ? 1 : 0];
    case 'charge': {
      const { tier, requestPrice, minSolutions, attemptsPerSolution } = decision.terms;
      const isClosed = decision.onFailure === undefined ? 1 : 0;
      return [1, tier, requestPrice, minSolutions * attemptsPerSolution, isClosed];
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

/** The stricter of the two; the first where they are equal. */
export function stricterOf(first: Decision, other: Decision): Decision {
  return compareStrictness(other, first) > 0 ? other : first;
}
