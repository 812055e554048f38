/** What a review that attacked the gate found, and what must not come back. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { passKey, revokedKey } from '../../src/edge/kv-pass-records.ts';
import { createCeilings } from '../../src/edge/rate-limit-ceilings.ts';
import type { KeyRing, SigningKey } from '../../src/core/token/key-ring.ts';
import type { PageData } from '../../src/core/wire/page-data.ts';
import { LaggingStore } from '../support/lagging-store.ts';
import { solve } from '../support/solve.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { TestGate } from '../support/test-gate.ts';
import {
  CHEAP,
  cookieOf,
  meet,
  NAVIGATION,
  payFor,
  problemOf,
  redeemBody,
} from '../support/visitor.ts';
import type { Redeemed } from '../support/visitor.ts';

const FORM = 'application/x-www-form-urlencoded';
const SUBMIT = { ...NAVIGATION, Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' };

async function pageDataOf(response: Response): Promise<PageData> {
  return JSON.parse(/id="toll-data">(.*?)<\/script>/s.exec(await response.text())?.[1] ?? '');
}

describe('patience', () => {
  async function offers(gate: TestGate, path: string): Promise<boolean> {
    const html = await (await gate.send(path, { headers: NAVIGATION })).text();
    return html.includes('name="challenge"');
  }

  it('A03: buys the lowest tier alone, and nothing that its credit cannot pay', async () => {
    const RULES = [
      { name: 'vault', action: 'charge', path: ['/vault'], tier: 1 },
      { name: 'dear', action: 'charge', path: ['/dear'], requestPrice: 131_073 },
      { name: 'fair', action: 'charge', path: ['/fair'], requestPrice: 131_072 },
    ];
    const gate = await openTestGate({ variables: { RULES } });
    expect(await offers(gate, '/page')).toBe(true);
    expect(await offers(gate, '/fair')).toBe(true);
    expect(await offers(gate, '/dear')).toBe(false);
    expect(await offers(gate, '/vault')).toBe(false);
  });

  it('A03: a free allowance opens the lowest tier alone', async () => {
    const RULES = [{ name: 'vault', action: 'charge', path: ['/vault'], tier: 1 }];
    const gate = await openTestGate({ variables: { RULES }, freeLimit: 10 });
    expect((await gate.send('/page')).status).toBe(200);
    expect((await gate.send('/vault')).status).toBe(403);
  });

  it('C05: a form of another site cannot replace a visitor’s pass', async () => {
    const gate = await openTestGate();
    const html = await (await gate.send('/page', { headers: NAVIGATION })).text();
    const body = `challenge=${/name="challenge"\s+value="([\w.-]+)"/.exec(html)?.[1] ?? ''}`;
    gate.nowSeconds += 10;
    const press = async (headers: Record<string, string>) => {
      const sent = { method: 'POST', headers: { 'Content-Type': FORM, ...headers }, body };
      return (await gate.send('/.toll/redeem', sent)).status;
    };
    for (const site of ['cross-site', 'same-site']) {
      expect(await press({ 'Sec-Fetch-Site': site }), site).toBe(400);
    }
    expect(await press({ Origin: 'https://evil.test' })).toBe(400);
    expect(await press({ Origin: 'null' })).toBe(400);
    expect(await press({ Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' })).toBe(303);
    expect(await press({})).toBe(303);
  });
});

describe('limiters', () => {
  const broken = {
    limit: async () => {
      throw new Error('limiter');
    },
  };

  it('H01: one that throws gives nothing away: no patience, no KV write', async () => {
    const limiters = {
      PASS_CEILING: broken,
      NETWORK_CEILING: broken,
      HOSTING_CEILING: broken,
      PATIENCE_PACE: broken,
      RECORD_PACE_NETWORK: broken,
      RECORD_PACE_LOCATION: broken,
    };
    const gate = await openTestGate({
      variables: CHEAP,
      override: (setup) => {
        const ceilings = createCeilings(limiters, setup.ports.log);
        return { ...setup, ports: { ...setup.ports, ceilings } };
      },
    });
    for (let n = 0; n < 5; n += 1) await payFor(gate);
    expect(gate.store.writes).toBe(0);
    const html = await (await gate.send('/page', { headers: NAVIGATION })).text();
    const body = `challenge=${/name="challenge"\s+value="([\w.-]+)"/.exec(html)?.[1] ?? ''}`;
    gate.nowSeconds += 10;
    const sent = { method: 'POST', headers: { 'Content-Type': FORM }, body };
    expect((await gate.send('/.toll/redeem', sent)).status).toBe(429);
  });

  it('a pass beyond its own ceiling uses up nothing of its network’s', async () => {
    const gate = await openTestGate({ variables: CHEAP, passLimit: 1, networkLimit: 2 });
    const [greedy, neighbour] = [await payFor(gate), await payFor(gate)];
    const statuses: number[] = [];
    for (const { pass } of [greedy, greedy, greedy, greedy, neighbour]) {
      statuses.push((await gate.send('/page', { headers: cookieOf(pass) })).status);
    }
    expect(statuses).toEqual([200, 429, 429, 429, 200]);
  });

  it('E02: the built-in allows take no query and stay below the network’s ceiling', async () => {
    const gate = await openTestGate({ networkLimit: 2 });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await gate.send('/favicon.ico')).status);
    expect(statuses).toEqual([200, 200, 429]);
    const fresh = await openTestGate();
    expect((await fresh.send('/robots.txt?q=node/1')).status).toBe(403);
    expect((await fresh.send('/favicon.ico?1')).status).toBe(403);
  });
});

describe('a pass', () => {
  it('C05: lives longer than its challenge, so none is handed out expired', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, PASS_TTL_SECONDS: 600 } });
    const toll = await meet(gate);
    gate.nowSeconds += 299;
    const response = await redeemBody(gate, {
      challenge: toll.challenge,
      solutions: await solve(toll),
    });
    expect(response.headers.get('Set-Cookie')).toContain('Max-Age=301');
  });

  it('I01: stays revoked, whatever is replayed while the store lags', async () => {
    const clock = { now: 0 };
    const records = new LaggingStore(60, () => clock.now);
    const RULES = [{ name: 'api', action: 'charge', path: ['/*'], remember: true }];
    const gate = await openTestGate({ variables: { ...CHEAP, REQUEST_PRICE: 1, RULES }, records });
    const at = (seconds: number) => {
      gate.nowSeconds += seconds - clock.now;
      clock.now = seconds;
    };
    const toll = await meet(gate);
    const body = { challenge: toll.challenge, solutions: await solve(toll) };
    const redeemed: Redeemed = await (await redeemBody(gate, { ...body, remember: true })).json();
    const headers = cookieOf(redeemed.pass);
    at(1);
    await gate.send('/page', { headers });
    at(10);
    const { jti } = JSON.parse(atob(redeemed.pass.split('.')[1] ?? ''));
    await records.put(revokedKey(jti), '1');
    at(20);
    await redeemBody(gate, body);
    at(200);
    await gate.send('/page', { headers });
    expect((await gate.send('/page', { headers })).status).toBe(403);
    expect(await env.PASSES.get(passKey(jti))).toBeNull();
  });

  it('H05: keeps no long user agent: it is digested again, where a short one is not', async () => {
    let digests = 0;
    const gate = await openTestGate({
      variables: { ...CHEAP, REQUEST_PRICE: 1 },
      override: (setup) => ({ ...setup, ring: countDigests(setup.ring, () => (digests += 1)) }),
    });
    const digestsOf = async (agent: string): Promise<number> => {
      const headers = { 'User-Agent': agent };
      const { pass } = await payFor(gate, '/page', { headers });
      const send = () => gate.send('/page', { headers: { ...headers, ...cookieOf(pass) } });
      expect((await send()).status).toBe(200);
      const before = digests;
      expect((await send()).status).toBe(200);
      return digests - before;
    };
    expect(await digestsOf('x'.repeat(512))).toBe(0);
    expect(await digestsOf('x'.repeat(513))).toBeGreaterThan(0);
  });
});

/** `ring`, telling each time that the digest key of a pass's generation is used. */
function countDigests(ring: KeyRing, count: () => void): KeyRing {
  const counted = [...ring.keys].map(([kid, key]): [string, SigningKey] => {
    const { digestKey } = key.generation;
    const generation = {
      ...key.generation,
      get digestKey() {
        count();
        return digestKey;
      },
    };
    return [kid, { ...key, generation }];
  });
  return { ...ring, keys: new Map(counted) };
}

describe('a form', () => {
  it('F05: is carried to the very place that it was sent to, or not at all', async () => {
    const gate = await openTestGate();
    const headers = { ...SUBMIT, 'Content-Type': FORM };
    const send = (path: string) => gate.send(path, { method: 'POST', headers, body: 'amount=5' });
    expect((await pageDataOf(await send('/pay?x=1'))).form.kind).toBe('carried');
    for (const path of [`/pay?x=${'y'.repeat(2100)}`, '/pay?x=a\\b', '//pay']) {
      const { form, returnPath } = await pageDataOf(await send(path));
      expect([path.slice(0, 9), form.kind, returnPath]).toEqual([
        path.slice(0, 9),
        'not-sent',
        '/',
      ]);
    }
  });
});

describe('to the origin', () => {
  it('F07: names that some servers fold into ours are stripped too', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const { pass } = await payFor(gate);
    const forged = {
      ...cookieOf(pass),
      Toll_Verdict: 'allow',
      Toll_Assertion: 'x',
      Upgrade: 'h2c',
    };
    await gate.send('/page', { headers: { ...forged, Connection: 'Upgrade, Toll-Verdict' } });
    const names = [...(gate.seen[0]?.headers.keys() ?? [])];
    expect(names.filter((name) => /^toll[-_]/.test(name))).toEqual(['toll-verdict']);
    expect(names).not.toContain('connection');
  });

  it('E02: an allow carries no word of another path or method', async () => {
    const RULES = [{ name: 'open', action: 'allow', path: ['/open'] }];
    const gate = await openTestGate({ variables: { RULES } });
    const headers = {
      'X-Original-URL': '/admin',
      'X-Rewrite-URL': '/admin',
      'X-HTTP-Method-Override': 'DELETE',
    };
    expect((await gate.send('/open', { headers })).status).toBe(200);
    const seen = gate.seen[0]?.headers;
    for (const name of Object.keys(headers)) expect(seen?.get(name), name).toBeNull();
  });
});

describe('remember', () => {
  it('works in its location even where no more records are written', async () => {
    const RULES = [{ name: 'api', action: 'charge', path: ['/api'], remember: true }];
    const gate = await openTestGate({
      variables: { ...CHEAP, RULES },
      recordLimit: 0,
      cache: 'paced',
    });
    gate.nowSeconds += 400 * 86_400;
    const toll = await meet(gate, '/api');
    const body = { challenge: toll.challenge, solutions: await solve(toll), remember: true };
    await redeemBody(gate, body);
    expect((await gate.send('/api')).status).toBe(200);
    expect(gate.store.writes).toBe(0);
  });

  it('H01: no more reads are caused than the ceilings admit requests', async () => {
    const gate = await openTestGate({ variables: CHEAP, networkLimit: 3 });
    const passes: string[] = [];
    for (let n = 0; n < 10; n += 1) passes.push((await payFor(gate)).pass);
    const before = gate.store.reads;
    for (const pass of passes) await gate.send('/page', { headers: cookieOf(pass) });
    expect(gate.store.reads - before).toBe(3);
  });
});

describe('the cost of a hostile body', () => {
  it('E06: tens of thousands of fields are not read', async () => {
    const gate = await openTestGate();
    const headers = { ...SUBMIT, 'Content-Type': FORM };
    const form = async (count: number) => {
      const body = Array.from({ length: count }, () => 'a=').join('&');
      const response = await gate.send('/x', { method: 'POST', headers, body });
      return (await pageDataOf(response)).form.kind;
    };
    expect(await form(1000)).toBe('carried');
    expect(await form(1001)).toBe('not-sent');
    expect((await problemOf(await gate.send('/x'))).code).toBe('toll-required');
  });
});
