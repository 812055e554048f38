/**
 * Reads a stored review back.
 *
 * Owns the strictness: a value that is not exactly a review of format 1 is refused, so that nothing
 * reaches a terminal or a page but numbers, names of this program and prefixes of networks
 * (SECURITY-BAR J02, J03).
 */
import { readTable, type Table } from '../policy/policy-problem.ts';
import { NO_COUNTS } from './hour-book.ts';
import type { HourSummary } from './hour-summary.ts';
import { isAdviceCode } from './review-advice.ts';
import type { AdviceCode } from './review-advice.ts';
import type { Expectation, PeriodFacts, ReviewedAttack, ReviewTerms } from './review-facts.ts';
import { REVIEW_FORMAT, type Review } from './review.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const ATTACK = /^[a-z0-9-]{1,40}, [a-z0-9-]{1,40}$/;
const NETWORK = /^(?:\d{1,3}(?:\.\d{1,3}){3}\/24|[\da-f:]{2,39}\/56|unknown)$/;
const MAX_ITEMS = 1000;
const EMPTY: Table = new Map();

/** Reads on after a refusal, with zeros, so that every member is looked at in one place alone. */
class ReviewReader {
  isRefused = false;

  refuse(): void {
    this.isRefused = true;
  }

  /** A table with all of `names`, perhaps some of `optional`, and nothing else. */
  table(value: unknown, names: readonly string[], optional: readonly string[] = []): Table {
    const table = readTable(value) ?? EMPTY;
    const hasAll = names.every((name) => table.has(name));
    const hasMore = [...table.keys()].some(
      (name) => !names.includes(name) && !optional.includes(name),
    );
    if (!hasAll || hasMore) this.refuse();
    return table;
  }

  number(value: unknown): number {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    this.refuse();
    return 0;
  }

  text(value: unknown, pattern: RegExp): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.refuse();
    return '';
  }

  list(value: unknown): readonly unknown[] {
    if (Array.isArray(value) && value.length <= MAX_ITEMS) return value;
    this.refuse();
    return [];
  }

  /** Members of `names`, all numbers, and nothing else. */
  counts<Name extends string>(value: unknown, none: Readonly<Record<Name, number>>) {
    const counts: Record<Name, number> = { ...none };
    const table = this.table(value, Object.keys(none));
    for (const name in none) counts[name] = this.number(table.get(name));
    return counts;
  }
}

const NO_AMOUNTS = {
  attempts: 0,
  passes: 0,
  isolates: 0,
  globalBits: 0,
  calls: 0,
};
const NO_TERMS = {
  minSolutions: 0,
  maxSolutions: 0,
  attemptsPerSolution: 0,
  requestPrice: 0,
  capBits: 0,
};
const NO_TOTALS = { ...NO_AMOUNTS, hours: 0, lockdownHours: 0 };
const NO_HOUR = { ...NO_AMOUNTS, start: 0 };

/** Those members that are numbers of their own. */
function without(table: Table, names: readonly string[]): unknown {
  return Object.fromEntries([...table].filter(([name]) => !names.includes(name)));
}

function readCounts(reader: ReviewReader, table: Table) {
  return {
    requests: reader.counts(table.get('requests'), NO_COUNTS.requests),
    origin: reader.counts(table.get('origin'), NO_COUNTS.origin),
  };
}

function readFacts(reader: ReviewReader, value: unknown): PeriodFacts {
  const names = ['requests', 'origin'];
  const table = reader.table(value, [...names, ...Object.keys(NO_TOTALS)]);
  return { ...reader.counts(without(table, names), NO_TOTALS), ...readCounts(reader, table) };
}

function readNetwork(reader: ReviewReader, value: unknown): HourSummary['networks'][number] {
  const table = reader.table(value, ['network', 'attempts', 'bits']);
  return {
    network: reader.text(table.get('network'), NETWORK),
    attempts: reader.number(table.get('attempts')),
    bits: reader.number(table.get('bits')),
  };
}

function readHour(reader: ReviewReader, value: unknown): HourSummary {
  const names = ['requests', 'origin', 'networks', 'isLockdown'];
  const table = reader.table(value, [...names, ...Object.keys(NO_HOUR)]);
  const isLockdown = table.get('isLockdown');
  if (typeof isLockdown !== 'boolean') reader.refuse();
  return {
    ...reader.counts(without(table, names), NO_HOUR),
    ...readCounts(reader, table),
    networks: reader.list(table.get('networks')).map((each) => readNetwork(reader, each)),
    isLockdown: isLockdown === true,
  };
}

function readExpected(reader: ReviewReader, value: unknown): Expectation | undefined {
  return value === undefined ? undefined : reader.counts(value, { requestsPerHour: 0, to: 0 });
}

function readTerms(reader: ReviewReader, value: unknown): ReviewTerms {
  const table = readTable(value) ?? EMPTY;
  const stated = table.get('yieldPerThousand');
  return {
    ...reader.counts(without(table, ['yieldPerThousand']), NO_TERMS),
    yieldPerThousand: stated === undefined ? undefined : reader.number(stated),
  };
}

function readAttack(reader: ReviewReader, value: unknown): ReviewedAttack {
  const table = reader.table(value, ['name', 'nowDollars', 'cappedDollars']);
  return {
    name: reader.text(table.get('name'), ATTACK),
    nowDollars: reader.number(table.get('nowDollars')),
    cappedDollars: reader.number(table.get('cappedDollars')),
  };
}

function readAdvice(reader: ReviewReader, value: unknown): readonly AdviceCode[] {
  const codes = reader.list(value);
  const known = codes.filter(isAdviceCode);
  if (known.length !== codes.length) reader.refuse();
  return known;
}

const MEMBERS = [
  'format',
  'day',
  'from',
  'to',
  'charged',
  'before',
  'terms',
  'attacks',
  'advice',
  'hours',
];

/** The review; `undefined` for anything that is not exactly one of format 1. Never throws. */
export function decodeReview(value: unknown): Review | undefined {
  const reader = new ReviewReader();
  const table = reader.table(value, MEMBERS, ['expected']);
  if (table.get('format') !== REVIEW_FORMAT) return undefined;
  const review: Review = {
    format: REVIEW_FORMAT,
    day: reader.text(table.get('day'), DAY),
    from: reader.number(table.get('from')),
    to: reader.number(table.get('to')),
    charged: readFacts(reader, table.get('charged')),
    before: readFacts(reader, table.get('before')),
    expected: readExpected(reader, table.get('expected')),
    terms: readTerms(reader, table.get('terms')),
    attacks: reader.list(table.get('attacks')).map((each) => readAttack(reader, each)),
    advice: readAdvice(reader, table.get('advice')),
    hours: reader.list(table.get('hours')).map((each) => readHour(reader, each)),
  };
  return reader.isRefused ? undefined : review;
}
