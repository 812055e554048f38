import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { createRanges } from '../../src/core/client/network-ranges.ts';
import { parseNetwork } from '../../src/core/client/network.ts';
import {
  networkCondition,
  packNetworkList,
} from '../../src/core/policy/conditions/network-condition.ts';
import {
  compileDocument,
  completeDocument,
  findDocumentProblems,
} from '../../src/core/policy/document/complete-document.ts';
import { packDocument } from '../../src/core/policy/document/pack-document.ts';
import {
  decodeDocument,
  PRESET_NAMES,
  type PolicyDocument,
} from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest } from '../../src/core/policy/evaluate-policy.ts';
import { policyBase } from '../support/policy-fixtures.ts';

const BASE = policyBase();

function documentOf(value: object): PolicyDocument {
  const decoded = decodeDocument({ schema: 1, ...value });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.document;
}

function problemsOf(value: unknown): readonly string[] {
  const decoded = decodeDocument(value);
  return decoded.ok ? [] : decoded.problems.map(({ path }) => path);
}

function judge(value: object, path = '/', userAgent = 'Mozilla/5.0') {
  const client = createClientView({
    connectingIp: '192.0.2.1',
    userAgent,
    asn: 64_500,
    country: 'DE',
  });
  return judgeRequest(compileDocument(documentOf(value), BASE), {
    views: [path],
    method: 'GET',
    hasQuery: false,
    client,
  });
}

describe('the document', () => {
  it('reads every member', () => {
    const document = documentOf({
      preset: 'balanced',
      mode: 'dry-run',
      conditions: { feeds: { path: ['*.rss'] }, more: { use: ['feeds'], method: ['GET'] } },
      prices: { search: { requestPrice: 43_690, tier: 1 } },
      rules: [
        { name: 'feeds', action: 'allow', use: ['more'], limited: true },
        { name: 'search', action: 'charge', price: 'search', tier: 2, onFailure: 'open' },
      ],
      thresholds: [{ name: 'odd', from: 10, below: 20, action: 'deny', status: 402 }],
      default: { action: 'charge', minSolutions: 8 },
    });
    expect(document).toEqual({
      preset: 'balanced',
      isDryRun: true,
      named: new Map<string, unknown>([
        ['feeds', { path: ['*.rss'] }],
        ['more', { use: ['feeds'], method: ['GET'] }],
      ]),
      rules: [
        {
          name: 'feeds',
          action: { kind: 'allow', limited: true },
          when: { use: ['more'] },
        },
        {
          name: 'search',
          action: { kind: 'charge', overrides: { requestPrice: 43_690, tier: 2 } },
          when: {},
          onFailure: 'open',
        },
      ],
      thresholds: [{ name: 'odd', from: 10, below: 20, action: { kind: 'deny', status: 402 } }],
      otherwise: { kind: 'charge', overrides: { minSolutions: 8 } },
    });
  });

  it('reports every problem at once', () => {
    const paths = problemsOf({
      schema: 2,
      preset: 'soft',
      mode: 'dry',
      colour: 1,
      conditions: { a: { use: ['b'] }, b: {}, 'c d': { path: ['/'] }, e: { pth: ['/'] } },
      prices: { p: { price: 1 }, q: 3 },
      rules: [{ name: 'r', action: 'charge', price: 'none', use: ['zzz'] }],
      thresholds: [
        { name: 't', from: 5, below: 5, action: 'deny' },
        { name: 't', action: 'weigh', points: 1 },
        { name: 'u', action: 'allow' },
      ],
      default: { action: 'allow' },
    });
    expect(new Set(paths)).toEqual(
      new Set([
        'schema',
        'preset',
        'mode',
        'colour',
        'conditions.a.use[0]',
        'conditions.b',
        'conditions["c d"]',
        'conditions.e.pth',
        'prices.p.price',
        'prices.q',
        'rules[0].price',
        'rules[0].use[0]',
        'thresholds[0].below',
        'thresholds[1].name',
        'thresholds[1].action',
        'thresholds[2]',
        'default',
      ]),
    );
  });

  it.each([undefined, null, [], 'schema: 1', 1, new Map()])('refuses %j', (value) => {
    expect(problemsOf(value).length).toBeGreaterThan(0);
  });

  it('E09: reserved keys are refused at any depth', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const text = `{"schema":1,"conditions":{"a":{"any":[{${JSON.stringify(key)}:{"x":1}}]}}}`;
      expect(problemsOf(JSON.parse(text))).toHaveLength(1);
    }
    expect('x' in {}).toBe(false);
  });

  it('E08: tables nest six deep and not seven', () => {
    const nest = (depth: number): object =>
      depth === 0 ? { path: ['/a'] } : { not: nest(depth - 1) };
    const rulesOf = (depth: number) => [{ name: 'r', action: 'deny', ...nest(depth) }];
    expect(problemsOf({ schema: 1, rules: rulesOf(6) })).toEqual([]);
    expect(problemsOf({ schema: 1, rules: rulesOf(7) })).toHaveLength(1);
  });
});

describe('lists of networks', () => {
  const many = (count: number): readonly string[] =>
    Array.from(
      { length: count },
      (_, index) => `${11 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.0/24`,
    );
  const problemsOfList = (network: readonly unknown[]): readonly string[] =>
    problemsOf({ schema: 1, rules: [{ name: 'r', action: 'deny', network }] });

  it('E08: hold 100,000 entries and not one more', () => {
    expect(problemsOfList(many(100_000))).toEqual([]);
    expect(problemsOfList(many(100_001))).toEqual(['rules[0].network']);
  });

  it('may be packed, and mean the same', () => {
    const list = ['192.0.2.0/24', '10.0.0.0/9', '2001:db8::/32', '2001:db8:1::/48', '::1/128'];
    const networks = list.flatMap((text) => {
      const parsed = parseNetwork(text);
      return parsed.ok ? [parsed.network] : [];
    });
    const packed = packNetworkList(networks);
    expect(packed).toHaveLength(2);
    expect(problemsOfList(packed)).toEqual([]);
    for (const ip of [
      '192.0.2.9',
      '192.0.3.1',
      '10.127.255.255',
      '10.128.0.0',
      '2001:db8::1',
      '::1',
      '::2',
      '2001:db9::',
    ]) {
      const decide = (network: readonly unknown[]): string => {
        const client = createClientView({ connectingIp: ip, userAgent: '', asn: 1, country: 'DE' });
        const rules = [{ name: 'r', action: 'deny', network }];
        const policy = compileDocument(documentOf({ rules }), BASE);
        const asked = { views: ['/'] as const, method: 'GET', hasQuery: false, client };
        return judgeRequest(policy, asked).decision.rule;
      };
      expect(decide(packed), ip).toBe(decide(list));
    }
  });

  it('are packed by a document from 8 on, wherever they stand, and decode again', () => {
    const value = {
      schema: 1,
      conditions: { a: { any: [{ network: many(8) }, { not: { network: many(7) } }] } },
      rules: [{ name: 'r', action: 'deny', network: [...many(40), '2001:db8::/32'] }],
    };
    const packed = packDocument(value);
    expect(problemsOf(packed)).toEqual([]);
    const { conditions, rules } = JSON.parse(JSON.stringify(packed)) as typeof value;
    expect(conditions.a.any[0]?.network).toHaveLength(1);
    expect(conditions.a.any[1]).toEqual({ not: { network: many(7) } });
    expect(rules[0]?.network).toHaveLength(2);
    expect(packDocument(packed)).toEqual(packed);
  });

  it('have one canonical form, unpacked or made from a list', () => {
    const networks = many(9).flatMap((text) => {
      const parsed = parseNetwork(text);
      return parsed.ok ? [parsed.network] : [];
    });
    const made = networkCondition.formatEntry(createRanges(networks, 4));
    const [packed] = packNetworkList(networks);
    const decoded = networkCondition.decodeEntry(packed);
    expect(decoded.ok && networkCondition.formatEntry(decoded.value)).toBe(made);
  });

  it.each([
    { packed4: '' },
    { packed4: 'AAAA' },
    { packed4: '!!!!!!!!!!!' },
    { packed4: 5 },
    { packed6: 'AQAAAAIAAAA' },
    { packed4: 'AgAAAAEAAAA' },
    { packed4: 'AQAAAAEAAAACAAAAAgAAAA' },
    { packed5: 'AQAAAAIAAAA' },
    { packed4: 'AQAAAAIAAAA', packed6: '' },
    {},
    null,
  ])('refuses %j', (entry) => {
    expect(problemsOfList([{ packed4: 'AQAAAAIAAAA' }])).toEqual([]);
    expect(problemsOfList([entry])).toEqual(['rules[0].network[0]']);
  });

  it('D03: packed ones confine an allow where none of them is wide', () => {
    const allow = (network: string): readonly string[] => {
      const parsed = parseNetwork(network);
      const list = parsed.ok ? packNetworkList([parsed.network]) : [];
      return problemsOf({
        schema: 1,
        rules: [{ name: 'r', action: 'allow', agent: ['bot'], network: list }],
      });
    };
    for (const text of ['10.0.0.0/8', '192.0.2.1', '2001::/16']) expect(allow(text)).toEqual([]);
    for (const text of ['10.0.0.0/7', '0.0.0.0/0', '2000::/15']) {
      expect(allow(text)).toEqual(['rules[0].agent']);
    }
  });
});

describe('named conditions', () => {
  it('mean the same as what they name, and any of several suffices', () => {
    const conditions = { a: { path: ['/a'] }, b: { path: ['/b'] }, both: { use: ['a', 'b'] } };
    const rules = [{ name: 'r', action: 'deny', use: ['both'] }];
    expect(judge({ conditions, rules }, '/a').decision.rule).toBe('r');
    expect(judge({ conditions, rules }, '/b').decision.rule).toBe('r');
    expect(judge({ conditions, rules }, '/c').decision.rule).toBe('default');
  });

  it('D03: an allow is judged by what they name', () => {
    const conditions = { bots: { agent: ['Googlebot'] }, feed: { path: ['/feed'] } };
    const allow = (more: object) =>
      problemsOf({ schema: 1, conditions, rules: [{ name: 'r', action: 'allow', ...more }] });
    expect(allow({ use: ['bots'] })).toEqual(['rules[0]']);
    expect(allow({ use: ['bots'], spoofable: true })).toEqual(['rules[0]']);
    expect(allow({ use: ['bots', 'feed'] })).toEqual(['rules[0]']);
    expect(allow({ use: ['bots'], path: ['/x'] })).toEqual([]);
    expect(allow({ all: [{ use: ['bots'] }, { use: ['feed'] }] })).toEqual([]);
    expect(allow({ any: [{ use: ['bots'] }, { use: ['feed'] }] })).toEqual(['rules[0]']);
    expect(allow({ not: { use: ['bots'] } })).toEqual(['rules[0]']);
  });

  it('D03: an allow on other headers has to be meant', () => {
    const allow = (more: object) =>
      problemsOf({ schema: 1, rules: [{ name: 'r', action: 'allow', ...more }] });
    const header = [{ name: 'Git-Protocol', equals: 'version=2' }];
    expect(allow({ header })).toEqual(['rules[0]']);
    expect(allow({ header, spoofable: true })).toEqual([]);
    expect(allow({ header, path: ['/repo/*'] })).toEqual([]);
    expect(allow({ header, verifiedBot: ['*'] })).toEqual([]);
    expect(allow({ header, claimedBot: ['*'] })).toEqual(['rules[0]']);
  });
});

describe('thresholds', () => {
  const weigh = (points: number) => ({ name: `w${points}`, action: 'weigh', points });
  const thresholds = [
    { name: 'high', from: 20, action: 'deny' },
    { name: 'some', from: 10, below: 20, action: 'charge', minSolutions: 64 },
    { name: 'trusted', below: -5, action: 'allow', spoofable: true },
  ];

  it.each([
    [21, 'high'],
    [20, 'high'],
    [19, 'some'],
    [10, 'some'],
    [9, 'default'],
    [-5, 'default'],
    [-6, 'trusted'],
  ])('E11: %i points are decided by %s', (points, name) => {
    const { decision, ...rest } = judge({ rules: [weigh(points)], thresholds });
    expect(decision.rule).toBe(name);
    expect(rest.points).toBe(points);
  });

  it('come after every rule', () => {
    const rules = [weigh(30), { name: 'r', action: 'charge', tier: 2 }];
    expect(judge({ rules, thresholds }).decision.rule).toBe('r');
  });
});

describe('presets', () => {
  it('that sell no request on the terms of the variables are refused, unless they only watch', () => {
    const problems = (preset: string, attemptsPerSolution: number, more: object = {}) =>
      findDocumentProblems(documentOf({ preset, ...more }), {
        ...BASE,
        terms: { ...BASE.terms, attemptsPerSolution, requestPrice: 32 },
      }).map(({ path }) => path);
    expect(problems('lockdown', 137)).toEqual([]);
    expect(problems('lockdown', 136)).toEqual(['preset']);
    expect(problems('monitor', 1)).toEqual([]);
    const rules = [{ name: 'preset.false-bots', action: 'deny', falseBot: ['*'] }];
    expect(problems('lockdown', 136, { rules })).toEqual(['preset']);
    expect(problems('lockdown', 136, { rules, default: { action: 'charge' } })).toEqual([]);
  });

  it.each(PRESET_NAMES)('%s is a document that decodes and compiles', (preset) => {
    const document = completeDocument(documentOf({ preset }));
    expect(document.isDryRun).toBe(preset === 'monitor');
    expect(compileDocument(documentOf({ preset }), BASE).rules.length).toBeGreaterThan(0);
  });

  it("come after the operator's rules, and give way to a rule of the same name", () => {
    for (const preset of PRESET_NAMES) {
      const { rules } = completeDocument(documentOf({ preset }));
      const mine = [{ name: 'mine', action: 'deny', path: ['/mine'] }];
      const merged = completeDocument(documentOf({ preset, rules: mine })).rules;
      expect(merged.map(({ name }) => name)).toEqual(['mine', ...rules.map(({ name }) => name)]);
      const [first] = rules;
      if (first === undefined) continue;
      const own = [{ name: first.name, action: 'deny', path: ['/own'] }];
      const replaced = completeDocument(documentOf({ preset, rules: own })).rules;
      expect(replaced).toHaveLength(rules.length);
      expect(replaced[0]?.action.kind).toBe('deny');
    }
  });
});
