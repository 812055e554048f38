import { describe, expect, it } from 'vitest';
import { askRequest } from '../../src/cli/asked-request.ts';
import type { Decision } from '../../src/core/policy/decision.ts';
import {
  decodeRequestCase,
  findMismatches,
  type RequestCase,
} from '../../src/core/policy/request-case.ts';

function decode(value: unknown): RequestCase {
  const decoded = decodeRequestCase(value, 'request');
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.request;
}

function problemsOf(value: unknown): readonly string[] {
  const decoded = decodeRequestCase(value, '[0]');
  return decoded.ok ? [] : decoded.problems.map(({ path }) => path);
}

function judged(value: unknown) {
  const asked = askRequest(decode(value));
  if (asked.kind !== 'judged') throw new Error(asked.kind);
  return asked.request;
}

describe('written requests', () => {
  it('need a URL and nothing else', () => {
    expect(problemsOf({ url: '/' })).toEqual([]);
    expect(problemsOf({})).toEqual(['[0].url']);
    expect(problemsOf('/')).toEqual(['[0]']);
    expect(decode({ url: '/' })).toMatchObject({ method: 'GET', ip: undefined });
  });

  it('E08: report every problem at once, unknown keys among them', () => {
    const value = {
      url: 'ftp://example.com',
      method: 'get',
      ip: 'home',
      country: 'de',
      asn: -1,
      cf: [],
      headers: { 'a b': 'c' },
      verifiedBots: 'googlebot',
      expect: { kind: 'allowed', status: 'x', more: 1 },
      agent: 'curl',
    };
    expect(problemsOf(value)).toEqual([
      '[0].agent',
      '[0].url',
      '[0].method',
      '[0].headers',
      '[0].ip',
      '[0].country',
      '[0].asn',
      '[0].cf',
      '[0].verifiedBots',
      '[0].expect.more',
      '[0].expect.kind',
      '[0].expect.status',
    ]);
    expect(problemsOf({ url: '/', expect: 'maybe' })).toEqual(['[0].expect']);
  });

  it('E03: ask for the path alone: neither query nor fragment is part of it', () => {
    const views = ['/admin?x', '/admin#x', '/admin?a=/b', '/admin?x#y'].map((url) =>
      judged({ url }),
    );
    expect(views.map((request) => request.views)).toEqual(views.map(() => ['/admin']));
    expect(views.map(({ hasQuery }) => hasQuery)).toEqual([true, false, true, true]);
    expect(judged({ url: '/a?/admin' }).views).toEqual(['/a']);
  });

  it('name the host as the gate does, whatever the path looks like', () => {
    expect(judged({ url: 'https://EXAMPLE.com.:443/' }).request?.host).toBe('example.com');
    expect(judged({ url: 'http://a.test:8080/' }).request?.host).toBe('a.test:8080');
    expect(judged({ url: '//evil.test/x' }).request?.host).toBe('example.com');
  });

  it('carry headers, client and connection', () => {
    const { client, request, connection, identity } = judged({
      url: '/',
      headers: { 'User-Agent': 'curl/8', Accept: '*/*' },
      ip: '192.0.2.1',
      cf: { asn: 64_500, country: 'DE', httpProtocol: 'HTTP/2', botManagement: { ja4: 'j' } },
      verifiedBots: ['googlebot'],
    });
    expect(client).toMatchObject({ addressText: '192.0.2.1', asn: 64_500, country: 'DE' });
    expect(request?.header('ACCEPT')).toBe('*/*');
    expect(client.userAgent).toBe('curl/8');
    expect(connection).toMatchObject({ protocol: 'HTTP/2', tls: { ja4: 'j', ja3: undefined } });
    expect(identity?.verified).toEqual(['googlebot']);
  });

  it('are refused where the gate answers 400 before any rule', () => {
    expect(askRequest(decode({ url: '/%00' }))).toMatchObject({ kind: 'refused' });
    expect(askRequest(decode({ url: 'https://[' })).kind).toBe('no-url');
  });
});

describe('expectations', () => {
  const charge: Decision = {
    kind: 'charge',
    rule: 'r',
    terms: {
      tier: 1,
      minSolutions: 1,
      maxSolutions: 1,
      attemptsPerSolution: 1,
      requestPrice: 5,
      ttlSeconds: 600,
      remember: false,
    },
  };
  const none = { rule: undefined, status: undefined, tier: undefined, price: undefined };

  it('ask for as much as they say', () => {
    expect(findMismatches({ ...none, kind: 'charge' }, charge)).toEqual([]);
    expect(
      findMismatches({ ...none, kind: 'charge', rule: 'r', tier: 1, price: 5 }, charge),
    ).toEqual([]);
  });

  it('name each member that differs', () => {
    expect(findMismatches({ ...none, kind: 'deny', status: 403, rule: 's' }, charge)).toEqual([
      'kind: expected deny, got charge',
      'rule: expected s, got r',
      'status: expected 403, got none',
    ]);
    expect(findMismatches({ ...none, kind: 'charge', tier: 0, price: 4 }, charge)).toHaveLength(2);
  });
});
