/**
 * Whether conditions keep out a client that is free to choose its method, headers and user agent.
 *
 * Owns the answer for a whole table (SECURITY-BAR D03); what one entry does is its kind's affair.
 */
import { CONDITION_NAMES, CONDITIONS } from './conditions/condition-table.ts';
import type { ConditionLists, ConditionName, Conditions, NamedConditions } from './rule.ts';

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function listConfines<Name extends ConditionName>(name: Name, when: ConditionLists): boolean {
  const entries = when[name];
  return entries !== undefined && entries.every((entry) => CONDITIONS[name].confines(entry));
}

/**
 * True where every way to fulfil `when` takes something that a client cannot simply write: a
 * place on the site, an address, a proven identity. `not` proves nothing.
 */
export function confines(when: Conditions, named: NamedConditions): boolean {
  if (CONDITION_NAMES.some((name) => listConfines(name, when))) return true;
  if (when.all?.some((inner) => confines(inner, named)) === true) return true;
  if (when.any?.every((inner) => confines(inner, named)) === true) return true;
  return (
    when.use?.every((name) => {
      const inner = named.get(name);
      return inner !== undefined && confines(inner, named);
    }) === true
  );
}

function tablesIn(when: Conditions, named: NamedConditions): readonly Conditions[] {
  return [
    ...(when.all ?? []),
    ...(when.any ?? []),
    ...(when.not === undefined ? [] : [when.not]),
    ...(when.use ?? []).map((name) => named.get(name) ?? {}),
  ];
}

/** Whether any list of the table, or of a table in it, is of one of `kinds`. */
export function asksFor(
  when: Conditions,
  named: NamedConditions,
  kinds: readonly ConditionName[],
): boolean {
  if (kinds.some((name) => when[name] !== undefined)) return true;
  return tablesIn(when, named).some((table) => asksFor(table, named, kinds));
}
