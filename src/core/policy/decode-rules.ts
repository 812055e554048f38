/**
 * The operator's rules, from an untrusted value to typed rules.
 *
 * Owns the document's shape: a flat table per rule. All problems are reported at once; nothing is
 * repaired or skipped.
 *
 *   [[vars.RULES]]
 *   name = "feeds"
 *   action = "allow"
 *   path = ["/feed.xml", "/feeds/*"]
 *   method = ["GET", "HEAD"]
 */
import { findUnsafeAllow } from './allow-guard.ts';
import { CONDITION_NAMES } from './conditions/condition-table.ts';
import { ACTION_KEYS, decodeAction, type Table } from './decode-action.ts';
import { decodeConditions } from './decode-conditions.ts';
import { findForbiddenKeys } from './forbidden-keys.ts';
import { memberPath, type PolicyProblem } from './policy-problem.ts';
import type { Rule } from './rule.ts';

export type DecodedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

export const MAX_RULES = 256;
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
/** Names of decisions that no rule of the operator made. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['built-in', 'default']);

interface DecodedRule {
  /** `undefined` when there is a problem that leaves no rule. */
  readonly rule: Rule | undefined;
  readonly problems: readonly PolicyProblem[];
}

function readTable(value: unknown): Table | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}

function findUnknownKeys(table: Table, path: string): readonly PolicyProblem[] {
  const action = table.get('action');
  const actionKeys =
    action === 'allow' || action === 'deny' || action === 'charge'
      ? ACTION_KEYS[action]
      : Object.values(ACTION_KEYS).flat();
  const known = ['name', 'action', ...CONDITION_NAMES, ...actionKeys];
  return [...table.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: memberPath(path, key),
      message: `remove this key or correct it; here the keys are ${known.join(', ')}`,
    }));
}

function findNameProblems(name: unknown, path: string): readonly PolicyProblem[] {
  if (typeof name !== 'string' || !NAME.test(name)) {
    const message = 'name the rule in 1 to 64 letters, digits, ".", "_" or "-"';
    return [{ path: `${path}.name`, message }];
  }
  if (!RESERVED_NAMES.has(name)) return [];
  return [{ path: `${path}.name`, message: 'choose another name: this one is reserved' }];
}

function decodeRule(value: unknown, path: string): DecodedRule {
  const table = readTable(value);
  if (table === undefined) {
    return { rule: undefined, problems: [{ path, message: 'write a table with name and action' }] };
  }
  const name = table.get('name');
  const { action, problems: actionProblems } = decodeAction(table, path);
  const { when, problems: conditionProblems } = decodeConditions(table, path);
  // Conditions that did not decode must not look absent to the guard.
  const isAllow = action?.kind === 'allow' && conditionProblems.length === 0;
  const problems = [
    ...findNameProblems(name, path),
    ...findUnknownKeys(table, path),
    ...actionProblems,
    ...conditionProblems,
    ...(isAllow ? findUnsafeAllow(when, path) : []),
  ];
  const isRule = typeof name === 'string' && action !== undefined;
  return { rule: isRule ? { name, action, when } : undefined, problems };
}

function findDuplicateNames(
  values: readonly unknown[],
  rootPath: string,
): readonly PolicyProblem[] {
  const seen = new Set<unknown>();
  const problems: PolicyProblem[] = [];
  for (const [index, value] of values.entries()) {
    const name = readTable(value)?.get('name');
    if (typeof name !== 'string') continue;
    if (seen.has(name)) {
      const path = `${rootPath}[${index}].name`;
      problems.push({ path, message: 'choose another name: an earlier rule has this one' });
    }
    seen.add(name);
  }
  return problems;
}

/**
 * Patterns with a part between two stars are searched for through every reading of a path; all
 * others look at its ends alone. 64 x 16,384 characters cost about two milliseconds at worst.
 */
export const MAX_SEARCHING_PATTERNS = 64;

function findCostlyPatterns(rules: readonly Rule[], rootPath: string): readonly PolicyProblem[] {
  const patterns = rules.flatMap(({ when }) => when.path ?? []);
  const searching = patterns.filter((pattern) => /\*[^*]+\*/.test(pattern));
  if (searching.length <= MAX_SEARCHING_PATTERNS) return [];
  const message = `use at most ${MAX_SEARCHING_PATTERNS} path patterns with a part between two stars in all rules together`;
  return [{ path: rootPath, message }];
}

/**
 * Typed rules, or every problem of `value`: unknown keys, values out of range, more than 256
 * rules, duplicate names, reserved keys at any depth, allows that rest on the user agent alone.
 */
export function decodeRules(value: unknown, rootPath = 'RULES'): DecodedRules {
  const forbidden = findForbiddenKeys(value, rootPath);
  if (forbidden.length > 0) return { ok: false, problems: forbidden };
  const values: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (values === undefined || values.length > MAX_RULES) {
    const message = `write a list of at most ${MAX_RULES} rules`;
    return { ok: false, problems: [{ path: rootPath, message }] };
  }
  const decoded = values.map((item, index) => decodeRule(item, `${rootPath}[${index}]`));
  const rules = decoded.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  const problems = [
    ...decoded.flatMap((rule) => rule.problems),
    ...findDuplicateNames(values, rootPath),
    ...findCostlyPatterns(rules, rootPath),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}
