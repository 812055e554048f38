/**
 * Conditions with their values on one request and whether they held.
 *
 * Owns the walk over a table of conditions without short cuts, and the text of the facts that
 * each kind reads; must not know rules. What holds is asked of the same predicates that decide.
 */
import type { RequestFacts, Truth } from './conditions/condition-kind.ts';
import { CONDITION_NAMES, CONDITIONS } from './conditions/condition-table.ts';
import type { ConditionContext } from './compile-conditions.ts';
import type { ConditionLists, ConditionName, Conditions } from './rule.ts';

export interface ListTrace {
  readonly kind: 'list';
  readonly name: ConditionName;
  /** The list in its canonical spelling. */
  readonly wanted: readonly string[];
  /** First entry that held by itself. */
  readonly matched: string | undefined;
  /** What the request has; `undefined`: unknown or absent. */
  readonly value: string | undefined;
  /** `undefined`: it cannot be evaluated. */
  readonly holds: Truth;
}

export interface CombinationTrace {
  readonly kind: 'all' | 'any' | 'not' | 'use';
  readonly holds: Truth;
  readonly tables: readonly TableTrace[];
}

/** One table: all of its conditions have to hold. */
export interface TableTrace {
  /** Name of the condition that `use` refers to. */
  readonly name: string | undefined;
  readonly holds: Truth;
  readonly conditions: readonly ConditionTrace[];
}

export type ConditionTrace = ListTrace | CombinationTrace;

function allHold(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

function anyHolds(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}

function joined(values: Iterable<string>): string;
function joined(values: Iterable<string> | undefined): string | undefined;
function joined(values: Iterable<string> | undefined): string | undefined {
  return values === undefined ? undefined : [...values].join(', ');
}

type Fact = (facts: RequestFacts, when: ConditionLists) => string | undefined;

function agentOf({ client }: RequestFacts): string {
  return client.agentForRules;
}

/** The fields that the tests of one list ask for. */
function headersOf({ request }: RequestFacts, { header = [] }: ConditionLists): string {
  const names = new Set(header.map(({ name }) => name));
  return joined(
    [...names].map((name) => {
      const value = request.header(name);
      return value === undefined ? `${name} is absent` : `${name}: ${value}`;
    }),
  );
}

const FACTS: Readonly<Record<ConditionName, Fact>> = {
  method: ({ method }) => method,
  asn: ({ client }) => client.asn?.toString(),
  country: ({ client }) => client.country,
  continent: ({ connection }) => connection.continent,
  protocol: ({ connection }) => connection.protocol,
  host: ({ request }) => request.host,
  tag: ({ tags }) => joined(tags),
  verifiedBot: ({ identity }) => joined(identity.verified),
  claimedBot: ({ identity }) => joined(identity.claimed),
  falseBot: ({ identity }) => joined(identity.unproven),
  tls: ({ connection }) => {
    const known = Object.entries(connection.tls).filter(([, value]) => value !== undefined);
    return known.length === 0
      ? undefined
      : joined(known.map(([name, value]) => `${name}=${value}`));
  },
  path: ({ path }) => path,
  network: ({ client }) => (client.address === undefined ? undefined : client.addressText),
  query: ({ request }) => request.search,
  agent: agentOf,
  header: headersOf,
  agentPattern: agentOf,
  pathPattern: ({ path }) => path,
  // An expression may read anything.
  expression: () => '',
};

/** Explains under one reading of one request. */
export class ConditionExplainer {
  readonly #facts: RequestFacts;
  readonly #named: ConditionContext['named'];
  readonly #caseInsensitivePaths: boolean;

  constructor(
    facts: RequestFacts,
    { named, caseInsensitivePaths }: Omit<ConditionContext, 'whenUnknown'>,
  ) {
    this.#facts = facts;
    this.#named = named;
    this.#caseInsensitivePaths = caseInsensitivePaths;
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
  #list<Name extends ConditionName>(
    name: Name,
    when: ConditionLists,
    whenUnknown: boolean,
  ): readonly ListTrace[] {
    const entries = when[name];
    if (entries === undefined) return [];
    const kind = CONDITIONS[name];
    const facts = this.#facts;
    const options = { caseInsensitivePaths: this.#caseInsensitivePaths, whenUnknown };
    const holds = kind.compile(entries, options)(facts);
    const matched =
      holds === true
        ? entries.find((entry) => kind.compile([entry], options)(facts) === true)
        : undefined;
    return [
      {
        kind: 'list',
        name,
        wanted: entries.map((entry) => kind.formatEntry(entry)),
        matched: matched === undefined ? undefined : kind.formatEntry(matched),
        value: FACTS[name](facts, when),
        holds,
      },
    ];
  }

  #combination(
    kind: 'all' | 'any' | 'use',
    tables: readonly TableTrace[] | undefined,
  ): readonly CombinationTrace[] {
    if (tables === undefined) return [];
    const truths = tables.map(({ holds }) => holds);
    return [{ kind, tables, holds: kind === 'all' ? allHold(truths) : anyHolds(truths) }];
  }

  #not(when: Conditions | undefined, whenUnknown: boolean): readonly CombinationTrace[] {
    if (when === undefined) return [];
    const table = this.table(when, !whenUnknown);
    return [
      {
        kind: 'not',
        tables: [table],
        holds: table.holds === undefined ? undefined : !table.holds,
      },
    ];
  }

  /** @param whenUnknown what a condition says of a fact that is unknown: true in a rule that denies */
  table(when: Conditions, whenUnknown: boolean, name?: string): TableTrace {
    const inner = (tables: readonly Conditions[] | undefined): TableTrace[] | undefined =>
      tables?.map((table) => this.table(table, whenUnknown));
    const used = when.use?.map((each) =>
      this.table(this.#named.get(each) ?? {}, whenUnknown, each),
    );
    const conditions: readonly ConditionTrace[] = [
      ...CONDITION_NAMES.flatMap((each) => this.#list(each, when, whenUnknown)),
      ...this.#combination('all', inner(when.all)),
      ...this.#combination('any', inner(when.any)),
      ...this.#combination('use', used),
      ...this.#not(when.not, whenUnknown),
    ];
    return { name, conditions, holds: allHold(conditions.map(({ holds }) => holds)) };
  }
}
