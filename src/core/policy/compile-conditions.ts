/**
 * Tables of conditions compiled to predicates, and their canonical form.
 *
 * Owns the way from tables to predicates; must not know any kind of condition.
 */
import type { CompileOptions, Predicate, Scope } from './conditions/condition-kind.ts';
import { allTruth, anyTruth } from './conditions/truth.ts';
import { CONDITION_NAMES, CONDITIONS } from './conditions/condition-table.ts';
import type { ConditionLists, ConditionName, Conditions, NamedConditions } from './rule.ts';

/** A predicate, and whether its answer may differ between readings of the path. */
export interface CompiledCondition {
  readonly scope: Scope;
  readonly holds: Predicate;
}

export interface ConditionContext extends CompileOptions {
  readonly named: NamedConditions;
}

/** Named conditions that are compiled already, however many rules use them. */
export type CompiledNames = Map<string, CompiledCondition>;

export interface CompileContext extends ConditionContext {
  readonly compiledNames: CompiledNames;
}

function compileName(name: string, context: CompileContext): CompiledCondition {
  const { compiledNames, named, whenUnknown } = context;
  const key = `${whenUnknown} ${name}`;
  const known = compiledNames.get(key);
  if (known !== undefined) return known;
  const made = allOf(compileConditions(named.get(name) ?? {}, context));
  compiledNames.set(key, made);
  return made;
}

function allOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return { scope: scopeOf(conditions), holds: allTruth(conditions.map(({ holds }) => holds)) };
}

function anyOf(conditions: readonly CompiledCondition[]): CompiledCondition {
  return { scope: scopeOf(conditions), holds: anyTruth(conditions.map(({ holds }) => holds)) };
}

function noneOf({ scope, holds }: CompiledCondition): CompiledCondition {
  return {
    scope,
    holds: (facts) => {
      const truth = holds(facts);
      return truth === undefined ? undefined : !truth;
    },
  };
}

function scopeOf(conditions: readonly CompiledCondition[]): Scope {
  return conditions.some(({ scope }) => scope === 'reading') ? 'reading' : 'request';
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function compileList<Name extends ConditionName>(
  name: Name,
  when: ConditionLists,
  options: CompileOptions,
): CompiledCondition | undefined {
  const entries = when[name];
  if (entries === undefined) return undefined;
  const kind = CONDITIONS[name];
  return {
    scope: kind.scopeOf?.(entries) ?? kind.scope,
    holds: kind.compile(entries, options),
  };
}

/** The conjuncts of `when`: all of them have to hold. None at all hold for every request. */
export function compileConditions(
  when: Conditions,
  context: CompileContext,
): readonly CompiledCondition[] {
  const compileAll = (tables: readonly Conditions[]): readonly CompiledCondition[] =>
    tables.map((table) => allOf(compileConditions(table, context)));
  const lists = CONDITION_NAMES.map((name) => compileList(name, when, context)).filter(
    (condition) => condition !== undefined,
  );
  const used = (when.use ?? []).map((name) => compileName(name, context));
  const flipped = { ...context, whenUnknown: !context.whenUnknown };
  return [
    ...lists,
    ...compileAll(when.all ?? []),
    ...(when.any === undefined ? [] : [anyOf(compileAll(when.any))]),
    ...(when.use === undefined ? [] : [anyOf(used)]),
    ...(when.not === undefined ? [] : [noneOf(allOf(compileConditions(when.not, flipped)))]),
  ];
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
function formatList<Name extends ConditionName>(
  name: Name,
  when: ConditionLists,
): readonly [Name, readonly string[]] | undefined {
  const entries = when[name];
  if (entries === undefined) return undefined;
  const texts = new Set(entries.map((entry) => CONDITIONS[name].formatEntry(entry)));
  return [name, [...texts].toSorted()];
}

/** Conditions in a form that is equal exactly when they mean the same: fixed order, sorted lists. */
export function formatConditions(when: Conditions): readonly unknown[] {
  const lists: readonly unknown[] = CONDITION_NAMES.map((name) => formatList(name, when)).filter(
    (entry) => entry !== undefined,
  );
  const combinations: readonly unknown[] = [
    ...(when.all === undefined ? [] : [['all', ...when.all.map(formatConditions)]]),
    ...(when.any === undefined ? [] : [['any', ...when.any.map(formatConditions)]]),
    ...(when.not === undefined ? [] : [['not', formatConditions(when.not)]]),
    ...(when.use === undefined ? [] : [['use', ...when.use]]),
  ];
  return [...lists, ...combinations];
}
