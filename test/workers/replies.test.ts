/** What every reply of ours has in common: nobody stores it, nobody learns from it. */
import { describe, expect, it } from 'vitest';
import { parseReturnPath } from '../../src/http/return-path.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { Sent, TestGate } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, NAVIGATION, payFor, redeem } from '../support/visitor.ts';

const JSON_POST = { method: 'POST', headers: { 'Content-Type': 'application/json' } };

/** One request for every class of reply that the gate makes itself. */
async function everyReply(gate: TestGate): Promise<readonly (readonly [string, Response])[]> {
  const { pass } = await payFor(gate);
  for (let n = 0; n < 3; n += 1) await gate.send('/page', { headers: cookieOf(pass) });
  const requests: Record<string, readonly [string, Sent]> = {
    page: ['/page', { headers: NAVIGATION }],
    problem: ['/page', {}],
    head: ['/page', { method: 'HEAD' }],
    spent: ['/page', { headers: cookieOf(pass) }],
    denied: ['/denied', {}],
    'denied page': ['/denied', { headers: NAVIGATION }],
    malformed: ['/%00', {}],
    challenge: ['/.toll/challenge', {}],
    refused: ['/.toll/redeem', { ...JSON_POST, body: '{' }],
    large: ['/.toll/redeem', { ...JSON_POST, body: 'x'.repeat(9000) }],
    method: ['/.toll/redeem', {}],
    healthz: ['/.toll/healthz', {}],
    'not found': ['/.toll/nothing', {}],
  };
  const replies: [string, Response][] = [];
  for (const [name, [path, sent]] of Object.entries(requests))
    replies.push([name, await gate.send(path, sent)]);
  replies.push(['redeemed', await redeem(gate, await meet(gate))]);
  return replies;
}

const RULES = [{ name: 'denied', action: 'deny', path: ['/denied'] }];

describe('every reply of ours', () => {
  it('C04: is marked and forbids storing, and the Cache API would not store it', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
    const cache = await caches.open('replies');
    for (const [name, response] of await everyReply(gate)) {
      expect([name, response.headers.get('Toll-Version')]).toEqual([name, '1']);
      expect(response.headers.get('Cache-Control')).toBe('no-store, private');
      expect(response.headers.get('CDN-Cache-Control')).toBe('no-store');
      const key = `${ORIGIN}/${encodeURIComponent(name)}`;
      await cache.put(key, response).catch(() => undefined);
      expect(await cache.match(key, { ignoreMethod: true }), name).toBeUndefined();
    }
  });

  it('C05: never deletes the pass, and sets it on redemption alone', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
    for (const [name, { headers }] of await everyReply(gate)) {
      const cookie = headers.get('Set-Cookie');
      expect(cookie?.includes('Max-Age=0') ?? false).toBe(false);
      expect(cookie !== null, name).toBe(name === 'redeemed');
    }
  });

  it('C07, C08: cannot be framed, and tells nobody where the visitor was', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
    for (const [name, { headers }] of await everyReply(gate)) {
      expect(headers.get('Referrer-Policy'), name).toBe('same-origin');
      expect(headers.get('Location')).toBeNull();
      if (headers.get('Content-Type')?.includes('html') !== true) continue;
      expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
    }
  });

  it('A12: no token that we issue holds its solution', async () => {
    const gate = await openTestGate();
    const { challenge } = await meet(gate);
    const claims: Record<string, unknown> = JSON.parse(atob(challenge.split('.')[1] ?? ''));
    expect(Object.keys(claims)).toEqual([
      'iss',
      'aud',
      'jti',
      'iat',
      'exp',
      'puz',
      'tier',
      'bind',
      'ttl',
      'rule',
      'pol',
      'ret',
    ]);
    expect(Object.keys(Object(claims['puz']))).toEqual([
      'name',
      'threshold',
      'minSolutions',
      'maxSolutions',
    ]);
  });
});

/** RFC 9111 section 3 as far as a shared cache that keeps everything it may is concerned. */
function mayStore(headers: Headers): boolean {
  return !/no-store|private/.test(headers.get('Cache-Control') ?? '');
}

describe('a shared cache in front of the gate', () => {
  it('C04: serves no visitor what another one was sent', async () => {
    const gate = await openTestGate({
      variables: { ...CHEAP, REQUEST_PRICE: 1, MIN_SOLUTIONS: 8 },
      answer: (request) => {
        const who = request.headers.get('X-User') ?? '';
        return new Response(`for ${who}`, { headers: { 'Cache-Control': 'private' } });
      },
    });
    const stored = new Map<string, string>();
    const users = await Promise.all(
      ['192.0.2.1', '198.51.100.1', '203.0.113.1'].map(async (ip) => ({
        ip,
        pass: (await payFor(gate, '/page', { ip })).pass,
      })),
    );
    for (let n = 0; n < 200; n += 1) {
      for (const { ip, pass } of users) {
        const hasPass = (n + ip.length) % 2 === 0;
        const headers = { 'X-User': ip, ...(hasPass ? cookieOf(pass) : NAVIGATION) };
        expect(stored.get(`/p${n}`)).toBeUndefined();
        const response = await gate.send(`/p${n}`, { ip, headers });
        const body = await response.text();
        if (hasPass) expect(body).toBe(`for ${ip}`);
        if (mayStore(response.headers)) stored.set(`/p${n}`, body);
      }
    }
    expect(stored.size).toBe(0);
  });
});

describe('hostile text', () => {
  it('C02, E10: in paths, agents and languages gives a page or a clear refusal, never an exception', async () => {
    const gate = await openTestGate();
    const languages = [
      'und',
      '*',
      'x'.repeat(4000),
      Array.from({ length: 4000 }, (_, n) => `a${n}`).join(','),
      'de-DE-1996-x-y;q=nan',
    ];
    for (const language of languages) {
      const response = await gate.send('/page', {
        headers: { ...NAVIGATION, 'Accept-Language': language },
      });
      expect(response.status).toBe(403);
    }
    for (const path of [
      '/%0d%0aSet-Cookie:x=1',
      '/%00',
      '/\u2028',
      '/<script>',
      '/"onload="x',
      '/%22%3e%3cscript%3e',
    ]) {
      const response = await gate.send(path, {
        headers: { ...NAVIGATION, 'User-Agent': '<script>\u00ff"' },
      });
      expect([400, 403]).toContain(response.status);
      expect(await response.text()).not.toContain('<script>"');
    }
  });

  it('C03: a return path cannot leave the data block', async () => {
    const gate = await openTestGate();
    const response = await gate.send('/a?</script><script>alert(1)</script><!--', {
      headers: NAVIGATION,
    });
    const html = await response.text();
    expect(html.match(/<\/script>/g)).toHaveLength(3);
    expect(parseReturnPath('/a?</script>', ORIGIN)).toBeDefined();
  });
});
