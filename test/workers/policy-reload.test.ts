/** A policy that is published while the gate runs: what is followed, and what never is. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import {
  formatStoredPolicy,
  MAX_STORED_LENGTH,
  STORED_KEY,
} from '../../src/core/policy/document/stored-policy.ts';
import { onPage, PublishedPolicy } from '../support/published-policy.ts';
import { openTestGate, SECRET } from '../support/test-gate.ts';
import type { TestGate, TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, payFor, redeem } from '../support/visitor.ts';

const ALLOW = onPage({ action: 'allow' });
const DENY = onPage({ action: 'deny', status: 410 });
const REFRESH_SECONDS = 60;

interface Health {
  readonly status: string;
  readonly policy: string;
  readonly policySource: string;
  readonly policyVersion?: string;
  readonly policyAgeSeconds: number;
  readonly policyProblem?: string;
}

async function openFollowing(store: PublishedPolicy, options: TestGateOptions = {}) {
  return openTestGate({ variables: CHEAP, policyStore: store, ...options });
}

async function statusOf(gate: TestGate, headers: Record<string, string> = {}): Promise<number> {
  return (await gate.send('/page', { headers })).status;
}

async function healthOf(gate: TestGate): Promise<Health> {
  return (await gate.send('/.toll/healthz')).json();
}

/** Lets the interval pass and the read that the next request starts come back. */
async function refresh(gate: TestGate): Promise<void> {
  gate.nowSeconds += REFRESH_SECONDS;
  await gate.send('/robots.txt');
}

const eventsOf = (gate: TestGate, name: string) =>
  gate.events.filter((event) => event.name === name).map(({ facts }) => facts);

describe('a published policy', () => {
  it('is in force for the first request of an isolate', async () => {
    const store = new PublishedPolicy();
    const version = store.push(ALLOW);
    const gate = await openFollowing(store);
    expect(await statusOf(gate)).toBe(200);
    expect(await healthOf(gate)).toMatchObject({
      status: 'ok',
      policySource: 'store',
      policyVersion: version,
      policyAgeSeconds: 0,
    });
    expect(store.reads).toBe(1);
  });

  it('is followed at the end of the interval and not before, in the background', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const gate = await openFollowing(store);
    expect(await statusOf(gate)).toBe(200);
    store.push(DENY);
    gate.nowSeconds += REFRESH_SECONDS - 1;
    expect([await statusOf(gate), store.reads]).toEqual([200, 1]);
    gate.nowSeconds += 1;
    // The request that starts the read does not wait for it.
    expect([await statusOf(gate), store.reads]).toEqual([200, 2]);
    expect([await statusOf(gate), store.reads]).toEqual([410, 2]);
    expect(eventsOf(gate, 'policy.loaded')).toHaveLength(2);
    expect(Math.min(...store.cacheTtls)).toBeGreaterThanOrEqual(30);
  });

  it('is read once, however many requests arrive, and compiled once', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const gate = await openFollowing(store);
    await statusOf(gate);
    gate.nowSeconds += REFRESH_SECONDS;
    await Promise.all(Array.from({ length: 20 }, () => statusOf(gate)));
    expect(store.reads).toBe(2);
    expect(eventsOf(gate, 'policy.loaded')).toHaveLength(1);
  });

  it('comes from real KV under its key', async () => {
    await env.POLICY.put(
      STORED_KEY,
      formatStoredPolicy({ schema: 1, ...ALLOW }, { version: 'v1', digest: 'AAAAAAAA' }),
    );
    const gate = await openTestGate({ variables: CHEAP, policyStore: env.POLICY });
    expect(await statusOf(gate)).toBe(200);
    expect(await healthOf(gate)).toMatchObject({ policyVersion: 'v1' });
  });

  it('stands behind RULES: an operator’s lever that no publication takes away', async () => {
    const store = new PublishedPolicy();
    store.push({ ...ALLOW, preset: 'lockdown' });
    const RULES = [{ name: 'lever', action: 'deny', path: ['/page'], status: 451 }];
    const gate = await openFollowing(store, { variables: { ...CHEAP, RULES } });
    expect(await statusOf(gate)).toBe(451);
    const named = [{ name: 'page', action: 'deny', path: ['/page'], status: 452 }];
    const twin = await openFollowing(store, { variables: { ...CHEAP, RULES: named } });
    expect(await statusOf(twin)).toBe(452);
  });

  it('replaces PRESET: a preset is the document’s own affair', async () => {
    const store = new PublishedPolicy();
    const gate = await openFollowing(store, { variables: { ...CHEAP, PRESET: 'monitor' } });
    expect(await statusOf(gate)).toBe(200);
    store.push({});
    await refresh(gate);
    expect(await statusOf(gate)).toBe(403);
  });

  it('3.26: is rolled back by publishing the older document, or taken back whole', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const first = store.text;
    const gate = await openFollowing(store);
    expect(await statusOf(gate)).toBe(200);
    store.push(DENY);
    await refresh(gate);
    expect(await statusOf(gate)).toBe(410);
    store.text = first;
    await refresh(gate);
    expect(await statusOf(gate)).toBe(200);
    store.remove();
    await refresh(gate);
    expect(await statusOf(gate)).toBe(403);
    const health = await healthOf(gate);
    expect([health.policySource, health.policyVersion, health.policyProblem]).toEqual([
      'variables',
      undefined,
      undefined,
    ]);
  });
});

const good = { version: 'v2', digest: 'AAAAAAAA' };
const envelope = (members: Record<string, unknown>) =>
  JSON.stringify({ format: 1, schema: 1, ...good, document: { schema: 1 }, ...members });

const REFUSED: readonly (readonly [string, string | null])[] = [
  ['missing', null],
  ['too-large', `{"x":"${'x'.repeat(MAX_STORED_LENGTH)}"}`],
  ['malformed', ''],
  ['malformed', '{"format": 1, "document"'],
  ['malformed', '[]'],
  ['malformed', 'null'],
  ['malformed', '{"removed": true}'],
  ['malformed', '{"format": 1, "removed": false}'],
  ['malformed', '{"format": 1, "removed": true, "document": {}}'],
  ['malformed', envelope({ version: 7 })],
  ['malformed', envelope({ version: 'a b' })],
  ['malformed', envelope({ digest: undefined })],
  ['malformed', envelope({ document: undefined })],
  ['malformed', envelope({ extra: 1 })],
  ['schema', envelope({ format: 2 })],
  ['schema', envelope({ schema: 2 })],
  ['schema', envelope({ document: { schema: 2, rules: [{ kind: 'new' }] } })],
  ['invalid', envelope({ document: { schema: 1, rulez: [] } })],
  ['invalid', envelope({ document: { schema: 1, rules: [{ name: 'x', action: 'permit' }] } })],
  ['invalid', formatStoredPolicy(JSON.parse('{"schema":1,"__proto__":{"a":1}}'), good)],
  [
    'invalid',
    envelope({ document: { schema: 1, default: { action: 'charge', requestPrice: 2 ** 40 } } }),
  ],
];

describe('what is published and no policy', () => {
  it('E08, 3.6, 3.26: is refused with its reason, and the last good one stays in force', async () => {
    for (const [reason, text] of REFUSED) {
      const store = new PublishedPolicy();
      const version = store.push(ALLOW);
      const gate = await openFollowing(store);
      const { pass } = await payFor(gate, '/paid');
      store.text = text;
      await refresh(gate);
      const label = `${reason}: ${text?.slice(0, 80)}`;
      expect(await statusOf(gate), label).toBe(200);
      expect((await gate.send('/paid', { headers: cookieOf(pass) })).status, label).toBe(200);
      expect(await healthOf(gate), label).toMatchObject({
        status: 'ok',
        policyVersion: version,
        policyAgeSeconds: REFRESH_SECONDS,
        policyProblem: reason,
      });
      const rejected = eventsOf(gate, 'policy.rejected');
      expect(rejected.map((facts) => facts['reason'])).toEqual([reason]);
      expect(JSON.stringify(rejected)).not.toMatch(/rulez|permit|xxxx/);
    }
  });

  it('3.6: leaves the policy of the variables in force where there was none before', async () => {
    for (const [, text] of REFUSED) {
      const store = new PublishedPolicy();
      store.text = text;
      const gate = await openFollowing(store);
      expect(await statusOf(gate)).toBe(403);
      expect((await gate.send('/robots.txt')).status).toBe(200);
      expect(await healthOf(gate)).toMatchObject({ policySource: 'variables' });
    }
  });

  it('is read once and said once, and forgotten when a good one follows', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const gate = await openFollowing(store);
    await statusOf(gate);
    const before = store.text;
    store.text = envelope({ document: { schema: 1, rulez: [] } });
    for (let n = 0; n < 5; n += 1) await refresh(gate);
    expect(eventsOf(gate, 'policy.rejected')).toHaveLength(1);
    store.text = before;
    await refresh(gate);
    expect((await healthOf(gate)).policyProblem).toBeUndefined();
    expect(eventsOf(gate, 'policy.loaded')).toHaveLength(1);
    store.push(DENY);
    await refresh(gate);
    expect(await statusOf(gate)).toBe(410);
  });
});

describe('a store that cannot be read', () => {
  it('3.1: throws, and the last good policy stays in force', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const gate = await openFollowing(store);
    await statusOf(gate);
    store.mode = 'throw';
    await refresh(gate);
    expect(await statusOf(gate)).toBe(200);
    expect(await healthOf(gate)).toMatchObject({ policyProblem: 'unreachable' });
    expect(eventsOf(gate, 'kv.read_error')).toEqual([{ store: 'policy', error: 'Error' }]);
    store.mode = 'normal';
    store.push(DENY);
    await refresh(gate);
    expect(await statusOf(gate)).toBe(410);
    expect((await healthOf(gate)).policyProblem).toBeUndefined();
  });

  it('3.1: throws for the first request, which is judged by the variables', async () => {
    const store = new PublishedPolicy();
    store.mode = 'throw';
    const gate = await openFollowing(store);
    expect(await statusOf(gate)).toBe(403);
  });

  it('3.2: hangs, and the first request of an isolate goes on after 50 ms, no other waits', async () => {
    const store = new PublishedPolicy();
    store.mode = 'hang';
    const waits: (number | undefined)[] = [];
    const gate = await openFollowing(store, {
      override: (setup) => ({
        ...setup,
        policies: {
          ...setup.policies,
          current: () => setup.policies.current(),
          problem: () => setup.policies.problem(),
          follow: () => {
            // The read that hangs would keep the test waiting for the end of the request.
            const wait = setup.policies.follow(() => undefined);
            if (wait === undefined) waits.push(undefined);
            const began = Date.now();
            return wait?.then(() => void waits.push(Date.now() - began));
          },
        },
      }),
    });
    expect(await statusOf(gate)).toBe(403);
    expect(await statusOf(gate)).toBe(403);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeGreaterThanOrEqual(40);
    // The read itself is given up after 10 s.
    expect(waits[0]).toBeLessThan(5000);
    expect(waits[1]).toBeUndefined();
  });
});

describe('a change of policy', () => {
  it('A10, 3.25: challenges and passes of one policy are good under the next', async () => {
    const next: readonly (readonly [Record<string, unknown>, number])[] = [
      [ALLOW, 200],
      [DENY, 410],
      [{ rules: [] }, 200],
      [onPage({ action: 'charge', requestPrice: 200, minSolutions: 4 }), 200],
      [onPage({ action: 'charge', tier: 3 }), 403],
      [onPage({ action: 'charge', puzzle: 'patience' }), 200],
    ];
    for (const [document, status] of next) {
      const store = new PublishedPolicy();
      store.push(onPage({ action: 'charge', remember: true }));
      const gate = await openFollowing(store);
      const toll = await meet(gate);
      const { pass } = await payFor(gate);
      store.push(document);
      await refresh(gate);
      const redeemed = await redeem(gate, toll);
      expect(redeemed.status).toBe(200);
      expect(await statusOf(gate, cookieOf(pass)), JSON.stringify(document)).toBe(status);
    }
  });

  it('A10, 3.25: two versions of a policy side by side accept each other’s tokens', async () => {
    const [older, newer] = [new PublishedPolicy(), new PublishedPolicy()];
    older.push(onPage({ action: 'charge', requestPrice: 100 }));
    newer.push({ rules: [] });
    const gates = [await openFollowing(older), await openFollowing(newer)];
    for (const [issuing, other] of [gates, gates.toReversed()]) {
      if (issuing === undefined || other === undefined) throw new Error('two gates');
      const response = await redeem(other, await meet(issuing));
      expect(response.status).toBe(200);
      const { pass } = await response.json<{ pass: string }>();
      expect(await statusOf(issuing, cookieOf(pass))).toBe(200);
      expect(await statusOf(other, cookieOf(pass))).toBe(200);
    }
  });

  it('counts for a whole request: one that was in the gate is judged and priced by one policy', async () => {
    const store = new PublishedPolicy();
    store.push(ALLOW);
    const gate = await openFollowing(store);
    await statusOf(gate);
    store.push(DENY);
    gate.nowSeconds += REFRESH_SECONDS;
    const statuses = await Promise.all(Array.from({ length: 5 }, () => statusOf(gate)));
    expect(statuses.every((status) => status === 200 || status === 410)).toBe(true);
    expect(await statusOf(gate)).toBe(410);
  });
});

/** One request to a fresh isolate's Worker. */
async function askWorker(bindings: Record<string, unknown>, path: string): Promise<Response> {
  vi.resetModules();
  const { default: worker } = await import('../../src/worker.ts');
  const ctx = createExecutionContext();
  const ORIGIN = { fetch: async () => new Response('origin') };
  const all = { ...env, TOLL_SECRET: SECRET, ORIGIN, ...bindings };
  const request = new Request(`https://site.test${path}`);
  const response = await worker.fetch(request as never, all as never, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

describe('the whole Worker', () => {
  it('follows the namespace POLICY where it is bound, and does without', async () => {
    await env.POLICY.put(
      STORED_KEY,
      formatStoredPolicy({ schema: 1, ...DENY }, { version: 'v9', digest: 'AAAAAAAA' }),
    );
    expect((await askWorker({}, '/page')).status).toBe(410);
    expect(await (await askWorker({}, '/.toll/healthz')).json()).toMatchObject({
      policySource: 'store',
      policyVersion: 'v9',
    });
    expect((await askWorker({ POLICY: undefined }, '/page')).status).toBe(403);
  });

  it('only watches as it is deployed first', async () => {
    const first = { POLICY: undefined, PRESET: 'monitor' };
    expect(await (await askWorker(first, '/page')).text()).toBe('origin');
    expect((await askWorker({ ...first, PRESET: 'balanced' }, '/page')).status).toBe(403);
    expect((await askWorker({ ...first, PRESET: 'none' }, '/page')).status).toBe(503);
  });
});
