/** Which path is judged how, which address answers what, who is believed to ask. */
import { describe, expect, it } from 'vitest';
import { openTestGate } from '../support/test-gate.ts';
import { CHEAP, cookieOf, payFor, problemOf } from '../support/visitor.ts';

describe('the reserved prefix', () => {
  it('answers 404 below it and never forwards, 405 with Allow for another method', async () => {
    const gate = await openTestGate();
    for (const path of [
      '/.toll/',
      '/.toll/x',
      '/.toll/assets/missing.js',
      '/.toll/redeem/x',
      '/.toll/../.toll/y',
      '/%2etoll/x',
    ]) {
      const response = await gate.send(path);
      expect([path, response.status, (await problemOf(response)).code]).toEqual([
        path,
        404,
        'not-found',
      ]);
    }
    for (const [method, path, allow] of [
      ['POST', 'challenge', 'GET, HEAD'],
      ['GET', 'redeem', 'POST'],
      ['PUT', 'redeem', 'POST'],
      ['DELETE', 'healthz', 'GET, HEAD'],
    ]) {
      const response = await gate.send(`/.toll/${path}`, { method: method ?? '' });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, allow]);
      expect((await problemOf(response)).code).toBe('method-not-allowed');
    }
    expect(gate.seen).toEqual([]);
  });

  it('can be another one, assets included', async () => {
    const gate = await openTestGate({ variables: { PREFIX: '/__gate/' } });
    expect((await gate.send('/__gate/healthz')).status).toBe(200);
    expect(await (await gate.send('/__gate/assets/page.css')).text()).toBe(
      '/.toll/assets/page.css',
    );
    const { toll } = await problemOf(await gate.send('/.toll/healthz'));
    expect(toll?.redeem).toBe('/__gate/redeem');
  });

  it('healthz is 200 and says nothing of secrets', async () => {
    const gate = await openTestGate();
    const response = await gate.send('/.toll/healthz');
    expect(await response.json()).toEqual({
      status: 'ok',
      policy: expect.stringMatching(/^[\w-]{16}$/),
      policySource: 'variables',
      policyAgeSeconds: 0,
    });
  });

  it('challenge gives the challenge object on the terms of the path, C01: and a checked return path', async () => {
    const RULES = [
      { name: 'dear', action: 'charge', path: ['/dear'], minSolutions: 64 },
      { name: 'shut', action: 'deny', path: ['/shut'], status: 451 },
    ];
    const gate = await openTestGate({ variables: { RULES } });
    const ask = async (query: string) => gate.send(`/.toll/challenge${query}`);
    expect(await (await ask('?return=/dear')).json()).toMatchObject({
      puzzle: { minSolutions: 64 },
    });
    expect(await (await ask('?return=//evil.test')).json()).toMatchObject({
      puzzle: { minSolutions: 32 },
    });
    expect((await ask('?return=/shut')).status).toBe(451);
    expect((await gate.send('/.toll/challenge', { method: 'HEAD' })).status).toBe(200);
    for (const evil of [
      '//evil.test',
      '/\\evil.test',
      'https://evil.test/',
      'javascript:alert(1)',
      '/%09/evil\t',
      `/${'x'.repeat(2048)}`,
    ]) {
      const { challenge } = await (
        await ask(`?return=${encodeURIComponent(evil)}`)
      ).json<{ challenge: string }>();
      expect(JSON.parse(atob(challenge.split('.')[1] ?? '')).ret, evil).toBe('/');
    }
  });
});

describe('rules', () => {
  const RULES = [
    { name: 'admin', action: 'deny', path: ['/admin', '/admin/*'], status: 404 },
    { name: 'public', action: 'allow', path: ['/public/*'], method: ['GET', 'HEAD'] },
  ];

  it('E01: allow holds under every reading of the path, deny under any', async () => {
    const gate = await openTestGate({ variables: { RULES } });
    const status = async (path: string) => (await gate.send(path)).status;
    expect(await status('/public/a')).toBe(200);
    for (const path of [
      '/public/..%2fadmin',
      '/public/%2e%2e%2fadmin/x',
      '/public/;/../../admin',
      '/%61dmin/x',
      '/admin%2fx',
      '/public/..;/admin/x',
    ]) {
      expect(await status(path), path).toBe(404);
    }
    expect(await status('/public/..%2fother')).toBe(403);
    for (const path of ['/x%00', '/public/%5c..%5cadmin', '/%ff', '/a%0d%0ab', '/%zz']) {
      expect(await status(path), path).toBe(400);
    }
    expect(gate.seen).toHaveLength(1);
  });

  it('E02: the built-in allows are exact and for reading alone, and no header changes the path', async () => {
    const gate = await openTestGate();
    for (const path of [
      '/robots.txt',
      '/favicon.ico',
      '/.well-known/security.txt',
      '/.well-known/change-password',
    ]) {
      expect((await gate.send(path)).status, path).toBe(200);
      expect((await gate.send(path, { method: 'POST' })).status, path).toBe(403);
    }
    const { length } = gate.seen;
    for (const path of [
      '/.well-known/acme-challenge/junk',
      '/.well-known/../admin',
      '/robots.txt/x',
      '/ROBOTS.TXT',
      '/favicon.ico%2f..%2fadmin',
      '/robots.txt;x',
      '//robots.txt',
    ]) {
      expect((await gate.send(path)).status, path).toBe(403);
    }
    for (const name of [
      'X-Original-URI',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Forwarded-Uri',
      'X-Forwarded-Path',
      'X-Forwarded-Prefix',
      'X-Envoy-Original-Path',
      'Forwarded',
    ]) {
      expect((await gate.send('/page', { headers: { [name]: '/robots.txt' } })).status, name).toBe(
        403,
      );
    }
    expect(gate.seen).toHaveLength(length);
  });

  it('E03: query and fragment are no part of the judged path', async () => {
    const gate = await openTestGate({ variables: { RULES } });
    expect((await gate.send('/admin?x')).status).toBe(404);
    expect((await gate.send('/x?/public/a')).status).toBe(403);
    expect((await gate.send('/public/a?/admin')).status).toBe(200);
  });

  it('deny answers with the rule’s status, without a challenge', async () => {
    const gate = await openTestGate({ variables: { RULES } });
    const { code, toll, status } = await problemOf(await gate.send('/admin'));
    expect({ code, toll, status }).toEqual({ code: 'denied', toll: undefined, status: 404 });
  });
});

describe('who asks', () => {
  const RULES = [
    { name: 'friends', action: 'allow', network: ['192.0.2.0/24'], country: ['DE'] },
    { name: 'system', action: 'deny', asn: [64_511] },
  ];

  it('D01: only CF-Connecting-IP names the address; a list or nonsense is nobody', async () => {
    const gate = await openTestGate({ variables: { RULES } });
    const from = (ip: string, headers = {}) => gate.send('/page', { ip, headers });
    expect((await from('192.0.2.9')).status).toBe(200);
    for (const name of [
      'X-Forwarded-For',
      'X-Real-IP',
      'Forwarded',
      'True-Client-IP',
      'X-Client-IP',
      'X-Cluster-Client-IP',
      'Fastly-Client-IP',
      'CF-Connecting-IPv6',
      'CF-Pseudo-IPv4',
      'X-Original-Forwarded-For',
      'Client-IP',
      'Via',
    ]) {
      for (const value of ['192.0.2.9', '192.0.2.9, 10.0.0.1', '::ffff:192.0.2.9', 'garbage']) {
        expect((await from('198.51.100.1', { [name]: value })).status, name).toBe(403);
      }
    }
    for (const ip of [
      '192.0.2.9, 10.0.0.1',
      '192.0.2.9 ',
      'unknown',
      '',
      '192.0.2.009',
      '0xc0.0.2.9',
      '192.0.2.9:80',
      '[::ffff:192.0.2.9]',
    ]) {
      const { status } = await from(ip);
      // fetch trims outer spaces of a header value, so that spelling is the plain address.
      expect(status, ip).toBe(ip.trim() === '192.0.2.9' ? 200 : 403);
    }
  });

  it('D01: a client without an address still gets a challenge and can pay', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const { pass } = await payFor(gate, '/page', { ip: 'a, b' });
    expect((await gate.send('/page', { ip: 'c, d', headers: cookieOf(pass) })).status).toBe(200);
  });

  it('D06: country and ASN come from the platform, never from a header', async () => {
    const gate = await openTestGate({ variables: { RULES } });
    for (const name of ['CF-IPCountry', 'X-Country-Code', 'CF-ASN', 'X-GeoIP-Country']) {
      const sent = { cf: { country: 'FR' }, headers: { [name]: 'DE' } };
      expect((await gate.send('/page', sent)).status, name).toBe(403);
    }
    expect((await gate.send('/page', { ip: '198.51.100.1', cf: { asn: 64_511 } })).status).toBe(
      403,
    );
    expect(
      (await problemOf(await gate.send('/page', { ip: '198.51.100.1', cf: { asn: 64_511 } }))).code,
    ).toBe('denied');
  });

  it('3.28: nothing is known of a client without request.cf, and it is served', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const cf = { asn: undefined, country: undefined, colo: undefined };
    const { pass } = await payFor(gate, '/page', { cf });
    expect((await gate.send('/page', { cf, headers: cookieOf(pass) })).status).toBe(200);
  });

  it('D05: a host that is not listed is refused before any rule', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, HOSTS: ['site.test'] } });
    expect((await gate.send('https://SITE.test./robots.txt')).status).toBe(200);
    for (const url of [
      'https://other.test/.toll/challenge',
      'https://other.test/robots.txt',
      'https://site.test:8443/robots.txt',
      'https://xn--site-xya.test/robots.txt',
    ]) {
      const response = await gate.send(url);
      expect([response.status, (await problemOf(response)).code]).toEqual([421, 'unknown-host']);
    }
  });

  it('B03: a pass of one host opens no other', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const hosts = ['site.test', 'www.site.test', 'site.test:8080', 'xn--bcher-kva.test'];
    for (const own of hosts) {
      const { pass } = await payForHost(gate, own);
      for (const other of hosts) {
        const { status } = await gate.send(`https://${other}/page`, { headers: cookieOf(pass) });
        expect(status, `${own} at ${other}`).toBe(own === other ? 200 : 403);
      }
    }
  });
});

async function payForHost(gate: Awaited<ReturnType<typeof openTestGate>>, host: string) {
  const { toll } = await problemOf(await gate.send(`https://${host}/page`));
  if (toll === undefined) throw new Error('no challenge');
  const { solve } = await import('../support/solve.ts');
  const body = JSON.stringify({ challenge: toll.challenge, solutions: await solve(toll) });
  const headers = { 'Content-Type': 'application/json' };
  const response = await gate.send(`https://${host}/.toll/redeem`, {
    method: 'POST',
    headers,
    body,
  });
  return response.json<{ pass: string }>();
}
