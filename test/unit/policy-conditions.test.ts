import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { compilePolicy } from '../../src/core/policy/compile-policy.ts';
import { CONDITION_NAMES } from '../../src/core/policy/conditions/condition-table.ts';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { decodeRules } from '../../src/core/policy/decode-rules.ts';
import { judgeRequest, type PolicyRequest } from '../../src/core/policy/evaluate-policy.ts';
import {
  NO_IDENTITY,
  UNKNOWN_CONNECTION,
  type ConnectionView,
} from '../../src/core/policy/request-view.ts';
import type { ChargeTerms, ConditionName } from '../../src/core/policy/rule.ts';

const DEFAULTS: ChargeTerms = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};

/** What a request may be made of; every member has a value that one condition asks for. */
interface Traits {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly search?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly agent?: string;
  readonly country?: string;
  readonly asn?: number;
  readonly continent?: string;
  readonly protocol?: string;
  readonly tlsVersion?: string;
  readonly verified?: readonly string[];
  readonly claimed?: readonly string[];
  readonly unproven?: readonly string[];
}

function connectionOf({ continent, protocol, tlsVersion }: Traits): ConnectionView {
  const { tls } = UNKNOWN_CONNECTION;
  return { continent, protocol, tls: { ...tls, version: tlsVersion } };
}

function requestOf(traits: Traits): PolicyRequest {
  const { path = '/', method = 'GET', headers = {}, search } = traits;
  return {
    views: [path],
    method,
    hasQuery: search !== undefined && search !== '',
    client: createClientView({
      connectingIp: traits.ip,
      userAgent: traits.agent,
      asn: traits.asn,
      country: traits.country,
    }),
    request: { host: traits.host, search, header: (name) => headers[name] },
    connection: connectionOf(traits),
    identity: {
      ...NO_IDENTITY,
      verified: traits.verified ?? [],
      claimed: traits.claimed ?? [],
      unproven: traits.unproven ?? [],
    },
  };
}

function judge(rules: unknown, traits: Traits) {
  const decoded = decodeRules(rules);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const policy = compilePolicy(decoded.rules, { defaults: DEFAULTS, caseInsensitivePaths: false });
  return judgeRequest(policy, requestOf(traits));
}

interface Sample {
  readonly entries: readonly unknown[];
  readonly holds: Traits;
  readonly fails: Traits;
}

/** One list of each kind, with a request for which it holds and one for which it does not. */
const SAMPLES: Readonly<Record<Exclude<ConditionName, 'tag'>, Sample>> = {
  method: { entries: ['PUT', 'POST'], holds: { method: 'POST' }, fails: { method: 'GET' } },
  asn: { entries: [64_500], holds: { asn: 64_500 }, fails: { asn: 64_501 } },
  country: { entries: ['DE', 'FR'], holds: { country: 'FR' }, fails: { country: 'US' } },
  continent: { entries: ['EU'], holds: { continent: 'EU' }, fails: { continent: 'NA' } },
  protocol: { entries: ['HTTP/3'], holds: { protocol: 'HTTP/3' }, fails: { protocol: 'HTTP/2' } },
  host: { entries: ['*.site.test'], holds: { host: 'a.site.test' }, fails: { host: 'site.test' } },
  verifiedBot: { entries: ['a'], holds: { verified: ['a'] }, fails: { verified: ['b'] } },
  claimedBot: { entries: ['*'], holds: { claimed: ['b'] }, fails: { claimed: [] } },
  falseBot: { entries: ['b', 'a'], holds: { unproven: ['a'] }, fails: { unproven: ['c'] } },
  tls: {
    entries: ['version=TLSv1.2'],
    holds: { tlsVersion: 'TLSv1.2' },
    fails: { tlsVersion: 'TLSv1.3' },
  },
  path: { entries: ['/a/*'], holds: { path: '/a/b' }, fails: { path: '/b' } },
  network: {
    entries: ['192.0.2.0/24', '2001:db8::/32'],
    holds: { ip: '2001:db8::1' },
    fails: { ip: '198.51.100.1' },
  },
  query: { entries: ['a=1', 'b'], holds: { search: '?x=2&b' }, fails: { search: '?a=2' } },
  agent: { entries: ['curl'], holds: { agent: 'CURL/8' }, fails: { agent: 'Mozilla/5.0' } },
  header: {
    entries: [{ name: 'Accept', contains: 'html' }],
    holds: { headers: { accept: 'text/html' } },
    fails: { headers: { accept: '*/*' } },
  },
  agentPattern: {
    entries: ['^Go-http'],
    holds: { agent: 'Go-http-client/2.0' },
    fails: { agent: 'x Go-http' },
  },
  pathPattern: {
    entries: [String.raw`\.(?:atom|rss)$`],
    holds: { path: '/news.rss' },
    fails: { path: '/rss.html' },
  },
  expression: {
    entries: ['method == "PUT"'],
    holds: { method: 'PUT' },
    fails: { method: 'GET' },
  },
};

const KINDS = CONDITION_NAMES.filter((name) => name !== 'tag');

function sampleOf(name: Exclude<ConditionName, 'tag'>): Sample {
  return SAMPLES[name];
}

/** Traits of both; `undefined` where the two kinds read the same one. */
function merge(a: Traits, b: Traits): Traits | undefined {
  const shared = Object.keys(a).some((key) => key in b);
  return shared ? undefined : { ...a, ...b };
}

function decides(when: object, traits: Traits): boolean {
  return judge([{ name: 'r', action: 'deny', ...when }], traits).decision.rule === 'r';
}

/** Facts that a denial takes to be true while they are unknown, set to something else. */
const NEUTRAL: Traits = {
  ip: '203.0.113.9',
  asn: 64_999,
  country: 'ZZ',
  continent: 'AN',
  protocol: 'HTTP/2',
  host: 'other.test',
  search: '',
  tlsVersion: 'TLSv1.1',
};

describe('every kind of condition', () => {
  it.each(KINDS)('E04: %s holds when any entry does', (name) => {
    const { entries, holds, fails } = sampleOf(name);
    expect(decides({ [name]: entries }, { ...NEUTRAL, ...holds })).toBe(true);
    expect(decides({ [name]: entries }, { ...NEUTRAL, ...fails })).toBe(false);
    expect(decides({ not: { [name]: entries } }, { ...NEUTRAL, ...holds })).toBe(false);
    expect(decides({ not: { [name]: entries } }, { ...NEUTRAL, ...fails })).toBe(true);
  });

  it('E04: the truth table of every pair, under all, any and not', () => {
    let pairs = 0;
    for (const a of KINDS) {
      for (const b of KINDS) {
        if (a === b) continue;
        for (const isA of [true, false]) {
          for (const isB of [true, false]) {
            const traits = merge(
              sampleOf(a)[isA ? 'holds' : 'fails'],
              sampleOf(b)[isB ? 'holds' : 'fails'],
            );
            if (traits === undefined) continue;
            pairs += 1;
            const request = { ...NEUTRAL, ...traits };
            const [one, other] = [{ [a]: sampleOf(a).entries }, { [b]: sampleOf(b).entries }];
            const label = `${a}=${isA} ${b}=${isB}`;
            expect(decides({ ...one, ...other }, request), label).toBe(isA && isB);
            expect(decides({ all: [one, other] }, request), label).toBe(isA && isB);
            expect(decides({ any: [one, other] }, request), label).toBe(isA || isB);
            expect(decides({ not: { ...one, ...other } }, request), label).toBe(!(isA && isB));
            expect(decides({ ...one, not: other }, request), label).toBe(isA && !isB);
          }
        }
      }
    }
    expect(pairs).toBeGreaterThan(1000);
  }, 60_000);
});

describe('unknown facts', () => {
  const FACTS = ['asn', 'country', 'continent', 'protocol', 'host', 'tls', 'network', 'query'];

  it.each(FACTS)('D06: an unknown %s is in the lists of denials alone, also inside not', (name) => {
    const kind = KINDS.find((each) => each === name);
    if (kind === undefined) throw new Error(name);
    const when = { [kind]: sampleOf(kind).entries };
    const ruleOf = (action: object): unknown => [{ name: 'r', ...action }];
    for (const conditions of [when, { not: when }, { not: { not: when } }, { any: [when] }]) {
      const deny = ruleOf({ action: 'deny', ...conditions });
      expect(judge(deny, {}).decision.kind, JSON.stringify(conditions)).toBe('deny');
      const charge = ruleOf({ action: 'charge', tier: 3, ...conditions });
      expect(judge(charge, {}).decision.rule, JSON.stringify(conditions)).toBe('default');
      const weigh = ruleOf({ action: 'weigh', points: 7, ...conditions });
      expect(judge(weigh, {}).points, JSON.stringify(conditions)).toBe(0);
    }
  });
});

describe('tags', () => {
  it('are seen by later rules alone', () => {
    const rules = [
      { name: 'early', action: 'deny', tag: ['odd'] },
      { name: 'mark', action: 'tag', tags: ['odd', 'strange'], path: ['/x*'] },
      { name: 'late', action: 'deny', status: 410, tag: ['odd'] },
    ];
    expect(judge(rules, { path: '/x' }).decision).toEqual({
      kind: 'deny',
      rule: 'late',
      status: 410,
    });
    expect(judge(rules, { path: '/y' }).decision.rule).toBe('default');
  });

  it('do not pass from one reading of a path to another', () => {
    const decoded = decodeRules([
      { name: 'mark', action: 'tag', tags: ['odd'], path: ['/a'] },
      { name: 'late', action: 'deny', tag: ['odd'], path: ['/b'] },
    ]);
    if (!decoded.ok) throw new Error('decode');
    const policy = compilePolicy(decoded.rules, {
      defaults: DEFAULTS,
      caseInsensitivePaths: false,
    });
    const request = { ...requestOf({}), views: ['/a', '/b'] as const };
    expect(judgeRequest(policy, request).decision.rule).toBe('default');
  });
});

describe('points', () => {
  it('E11: the largest sums are exact, and thresholds decide at equality', () => {
    const many = Array.from({ length: 256 }, (_, index) => ({
      name: `w${index}`,
      action: 'weigh',
      points: index % 2 === 0 ? 1_000_000 : 999_999,
    }));
    expect(judge(many, {}).points).toBe(128 * 1_000_000 + 128 * 999_999);
    const negative = many.map(({ name, points }) => ({ name, action: 'weigh', points: -points }));
    expect(judge(negative, {}).points).toBe(-(128 * 1_000_000 + 128 * 999_999));
  });

  it.each([Number.NaN, 2 ** 31, -(2 ** 31), 1_000_001, -1_000_001, 0.5, '1', null, Infinity])(
    'E11: %s points are refused',
    (points) => {
      const decoded = decodeRules([{ name: 'w', action: 'weigh', points }]);
      expect(decoded.ok ? [] : decoded.problems.map(({ path }) => path)).toEqual([
        'RULES[0].points',
      ]);
    },
  );

  it('a dry-run rule reports, and neither decides nor weighs nor tags', () => {
    const rules = [
      { name: 'deny', action: 'deny', mode: 'dry-run' },
      { name: 'weigh', action: 'weigh', points: 5, mode: 'dry-run' },
      { name: 'tag', action: 'tag', tags: ['t'], mode: 'dry-run' },
      { name: 'never', action: 'deny', path: ['/never'], mode: 'dry-run' },
      { name: 'late', action: 'deny', tag: ['t'] },
    ];
    const { decision, points, dryRun } = judge(rules, {});
    expect(decision.rule).toBe('default');
    expect(points).toBe(0);
    expect(dryRun).toEqual(['deny', 'weigh', 'tag']);
  });
});

describe('conditions that cannot be evaluated', () => {
  const failing = { expression: 'headers["X-Missing"] == "1"' };

  it.each([
    ['charge', { kind: 'charge', rule: 'error' }],
    ['deny', { kind: 'deny', rule: 'r' }],
    ['skip', { kind: 'charge', rule: 'default' }],
  ] as const)('3.7: onError %s', (onError, expected) => {
    const { decision, failed } = judge(
      [{ name: 'r', action: 'deny', status: 410, onError, ...failing }],
      {},
    );
    expect(decision).toMatchObject(expected);
    expect(failed).toEqual(['r']);
  });

  it('3.7: the default charges, whatever the action of the rule', () => {
    for (const action of [
      { action: 'allow', path: ['/a'] },
      { action: 'deny' },
      { action: 'weigh', points: -50 },
      { action: 'tag', tags: ['x'] },
    ]) {
      const { decision } = judge([{ name: 'r', ...action, ...failing }], { path: '/a' });
      expect(decision, action.action).toMatchObject({ kind: 'charge', rule: 'error' });
    }
  });

  it('E03: a query that is too long to be read hides no parameter', () => {
    const deny = { name: 'r', action: 'deny' };
    const byList = [{ ...deny, query: ['export'] }];
    const byExpression = [{ ...deny, expression: '"export" in query' }];
    const without = [{ ...deny, action: 'allow', path: ['/a'], not: { query: ['export'] } }];
    /** `length` characters with the question mark, the parameter last. */
    const padded = (length: number) => `?${'a'.repeat(length - 8)}&export`;
    for (const rules of [byList, byExpression]) {
      expect(judge(rules, { search: padded(8192) }).decision.kind).toBe('deny');
      expect(judge(rules, { search: padded(8193) })).toMatchObject({
        decision: { kind: 'charge', rule: 'error' },
        failed: ['r'],
      });
    }
    const first = `?export&${'a'.repeat(9000)}`;
    expect(judge(byList, { search: first }).decision.kind).toBe('deny');
    const ask = (length: number) => judge(without, { path: '/a', search: padded(length) });
    expect(ask(8192).decision.rule).toBe('default');
    expect(ask(8193).decision.rule).toBe('error');
  });

  it('3.7: a rule that a client makes fail hides no stricter rule behind it', () => {
    const partner = { name: 'partner', action: 'allow', path: ['/a'], ...failing };
    const at = { path: '/a' };
    const deny = { name: 'later', action: 'deny', path: ['/a*'] };
    const dear = { name: 'later', action: 'charge', requestPrice: 99_999, path: ['/a*'] };
    const open = { name: 'later', action: 'allow', path: ['/a'] };
    const judgeDocument = (more: object) => {
      const decoded = decodeDocument({ schema: 1, rules: [partner], ...more });
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
      const base = { terms: DEFAULTS, caseInsensitivePaths: false, allowedPaths: [] };
      return judgeRequest(compileDocument(decoded.document, base), requestOf(at)).decision;
    };
    expect(judge([partner, deny], at).decision).toMatchObject({ kind: 'deny', rule: 'later' });
    expect(judge([partner, dear], at).decision).toMatchObject({ kind: 'charge', rule: 'later' });
    expect(judge([partner, open], at).decision).toMatchObject({ kind: 'charge', rule: 'error' });
    const closed = judgeDocument({ default: { action: 'deny' } });
    expect(closed).toMatchObject({ kind: 'deny', rule: 'default' });
    const lockdown = judgeDocument({ preset: 'lockdown' });
    expect(lockdown).toMatchObject({ kind: 'charge', rule: 'default' });
  });

  it('3.7: they matter only where the rest leaves it open', () => {
    const path = { path: ['/a'] };
    expect(
      judge([{ name: 'r', action: 'deny', ...path, ...failing }], { path: '/b' }).failed,
    ).toEqual([]);
    const any = { any: [path, failing] };
    expect(judge([{ name: 'r', action: 'deny', ...any }], { path: '/a' }).decision.rule).toBe('r');
    const not = { not: { ...path, ...failing } };
    expect(judge([{ name: 'r', action: 'deny', ...not }], { path: '/b' }).decision.rule).toBe('r');
  });
});
