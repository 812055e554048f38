import * as fc from 'fast-check';
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
});

describe('problems', () => {
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
});

describe('untrusted values', () => {
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

function allow(when: object): unknown {
  return [{ name: 'r', action: 'allow', ...when }];
}

describe('allows', () => {
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

function nest(key: string, depth: number): string {
  const inner = `{${JSON.stringify(key)}: {"polluted": true}}`;
  const wrapped = repeat(depth - 1, (index) => index).reduce(
    (text, index) => (index % 2 === 0 ? `[${text}]` : `{"a": ${text}}`),
    inner,
  );
  return `[{"name": "r", "action": "deny", "path": ${wrapped}}]`;
}

describe('reserved keys', () => {
  const KEYS = ['__proto__', 'constructor', 'prototype'];

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
    expect('polluted' in {}).toBe(false);
    expect('polluted' in []).toBe(false);
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
