/**
 * How much there is to ask once every `use` is replaced by what it names.
 *
 * Owns the measure and its bounds. A name costs a few bytes wherever it stands, so without them a
 * document of 4 KB asks for 64 x 64 x 64 x 64 tables (SECURITY-BAR E07, E08).
 */
import { CONDITION_NAMES } from './conditions/condition-table.ts';
import type { Conditions, NamedConditions } from './rule.ts';

/** Lists and tables of one rule, of one named condition, and of all rules together. */
export const MAX_EXPANDED = 10_000;

/** Sizes of named conditions. */
export type ExpandedSizes = ReadonlyMap<string, number>;

/** Lists and tables of `when`. @param sizes of all names that it uses */
export function expandedSize(when: Conditions, sizes: ExpandedSizes): number {
  const inner = [
    ...(when.all ?? []),
    ...(when.any ?? []),
    ...(when.not === undefined ? [] : [when.not]),
  ];
  let size = 1 + CONDITION_NAMES.filter((name) => when[name] !== undefined).length;
  for (const table of inner) size += expandedSize(table, sizes);
  for (const name of when.use ?? []) size += sizes.get(name) ?? 0;
  return size;
}

/** Sizes of `named`, in which a later one may use an earlier one. */
export function expandedSizes(named: NamedConditions): ExpandedSizes {
  const sizes = new Map<string, number>();
  for (const [name, when] of named) sizes.set(name, expandedSize(when, sizes));
  return sizes;
}

/** What to do about `size`, where it is too large. */
export function expansionProblem(size: number): string | undefined {
  if (size <= MAX_EXPANDED) return undefined;
  return `use fewer conditions: with all that "use" stands for there may be ${MAX_EXPANDED} lists and tables at most`;
}
