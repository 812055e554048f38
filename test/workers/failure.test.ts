/** Every failure direction (DESIGN section 6), with the whole Worker where it matters. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { createCeilings } from '../../src/edge/rate-limit-ceilings.ts';
import { makePrivateJwk } from '../support/assertion-fixtures.ts';
import { openTestGate, SECRET } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, NAVIGATION, payFor, redeem } from '../support/visitor.ts';

const INCIDENT = /^[0-9a-f]{16}$/;

/** A fresh isolate's Worker (module state is per import), with any `env` at all. */
async function freshWorker() {
  vi.resetModules();
  const { default: worker } = await import('../../src/worker.ts');
  return {
    fetch: (request: Request, bindings: unknown, ctx: ExecutionContext): Promise<Response> =>
      worker.fetch(request as never, bindings as never, ctx),
  };
}

async function ask(
  variables: Record<string, unknown>,
  path = '/page',
  headers: Record<string, string> = {},
) {
  const fresh = await freshWorker();
  const ctx = createExecutionContext();
  const { TOLL_SECRET: _, ...bindings } = { ...env };
  const seen: string[] = [];
  const ORIGIN = {
    fetch: async (request: Request) => {
      seen.push(request.url);
      return new Response('origin');
    },
  };
  const request = new Request(`https://site.test${path}`, { headers });
  const response = await fresh.fetch(request, { ...bindings, ORIGIN, ...variables }, ctx);
  await waitOnExecutionContext(ctx);
  return { response, seen };
}

const BAD_SECRETS: readonly (readonly [string, unknown])[] = [
  ['missing', undefined],
  ['missing', ''],
  ['missing', '   '],
  ['too short', 'x'.repeat(4)],
  ['too short', 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeA'],
  ['placeholder', 'changeme'.repeat(8)],
  ['not base64', 'not base64 at all, but long enough to be one'],
];

describe('the closed gate', () => {
  it('B06, 3.12: without a fit secret is a static 503 with an incident id', async () => {
    for (const [name, TOLL_SECRET] of BAD_SECRETS) {
      const { response, seen } = await ask({ TOLL_SECRET });
      const problem = await response.json<{ code: string; incident: string }>();
      expect([name, response.status, problem.code, seen]).toEqual([name, 503, 'unavailable', []]);
      expect(problem.incident).toMatch(INCIDENT);
      expect(response.headers.get('Retry-After')).toBe('30');
    }
    const { response } = await ask({}, '/page', NAVIGATION);
    expect([response.status, response.headers.get('Content-Type')]).toEqual([
      503,
      'text/html; charset=utf-8',
    ]);
    expect(await response.text()).toMatch(/<code>[0-9a-f]{16}<\/code>/);
  });

  it('B06, G01: a key for assertions that is unfit closes the gate: it never forwards without one', async () => {
    const [own, other] = [await makePrivateJwk(), await makePrivateJwk()];
    const unfit = {
      'not a key': 'must be PEM',
      [JSON.stringify({ ...own, d: undefined })]: 'must be the private key',
      [JSON.stringify({ ...own, x: other.x })]: 'does not belong',
    };
    for (const [TOLL_ASSERTION_KEY, message] of Object.entries(unfit)) {
      const variables = { TOLL_SECRET: SECRET, PRESET: 'monitor', TOLL_ASSERTION_KEY };
      const { response, seen } = await ask(variables);
      expect([response.status, seen]).toEqual([503, []]);
      await response.body?.cancel();
      const health = (await ask(variables, '/.toll/healthz')).response;
      const text = await health.text();
      expect([health.status, text]).toEqual([503, expect.stringContaining(message)]);
      expect(text).toContain('TOLL_ASSERTION_KEY');
      for (const secret of [TOLL_ASSERTION_KEY, own.d]) expect(text).not.toContain(secret);
      expect((await ask(variables, '/.toll/jwks.json')).response.status).toBe(503);
    }
    const variables = { TOLL_SECRET: SECRET, TOLL_ASSERTION_KEY: JSON.stringify(own) };
    const shown = (await ask(variables, '/.toll/jwks.json')).response;
    expect(await shown.json()).toMatchObject({ keys: [{ x: own.x }] });
  });

  it('3.12: healthz names the variable and the rule, never the value', async () => {
    const value = 'hunter2hunter2hunter2hunter2hunter2hunter2';
    const { response } = await ask(
      { TOLL_SECRET: value, TOKEN_VERSION: 9, REQUEST_PRICE: -1 },
      '/.toll/healthz',
    );
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).not.toContain('hunter2');
    const { problems } = JSON.parse(text);
    expect(problems.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'REQUEST_PRICE',
      'TOKEN_VERSION',
      'TOLL_SECRET',
    ]);
  });

  it('closes for a token version it does not know and for rules it cannot compile', async () => {
    expect((await ask({ TOLL_SECRET: SECRET, TOKEN_VERSION: 2 })).response.status).toBe(503);
    expect(
      (await ask({ TOLL_SECRET: SECRET, RULES: [{ name: 'x', action: 'permit' }] })).response
        .status,
    ).toBe(503);
    expect((await ask({ TOLL_SECRET: SECRET, RULES: [] })).response.status).toBe(403);
  });

  it('3.27: closes where a limiter or the store is not bound, and names each', async () => {
    const missing = { NETWORK_CEILING: undefined, PASSES: undefined };
    const { response } = await ask({ TOLL_SECRET: SECRET, ...missing }, '/.toll/healthz');
    expect(response.status).toBe(503);
    const { problems } = await response.json<{ problems: { path: string }[] }>();
    expect(problems.map(({ path }) => path)).toEqual(['PASSES', 'NETWORK_CEILING']);
    expect((await ask({ TOLL_SECRET: SECRET, ...missing })).response.status).toBe(503);
  });

  it('keeps the exact built-in allows open', async () => {
    const { response, seen } = await ask({}, '/robots.txt');
    expect([response.status, seen]).toEqual([200, ['https://site.test/robots.txt']]);
  });
});

describe('an exception in our own code', () => {
  it('3.30, A11, C09: is a 503 with an incident id, no detail and no cookie', async () => {
    const broken = await freshWorker();
    const poisoned = {
      ...env,
      TOLL_SECRET: SECRET,
      get RULES(): unknown {
        throw new Error('secret detail');
      },
    };
    for (let n = 0; n < 20; n += 1) {
      const answer = await broken.fetch(
        new Request('https://site.test/x'),
        poisoned,
        createExecutionContext(),
      );
      const text = await answer.text();
      expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([503, null]);
      expect(text).not.toContain('secret detail');
      expect(JSON.parse(text).incident).toMatch(INCIDENT);
    }
  });

  it('A11: a verifier that fails in any way mints nothing', async () => {
    const failures: readonly (() => unknown)[] = [
      () => {
        throw new Error('x');
      },
      () => undefined,
      () => null,
      () => ({}),
    ];
    for (const fail of failures) {
      const gate = await openTestGate({
        variables: CHEAP,
        override: (setup) => {
          const keys = new Map(
            [...setup.ring.keys].map(([kid, key]) => [
              kid,
              {
                ...key,
                get key(): never {
                  return fail() as never;
                },
              },
            ]),
          );
          return { ...setup, ring: { ...setup.ring, keys } };
        },
      });
      const response = await redeem(gate, await meet(gate));
      expect(response.status).toBe(403);
      expect(response.headers.get('Set-Cookie')).toBeNull();
    }
  });
});

describe('a start that failed', () => {
  it('is tried again by the next request', async () => {
    const fresh = await freshWorker();
    let failures = 2;
    const shaky = {
      ...env,
      TOLL_SECRET: SECRET,
      get RULES(): unknown {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        return [];
      },
    };
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const request = new Request('https://site.test/x');
      statuses.push((await fresh.fetch(request, shaky, createExecutionContext())).status);
    }
    expect(statuses).toEqual([503, 503, 403]);
  });
});

describe('limiters', () => {
  it('3.27: one that throws admits a visitor with a pass, and grants nothing for free', async () => {
    const broken = {
      limit: async () => {
        throw new Error('limiter');
      },
    };
    const gate = await openTestGate({
      variables: CHEAP,
      override: (setup) => {
        const limiters = {
          PASS_CEILING: broken,
          NETWORK_CEILING: broken,
          HOSTING_CEILING: broken,
          PATIENCE_PACE: broken,
          RECORD_PACE_NETWORK: broken,
          RECORD_PACE_LOCATION: broken,
          FREE_ALLOWANCE: broken,
        };
        return {
          ...setup,
          ports: { ...setup.ports, ceilings: createCeilings(limiters, setup.ports.log) },
        };
      },
    });
    expect((await gate.send('/page')).status).toBe(403);
    const { pass } = await payFor(gate);
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    expect(gate.events.some(({ name }) => name === 'ratelimit.error')).toBe(true);
  });
});

describe('the log', () => {
  it('J02, C09: holds no token, no address and no key, whatever happens', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const toll = await meet(gate, '/page', { ip: '203.0.113.77' });
    const { pass } = await payFor(gate, '/page', { ip: '203.0.113.77' });
    gate.store.mode = 'throw';
    await gate.send('/page', { headers: cookieOf(pass), ip: '203.0.113.77' });
    await gate.send('/page', { headers: cookieOf(`${pass}x`) });
    await gate.send('/.toll/redeem', { method: 'POST', body: toll.challenge });
    const text = JSON.stringify(gate.events);
    expect(gate.events.length).toBeGreaterThan(3);
    for (const secret of [pass, toll.challenge, '203.0.113', SECRET])
      expect(text).not.toContain(secret);
  });

  it('3.29: a sink that throws is no reason to fail', async () => {
    const { createConsoleLog } = await import('../../src/edge/console-log.ts');
    const log = createConsoleLog({ nowMs: () => 0 }, () => {
      throw new Error('sink');
    });
    expect(() => log.event('x')).not.toThrow();
  });

  it('3.24: is sampled to ten lines a second for each event, and says what it left out', async () => {
    const { createConsoleLog } = await import('../../src/edge/console-log.ts');
    const clock = { now: 0 };
    const lines: string[] = [];
    const log = createConsoleLog({ nowMs: () => clock.now }, (line) => lines.push(line));
    for (let n = 0; n < 100; n += 1) log.event('a', { n });
    log.event('b');
    expect(lines).toHaveLength(11);
    clock.now = 1000;
    log.event('a');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ event: 'a', suppressed: 90 });
  });
});
