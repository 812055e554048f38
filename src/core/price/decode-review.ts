/**
 * Reads a stored review back.
 *
 * Owns the strictness: a value that is not exactly a review of format 1 is refused, so that nothing
 * reaches a terminal or a page but numbers, names of this program and prefixes of networks
 * (SECURITY-BAR J02, J03).
 */
import { readTable, type Table } from '../policy/policy-problem.ts';
import { isAdviceCode } from './review-advice.ts';
import type { Expectation, PeriodFacts, ReviewedAttack, ReviewTerms } from './review-facts.ts';
import { REVIEW_FORMAT, type Review } from './review.ts';

/** Thrown and caught in this module alone. */
class Refusal extends Error {}

const DAY = /^\d{4}-\d\d-\d\d$/;
const ATTACK_NAME = /^[a-z0-9-]{1,40}, [a-z0-9-]{1,40}$/;
const NETWORK = /^(?:\d{1,3}(?:\.\d{1,3}){3}\/24|[\da-f:]{2,39}\/56|unknown)$/;
const MAX_LIST = 1000;

function tableOf(value: unknown, names: readonly string[], optional: readonly string[] = []) {
  const table = readTable(value);
  if (table === undefined) throw new Refusal();
  const isKnown = (name: string): boolean => names.includes(name) || optional.includes(name);
  if (![...table.keys()].every(isKnown)) throw new Refusal();
  if (!names.every((name) => table.has(name))) throw new Refusal();
  return table;
}

function numberOf(table: Table, name: string): number {
  const value = table.get(name);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Refusal();
  return value;
}

function textOf(table: Table, name: string, pattern: RegExp): string {
  const value = table.get(name);
  if (typeof value !== 'string' || !pattern.test(value)) throw new Refusal();
  return value;
}

function listOf<Item>(table: Table, name: string, read: (value: unknown) => Item): readonly Item[] {
  const value = table.get(name);
  if (!Array.isArray(value) || value.length > MAX_LIST) throw new Refusal();
  const items: readonly unknown[] = value;
  return items.map(read);
}

/** A record of numbers and nothing else. */
function countsOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Record<Name, number> {
  const table = tableOf(value, names);
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = numberOf(table, name);
  const isWhole = (partial: typeof counts): partial is Record<Name, number> =>
    names.every((name) => partial[name] !== undefined);
  if (!isWhole(counts)) throw new Refusal();
  return counts;
}
