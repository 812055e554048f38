/**
 * A sweep over an untrusted value before anything reads it.
 *
 * Owns three refusals: keys that reach prototypes (SECURITY-BAR E09), nesting, and size. Must not
 * know what the value means.
 */
import { memberPath, type PolicyProblem } from './policy-problem.ts';

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface SweepBounds {
  readonly maxDepth: number;
  readonly maxValues: number;
}

/** Enough for the rules of a variable. */
const DEFAULT_BOUNDS: SweepBounds = { maxDepth: 8, maxValues: 50_000 };

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

function childrenOf(place: Place): readonly Place[] {
  const { value, path } = place;
  if (typeof value !== 'object' || value === null) return [];
  const depth = place.depth + 1;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => ({ value: item, path: `${path}[${index}]`, depth }));
  }
  return Object.keys(value).map((key) => ({
    value: Object.getOwnPropertyDescriptor(value, key)?.value,
    path: memberPath(path, key),
    depth,
  }));
}

function forbiddenIn(place: Place): readonly PolicyProblem[] {
  const { value, path } = place;
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value)
    .filter((key) => FORBIDDEN.has(key))
    .map((key) => ({ path: memberPath(path, key), message: 'remove this key: it is reserved' }));
}

/** Every forbidden key at any depth; deeper or larger than the bounds is one more. */
export function findForbiddenKeys(
  root: unknown,
  rootPath: string,
  { maxDepth, maxValues }: SweepBounds = DEFAULT_BOUNDS,
): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const pending: Place[] = [{ value: root, path: rootPath, depth: 0 }];
  let seen = 0;
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    seen += 1;
    if (place.depth > maxDepth) {
      problems.push({ path: place.path, message: `nest at most ${maxDepth} levels` });
      continue;
    }
    problems.push(...forbiddenIn(place));
    const children = childrenOf(place);
    if (seen + pending.length + children.length > maxValues) {
      problems.push({ path: rootPath, message: `use fewer than ${maxValues} values in all` });
      return problems;
    }
    pending.push(...children.toReversed());
  }
  return problems;
}
