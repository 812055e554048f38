/**
 * The conditions of a rule: one list per kind.
 *
 * Owns what all lists have in common; what an entry may be is its kind's affair.
 */
import { CONDITIONS } from './conditions/condition-table.ts';
import type { Table } from './decode-action.ts';
import { memberPath, type PolicyProblem } from './policy-problem.ts';
import type { ConditionEntries, ConditionName, Conditions } from './rule.ts';

export interface DecodedConditions {
  readonly when: Conditions;
  readonly problems: readonly PolicyProblem[];
}

interface DecodedList<Entry> {
  readonly entries: readonly Entry[];
  readonly problems: readonly PolicyProblem[];
}

function decodeList<Name extends ConditionName>(
  name: Name,
  value: unknown,
  path: string,
): DecodedList<ConditionEntries[Name]> {
  const { maxEntries } = CONDITIONS[name];
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (items.length === 0 || items.length > maxEntries) {
    const message = `write a list of 1 to ${maxEntries} entries, or remove the key`;
    return { entries: [], problems: [{ path, message }] };
  }
  const entries: ConditionEntries[Name][] = [];
  const problems: PolicyProblem[] = [];
  for (const [index, item] of items.entries()) {
    const decoded = CONDITIONS[name].decodeEntry(item);
    if (decoded.ok) entries.push(decoded.value);
    else problems.push({ path: `${path}[${index}]`, message: decoded.message });
  }
  return { entries, problems };
}

/** All conditions that `table` holds; `path` is the rule's place in the document. */
export function decodeConditions(table: Table, path: string): DecodedConditions {
  const problems: PolicyProblem[] = [];
  const read = <Name extends ConditionName>(
    name: Name,
  ): readonly ConditionEntries[Name][] | undefined => {
    if (!table.has(name)) return undefined;
    const list = decodeList(name, table.get(name), memberPath(path, name));
    problems.push(...list.problems);
    return list.entries;
  };
  const when: Required<Conditions> = {
    method: read('method'),
    asn: read('asn'),
    country: read('country'),
    path: read('path'),
    network: read('network'),
    agent: read('agent'),
  };
  return { when, problems };
}
