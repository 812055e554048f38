/** The gate from challenge to origin: what a client sees, what the origin sees. */
import { describe, expect, it } from 'vitest';
import type { PageData } from '../../src/core/wire/page-data.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import {
  CHEAP,
  cookieOf,
  meet,
  NAVIGATION,
  payFor,
  problemOf,
  redeem,
} from '../support/visitor.ts';

const cheap = { variables: CHEAP };

describe('a request without a pass', () => {
  it('gets 403 problem+json with the challenge object, and the origin sees nothing', async () => {
    const gate = await openTestGate();
    const response = await gate.send('/page?x=1');
    expect(response.status).toBe(403);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('Toll-Version')).toBe('1');
    const { code, toll } = await problemOf(response);
    expect(code).toBe('toll-required');
    expect(toll).toMatchObject({
      version: 1,
      puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 32, maxSolutions: 256 },
      expires: gate.nowSeconds + 300,
      redeem: '/.toll/redeem',
    });
    expect(gate.seen).toEqual([]);
  });

  it('gets a page where it navigates, under a policy that runs our scripts alone', async () => {
    const gate = await openTestGate();
    const response = await gate.send('/page', { headers: NAVIGATION });
    expect(response.status).toBe(403);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy?.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|nonce|https?:/);
    const html = await response.text();
    expect(html).toContain('toll-data');
    expect(html).not.toMatch(/<[^>]*(?:\son[a-z]+=|\sstyle=|=["']?(?:https?:)?\/\/)|<script>/);
  });

  it('gets a page without fetch metadata only where it accepts HTML', async () => {
    const gate = await openTestGate();
    const type = async (headers: Record<string, string>) =>
      (await gate.send('/page', { headers })).headers.get('Content-Type');
    expect(await type({ Accept: 'text/html,*/*' })).toContain('text/html');
    expect(await type({ Accept: '*/*' })).toContain('problem+json');
    expect(await type({ Accept: 'text/html', 'Sec-Fetch-Mode': 'cors' })).toContain('problem+json');
  });

  it('F02: HEAD, Range and conditional requests get the decision of GET', async () => {
    const gate = await openTestGate();
    const head = await gate.send('/page', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([403, '']);
    for (const headers of [{ Range: 'bytes=0-0' }, { 'If-None-Match': '*' }]) {
      expect((await gate.send('/page', { headers })).status).toBe(403);
    }
    expect(gate.seen).toEqual([]);
  });

  it('F01: every method is challenged, an override header is ignored', async () => {
    const gate = await openTestGate();
    const methods = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'PROPFIND',
      'PURGE',
      'QUERY',
      'MKCOL',
      'REPORT',
    ];
    for (const method of methods) {
      expect((await gate.send('/page', { method })).status, method).toBe(403);
    }
    const headers = { 'X-HTTP-Method-Override': 'GET' };
    expect((await gate.send('/robots.txt', { method: 'POST', headers })).status).toBe(403);
    expect(gate.seen).toEqual([]);
  });

  it('F03: a preflight to a protected path is refused without CORS headers', async () => {
    const gate = await openTestGate();
    const headers = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'POST' };
    const response = await gate.send('/api', { method: 'OPTIONS', headers });
    expect(response.status).toBe(403);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(gate.seen).toEqual([]);
  });

  it('F04: an Upgrade without a pass opens no socket at the origin', async () => {
    const gate = await openTestGate();
    const response = await gate.send('/socket', { headers: { Upgrade: 'websocket' } });
    expect([response.status, response.webSocket, gate.seen.length]).toEqual([403, null, 0]);
  });
});

describe('a paid pass', () => {
  it('opens the way by cookie and by header, and the origin sees neither', async () => {
    const gate = await openTestGate(cheap);
    const { pass, credit, allowance, expires } = await payFor(gate);
    expect({ credit, allowance, expires }).toEqual({
      credit: 512,
      allowance: 3,
      expires: gate.nowSeconds + 3600,
    });
    const byCookie = await gate.send('/page?q=%C3%A9&r=a+b', {
      headers: { Cookie: `a=1; __Host-toll=${pass}; b=2` },
    });
    expect([byCookie.status, await byCookie.text()]).toEqual([200, 'origin page']);
    expect((await gate.send('/page', { headers: { 'Toll-Pass': pass } })).status).toBe(200);
    const [first, second] = gate.seen;
    expect(first?.url).toBe(`${ORIGIN}/page?q=%C3%A9&r=a+b`);
    expect(first?.headers.get('Cookie')).toBe('a=1; b=2');
    expect(first?.headers.get('Toll-Verdict')).toBe('pass');
    expect(second?.headers.get('Toll-Pass')).toBeNull();
  });

  it('is set as a __Host- cookie that scripts cannot read', async () => {
    const gate = await openTestGate(cheap);
    const response = await redeem(gate, await meet(gate));
    expect(response.headers.get('Set-Cookie')).toMatch(
      /^__Host-toll=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600$/,
    );
  });

  it('is served its credit and then 429 with a challenge for the next one', async () => {
    const gate = await openTestGate(cheap);
    const { pass, allowance } = await payFor(gate);
    for (let request = 0; request < allowance; request += 1) {
      expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    }
    const response = await gate.send('/page', { headers: cookieOf(pass) });
    expect(response.status).toBe(429);
    const { code, toll } = await problemOf(response);
    expect(code).toBe('credit-spent');
    expect(toll?.challenge).toBeTypeOf('string');
    expect(gate.seen).toHaveLength(allowance);
  });

  it('is debited a twentieth for what a page is dressed in', async () => {
    const headers = { 'Content-Type': 'text/css; charset=utf-8' };
    const gate = await openTestGate({ ...cheap, answer: () => new Response('a{}', { headers }) });
    const { pass } = await payFor(gate);
    let served = 0;
    while ((await gate.send('/a.css', { headers: cookieOf(pass) })).status === 200) served += 1;
    // 512 attempts of credit at 9 each, as long as a whole request of 170 could still be paid for.
    expect(served).toBe(Math.floor((512 - 170) / 9) + 1);
  });

  it('B08: holds in its /24 and with its browser, and nowhere else', async () => {
    const gate = await openTestGate(cheap);
    const { pass } = await payFor(gate, '/page', { ip: '192.0.2.7' });
    const status = async (ip: string, agent = 'test agent') =>
      (await gate.send('/page', { ip, headers: { ...cookieOf(pass), 'User-Agent': agent } }))
        .status;
    expect(await status('192.0.2.200')).toBe(200);
    expect(await status('192.0.3.7')).toBe(403);
    expect(await status('2001:db8::1')).toBe(403);
    expect(await status('192.0.2.7', 'another agent')).toBe(403);
    expect(await status('192.0.2.7')).toBe(200);
  });

  it('B08: a client that moves to another network pays once more and is not asked again', async () => {
    const gate = await openTestGate(cheap);
    await payFor(gate, '/page', { ip: '192.0.2.7' });
    const { pass } = await payFor(gate, '/page', { ip: '2001:db8::1' });
    expect((await gate.send('/page', { ip: '2001:db8::2', headers: cookieOf(pass) })).status).toBe(
      200,
    );
  });

  it('a ceiling holds whatever was paid: per pass and per network', async () => {
    const perPass = await openTestGate({ ...cheap, passLimit: 1 });
    const { pass } = await payFor(perPass);
    expect((await perPass.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    const response = await perPass.send('/page', { headers: cookieOf(pass) });
    expect([response.status, (await problemOf(response)).code]).toEqual([429, 'slow-down']);
    expect(response.headers.get('Retry-After')).toBe('30');
    const perNetwork = await openTestGate({ ...cheap, networkLimit: 2 });
    const passes = [await payFor(perNetwork), await payFor(perNetwork), await payFor(perNetwork)];
    const statuses = [];
    for (const one of passes) {
      statuses.push((await perNetwork.send('/page', { headers: cookieOf(one.pass) })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('a page says what Retry-After says, and nothing where there is none', async () => {
    const gate = await openTestGate({ ...cheap, passLimit: 0 });
    const { pass } = await payFor(gate);
    const navigation = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };
    const waitOf = async (headers: Record<string, string>) => {
      const response = await gate.send('/page', { headers });
      const html = await response.text();
      const block: PageData = JSON.parse(/id="toll-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '');
      return [block.reason, response.headers.get('Retry-After'), block.retryAfterSeconds];
    };
    expect(await waitOf({ ...navigation, ...cookieOf(pass) })).toEqual(['slow-down', '30', 30]);
    expect(await waitOf(navigation)).toEqual(['toll-required', null, undefined]);
  });

  it('a request refused by a ceiling is not debited', async () => {
    const gate = await openTestGate({ ...cheap, passLimit: 0 });
    const { pass } = await payFor(gate);
    for (let request = 0; request < 10; request += 1) {
      const response = await gate.send('/page', { headers: cookieOf(pass) });
      expect((await problemOf(response)).code).toBe('slow-down');
    }
  });

  it('expires: at its last second it passes, at the next it does not', async () => {
    const gate = await openTestGate(cheap);
    const { pass, expires } = await payFor(gate);
    gate.nowSeconds = expires - 1;
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    gate.nowSeconds = expires;
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(403);
  });

  it('a pass of a lower tier does not open a higher one, and the other way round it does', async () => {
    const RULES = [{ name: 'vault', action: 'charge', path: ['/vault/*'], tier: 2 }];
    const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
    const low = await payFor(gate, '/page');
    const high = await payFor(gate, '/vault/x');
    expect((await gate.send('/vault/x', { headers: cookieOf(low.pass) })).status).toBe(403);
    expect((await gate.send('/vault/x', { headers: cookieOf(high.pass) })).status).toBe(200);
    expect((await gate.send('/page', { headers: cookieOf(high.pass) })).status).toBe(200);
  });
});

describe('a free allowance', () => {
  it('is zero by default, and as configured per network', async () => {
    const gate = await openTestGate({ freeLimit: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await gate.send('/page')).status);
    expect(statuses).toEqual([200, 200, 403]);
    expect(gate.seen[0]?.headers.get('Toll-Verdict')).toBe('free');
    const cf = { asn: 16_509 };
    expect((await gate.send('/page', { ip: '198.51.100.1', cf })).status).toBe(403);
  });
});
