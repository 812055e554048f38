/**
 * Allows that would not do what they say.
 *
 * Owns the refusals that apply to `action = "allow"` alone: an allow is the one action that a
 * client wants, so what it rests on must not be the client's to choose.
 */
import { confines } from './conditions/condition-table.ts';
import { readPath } from './path-views.ts';
import type { PolicyProblem } from './policy-problem.ts';
import type { Conditions } from './rule.ts';

function isCanonical(pattern: string): boolean {
  const reading = readPath(pattern.startsWith('/') ? pattern : `/${pattern}`);
  return reading.ok && reading.views.length === 1;
}

/** An allow has to hold under every reading of a path; some patterns cannot. */
function findDeadPatterns(when: Conditions, path: string): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  for (const [index, pattern] of (when.path ?? []).entries()) {
    if (isCanonical(pattern)) continue;
    problems.push({
      path: `${path}.path[${index}]`,
      message:
        'write the path plainly: some servers read this spelling as another path, so an allow on it would never hold',
    });
  }
  return problems;
}

/** Problems of an allow rule with these conditions at `path`. */
export function findUnsafeAllow(when: Conditions, path: string): readonly PolicyProblem[] {
  const { method: _, ...others } = when;
  if (Object.values(others).every((entries) => entries === undefined)) {
    const message =
      'add a condition beside the method; to open the whole site on purpose, write path = ["/*"]';
    return [{ path, message }];
  }
  const dead = findDeadPatterns(when, path);
  if (when.agent === undefined || confines(when)) return dead;
  const message =
    'add a path, network, country or asn: anyone can send any user agent, so an allow must not rest on it';
  return [...dead, { path: `${path}.agent`, message }];
}
