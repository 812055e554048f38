/**
 * Requests written down: what the tests of a policy ask, and what was recorded.
 *
 * Owns the shape of one request and of what is expected of it; must not know how it is read or
 * how a URL is parsed. All problems at once, as in a policy document.
 *
 *   name          free text
 *   url           "https://example.com/a?b", or a path, which is asked for on example.com
 *   method        GET unless it says otherwise
 *   headers       name -> value
 *   ip            address of the client; unknown where it is absent
 *   country, asn  as `request.cf` has them
 *   cf            further members of `request.cf`
 *   verifiedBots  names of known bots whose identity is proven
 *   expect        allow | deny | charge, or { kind, rule?, status?, tier?, price? }
 */
import type { Decision } from './decision.ts';
import { memberPath, readTable, type PolicyProblem, type Table } from './policy-problem.ts';

export interface RequestCase {
  readonly name: string | undefined;
  /** As it was written. */
  readonly url: string;
  readonly method: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly ip: string | undefined;
  readonly country: string | undefined;
  readonly asn: number | undefined;
  readonly cf: Table;
  readonly verifiedBots: readonly string[];
}

export interface Expectation {
  readonly kind: Decision['kind'];
  readonly rule: string | undefined;
  /** Of a deny. */
  readonly status: number | undefined;
  /** Of a charge. */
  readonly tier: number | undefined;
  /** Of a charge: attempts debited per request. */
  readonly price: number | undefined;
}

export type DecodedCase =
  | {
      readonly ok: true;
      readonly request: RequestCase;
      readonly expected: Expectation | undefined;
    }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

const REQUEST_KEYS = [
  'name',
  'url',
  'method',
  'headers',
  'ip',
  'country',
  'asn',
  'cf',
  'verifiedBots',
  'expect',
] as const;
const EXPECT_KEYS = ['kind', 'rule', 'status', 'tier', 'price'] as const;
const KINDS = ['allow', 'deny', 'charge'] as const;
const FIELD = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const EMPTY: Table = new Map();

/** Reads members of one table; collects problems. */
class CaseReader {
  readonly problems: PolicyProblem[] = [];
  readonly #table: Table;
  readonly #path: string;

  constructor(table: Table, path: string, keys: readonly string[]) {
    this.#table = table;
    this.#path = path;
    for (const key of table.keys()) {
      if (keys.includes(key)) continue;
      this.refuse(key, `remove this key or correct it; here the keys are ${keys.join(', ')}`);
    }
  }

  refuse(key: string, message: string): undefined {
    this.problems.push({ path: memberPath(this.#path, key), message });
    return undefined;
  }

  text(key: string, pattern: RegExp, message: string): string | undefined {
    const value = this.#table.get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && pattern.test(value)) return value;
    return this.refuse(key, message);
  }

  number(key: string, max: number): number | undefined {
    const value = this.#table.get(key);
    if (value === undefined) return undefined;
    const isWhole = typeof value === 'number' && Number.isSafeInteger(value);
    if (isWhole && value >= 0 && value <= max) return value;
    return this.refuse(key, `write a whole number from 0 to ${max}`);
  }

  table(key: string): Table {
    const value = this.#table.get(key);
    if (value === undefined) return EMPTY;
    return readTable(value) ?? this.refuse(key, 'write a table') ?? EMPTY;
  }

  headers(): ReadonlyMap<string, string> {
    const headers = new Map<string, string>();
    for (const [name, value] of this.table('headers')) {
      if (FIELD.test(name) && typeof value === 'string') headers.set(name.toLowerCase(), value);
      else this.refuse('headers', 'write names of header fields, each with its value as text');
    }
    return headers;
  }

  names(key: string): readonly string[] {
    const value = this.#table.get(key);
    if (value === undefined) return [];
    const items: readonly unknown[] = Array.isArray(value) ? value : [undefined];
    const names = items.filter((item) => typeof item === 'string');
    if (names.length !== items.length) this.refuse(key, 'write a list of names');
    return names;
  }

  kind(key: string): Decision['kind'] | undefined {
    const value = this.#table.get(key);
    const found = KINDS.find((each) => each === value);
    return found ?? this.refuse(key, 'write "allow", "deny" or "charge"');
  }

  expectation(): Expectation | undefined {
    const value = this.#table.get('expect');
    if (value === undefined) return undefined;
    const written = readTable(value);
    const table = written ?? new Map<string, unknown>([['kind', value]]);
    const path = memberPath(this.#path, 'expect');
    const reader = new CaseReader(table, path, EXPECT_KEYS);
    const expected = {
      kind: reader.kind('kind'),
      rule: reader.text('rule', /./, 'name a rule'),
      status: reader.number('status', 599),
      tier: reader.number('tier', 15),
      price: reader.number('price', 2 ** 40),
    };
    // A scalar has no member that a problem could stand at.
    for (const problem of reader.problems) {
      this.problems.push({
        path: written === undefined ? path : problem.path,
        message: problem.message,
      });
    }
    return expected.kind === undefined ? undefined : { ...expected, kind: expected.kind };
  }
}

/** One request and what is expected of it, or every problem of `value`. */
export function decodeRequestCase(value: unknown, path: string): DecodedCase {
  const table = readTable(value);
  if (table === undefined) {
    return { ok: false, problems: [{ path, message: 'write a table with url and expect' }] };
  }
  const reader = new CaseReader(table, path, REQUEST_KEYS);
  const url = reader.text(
    'url',
    /^(?:https?:\/\/[^/]|\/)/i,
    'write a URL such as "https://example.com/a", or a path that begins with "/"',
  );
  if (table.get('url') === undefined) reader.refuse('url', 'write the URL of the request');
  const method = reader.text('method', /^[A-Z-]{1,32}$/, 'write a method in capital letters');
  const request: RequestCase = {
    name: reader.text('name', /^/, 'write a name as text'),
    url: url ?? '/',
    method: method ?? 'GET',
    headers: reader.headers(),
    ip: reader.text('ip', /^[\da-f.:]+$/i, 'write an address such as "192.0.2.1"'),
    country: reader.text('country', /^[A-Z][A-Z0-9]$/, 'write a country as two capitals'),
    asn: reader.number('asn', 0xffff_ffff),
    cf: reader.table('cf'),
    verifiedBots: reader.names('verifiedBots'),
  };
  const expected = reader.expectation();
  const { problems } = reader;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, request, expected };
}

/** What of the expectation the decision does not fulfil, one sentence each. */
export function findMismatches(expected: Expectation, decision: Decision): readonly string[] {
  const got = {
    kind: decision.kind,
    rule: decision.rule,
    status: decision.kind === 'deny' ? decision.status : undefined,
    tier: decision.kind === 'charge' ? decision.terms.tier : undefined,
    price: decision.kind === 'charge' ? decision.terms.requestPrice : undefined,
  };
  return EXPECT_KEYS.filter((key) => expected[key] !== undefined && expected[key] !== got[key]).map(
    (key) => `${key}: expected ${expected[key]}, got ${got[key] ?? 'none'}`,
  );
}
