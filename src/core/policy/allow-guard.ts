/**
 * Allows that would not do what they say.
 *
 * Owns the refusals that apply to `action = "allow"` alone: an allow is the one action that a
 * client wants, so what it rests on must not be the client's to choose.
 */
import { CONDITION_NAMES } from './conditions/condition-table.ts';
import { asksForAgentAlone } from './conditions/expression-condition.ts';
import { confines, someTable } from './confines.ts';
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
const AGENT: readonly ConditionName[] = ['agent', 'agentPattern', 'claimedBot', 'falseBot'];
/** What a client writes as it likes, though it has to know what to write. */
const HEADERS: readonly ConditionName[] = ['query', 'tls', 'protocol', 'tag'];

/** A header field or an expression may ask for the user agent under another name. */
function readsAgentAlone(name: 'header' | 'expression', when: Conditions): boolean {
  if (name === 'header') return when.header?.every(({ name: of }) => of === 'user-agent') === true;
  return when.expression?.every(asksForAgentAlone) === true;
}

function asksForAgent(when: Conditions): boolean {
  if (AGENT.some((name) => when[name] !== undefined)) return true;
  return readsAgentAlone('header', when) || readsAgentAlone('expression', when);
}

function asksForHeaders(when: Conditions): boolean {
  if (HEADERS.some((name) => when[name] !== undefined)) return true;
  return (['header', 'expression'] as const).some(
    (name) => when[name] !== undefined && !readsAgentAlone(name, when),
  );
}

const ADVICE = 'add a narrow path, network, country or asn: anyone can send';

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
  const isByHeaders = someTable(when, named, asksForHeaders);
  if (!isByHeaders && !someTable(when, named, asksForAgent)) return [];
  if (confines(when, named)) return [];
  if (!isByHeaders) {
    const message = `${ADVICE} any user agent, so an allow must not rest on it`;
    return [{ path: when.agent === undefined ? path : `${path}.agent`, message }];
  }
  if (isSpoofable) return [];
  const message = `${ADVICE} these headers; to allow them all the same, write spoofable: true`;
  return [{ path, message }];
}

/** The method alone is no condition, however it is wrapped: most requests are GET. */
function isEmpty(when: Conditions, named: NamedConditions): boolean {
  return !someTable(when, named, (table) =>
    CONDITION_NAMES.some((name) => name !== 'method' && table[name] !== undefined),
  );
}

/** Problems of an allow rule with these conditions at `path`. */
export function findUnsafeAllow(
  when: Conditions,
  path: string,
  context: AllowContext,
): readonly PolicyProblem[] {
  if (isEmpty(when, context.named)) {
    const message =
      'add a condition beside the method; to open the whole site on purpose, write path = ["/*"]';
    return [{ path, message }];
  }
  return [...findDeadPatterns(when, path), ...findSpoofable(when, path, context)];
}
