/**
 * What is right in a document and yet probably not meant.
 *
 * Owns the warnings: none of them stops a document. Must not know how a document was written.
 */
import { formatConditions } from '../compile-conditions.ts';
import { memberPath, readTable, type PolicyProblem } from '../policy-problem.ts';
import type { Conditions, Rule } from '../rule.ts';
import { completeDocument } from './complete-document.ts';
import type { PolicyDocument } from './policy-document.ts';

function isTerminal({ action }: Rule): boolean {
  return action.kind !== 'weigh' && action.kind !== 'tag';
}

/** Whether the table holds for every request: it asks nothing, or for any path at all. */
function alwaysHolds(when: Conditions): boolean {
  return Object.entries(when).every(([key, value]) => {
    if (value === undefined) return true;
    return key === 'path' && (when.path ?? []).some((pattern) => /^\/?\*$/.test(pattern));
  });
}

/** A denial also holds for what is not known, and `onError: skip` leaves room for the next. */
function covers(earlier: Rule, later: Rule): boolean {
  if (earlier.onError === 'skip') return false;
  return earlier.action.kind === 'deny' || later.action.kind !== 'deny';
}

/** Rules behind one that decides about everything, or about the very same requests. */
function findDeadRules({ rules }: PolicyDocument): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const earlier = new Map<string, Rule>();
  let open: string | undefined;
  for (const [index, rule] of rules.entries()) {
    const path = `rules[${index}]`;
    const same = JSON.stringify(formatConditions(rule.when));
    const twin = earlier.get(same);
    if (open !== undefined) {
      const message = `can never apply: the earlier rule "${open}" decides about every request`;
      problems.push({ path, message });
    } else if (twin !== undefined && covers(twin, rule)) {
      const message = `can never apply: the earlier rule "${twin.name}" has the same conditions and decides`;
      problems.push({ path, message });
    } else if (isTerminal(rule) && rule.isDryRun !== true) {
      earlier.set(same, rule);
      if (alwaysHolds(rule.when)) open = rule.name;
    }
  }
  return problems;
}

/** Every table in `when`, itself included, those of named conditions aside. */
export function tablesOf(when: Conditions): readonly Conditions[] {
  const inner = [
    ...(when.all ?? []),
    ...(when.any ?? []),
    ...(when.not === undefined ? [] : [when.not]),
  ];
  return [when, ...inner.flatMap(tablesOf)];
}

function findUnusedConditions({ named, rules }: PolicyDocument): readonly PolicyProblem[] {
  const tables = [...rules.map(({ when }) => when), ...named.values()].flatMap(tablesOf);
  const used = new Set(tables.flatMap(({ use }) => use ?? []));
  return [...named.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: memberPath('conditions', name),
      message: 'no rule uses this condition: refer to it with "use", or remove it',
    }));
}

/** Tags that are asked for before any rule leaves them. */
function findMissingTags({ rules, named }: PolicyDocument): readonly PolicyProblem[] {
  const left = new Set<string>();
  const problems: PolicyProblem[] = [];
  for (const [index, { action, when, isDryRun }] of rules.entries()) {
    const tables = tablesOf(when);
    const used = tables.flatMap(({ use }) => (use ?? []).flatMap((name) => named.get(name) ?? []));
    const asked = [...tables, ...used.flatMap(tablesOf)].flatMap(({ tag }) => tag ?? []);
    for (const tag of new Set(asked)) {
      if (left.has(tag)) continue;
      const message = `no earlier rule leaves the tag "${tag}", so this condition never holds`;
      problems.push({ path: `rules[${index}]`, message });
    }
    if (action.kind !== 'tag' || isDryRun === true) continue;
    for (const tag of action.tags) left.add(tag);
  }
  return problems;
}

function findIdlePoints(document: PolicyDocument): readonly PolicyProblem[] {
  const { rules, thresholds } = completeDocument(document);
  const weighs = rules.some(({ action }) => action.kind === 'weigh');
  if (weighs && thresholds.length === 0) {
    const message = 'rules give points and no threshold asks for them: add "thresholds"';
    return [{ path: 'rules', message }];
  }
  if (!weighs && document.thresholds.length > 0) {
    const message = 'thresholds ask for points and no rule gives any: add a rule that weighs';
    return [{ path: 'thresholds', message }];
  }
  return [];
}

function findUnusedPrices(value: unknown): readonly PolicyProblem[] {
  const table = readTable(value);
  const places = [table?.get('rules'), table?.get('thresholds'), [table?.get('default')]];
  const items: readonly unknown[] = places.flatMap((place): readonly unknown[] =>
    Array.isArray(place) ? place : [],
  );
  const used = new Set(items.map((item) => readTable(item)?.get('price')));
  return [...(readTable(table?.get('prices'))?.keys() ?? [])]
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: memberPath('prices', name),
      message: 'no charge names this price: refer to it with "price", or remove it',
    }));
}

const SPOOFABLE =
  'anybody can send what this allow asks for, and it says so itself: be sure that it is meant';

function findSpoofable(value: unknown): readonly PolicyProblem[] {
  const table = readTable(value);
  const problems: PolicyProblem[] = [];
  for (const key of ['rules', 'thresholds'] as const) {
    const items: unknown = table?.get(key);
    if (!Array.isArray(items)) continue;
    for (const [index, item] of items.entries()) {
      if (readTable(item)?.get('spoofable') !== true) continue;
      problems.push({ path: `${key}[${index}].spoofable`, message: SPOOFABLE });
    }
  }
  if (readTable(table?.get('default'))?.get('spoofable') === true) {
    problems.push({ path: 'default.spoofable', message: SPOOFABLE });
  }
  return problems;
}

function findIdleModes({ preset, isDryRun }: PolicyDocument): readonly PolicyProblem[] {
  if (preset === 'monitor') {
    const message = 'monitor reports and touches nothing: choose another preset to charge anybody';
    return [{ path: 'preset', message }];
  }
  if (!isDryRun) return [];
  const message = 'dry-run reports and touches nothing: write "live" to charge anybody';
  return [{ path: 'mode', message }];
}

/**
 * Warnings about a document that was decoded.
 * @param value what `document` was decoded from
 */
export function reviewDocument(value: unknown, document: PolicyDocument): readonly PolicyProblem[] {
  return [
    ...findIdleModes(document),
    ...findDeadRules(document),
    ...findUnusedConditions(document),
    ...findUnusedPrices(value),
    ...findSpoofable(value),
    ...findMissingTags(document),
    ...findIdlePoints(document),
  ];
}
