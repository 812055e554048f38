import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { decodeRules } from '../../src/core/policy/decode-rules.ts';
import type { PolicyProblem } from '../../src/core/policy/policy-problem.ts';

function problemsOf(value: unknown): readonly PolicyProblem[] {
  const decoded = decodeRules(value);
  return decoded.ok ? [] : decoded.problems;
}

function pathsOf(value: unknown): readonly string[] {
  return problemsOf(value).map((problem) => problem.path);
}

function repeat<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

interface Bound {
  readonly key: string;
  readonly inside: readonly unknown[];
  readonly outside: readonly unknown[];
}

const NOT_WHOLE = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, '64', 1n, null, [64], {}];
const CHARGE_BOUNDS: readonly Bound[] = [
  { key: 'tier', inside: [0, 15], outside: [16, 2 ** 53, ...NOT_WHOLE] },
  { key: 'minSolutions', inside: [1, 256], outside: [0, 257, ...NOT_WHOLE] },
  {
    key: 'attemptsPerSolution',
    inside: [1, 3, 2 ** 26],
    outside: [0, 0.5, 2 ** 26 + 1, 1e308, ...NOT_WHOLE],
  },
  { key: 'requestPrice', inside: [1, 2 ** 40], outside: [0, 2 ** 40 + 1, 1e300, ...NOT_WHOLE] },
  { key: 'ttlSeconds', inside: [600, 86_400], outside: [599, 86_401, ...NOT_WHOLE] },
  { key: 'remember', inside: [true, false], outside: [0, 1, 'true', null] },
];
const DENY_BOUNDS: readonly Bound[] = [
  { key: 'status', inside: [400, 403, 499], outside: [399, 500, 200, ...NOT_WHOLE] },
];
const NAME_BOUNDS: Bound = {
  key: 'name',
  inside: ['a', '0', 'a.b_c-d', 'x'.repeat(64)],
  outside: [
    '',
    'x'.repeat(65),
    '-a',
    '.a',
    'a b',
    'a\n',
    'é',
    'default',
    'built-in',
    5,
    null,
    undefined,
  ],
};
const ENTRY_BOUNDS: readonly Bound[] = [
  {
    key: 'path',
    inside: [
      '/',
      '*',
      '/a',
      '*.css',
      `/${'a'.repeat(1023)}`,
      '/%C3%A9',
      '/a%2Fb',
      '/a%3Fb',
      '/a;b',
      '//a',
    ],
    outside: [
      '',
      'a',
      `/${'a'.repeat(1024)}`,
      '/a?b',
      '/a#b',
      '/a\\b',
      '/%5c',
      '/%00',
      '/a\u0001',
      '/%zz',
      '/%',
      '/%ff',
      5,
      null,
    ],
  },
  {
    key: 'method',
    inside: ['GET', 'M-SEARCH', 'A'.repeat(32)],
    outside: ['get', '', 'GET ', '*', 'A'.repeat(33), 5],
  },
  {
    key: 'network',
    inside: ['192.0.2.0/24', '2001:db8::/32', '192.0.2.1', '0.0.0.0/0'],
    outside: [
      '192.0.2.1/24',
      '192.0.2.0/33',
      '192.0.2.0-192.0.2.9',
      '',
      'localhost',
      '010.0.0.0/8',
      5,
    ],
  },
  { key: 'country', inside: ['DE', 'T1', 'XX'], outside: ['de', 'DEU', 'D', '1T', '', 5] },
  {
    key: 'asn',
    inside: [1, 4_294_967_295],
    outside: [0, 4_294_967_296, -1, 1.5, Number.NaN, '1', 'AS1'],
  },
  { key: 'agent', inside: ['b', 'b'.repeat(128), '/'], outside: ['', 'b'.repeat(129), 5, null] },
];
const LIST_LIMITS = [
  { key: 'path', limit: 256, entry: (index: number): unknown => `/${index}` },
  { key: 'method', limit: 32, entry: (): unknown => 'GET' },
  { key: 'country', limit: 300, entry: (): unknown => 'DE' },
  { key: 'asn', limit: 4096, entry: (index: number): unknown => index + 1 },
  { key: 'agent', limit: 1024, entry: (index: number): unknown => `bot${index}` },
];

function expectBound(bound: Bound, make: (value: unknown) => unknown, path: string): void {
  for (const value of bound.inside)
    expect(problemsOf([make(value)]), `${bound.key} ${String(value)}`).toEqual([]);
  for (const value of bound.outside)
    expect(pathsOf([make(value)]), `${bound.key} ${String(value)}`).toEqual([path]);
}

describe('bounds, just inside and just outside', () => {
  it.each(CHARGE_BOUNDS)('charge: $key', (bound) => {
    const make = (value: unknown): unknown => ({ name: 'r', action: 'charge', [bound.key]: value });
    expectBound(bound, make, `RULES[0].${bound.key}`);
  });

  it.each(DENY_BOUNDS)('deny: $key', (bound) => {
    const make = (value: unknown): unknown => ({ name: 'r', action: 'deny', [bound.key]: value });
    expectBound(bound, make, `RULES[0].${bound.key}`);
  });

  it('name', () => {
    expectBound(NAME_BOUNDS, (name) => ({ name, action: 'deny' }), 'RULES[0].name');
  });

  it.each(ENTRY_BOUNDS)('entries of $key', (bound) => {
    const make = (value: unknown): unknown => ({ name: 'r', action: 'deny', [bound.key]: [value] });
    expectBound(bound, make, `RULES[0].${bound.key}[0]`);
  });

  it.each(LIST_LIMITS)('length of $key', ({ key, limit, entry }) => {
    const make = (count: number): unknown => [
      { name: 'r', action: 'deny', [key]: repeat(count, entry) },
    ];
    expect(problemsOf(make(1))).toEqual([]);
    expect(problemsOf(make(limit))).toEqual([]);
    expect(pathsOf(make(limit + 1))).toEqual([`RULES[0].${key}`]);
    expect(pathsOf(make(0))).toEqual([`RULES[0].${key}`]);
  });

  it('keys belong to their action', () => {
    expect(pathsOf([{ name: 'r', action: 'deny', tier: 1 }])).toEqual(['RULES[0].tier']);
    expect(pathsOf([{ name: 'r', action: 'charge', status: 404 }])).toEqual(['RULES[0].status']);
    expect(pathsOf([{ name: 'r', action: 'allow', path: ['/a'], status: 404 }])).toEqual([
      'RULES[0].status',
    ]);
    expect(pathsOf([{ name: 'r', action: 'deny', Path: ['/a'] }])).toEqual(['RULES[0].Path']);
  });
});

describe('named conditions that use named conditions', () => {
  /** `depth` levels of 64 uses each: 64 to the power of `depth`, in 16 bytes a use. */
  function tower(depth: number, uses = 64) {
    const conditions: Record<string, unknown> = { c0: { method: ['GET'] } };
    for (let level = 1; level <= depth; level += 1) {
      const any = Array.from({ length: uses }, () => ({ use: [`c${level - 1}`] }));
      conditions[`c${level}`] = { any };
    }
    return conditions;
  }

  it('E08: what they stand for is bounded, each and in all rules together', () => {
    const use = (rules: number, uses: number) =>
      decodeDocument({
        schema: 1,
        conditions: tower(1),
        rules: Array.from({ length: rules }, (_, index) => ({
          name: `r${index}`,
          action: 'deny',
          any: Array.from({ length: uses }, () => ({ use: ['c1'] })),
        })),
      });
    // 64 x { use } -> { method } and the table around them are 193; a rule is 1 + 194 for each use.
    expect(use(1, 51).ok).toBe(true);
    expect(use(1, 52)).toMatchObject({ problems: [{ path: 'rules[0]' }, { path: 'rules' }] });
    expect(use(2, 25).ok).toBe(true);
    expect(use(2, 26)).toMatchObject({ ok: false, problems: [{ path: 'rules' }] });
  });

  it('E08: a tower of uses is refused at once', () => {
    const decoded = decodeDocument({
      schema: 1,
      conditions: tower(20),
      rules: [{ name: 'r', action: 'allow', use: ['c20'] }],
    });
    expect(decoded).toMatchObject({ ok: false });
    const paths = decoded.ok ? [] : decoded.problems.map(({ path }) => path);
    expect(paths).toContain('conditions.c2');
  });
});
