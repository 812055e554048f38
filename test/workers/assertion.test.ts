/** `Toll-Assertion` and `jwks.json` through the whole gate, in workerd (G01, D07, B09, F07). */
import { describe, expect, it } from 'vitest';
import { ROTATION_OVERLAP_SECONDS } from '../../src/core/token/assertion-token.ts';
import { createAssertionVerifier, type AssertionResult } from '../../src/origin/toll-assertion.ts';
import { keysOf, makePrivateJwk } from '../support/assertion-fixtures.ts';
import { HOST, openTestGate, ORIGIN, START_SECONDS } from '../support/test-gate.ts';
import type { SeenRequest, TestGate, TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, payFor } from '../support/visitor.ts';

const JWK = await makePrivateJwk();
const OTHER = await makePrivateJwk();
const KEY = { TOLL_ASSERTION_KEY: JSON.stringify(JWK) };
const RULES = [
  { name: 'open', action: 'allow', path: ['/open'] },
  { name: 'limited', action: 'allow', path: ['/limited'], limited: true },
  { name: 'closed', action: 'deny', path: ['/closed'] },
];

function open(options: TestGateOptions = {}): Promise<TestGate> {
  const variables = { ...CHEAP, REQUEST_PRICE: 1, RULES, ...KEY, ...options.variables };
  return openTestGate({ ...options, variables });
}

async function keySetOf(gate: TestGate): Promise<{ readonly keys: readonly unknown[] }> {
  return (await gate.send('/.toll/jwks.json')).json();
}

/** What an origin that knows nothing but `jwks.json` makes of a request. */
async function checkAtOrigin(
  gate: TestGate,
  seen: SeenRequest | undefined,
): Promise<AssertionResult> {
  const verify = createAssertionVerifier({
    host: HOST,
    keys: `${ORIGIN}/.toll/jwks.json`,
    fetch: (url) => gate.send(url),
    nowMs: () => gate.nowSeconds * 1000,
  });
  if (seen === undefined) throw new Error('nothing reached the origin');
  return verify(new Request(seen.url, { method: seen.method, headers: seen.headers }));
}

const assertionsOf = (gate: TestGate) =>
  gate.seen.map(({ headers }) => headers.get('Toll-Assertion'));

describe('the assertion', () => {
  it('G01, D07: is borne by every request that is let through, whatever the reason, and holds at the origin', async () => {
    const gate = await open({ freeLimit: 1 });
    const ip = '198.51.100.9';
    await gate.send('/first', { ip });
    const { pass } = await payFor(gate, '/page', { ip });
    const headers = cookieOf(pass);
    gate.seen.length = 0;
    await gate.send('/free', { ip: '203.0.113.4' });
    await gate.send('/open');
    await gate.send('/limited?a=%20b');
    await gate.send('/page?q=1', { ip, headers });
    await gate.send('/upload', { ip, headers, method: 'POST', body: 'x' });
    await gate.send('/page', { ip, headers, method: 'HEAD' });
    await gate.send('/a%2Fb//c;d?', { ip, headers });
    const results = await Promise.all(gate.seen.map((seen) => checkAtOrigin(gate, seen)));
    expect(
      results.map((result) => (result.kind === 'valid' ? result.claims.verdict : result)),
    ).toEqual(['free', 'allow', 'allow', 'pass', 'pass', 'pass', 'pass']);
    expect(new Set(assertionsOf(gate)).size).toBe(gate.seen.length);
    for (const [index, seen] of gate.seen.entries()) {
      const result = results[index];
      if (result?.kind !== 'valid') throw new Error('not valid');
      expect(result.claims).toMatchObject({
        iat: START_SECONDS,
        exp: START_SECONDS + 60,
        aud: HOST,
      });
      expect(result.claims.verdict).toBe(seen.headers.get('Toll-Verdict'));
    }
  });

  it('G01: is borne under a policy that only watches', async () => {
    const gate = await open({ document: { schema: 1, preset: 'monitor' } });
    await gate.send('/page');
    expect(await checkAtOrigin(gate, gate.seen[0])).toMatchObject({
      kind: 'valid',
      claims: { verdict: 'monitor' },
    });
  });

  it('G01: is borne where the gate fails and a rule opens it, and says so', async () => {
    const override: TestGateOptions['override'] = (setup) => {
      const grantsFreeRequest = () => Promise.reject(new Error('down'));
      const ceilings = { ...setup.ports.ceilings, grantsFreeRequest };
      return { ...setup, ports: { ...setup.ports, ceilings } };
    };
    const rules = [{ name: 'open', action: 'charge', path: ['/page'], onFailure: 'open' }];
    const gate = await open({ override, variables: { RULES: rules } });
    expect((await gate.send('/page')).status).toBe(200);
    expect(await checkAtOrigin(gate, gate.seen[0])).toMatchObject({
      kind: 'valid',
      claims: { verdict: 'degraded' },
    });
  });

  it('G01: is borne by a WebSocket', async () => {
    const answer = () => {
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      return new Response(null, { status: 101, webSocket: client });
    };
    const gate = await open({ answer });
    const { pass } = await payFor(gate);
    const headers = { ...cookieOf(pass), Upgrade: 'websocket' };
    const response = await gate.send('/socket', { headers });
    expect(response.status).toBe(101);
    response.webSocket?.accept();
    response.webSocket?.close();
    expect((await checkAtOrigin(gate, gate.seen[0])).kind).toBe('valid');
  });

  it('G01: nothing is asserted of a request that is not let through', async () => {
    const gate = await open();
    for (const target of ['/page', '/closed', '/.toll/nothing']) {
      const response = await gate.send(target);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('Toll-Assertion')).toBeNull();
      expect(await response.text()).not.toContain('toll-assert');
    }
    expect(gate.seen).toEqual([]);
  });

  it('F06, F07: a client cannot send one, nor remove ours', async () => {
    const gate = await open();
    await gate.send('/open', {
      headers: { 'toll-assertion': 'x', 'TOLL-ASSERTION': 'y', Connection: 'toll-assertion' },
    });
    expect((await checkAtOrigin(gate, gate.seen[0])).kind).toBe('valid');
    const bare = await openTestGate({ variables: { ...CHEAP, RULES } });
    await bare.send('/open', { headers: { 'Toll-Assertion': assertionsOf(gate)[0] ?? '' } });
    expect(assertionsOf(bare)).toEqual([null]);
  });

  it('F07: the origin’s own copy does not come back to the client', async () => {
    const answer = (request: Request) =>
      new Response('page', {
        headers: { 'Toll-Assertion': request.headers.get('Toll-Assertion') ?? '' },
      });
    const gate = await open({ answer });
    expect((await gate.send('/open')).headers.get('Toll-Assertion')).toBeNull();
  });

  it('B03: is good on its own host alone', async () => {
    const gate = await open();
    await gate.send('https://other.test/open');
    await gate.send('https://SITE.test./open');
    await gate.send('http://site.test:80/open');
    const kinds = await Promise.all(gate.seen.map((seen) => checkAtOrigin(gate, seen)));
    expect(kinds.map(({ kind }) => kind)).toEqual(['wrong-host', 'valid', 'valid']);
  });

  it('B04: is no pass, and a pass is no assertion', async () => {
    const gate = await open();
    const { pass } = await payFor(gate);
    await gate.send('/open');
    const assertion = assertionsOf(gate)[0] ?? '';
    expect((await gate.send('/page', { headers: cookieOf(assertion) })).status).toBe(403);
    expect((await gate.send('/page', { headers: { 'Toll-Pass': assertion } })).status).toBe(403);
    const verify = createAssertionVerifier({ host: HOST, keys: await keySetOf(gate) });
    const result = await verify({ method: 'GET', target: '/page', assertion: pass });
    expect(result).toEqual({ kind: 'bad-signature' });
  });

  it('is absent where no key is configured', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
    await gate.send('/open');
    expect(assertionsOf(gate)).toEqual([null]);
  });
});

describe('jwks.json', () => {
  it('B09: shows public members alone, and may be stored for half an overlap at most', async () => {
    const variables = { TOLL_ASSERTION_KEY_PREVIOUS: JSON.stringify(OTHER) };
    const gate = await open({ variables });
    const response = await gate.send('/.toll/jwks.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/jwk-set+json');
    expect(response.headers.get('Toll-Version')).toBe('1');
    const maxAge = /^public, max-age=(\d+)$/.exec(response.headers.get('Cache-Control') ?? '')?.[1];
    expect(Number(maxAge)).toBeGreaterThan(0);
    expect(Number(maxAge)).toBeLessThanOrEqual(ROTATION_OVERLAP_SECONDS / 2);
    const text = await response.text();
    const { keys }: { keys: readonly Record<string, unknown>[] } = JSON.parse(text);
    expect(keys.map((key) => key['x'])).toEqual([JWK.x, OTHER.x]);
    expect(keys[0]?.['kid']).toBe((await keysOf(JWK)).kid);
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    }
    for (const secret of [JWK.d, OTHER.d]) expect(text).not.toContain(secret);
  });

  it('answers GET and HEAD, on any prefix, and is not there without a key', async () => {
    const gate = await open({ variables: { PREFIX: '/gate/' } });
    expect((await gate.send('/gate/jwks.json')).status).toBe(200);
    expect((await gate.send('/gate/jwks.json', { method: 'HEAD' })).status).toBe(200);
    const posted = await gate.send('/gate/jwks.json', { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    const bare = await openTestGate();
    expect((await bare.send('/.toll/jwks.json')).status).toBe(404);
  });

  it('B07: a key that signed before still verifies while it is published', async () => {
    const before = await open();
    await before.send('/open');
    const shown = JSON.stringify(await keySetOf(before));
    const during = await open({
      variables: { TOLL_ASSERTION_KEY: JSON.stringify(OTHER), TOLL_ASSERTION_KEY_PREVIOUS: shown },
    });
    await during.send('/open');
    expect((await checkAtOrigin(during, before.seen[0])).kind).toBe('valid');
    expect((await checkAtOrigin(during, during.seen[0])).kind).toBe('valid');
    const after = await open({ variables: { TOLL_ASSERTION_KEY: JSON.stringify(OTHER) } });
    expect((await checkAtOrigin(after, before.seen[0])).kind).toBe('unknown-key');
    expect((await checkAtOrigin(after, during.seen[0])).kind).toBe('valid');
  });
});
