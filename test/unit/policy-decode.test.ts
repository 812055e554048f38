import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnpayableCharges } from '../../src/core/policy/charge-terms.ts';
import { decodeRules } from '../../src/core/policy/decode-rules.ts';
import type { PolicyProblem } from '../../src/core/policy/policy-problem.ts';
import type { ChargeTerms } from '../../src/core/policy/rule.ts';

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

describe('decodeRules', () => {
  it('reads the three actions', () => {
    const decoded = decodeRules([
      { name: 'feeds', action: 'allow', path: ['/feed.xml', '/feeds/**'], method: ['GET', 'HEAD'] },
      { name: 'gone', action: 'deny', status: 410, agent: ['BadBot'] },
      {
        name: 'api',
        action: 'charge',
        path: ['/api/*'],
        tier: 1,
        minSolutions: 64,
        remember: true,
      },
    ]);
    expect(decoded).toEqual({
      ok: true,
      rules: [
        {
          name: 'feeds',
          action: { kind: 'allow' },
          when: { path: ['/feed.xml', '/feeds/*'], method: ['GET', 'HEAD'] },
        },
        { name: 'gone', action: { kind: 'deny', status: 410 }, when: { agent: ['badbot'] } },
        {
          name: 'api',
          action: { kind: 'charge', overrides: { tier: 1, minSolutions: 64, remember: true } },
          when: { path: ['/api/*'] },
        },
      ],
    });
  });

  it.each([undefined, null, {}, '[]', 0, 1, true, 'RULES', new Map()])(
    'refuses %j for a list',
    (value) => {
      expect(pathsOf(value)).toEqual(['RULES']);
    },
  );

  it.each([null, 0, 'deny', [], [[]], undefined])('refuses %j for a rule', (value) => {
    expect(pathsOf([value])[0]).toBe('RULES[0]');
  });

  it('E08: takes 256 rules and not 257', () => {
    expect(problemsOf([])).toEqual([]);
    expect(problemsOf(repeat(256, (index) => ({ name: `r${index}`, action: 'deny' })))).toEqual([]);
    expect(pathsOf(repeat(257, (index) => ({ name: `r${index}`, action: 'deny' })))).toEqual([
      'RULES',
    ]);
  });

  it('reports every problem at once, each at its place and with something to do', () => {
    const problems = problemsOf([
      { name: 'ok', action: 'deny' },
      { name: 'bad name', action: 'refuse', path: ['x', '/ok'], colour: 'red' },
      {
        name: 'ok',
        action: 'charge',
        tier: 16,
        remember: 'yes',
        status: 404,
        network: ['192.0.2.1/24', '10.0.0.0/8', 5],
      },
      { action: 'allow', agent: ['bot'] },
      { name: 'open', action: 'allow' },
      { name: 'lists', action: 'deny', method: [], country: 'DE', asn: [0], 'odd key': 1 },
    ]);
    expect(new Set(problems.map((problem) => problem.path))).toEqual(
      new Set([
        'RULES[1].name',
        'RULES[1].action',
        'RULES[1].path[0]',
        'RULES[1].colour',
        'RULES[2].name',
        'RULES[2].tier',
        'RULES[2].remember',
        'RULES[2].status',
        'RULES[2].network[0]',
        'RULES[2].network[2]',
        'RULES[3].name',
        'RULES[3].agent',
        'RULES[4]',
        'RULES[5].method',
        'RULES[5].country',
        'RULES[5].asn[0]',
        'RULES[5]["odd key"]',
      ]),
    );
    for (const { message } of problems)
      expect(message).toMatch(/^(?:write|remove|name|choose|add|clear|use|start|make)\b/);
  });

  it('names no value in a message', () => {
    const secret = 'S3CRET-192.0.2.1';
    const rule = {
      name: `${secret} `,
      action: secret,
      path: [secret],
      network: [secret],
      method: [secret],
      country: [secret],
      asn: [secret],
      tier: secret,
    };
    expect(JSON.stringify(problemsOf([rule]))).not.toContain(secret);
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 4, withNullPrototype: true, withBigInt: true, withDate: true }),
        (value) => {
          decodeRules(value);
          decodeRules([value]);
          decodeRules([{ name: 'r', action: 'deny', path: value, network: value, asn: value }]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

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
  { key: 'ttlSeconds', inside: [60, 86_400], outside: [59, 86_401, ...NOT_WHOLE] },
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
  {
    key: 'network',
    limit: 4096,
    entry: (index: number): unknown => `10.${index >> 8}.${index & 255}.0/24`,
  },
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

describe('allows', () => {
  const allow = (when: object): unknown => [{ name: 'r', action: 'allow', ...when }];

  it('D03: an allow that rests on the user agent alone is refused', () => {
    const agent = ['Googlebot'];
    for (const more of [
      {},
      { method: ['GET'] },
      { path: ['/*'] },
      { path: ['*'] },
      { path: ['/**'] },
      { path: ['/feed', '/*'] },
      { network: ['0.0.0.0/0', '::/0'] },
      { method: ['GET'], path: ['*'], network: ['0.0.0.0/0'] },
    ]) {
      expect(pathsOf(allow({ agent, ...more })), JSON.stringify(more)).toEqual(['RULES[0].agent']);
    }
    for (const more of [
      { path: ['/feed'] },
      { network: ['66.249.64.0/19'] },
      { asn: [15_169] },
      { country: ['DE'] },
    ]) {
      expect(problemsOf(allow({ agent, ...more })), JSON.stringify(more)).toEqual([]);
    }
  });

  it('D03: an entry that does not decode does not hide the agent behind it', () => {
    expect(pathsOf(allow({ agent: ['Googlebot'], network: ['nonsense'] }))).toEqual([
      'RULES[0].network[0]',
    ]);
  });

  it('an allow without a condition is refused and says how to mean it', () => {
    expect(pathsOf(allow({}))).toEqual(['RULES[0]']);
    expect(problemsOf(allow({ path: ['/*'] }))).toEqual([]);
  });

  it.each([
    '//a',
    '/a;b',
    '/%61',
    '/a%2Fb',
    '/a/../b',
    '/./a',
    '/100%25',
    '/a%3Fb',
    '/a.',
    '/a%20',
  ])('E01: an allow on %s, which could never hold, is refused', (path) => {
    expect(pathsOf(allow({ path: ['/ok', path] }))).toEqual(['RULES[0].path[1]']);
  });
});

describe('reserved keys', () => {
  const KEYS = ['__proto__', 'constructor', 'prototype'];

  function nest(key: string, depth: number): string {
    const inner = `{${JSON.stringify(key)}: {"polluted": true}}`;
    const wrapped = repeat(depth - 1, (index) => index).reduce(
      (text, index) => (index % 2 === 0 ? `[${text}]` : `{"a": ${text}}`),
      inner,
    );
    return `[{"name": "r", "action": "deny", "path": ${wrapped}}]`;
  }

  it.each(KEYS)('E09: %s is refused at depths 1 to 5', (key) => {
    const flat = JSON.parse(
      `[{"name": "r", "action": "deny", ${JSON.stringify(key)}: {"polluted": true}}]`,
    ) as unknown;
    expect(problemsOf(flat)).toHaveLength(1);
    expect(pathsOf(JSON.parse(`{${JSON.stringify(key)}: []}`))).toHaveLength(1);
    for (const depth of [1, 2, 3, 4, 5]) {
      const problems = problemsOf(JSON.parse(nest(key, depth)));
      expect(problems, `depth ${depth}`).toHaveLength(1);
      expect(problems[0]?.path.endsWith(`.${key}`)).toBe(true);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('E09: depth and size are bounded', () => {
    const deep = (depth: number): unknown =>
      repeat(depth, (index) => index).reduce<unknown>((value) => [value], 'x');
    expect(problemsOf(deep(9)).some(({ message }) => message.includes('nest'))).toBe(true);
    expect(problemsOf(deep(8)).some(({ message }) => message.includes('nest'))).toBe(false);
    expect(pathsOf(repeat(50_001, () => 0))).toEqual(['RULES']);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(problemsOf(cycle).length).toBeGreaterThan(0);
  });
});

describe('charges that cannot be paid', () => {
  const defaults: ChargeTerms = {
    tier: 0,
    minSolutions: 32,
    maxSolutions: 256,
    attemptsPerSolution: 16_384,
    requestPrice: 4369,
    ttlSeconds: 3600,
    remember: false,
  };

  function unpayable(charge: object): readonly string[] {
    const decoded = decodeRules([
      { name: 'a', action: 'deny' },
      { name: 'c', action: 'charge', ...charge },
    ]);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    return findUnpayableCharges(decoded.rules, defaults).map((problem) => problem.path);
  }

  it('are found against the defaults', () => {
    expect(unpayable({})).toEqual([]);
    expect(unpayable({ requestPrice: 32 * 16_384 })).toEqual([]);
    expect(unpayable({ requestPrice: 32 * 16_384 + 1 })).toEqual(['RULES[1]']);
    expect(unpayable({ minSolutions: 1, attemptsPerSolution: 4368 })).toEqual(['RULES[1]']);
    expect(unpayable({ minSolutions: 1, attemptsPerSolution: 4369 })).toEqual([]);
  });
});
