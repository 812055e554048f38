import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest, type PolicyRequest } from '../../src/core/policy/evaluate-policy.ts';
import {
  explainRequest,
  prepareExplanation,
  type ExplainablePolicy,
  type Explanation,
} from '../../src/core/policy/explain-policy.ts';
import { readPath } from '../../src/core/policy/path-views.ts';
import type { RequestView } from '../../src/core/policy/request-view.ts';
import { policyBase } from '../support/policy-fixtures.ts';

const BASE = policyBase();

function prepare(document: Record<string, unknown>): ExplainablePolicy {
  const decoded = decodeDocument({ schema: 1, ...document });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return prepareExplanation(decoded.document, BASE);
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly ip?: string | undefined;
  readonly country?: string | undefined;
  readonly agent?: string;
}

function ask({ path = '/', method = 'GET', ip, country, agent }: Asked): PolicyRequest {
  const reading = readPath(path);
  if (!reading.ok) throw new Error(`test path refused: ${path}`);
  const request: RequestView = {
    host: 'example.com',
    search: '?a=b',
    header: (name) => (name === 'user-agent' ? agent : undefined),
  };
  return {
    views: reading.views,
    method,
    hasQuery: false,
    client: createClientView({ connectingIp: ip, userAgent: agent, asn: 64_500, country }),
    request,
  };
}

function explain(document: Record<string, unknown>, asked: Asked): Explanation {
  return explainRequest(prepare(document), ask(asked));
}

describe('explanations', () => {
  it('say of each rule whether it was asked and what came of it', () => {
    const { readings, judgement } = explain(
      {
        rules: [
          { name: 'mark', action: 'tag', tags: ['odd'], agent: ['curl'] },
          { name: 'points', action: 'weigh', points: 7, tag: ['odd'] },
          { name: 'watch', action: 'deny', mode: 'dry-run', method: ['GET'] },
          { name: 'elsewhere', action: 'deny', path: ['/b'] },
          { name: 'here', action: 'deny', path: ['/a'] },
          { name: 'later', action: 'charge' },
        ],
      },
      { path: '/a', agent: 'curl/8' },
    );
    const trace = readings[0]?.rules.map(({ name, outcome, points, tags }) => [
      name,
      outcome,
      points,
      tags.join(' '),
    ]);
    expect(trace).toEqual([
      ['built-in', 'passed', 0, ''],
      ['mark', 'tagged', 0, 'odd'],
      ['points', 'weighed', 7, 'odd'],
      ['watch', 'dry-run', 7, 'odd'],
      ['elsewhere', 'passed', 7, 'odd'],
      ['here', 'decided', 7, 'odd'],
      ['later', 'not-asked', 7, 'odd'],
    ]);
    expect(judgement.decision).toEqual({ kind: 'deny', rule: 'here', status: 403 });
    expect(judgement.dryRun).toEqual(['watch']);
  });

  it('say of each condition what it asks for, what the request has, and which entry held', () => {
    const { readings } = explain(
      { rules: [{ name: 'r', action: 'deny', method: ['POST', 'GET'], country: ['DE'] }] },
      { country: 'FR' },
    );
    const [method, country] = readings[0]?.rules[1]?.conditions ?? [];
    expect(method).toMatchObject({ name: 'method', value: 'GET', matched: 'GET', holds: true });
    expect(country).toMatchObject({
      name: 'country',
      value: 'FR',
      wanted: ['DE'],
      matched: undefined,
      holds: false,
    });
  });

  it('say that an unknown fact holds in a denial and in no other rule', () => {
    const rules = [
      { name: 'a', action: 'charge', country: ['DE'] },
      { name: 'b', action: 'deny', country: ['DE'] },
    ];
    const { readings } = explain({ rules }, { country: undefined });
    expect(readings[0]?.rules.map(({ outcome }) => outcome)).toEqual([
      'passed',
      'passed',
      'decided',
    ]);
    expect(readings[0]?.rules[2]?.conditions[0]).toMatchObject({ value: undefined, holds: true });
  });

  it('E01: show every reading of the path and the one that decides', () => {
    const document = {
      rules: [
        { name: 'admin', action: 'deny', path: ['/admin'] },
        { name: 'open', action: 'allow', path: ['/x/*'] },
      ],
    };
    const explanation = explain(document, { path: '/x/..%2fadmin' });
    expect(explanation.readings.length).toBeGreaterThan(1);
    expect(explanation.judgement.decision.rule).toBe('admin');
    expect(explanation.readings[explanation.deciding]?.decision).toEqual(
      explanation.judgement.decision,
    );
    expect(explanation.readings[explanation.deciding]?.view).toBe('/admin');
  });

  it('E11: name the threshold that holds, at equality too', () => {
    const document = {
      rules: [{ name: 'w', action: 'weigh', points: 20, path: ['/a'] }],
      thresholds: [
        { name: 'low', below: 20, action: 'charge' },
        { name: 'high', from: 20, action: 'deny' },
      ],
    };
    expect(explain(document, { path: '/a' }).readings[0]?.thresholds).toEqual([
      { name: 'low', from: Number.NEGATIVE_INFINITY, below: 20, holds: false },
      { name: 'high', from: 20, below: Number.POSITIVE_INFINITY, holds: true },
    ]);
    expect(explain(document, { path: '/a' }).judgement.decision.rule).toBe('high');
    expect(explain(document, { path: '/b' }).judgement.decision.rule).toBe('low');
  });

  it('E05: 100 repeated explanations and judgements are identical', () => {
    const prepared = prepare({
      rules: [
        { name: 'a', action: 'weigh', points: 3, agentPattern: ['cu.l'] },
        { name: 'b', action: 'deny', not: { path: ['/a*'] } },
      ],
    });
    const request = ask({ path: '/a//b', agent: 'curl/8' });
    const first = JSON.stringify(explainRequest(prepared, request));
    for (let times = 0; times < 100; times += 1) {
      expect(JSON.stringify(explainRequest(prepared, request))).toBe(first);
    }
  });
});

const LISTS: readonly Readonly<Record<string, unknown>>[] = [
  { path: ['/a*'] },
  { path: ['/admin', '/b'] },
  { method: ['GET'] },
  { country: ['DE'] },
  { network: ['192.0.2.0/24'] },
  { agent: ['curl'] },
  { agentPattern: ['^c'] },
  { header: [{ name: 'user-agent', present: false }] },
  { query: ['a=b'] },
  { host: ['example.com'] },
  { tag: ['t'] },
  { protocol: ['HTTP/2'] },
  { expression: 'path == "/a"' },
  // Cannot be evaluated.
  { expression: 'headers["X-Missing"] == "1"' },
];

const table: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .tuple(fc.subarray([...LISTS], { maxLength: 2 }), fc.subarray([...LISTS], { maxLength: 2 }))
  .chain(([lists, others]) =>
    fc.constantFrom(
      Object.assign({}, ...lists),
      Object.assign({}, ...lists, others.length > 0 ? { any: others } : {}),
      Object.assign({}, ...lists, others.length > 0 ? { all: others } : {}),
      Object.assign({}, ...lists, others.length > 0 ? { not: { any: others } } : {}),
      Object.assign({}, ...lists, { use: ['n'] }),
    ),
  );

const rule = fc.record({
  table,
  action: fc.constantFrom(
    { action: 'deny' },
    { action: 'charge', tier: 2 },
    { action: 'charge', requestPrice: 9000 },
    { action: 'weigh', points: 10 },
    { action: 'weigh', points: -10 },
    { action: 'tag', tags: ['t'] },
    { action: 'allow', spoofable: true, path: ['/a', '/ad*'] },
  ),
  flags: fc.constantFrom({}, { mode: 'dry-run' }, { onError: 'skip' }, { onError: 'deny' }),
});

describe('the trace', () => {
  it('E05: comes to the decision of judgeRequest, whatever the policy and the request', () => {
    const requests: readonly Asked[] = [
      { path: '/a', ip: '192.0.2.1', country: 'DE', agent: 'curl/8' },
      { path: '/a/..%2fadmin', country: 'FR', agent: 'Mozilla' },
      { path: '/%61;x/b', method: 'POST' },
      { path: '/robots.txt' },
    ];
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        const prepared = prepare({
          conditions: { n: { method: ['POST'], path: ['/a*'] } },
          rules: rules.map(({ table: when, action, flags }, index) => ({
            ...when,
            ...action,
            ...flags,
            name: `r${index}`,
          })),
          thresholds: [
            { name: 'high', from: 10, action: 'deny' },
            { name: 'low', below: -9, action: 'charge', tier: 1 },
          ],
        });
        for (const asked of requests) {
          const request = ask(asked);
          const explanation = explainRequest(prepared, request);
          const judgement = judgeRequest(prepared.policy, request);
          const traced = explanation.readings[explanation.deciding];
          expect(explanation.judgement).toEqual(judgement);
          expect(traced?.decision).toEqual(judgement.decision);
          expect(traced?.points).toBe(judgement.points);
          const dryRun = explanation.readings.flatMap((reading) =>
            reading.rules.filter(({ outcome }) => outcome === 'dry-run').map(({ name }) => name),
          );
          expect(new Set(dryRun)).toEqual(new Set(judgement.dryRun));
        }
      }),
      { numRuns: 500 },
    );
  });
});
