/**
 * The conditions of a table: one list per kind, and combinations of tables.
 *
 * Owns what all lists have in common and the nesting; what an entry may be is its kind's affair.
 */
import { CONDITION_NAMES, CONDITIONS } from './conditions/condition-table.ts';
import { memberPath, readTable, type PolicyProblem, type Table } from './policy-problem.ts';
import type { ConditionEntries, ConditionLists, ConditionName, Conditions } from './rule.ts';

/** Tables inside tables; deeper ones are refused. */
export const MAX_NESTING = 6;
export const MAX_ALTERNATIVES = 64;
export const MAX_USES = 64;

export const COMBINATION_NAMES: readonly string[] = ['all', 'any', 'not', 'use'];

export interface DecodedConditions {
  readonly when: Conditions;
  readonly problems: readonly PolicyProblem[];
}

interface DecodedList<Entry> {
  readonly entries: readonly Entry[];
  readonly problems: readonly PolicyProblem[];
}

function itemsOf(name: ConditionName, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return CONDITIONS[name].takesScalar === true && value !== undefined ? [value] : [];
}

function decodeList<Name extends ConditionName>(
  name: Name,
  value: unknown,
  path: string,
): DecodedList<ConditionEntries[Name]> {
  const { maxEntries } = CONDITIONS[name];
  const items = itemsOf(name, value);
  if (items.length === 0 || items.length > maxEntries) {
    const message = `write a list of 1 to ${maxEntries} entries, or remove the key`;
    return { entries: [], problems: [{ path, message }] };
  }
  const entries: ConditionEntries[Name][] = [];
  const problems: PolicyProblem[] = [];
  for (const [index, item] of items.entries()) {
    const decoded = CONDITIONS[name].decodeEntry(item);
    if (decoded.ok) entries.push(decoded.value);
    else {
      const place = Array.isArray(value) ? `${path}[${index}]` : path;
      problems.push({ path: place, message: decoded.message });
    }
  }
  return { entries, problems };
}

/** Reads the tables of one document; `known` are the names that `use` may refer to. */
class ConditionReader {
  readonly problems: PolicyProblem[] = [];
  readonly #known: ReadonlySet<string>;

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  refuse(path: string, message: string): undefined {
    this.problems.push({ path, message });
    return undefined;
  }

  lists(table: Table, path: string): ConditionLists {
    const read = <Name extends ConditionName>(
      name: Name,
    ): readonly ConditionEntries[Name][] | undefined => {
      if (!table.has(name)) return undefined;
      const list = decodeList(name, table.get(name), memberPath(path, name));
      this.problems.push(...list.problems);
      return list.entries;
    };
    const lists: Required<ConditionLists> = {
      method: read('method'),
      asn: read('asn'),
      country: read('country'),
      continent: read('continent'),
      protocol: read('protocol'),
      host: read('host'),
      tag: read('tag'),
      verifiedBot: read('verifiedBot'),
      claimedBot: read('claimedBot'),
      falseBot: read('falseBot'),
      tls: read('tls'),
      path: read('path'),
      network: read('network'),
      query: read('query'),
      agent: read('agent'),
      header: read('header'),
      agentPattern: read('agentPattern'),
      pathPattern: read('pathPattern'),
      expression: read('expression'),
    };
    return lists;
  }

  #use(value: unknown, path: string): readonly string[] | undefined {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0 || items.length > MAX_USES) {
      return this.refuse(path, `write a list of 1 to ${MAX_USES} names of conditions`);
    }
    const names: string[] = [];
    for (const [index, item] of items.entries()) {
      if (typeof item === 'string' && this.#known.has(item)) names.push(item);
      else this.refuse(`${path}[${index}]`, 'name a condition that is defined above this place');
    }
    return names;
  }

  #nested(value: unknown, path: string, depth: number): Conditions {
    const table = readTable(value);
    if (table === undefined || table.size === 0) {
      this.refuse(path, 'write a table of conditions, such as { path: ["/a"] }');
      return {};
    }
    if (depth > MAX_NESTING) {
      this.refuse(path, `nest at most ${MAX_NESTING} tables; name a condition and use it instead`);
      return {};
    }
    for (const key of table.keys()) {
      if (COMBINATION_NAMES.includes(key) || Object.hasOwn(CONDITIONS, key)) continue;
      const known = [...CONDITION_NAMES, ...COMBINATION_NAMES].join(', ');
      this.refuse(
        memberPath(path, key),
        `remove this key or correct it; here the keys are ${known}`,
      );
    }
    return this.table(table, path, depth);
  }

  #alternatives(value: unknown, path: string, depth: number): readonly Conditions[] {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    if (items.length === 0 || items.length > MAX_ALTERNATIVES) {
      this.refuse(path, `write a list of 1 to ${MAX_ALTERNATIVES} tables of conditions`);
      return [];
    }
    return items.map((item, index) => this.#nested(item, `${path}[${index}]`, depth));
  }

  table(table: Table, path: string, depth: number): Conditions {
    const lists = this.lists(table, path);
    const inner = depth + 1;
    const all = table.has('all')
      ? { all: this.#alternatives(table.get('all'), `${path}.all`, inner) }
      : {};
    const any = table.has('any')
      ? { any: this.#alternatives(table.get('any'), `${path}.any`, inner) }
      : {};
    const not = table.has('not')
      ? { not: this.#nested(table.get('not'), `${path}.not`, inner) }
      : {};
    const use = table.has('use') ? this.#use(table.get('use'), `${path}.use`) : undefined;
    return { ...lists, ...all, ...any, ...not, ...(use === undefined ? {} : { use }) };
  }

  named(value: unknown, path: string): Conditions {
    return this.#nested(value, path, 0);
  }
}

/**
 * All conditions that `table` holds, its other keys left alone.
 * @param path the table's place in the document
 * @param known names that `use` may refer to
 */
export function decodeConditions(
  table: Table,
  path: string,
  known: ReadonlySet<string>,
): DecodedConditions {
  const reader = new ConditionReader(known);
  const when = reader.table(table, path, 0);
  return { when, problems: reader.problems };
}

/** One named condition: a table that holds conditions and nothing else. */
export function decodeNamedCondition(
  value: unknown,
  path: string,
  known: ReadonlySet<string>,
): DecodedConditions {
  const reader = new ConditionReader(known);
  const when = reader.named(value, path);
  return { when, problems: reader.problems };
}
