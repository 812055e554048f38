/**
 * Allows that would not do what they say.
 *
 * Owns the refusals that apply to `action = "allow"` alone: an allow is the one action that a
 * client wants, so what it rests on must not be the client's to choose.
 */
import { asksFor, confines } from './confines.ts';
import { readPath } from './path-views.ts';
import type { PolicyProblem } from './policy-problem.ts';
import type { ConditionName, Conditions, NamedConditions } from './rule.ts';

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
  for (const key of ['all', 'any'] as const) {
    for (const [index, inner] of (when[key] ?? []).entries()) {
      problems.push(...findDeadPatterns(inner, `${path}.${key}[${index}]`));
    }
  }
  return problems;
}

/** Anybody's word, sent by every tool: an allow that rests on it is no rule at all. */
const AGENT: readonly ConditionName[] = ['agent', 'agentPattern', 'claimedBot'];
/** What a client writes as it likes, though it has to know what to write. */
const HEADERS: readonly ConditionName[] = ['header', 'query', 'expression', 'tls', 'tag'];

const ADVICE = 'add a path, network, country or asn: anyone can send';

export interface AllowContext {
  readonly named: NamedConditions;
  /** The operator says that anybody can fulfil the conditions, and that this is meant. */
  readonly isSpoofable: boolean;
}

function findSpoofable(
  when: Conditions,
  path: string,
  { named, isSpoofable }: AllowContext,
): readonly PolicyProblem[] {
  if (!asksFor(when, named, [...AGENT, ...HEADERS]) || confines(when, named)) return [];
  if (!asksFor(when, named, HEADERS)) {
    const message = `${ADVICE} any user agent, so an allow must not rest on it`;
    return [{ path: when.agent === undefined ? path : `${path}.agent`, message }];
  }
  if (isSpoofable) return [];
  const message = `${ADVICE} these headers; to allow them all the same, write spoofable: true`;
  return [{ path, message }];
}

/** The method alone is no condition: most requests are GET. */
function isEmpty(when: Conditions): boolean {
  return Object.entries(when).every(([key, value]) => key === 'method' || value === undefined);
}

/** Problems of an allow rule with these conditions at `path`. */
export function findUnsafeAllow(
  when: Conditions,
  path: string,
  context: AllowContext,
): readonly PolicyProblem[] {
  if (isEmpty(when)) {
    const message =
      'add a condition beside the method; to open the whole site on purpose, write path = ["/*"]';
    return [{ path, message }];
  }
  return [...findDeadPatterns(when, path), ...findSpoofable(when, path, context)];
}
