/**
 * Combinations of predicates in the logic of three values.
 *
 * Owns two: any and all. What cannot be evaluated matters only where the rest leaves it open.
 */
import type { Predicate, Truth } from './condition-kind.ts';

/** True before unknown before false. */
export function anyTruth(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only !== undefined && predicates.length === 1) return only;
  return (facts) => {
    let truth: Truth = false;
    for (const holds of predicates) {
      const each = holds(facts);
      if (each === true) return true;
      if (each === undefined) truth = undefined;
    }
    return truth;
  };
}

/** False before unknown before true. */
export function allTruth(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only !== undefined && predicates.length === 1) return only;
  return (facts) => {
    let truth: Truth = true;
    for (const holds of predicates) {
      const each = holds(facts);
      if (each === false) return false;
      if (each === undefined) truth = undefined;
    }
    return truth;
  };
}
