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
import {
  ACTION_KEYS,
  decodeAction,
  isActionKind,
  KeyReader,
  NO_PRICES,
  type PriceClasses,
} from './decode-action.ts';
import { COMBINATION_NAMES, decodeConditions } from './decode-conditions.ts';
import {
  expandedSize,
  expandedSizes,
  expansionProblem,
  type ExpandedSizes,
} from './expanded-size.ts';
import { findForbiddenKeys } from './forbidden-keys.ts';
import {
  memberPath,
  readTable,
  type Decoded,
  type PolicyProblem,
  type Table,
} from './policy-problem.ts';
import type { Conditions, NamedConditions, OnError, Rule, RuleAction } from './rule.ts';

export type DecodedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

export const MAX_RULES = 256;
/** Names of rules and thresholds. */
export const RULE_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
/** Names of decisions that no rule of the operator made. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['built-in', 'default', 'error']);

/** What the rest of a document defines for its rules. */
export interface RuleContext {
  readonly named: NamedConditions;
  readonly prices: PriceClasses;
}

export const NO_CONTEXT: RuleContext = { named: new Map(), prices: NO_PRICES };

interface DecodedRule {
  /** `undefined` when there is a problem that leaves no rule. */
  readonly rule: Rule | undefined;
  readonly problems: readonly PolicyProblem[];
}

function findUnknownKeys(table: Table, path: string): readonly PolicyProblem[] {
  const action = table.get('action');
  const actionKeys = isActionKind(action) ? ACTION_KEYS[action] : Object.values(ACTION_KEYS).flat();
  const known = [
    'name',
    'action',
    'mode',
    'onError',
    ...CONDITION_NAMES,
    ...COMBINATION_NAMES,
    ...actionKeys,
  ];
  return [...table.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: memberPath(path, key),
      message: `remove this key or correct it; here the keys are ${known.join(', ')}`,
    }));
}

export function findNameProblems(name: unknown, path: string): readonly PolicyProblem[] {
  if (typeof name !== 'string' || !RULE_NAME.test(name)) {
    const message = 'name the rule in 1 to 64 letters, digits, ".", "_" or "-"';
    return [{ path: `${path}.name`, message }];
  }
  if (!RESERVED_NAMES.has(name)) return [];
  return [{ path: `${path}.name`, message: 'choose another name: this one is reserved' }];
}

function oneOf<Value extends string>(values: readonly Value[]) {
  return (value: unknown): Decoded<Value> => {
    const found = values.find((each) => each === value);
    if (found !== undefined) return { ok: true, value: found };
    return { ok: false, message: `write ${values.map((each) => `"${each}"`).join(' or ')}` };
  };
}

export const MODES = ['live', 'dry-run'] as const;
export const ON_ERROR: readonly OnError[] = ['charge', 'deny', 'skip'];
export const ON_FAILURE = ['closed', 'open'] as const;

type RuleFlags = Pick<Rule, 'isDryRun' | 'onError' | 'onFailure'>;

function decodeFlags(reader: KeyReader): RuleFlags {
  const mode = reader.read('mode', oneOf(MODES));
  const onError = reader.read('onError', oneOf(ON_ERROR));
  const onFailure = reader.read('onFailure', oneOf(ON_FAILURE));
  return {
    ...(mode === 'dry-run' ? { isDryRun: true as const } : {}),
    ...(onError === undefined || onError === 'charge' ? {} : { onError }),
    ...(onFailure === 'open' ? { onFailure } : {}),
  };
}

function unsafeAllowOf(
  { action, when }: { readonly action: RuleAction | undefined; readonly when: Conditions },
  path: string,
  context: { readonly named: NamedConditions; readonly isSpoofable: boolean },
): readonly PolicyProblem[] {
  return action?.kind === 'allow' ? findUnsafeAllow(when, path, context) : [];
}

interface SizedContext extends RuleContext {
  readonly sizes: ExpandedSizes;
}

function decodeRule(value: unknown, path: string, context: SizedContext): DecodedRule {
  const table = readTable(value);
  if (table === undefined) {
    return { rule: undefined, problems: [{ path, message: 'write a table with name and action' }] };
  }
  const name = table.get('name');
  const { named, prices } = context;
  const { action, problems: actionProblems } = decodeAction(table, { path, prices });
  const known = new Set(named.keys());
  const { when, problems: conditionProblems } = decodeConditions(table, path, known);
  const reader = new KeyReader(table, path);
  const flags = decodeFlags(reader);
  const isSpoofable = action?.kind === 'allow' && reader.flag('spoofable') === true;
  const tooMuch = expansionProblem(expandedSize(when, context.sizes));
  const problems = [
    ...findNameProblems(name, path),
    ...findUnknownKeys(table, path),
    ...actionProblems,
    ...conditionProblems,
    ...reader.problems,
    ...(tooMuch === undefined ? [] : [{ path, message: tooMuch }]),
    // Conditions that did not decode must not look absent to the guard.
    ...(conditionProblems.length === 0 && tooMuch === undefined
      ? unsafeAllowOf({ action, when }, path, { named, isSpoofable })
      : []),
  ];
  const isRule = typeof name === 'string' && action !== undefined;
  return { rule: isRule ? { name, action, when, ...flags } : undefined, problems };
}

export function findDuplicateNames(
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

function pathsOf(when: Conditions): readonly string[] {
  const inner = [
    ...(when.all ?? []),
    ...(when.any ?? []),
    ...(when.not === undefined ? [] : [when.not]),
  ];
  return [...(when.path ?? []), ...inner.flatMap(pathsOf)];
}

function findCostlyPatterns(
  rules: readonly Rule[],
  { named }: RuleContext,
  rootPath: string,
): readonly PolicyProblem[] {
  const patterns = [...rules.map(({ when }) => when), ...named.values()].flatMap(pathsOf);
  const searching = patterns.filter((pattern) => /\*[^*]+\*/.test(pattern));
  if (searching.length <= MAX_SEARCHING_PATTERNS) return [];
  const message = `use at most ${MAX_SEARCHING_PATTERNS} path patterns with a part between two stars in all rules together`;
  return [{ path: rootPath, message }];
}

function findExpansion(
  rules: readonly Rule[],
  sizes: ExpandedSizes,
  rootPath: string,
): readonly PolicyProblem[] {
  const size = rules.reduce((total, { when }) => total + expandedSize(when, sizes), 0);
  const message = expansionProblem(size);
  return message === undefined ? [] : [{ path: rootPath, message }];
}

/** As `decodeRules`, inside a document that was swept already. */
export function decodeRuleList(
  value: unknown,
  rootPath: string,
  context: RuleContext,
): DecodedRules {
  const values: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  if (values === undefined || values.length > MAX_RULES) {
    const message = `write a list of at most ${MAX_RULES} rules`;
    return { ok: false, problems: [{ path: rootPath, message }] };
  }
  const sized = { ...context, sizes: expandedSizes(context.named) };
  const decoded = values.map((item, index) => decodeRule(item, `${rootPath}[${index}]`, sized));
  const rules = decoded.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  const problems = [
    ...decoded.flatMap((rule) => rule.problems),
    ...findDuplicateNames(values, rootPath),
    ...findCostlyPatterns(rules, context, rootPath),
    ...findExpansion(rules, sized.sizes, rootPath),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}

/**
 * Typed rules, or every problem of `value`: unknown keys, values out of range, more than 256
 * rules, duplicate names, reserved keys at any depth, allows that rest on the user agent alone.
 */
export function decodeRules(value: unknown, rootPath = 'RULES'): DecodedRules {
  const forbidden = findForbiddenKeys(value, rootPath);
  if (forbidden.length > 0) return { ok: false, problems: forbidden };
  return decodeRuleList(value, rootPath, NO_CONTEXT);
}
