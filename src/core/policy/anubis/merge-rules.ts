/**
 * Fewer rules that decide the same.
 *
 * Owns which rules may become one: neighbours that do the same and do not add up. Must not know
 * where rules come from.
 */
import type { RuleTable } from './translate-bot.ts';

const ACTION_KEYS: readonly string[] = [
  'action',
  'status',
  'mode',
  'spoofable',
  'puzzle',
  'minSolutions',
  'attemptsPerSolution',
  'requestPrice',
];
const MAX_ALTERNATIVES = 64;

export interface MergedRule {
  readonly rule: RuleTable;
  /** Names of the rules that it stands for. */
  readonly names: readonly string[];
}

function partOf(rule: RuleTable, isWanted: (key: string) => boolean): RuleTable {
  return Object.fromEntries(Object.entries(rule).filter(([key]) => isWanted(key)));
}

function actionPart(rule: RuleTable): string {
  return JSON.stringify(ACTION_KEYS.map((key) => rule[key] ?? null));
}

function merge(rules: readonly RuleTable[]): MergedRule {
  const names = rules.map((rule) => String(rule['name']));
  const [first = {}] = rules;
  if (rules.length === 1) return { rule: first, names };
  const any = rules.map((rule) =>
    partOf(rule, (key) => key !== 'name' && !ACTION_KEYS.includes(key)),
  );
  return {
    rule: { ...partOf(first, (key) => key === 'name' || ACTION_KEYS.includes(key)), any },
    names,
  };
}

/** The same decisions in fewer rules; the name of a merged one is that of its first. */
export function mergeRules(rules: readonly RuleTable[]): readonly MergedRule[] {
  const groups: RuleTable[][] = [];
  for (const rule of rules) {
    const current = groups.at(-1);
    const [head] = current ?? [];
    const isSame = head !== undefined && actionPart(head) === actionPart(rule);
    const fits = current !== undefined && current.length < MAX_ALTERNATIVES;
    if (isSame && fits && rule['action'] !== 'weigh') current.push(rule);
    else groups.push([rule]);
  }
  return groups.map(merge);
}
