/**
 * All kinds of condition, cheapest first: rules test them in this order.
 *
 * Owns the table and what is done with a whole `Conditions`; a further kind is one row and one file.
 */
import type { ConditionEntries, ConditionName, Conditions } from '../rule.ts';
import { agentCondition } from './agent-condition.ts';
import { asnCondition } from './asn-condition.ts';
import type { CompileOptions, ConditionKind, Predicate } from './condition-kind.ts';
import { countryCondition } from './country-condition.ts';
import { methodCondition } from './method-condition.ts';
import { networkCondition } from './network-condition.ts';
import { pathCondition } from './path-condition.ts';

export type ConditionTable = {
  readonly [Name in ConditionName]: ConditionKind<ConditionEntries[Name]>;
};

export const CONDITIONS: ConditionTable = {
  method: methodCondition,
  asn: asnCondition,
  country: countryCondition,
  path: pathCondition,
  network: networkCondition,
  agent: agentCondition,
};

function isConditionName(name: string): name is ConditionName {
  return Object.hasOwn(CONDITIONS, name);
}

export const CONDITION_NAMES: readonly ConditionName[] =
  Object.keys(CONDITIONS).filter(isConditionName);

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function compileOne<Name extends ConditionName>(
  name: Name,
  when: Conditions,
  options: CompileOptions,
): Predicate | undefined {
  const entries = when[name];
  return entries === undefined ? undefined : CONDITIONS[name].compile(entries, options);
}

/** A rule's conditions, apart by how often they are asked; the rule applies when all are true. */
export interface CompiledConditions {
  /** Of the request as a whole: the same for every reading of its path. */
  readonly onRequest: readonly Predicate[];
  /** Of one reading of the path. */
  readonly onPath: readonly Predicate[];
}

export function compileConditions(when: Conditions, options: CompileOptions): CompiledConditions {
  const compile = (names: readonly ConditionName[]): readonly Predicate[] =>
    names
      .map((name) => compileOne(name, when, options))
      .filter((predicate) => predicate !== undefined);
  return {
    onRequest: compile(CONDITION_NAMES.filter((name) => name !== 'path')),
    onPath: compile(['path']),
  };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function confinesBy<Name extends ConditionName>(name: Name, when: Conditions): boolean {
  const entries = when[name];
  return entries !== undefined && entries.every((entry) => CONDITIONS[name].confines(entry));
}

/** Whether some condition keeps out a client that is free to choose method and user agent. */
export function confines(when: Conditions): boolean {
  return CONDITION_NAMES.some((name) => confinesBy(name, when));
}

function formatOne<Name extends ConditionName>(
  name: Name,
  when: Conditions,
): readonly [Name, readonly string[]] | undefined {
  const entries = when[name];
  if (entries === undefined) return undefined;
  const texts = new Set(entries.map((entry) => CONDITIONS[name].formatEntry(entry)));
  return [name, [...texts].toSorted()];
}

/** Conditions in a form that is equal exactly when they mean the same: fixed order, sorted lists. */
export function formatConditions(when: Conditions): readonly unknown[] {
  return CONDITION_NAMES.map((name) => formatOne(name, when)).filter(
    (entry) => entry !== undefined,
  );
}
