import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientView, type ClientFacts } from '../../src/core/client/client-view.ts';
import { compilePolicy, type Policy } from '../../src/core/policy/compile-policy.ts';
import { compareStrictness, type Decision } from '../../src/core/policy/decision.ts';
import { decodeRules } from '../../src/core/policy/decode-rules.ts';
import { evaluatePolicy } from '../../src/core/policy/evaluate-policy.ts';
import { readPath } from '../../src/core/policy/path-views.ts';
import type { ChargeTerms } from '../../src/core/policy/rule.ts';

const DEFAULTS: ChargeTerms = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};
const FACTS: ClientFacts = {
  connectingIp: '192.0.2.7',
  userAgent: 'Mozilla/5.0 (compatible; ExampleBot/1.0)',
  asn: 64_500,
  country: 'DE',
};

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly facts: ClientFacts;
}

const ASKED: Asked = { path: '/data/report', method: 'GET', facts: FACTS };

function compile(rules: readonly unknown[], defaults = DEFAULTS): Policy {
  const decoded = decodeRules(rules);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return compilePolicy(decoded.rules, { defaults, caseInsensitivePaths: false });
}

function decide(policy: Policy, asked: Asked): Decision {
  const reading = readPath(asked.path);
  if (!reading.ok) throw new Error(`test path refused: ${asked.path}`);
  const client = createClientView(asked.facts);
  return evaluatePolicy(policy, {
    views: reading.views,
    method: asked.method,
    hasQuery: false,
    client,
  });
}

/** For each condition, a list that holds for ASKED and one that does not. */
const CONDITIONS: Readonly<
  Record<string, { holds: readonly unknown[]; fails: readonly unknown[] }>
> = {
  path: { holds: ['/other', '/data/*'], fails: ['/other', '/data'] },
  method: { holds: ['POST', 'GET'], fails: ['POST', 'HEAD'] },
  network: { holds: ['2001:db8::/32', '192.0.2.0/24'], fails: ['2001:db8::/32', '192.0.3.0/24'] },
  country: { holds: ['FR', 'DE'], fails: ['FR', 'T1'] },
  asn: { holds: [1, 64_500], fails: [1, 64_501] },
  agent: { holds: ['curl', 'examplebot'], fails: ['curl', 'googlebot'] },
};
const NAMES = Object.keys(CONDITIONS);
const PAIRS = NAMES.flatMap((a, index) => NAMES.slice(index + 1).map((b) => [a, b] as const));

function withAgent(userAgent: string): Asked {
  return { ...ASKED, facts: { ...FACTS, userAgent } };
}

function charge(terms: Partial<ChargeTerms>): Decision {
  return { kind: 'charge', rule: 'c', terms: { ...DEFAULTS, ...terms } };
}

describe('conditions', () => {
  it.each(PAIRS)('E04: %s and %s must both hold', (a, b) => {
    for (const first of ['holds', 'fails'] as const) {
      for (const second of ['holds', 'fails'] as const) {
        const rule = {
          name: 'r',
          action: 'deny',
          [a]: CONDITIONS[a]?.[first],
          [b]: CONDITIONS[b]?.[second],
        };
        const expected = first === 'holds' && second === 'holds' ? 'deny' : 'charge';
        expect(decide(compile([rule]), ASKED).kind, `${first}, ${second}`).toBe(expected);
      }
    }
  });

  it.each(NAMES)('E04: %s holds when any entry of its list does', (name) => {
    const row = CONDITIONS[name];
    expect(decide(compile([{ name: 'r', action: 'deny', [name]: row?.holds }]), ASKED).kind).toBe(
      'deny',
    );
    expect(decide(compile([{ name: 'r', action: 'deny', [name]: row?.fails }]), ASKED).kind).toBe(
      'charge',
    );
    const reversed = row?.holds.toReversed();
    expect(decide(compile([{ name: 'r', action: 'deny', [name]: reversed }]), ASKED).kind).toBe(
      'deny',
    );
  });

  it('E04: all six together, and each of them broken in turn', () => {
    const all = Object.fromEntries(NAMES.map((name) => [name, CONDITIONS[name]?.holds]));
    expect(decide(compile([{ name: 'r', action: 'deny', ...all }]), ASKED).kind).toBe('deny');
    for (const name of NAMES) {
      const rule = { name: 'r', action: 'deny', ...all, [name]: CONDITIONS[name]?.fails };
      expect(decide(compile([rule]), ASKED).kind, name).toBe('charge');
    }
  });

  it('E04: the documented example does what it says', () => {
    const policy = compile([
      { name: 'feeds', action: 'allow', path: ['/feed.xml', '/feeds/*'], method: ['GET', 'HEAD'] },
    ]);
    expect(decide(policy, { ...ASKED, path: '/feeds/a' })).toEqual({
      kind: 'allow',
      rule: 'feeds',
    });
    expect(decide(policy, { ...ASKED, path: '/feed.xml', method: 'HEAD' }).kind).toBe('allow');
    expect(decide(policy, { ...ASKED, path: '/feed.xml', method: 'POST' }).kind).toBe('charge');
    expect(decide(policy, { ...ASKED, path: '/feed.xmlx' }).kind).toBe('charge');
  });
});

describe('facts about a client', () => {
  it('reads 512 characters of the agent, in any case', () => {
    const policy = compile([{ name: 'r', action: 'deny', agent: ['BadBot'] }]);
    expect(decide(policy, withAgent(`${'a'.repeat(506)}BADBOT`)).kind).toBe('deny');
    expect(decide(policy, withAgent(`${'a'.repeat(507)}BADBOT`)).kind).toBe('charge');
  });

  it('D01: an unknown address, country or system is in every denied list and in no other', () => {
    const facts: ClientFacts = { ...FACTS, connectingIp: '192.0.2.7, 192.0.2.8' };
    const network = ['198.51.100.0/24'];
    const unknown = { ...ASKED, facts };
    expect(decide(compile([{ name: 'r', action: 'deny', network }]), unknown).kind).toBe('deny');
    expect(
      decide(compile([{ name: 'r', action: 'allow', network: ['192.0.2.0/24'] }]), unknown).kind,
    ).toBe('charge');
    const cheap = { name: 'r', action: 'charge', requestPrice: 1, network };
    expect(decide(compile([cheap]), unknown)).toMatchObject({ rule: 'default' });
    const foreign = { ...FACTS, country: undefined, asn: undefined };
    const byOrigin = compile([
      { name: 'r', action: 'deny', country: ['DE'] },
      { name: 's', action: 'deny', asn: [1] },
    ]);
    expect(decide(byOrigin, { ...ASKED, facts: foreign }).kind).toBe('deny');
    const allowed = compile([
      { name: 'r', action: 'allow', country: ['DE'] },
      { name: 's', action: 'allow', asn: [1] },
    ]);
    expect(decide(allowed, { ...ASKED, facts: foreign }).kind).toBe('charge');
  });
});

describe('decisions', () => {
  it('E05: the first rule that applies decides', () => {
    const allow = { name: 'a', action: 'allow', path: ['/data/*'] };
    const deny = { name: 'd', action: 'deny', status: 404, country: ['DE'] };
    expect(decide(compile([allow, deny]), ASKED)).toEqual({ kind: 'allow', rule: 'a' });
    expect(decide(compile([deny, allow]), ASKED)).toEqual({ kind: 'deny', rule: 'd', status: 404 });
  });

  it('E05: 100 evaluations are identical', () => {
    const policy = compile([
      { name: 'c', action: 'charge', tier: 2, path: ['/data/*'], agent: ['examplebot'] },
      { name: 'a', action: 'allow', network: ['192.0.2.0/24'] },
    ]);
    for (const path of ['/data/report', '/%64ata/report', '/data%2freport', '/x']) {
      const first = decide(policy, { ...ASKED, path });
      for (let round = 0; round < 100; round += 1)
        expect(decide(policy, { ...ASKED, path })).toEqual(first);
    }
  });

  it('denies with the status that the rule names, 403 otherwise', () => {
    expect(decide(compile([{ name: 'd', action: 'deny' }]), ASKED)).toMatchObject({ status: 403 });
    expect(decide(compile([{ name: 'd', action: 'deny', status: 451 }]), ASKED)).toMatchObject({
      status: 451,
    });
  });

  it('charges the defaults for whatever a rule leaves out', () => {
    expect(decide(compile([]), ASKED)).toEqual({
      kind: 'charge',
      rule: 'default',
      terms: DEFAULTS,
    });
    const rule = { name: 'c', action: 'charge', tier: 1, minSolutions: 64, remember: true };
    expect(decide(compile([rule]), ASKED)).toEqual({
      kind: 'charge',
      rule: 'c',
      terms: { ...DEFAULTS, tier: 1, minSolutions: 64, remember: true },
    });
    const small = { ...DEFAULTS, maxSolutions: 40 };
    expect(decide(compile([rule], small), ASKED)).toMatchObject({
      terms: { minSolutions: 64, maxSolutions: 64 },
    });
  });
});

describe('strictness', () => {
  it('orders decisions: deny, then tier, price and entry fee, then allow', () => {
    const rising: readonly Decision[] = [
      { kind: 'allow', rule: 'a' },
      charge({ requestPrice: 1, minSolutions: 1 }),
      charge({ requestPrice: 1, minSolutions: 2 }),
      charge({ requestPrice: 2, minSolutions: 1 }),
      charge({ tier: 1, requestPrice: 1, minSolutions: 1 }),
      { kind: 'deny', rule: 'd', status: 404 },
    ];
    for (const [i, a] of rising.entries()) {
      for (const [j, b] of rising.entries()) {
        expect(Math.sign(compareStrictness(a, b))).toBe(Math.sign(i - j));
      }
    }
  });

  it('E01: the strictest reading decides between charges', () => {
    const policy = compile([
      { name: 'cheap', action: 'charge', requestPrice: 1, path: ['/a/*'] },
      { name: 'dear', action: 'charge', tier: 2, path: ['/b/*'] },
    ]);
    expect(decide(policy, { ...ASKED, path: '/a/..%2fb/x' })).toMatchObject({ rule: 'dear' });
    expect(decide(policy, { ...ASKED, path: '/b/..%2fa/x' })).toMatchObject({ rule: 'dear' });
  });
});

const entry = (name: string): fc.Arbitrary<readonly unknown[]> =>
  fc.constantFrom(CONDITIONS[name]?.holds ?? [], CONDITIONS[name]?.fails ?? []);
const conditionsOf = fc.record(Object.fromEntries(NAMES.map((name) => [name, entry(name)])), {
  requiredKeys: [],
});
const actionOf = fc.oneof(
  fc.constant({ action: 'deny' }),
  fc.record({ action: fc.constant('charge'), tier: fc.integer({ min: 0, max: 15 }) }),
  fc.constant({ action: 'allow', path: ['/data/*', '/open'] }),
);
const rulesOf = fc
  .array(fc.tuple(conditionsOf, actionOf), { maxLength: 6 })
  .map((rules) =>
    rules.map(([when, action], index) => ({ name: `r${index}`, ...when, ...action })),
  );
const askedPath = fc.constantFrom(
  '/data/report',
  '/%64ata/report',
  '/data/..%2fopen',
  '/open',
  '/robots.txt',
);

describe('properties', () => {
  it('E04: a DENY in front never makes any decision more permissive', () => {
    fc.assert(
      fc.property(rulesOf, conditionsOf, askedPath, (rules, when, path) => {
        const before = decide(compile(rules), { ...ASKED, path });
        const deny = { name: 'front', action: 'deny', ...when };
        const after = decide(compile([deny, ...rules]), { ...ASKED, path });
        expect(compareStrictness(after, before)).toBeGreaterThanOrEqual(0);
        if (before.kind === 'deny') expect(after.kind).toBe('deny');
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  it('the canonical form depends on meaning, not on spelling or order of lists', () => {
    const a = compile([
      {
        name: 'r',
        action: 'deny',
        network: ['::ffff:192.0.2.0/120', '10.0.0.0/8'],
        agent: ['Bot', 'bot'],
      },
    ]);
    const b = compile([
      {
        agent: ['BOT'],
        network: ['10.0.0.0/8', '192.0.2.0/24'],
        action: 'deny',
        status: 403,
        name: 'r',
      },
    ]);
    expect(a.canonicalForm).toBe(b.canonicalForm);
    const others = [
      compile([]),
      compile([{ name: 'r', action: 'deny', network: ['10.0.0.0/8'], agent: ['bot'] }]),
      compile([
        {
          name: 'r',
          action: 'deny',
          status: 404,
          network: ['10.0.0.0/8', '192.0.2.0/24'],
          agent: ['bot'],
        },
      ]),
      compile([
        { name: 's', action: 'deny', network: ['10.0.0.0/8', '192.0.2.0/24'], agent: ['bot'] },
      ]),
      compile([], { ...DEFAULTS, requestPrice: 4370 }),
      compilePolicy([], { defaults: DEFAULTS, caseInsensitivePaths: true }),
    ].map((policy) => policy.canonicalForm);
    expect(new Set([a.canonicalForm, ...others]).size).toBe(others.length + 1);
  });
});
