/**
 * Whether conditions keep out a client that is free to choose its method, headers and user agent.
 *
 * Owns the answer for a whole table (SECURITY-BAR D03); what one entry does is its kind's affair.
 */
import { breadthOfList } from './breadth.ts';
import { CONDITION_NAMES, CONDITIONS } from './conditions/condition-table.ts';
import type { ConditionLists, ConditionName, Conditions, NamedConditions } from './rule.ts';

/** What leaves as much open confines nobody. */
const HALF = 0.5;

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function listBreadth<Name extends ConditionName>(name: Name, when: ConditionLists): number {
  const entries = when[name];
  if (entries === undefined) return 1;
  if (!entries.every((entry) => CONDITIONS[name].confines(entry))) return 1;
  return breadthOfList(name, entries);
}

function sumOf(breadths: readonly number[]): number {
  return breadths.reduce((sum, each) => sum + each, 0);
}

/** Conditions that all have to hold are as narrow as the narrowest; alternatives add up. */
function breadthOf(when: Conditions, named: NamedConditions): number {
  const { all = [], any, use } = when;
  return Math.min(
    1,
    ...CONDITION_NAMES.map((name) => listBreadth(name, when)),
    ...all.map((inner) => breadthOf(inner, named)),
    ...(any === undefined ? [] : [sumOf(any.map((inner) => breadthOf(inner, named)))]),
    ...(use === undefined
      ? []
      : [sumOf([...new Set(use)].map((name) => breadthOf(named.get(name) ?? {}, named)))]),
  );
}

/**
 * True where every way to fulfil `when` takes something that a client cannot simply write: a
 * place on the site, an address, a proven identity; and where that is not nearly every place or
 * address. `not` proves nothing.
 */
export function confines(when: Conditions, named: NamedConditions): boolean {
  return breadthOf(when, named) < HALF;
}

function tablesIn(when: Conditions, named: NamedConditions): readonly Conditions[] {
  return [
    ...(when.all ?? []),
    ...(when.any ?? []),
    ...(when.not === undefined ? [] : [when.not]),
    ...(when.use ?? []).map((name) => named.get(name) ?? {}),
  ];
}

/** Whether `test` is true of the table or of any table in it. */
export function someTable(
  when: Conditions,
  named: NamedConditions,
  test: (table: Conditions) => boolean,
): boolean {
  return test(when) || tablesIn(when, named).some((table) => someTable(table, named, test));
}
