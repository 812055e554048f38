/** Remembered passes: for clients without cookies, where a rule allows it. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { LaggingStore } from '../support/lagging-store.ts';
import { CountingStore } from '../support/counting-store.ts';
import { solve } from '../support/solve.ts';
import { openTestGate, START_SECONDS } from '../support/test-gate.ts';
import type { Sent, TestGate } from '../support/test-gate.ts';
import { CHEAP, meet, redeemBody } from '../support/visitor.ts';

const RULES = [{ name: 'api', action: 'charge', path: ['/api/*'], remember: true }];
const variables = { ...CHEAP, REQUEST_PRICE: 1, RULES };
const API = '/api/items';

async function payAndForget(gate: TestGate, sent: Sent = {}, remember = true): Promise<void> {
  const toll = await meet(gate, API, sent);
  const body = {
    challenge: toll.challenge,
    solutions: await solve(toll),
    ...(remember && { remember }),
  };
  expect((await redeemBody(gate, body, sent)).status).toBe(200);
}

/** A day of its own for every test, so that no key is found twice. */
let day = 0;
async function openOn(options: Parameters<typeof openTestGate>[0] = {}): Promise<TestGate> {
  const gate = await openTestGate({ variables, ...options });
  gate.nowSeconds = START_SECONDS + day * 86_400;
  return gate;
}

describe('a remembered pass', () => {
  it('lets the same client in without a cookie, and nobody else', async () => {
    day += 1;
    const gate = await openOn();
    await payAndForget(gate);
    const status = async (sent: Sent) => (await gate.send(API, sent)).status;
    expect(await status({})).toBe(200);
    expect(await status({ ip: '192.0.2.8' })).toBe(403);
    expect(await status({ headers: { 'User-Agent': 'x' } })).toBe(403);
    expect(await status({ headers: { 'Accept-Language': 'de' } })).toBe(403);
    expect((await gate.send('/page')).status).toBe(403);
    expect(gate.store.writes).toBe(1);
  });

  it('is kept only where the client asked for it and the rule allows it', async () => {
    day += 1;
    const gate = await openOn();
    await payAndForget(gate, {}, false);
    expect((await gate.send(API)).status).toBe(403);
    const strict = await openOn({ variables: { ...variables, RULES: [] } });
    await payAndForget(strict, { ip: '198.51.100.9' });
    expect((await strict.send(API, { ip: '198.51.100.9' })).status).toBe(403);
  });

  it('debits the balance of the pass like any other', async () => {
    day += 1;
    const gate = await openOn({ variables: { ...variables, REQUEST_PRICE: 170 } });
    await payAndForget(gate);
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await gate.send(API)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('I01: 90 s of KV lag cost no loop in one location, and one more challenge in another', async () => {
    day += 1;
    const clock = { now: START_SECONDS + day * 86_400 };
    const records = new LaggingStore(90, () => clock.now);
    const frankfurt = await openOn({ records, cache: 'FRA' });
    const sibling = await openOn({ records, cache: 'FRA' });
    const lisbon = await openOn({ records, cache: 'LIS' });
    const gates = [frankfurt, sibling, lisbon];
    const at = (seconds: number) => {
      clock.now = START_SECONDS + day * 86_400 + seconds;
      for (const gate of gates) gate.nowSeconds = clock.now;
    };
    for (const gate of gates) expect((await gate.send(API)).status).toBe(403);
    await payAndForget(frankfurt);
    let challenges = 0;
    for (let second = 1; second <= 180; second += 1) {
      at(second);
      expect((await frankfurt.send(API)).status).toBe(200);
      expect((await sibling.send(API)).status).toBe(200);
      if ((await lisbon.send(API)).status === 200) continue;
      challenges += 1;
      await payAndForget(lisbon);
    }
    expect(challenges).toBe(1);
    expect(records.writes).toBe(2);
  });

  it('I01: a location that never asked before learns of the pass by itself', async () => {
    day += 1;
    const clock = { now: START_SECONDS + day * 86_400 };
    const records = new LaggingStore(90, () => clock.now);
    const frankfurt = await openOn({ records, cache: 'FRA2' });
    const lisbon = await openOn({ records, cache: 'LIS2' });
    await payAndForget(frankfurt);
    clock.now += 151;
    lisbon.nowSeconds = clock.now;
    expect((await lisbon.send(API)).status).toBe(200);
  });

  it('3.1, 3.2, 3.5: a store that throws, hangs or lies means a challenge, within its budget', async () => {
    day += 1;
    for (const mode of ['throw', 'corrupt'] as const) {
      const store = new CountingStore(env.PASSES);
      store.mode = mode;
      const gate = await openOn({ store, cache: mode });
      expect((await gate.send(API, { ip: '203.0.113.5' })).status, mode).toBe(403);
    }
  });

  it('H01: strangers cause at most ten KV reads a second', async () => {
    day += 1;
    const gate = await openOn();
    for (let n = 0; n < 200; n += 1) {
      expect((await gate.send(API, { headers: { 'User-Agent': `agent ${n}` } })).status).toBe(403);
    }
    expect([gate.store.reads, gate.store.writes]).toEqual([10, 0]);
  });

  it('says nothing of the client in the store', async () => {
    day += 1;
    const gate = await openOn();
    await payAndForget(gate);
    const { keys } = await env.PASSES.list({ prefix: 'remember/' });
    expect(keys.length).toBeGreaterThan(0);
    for (const { name } of keys) expect(name).toMatch(/^remember\/[\w-]{16}$/);
    expect(JSON.stringify(keys)).not.toMatch(/192\.0\.2|test agent/);
  });
});
