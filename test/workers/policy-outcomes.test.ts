/** What a decision does beside allow, deny and charge: failures, ceilings, patience. */
import { describe, expect, it } from 'vitest';
import type { GateSetup } from '../../src/http/visit.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { TestGate, TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, NAVIGATION, payFor, problemOf } from '../support/visitor.ts';

type Rules = readonly Readonly<Record<string, unknown>>[];

function openWith(rules: Rules, options: TestGateOptions = {}): Promise<TestGate> {
  return openTestGate({ variables: CHEAP, document: { schema: 1, rules }, ...options });
}

const eventsOf = (gate: TestGate, name: string) =>
  gate.events.filter((event) => event.name === name).map(({ facts }) => facts);

/** The conditions of rules whose name begins with `broken` cannot be evaluated. */
function breakRules(setup: GateSetup): GateSetup {
  const active = setup.policies.current();
  const rules = active.policy.rules.map((rule) =>
    rule.name.startsWith('broken') ? { ...rule, onRequest: () => undefined } : rule,
  );
  const broken = { ...active, policy: { ...active.policy, rules } };
  return { ...setup, policies: { ...setup.policies, current: () => broken } };
}

describe('a rule whose conditions cannot be evaluated', () => {
  const cases = [
    [undefined, 403, 'toll-required'],
    ['charge', 403, 'toll-required'],
    ['deny', 403, 'denied'],
    ['skip', 200, undefined],
  ] as const;

  it('3.7: does what its onError says, and says so in the log', async () => {
    for (const [onError, status, code] of cases) {
      for (const action of ['allow', 'deny', 'charge', 'weigh']) {
        const extra = { ...(action === 'weigh' ? { points: 5 } : {}), ...(onError && { onError }) };
        const broken = { name: 'broken', action, path: ['/page'], ...extra };
        const open = { name: 'open', action: 'allow', path: ['/page', '/other'] };
        const gate = await openWith([broken, open], { override: breakRules });
        const response = await gate.send('/page');
        const label = `${action} ${onError}`;
        expect(response.status, label).toBe(status);
        if (status !== 200) expect((await problemOf(response)).code, label).toBe(code);
        expect((await gate.send('/other')).status, label).toBe(200);
        expect(eventsOf(gate, 'rule.error')).toEqual([{ rule: 'broken' }]);
      }
    }
  });

  it('3.7: honours a pass all the same', async () => {
    const gate = await openWith([{ name: 'broken', action: 'allow', path: ['/page'] }], {
      override: breakRules,
    });
    const { pass } = await payFor(gate);
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
  });

  it('3.7: is named once a minute, each for itself', async () => {
    const rules = ['broken-a', 'broken-b'].map((name) => {
      return { name, action: 'deny', path: ['/page'], onError: 'skip' };
    });
    const gate = await openWith(rules, { override: breakRules });
    const names = () => eventsOf(gate, 'rule.error').map((facts) => facts['rule']);
    for (let n = 0; n < 10; n += 1) await gate.send('/page');
    expect(names()).toEqual(['broken-a', 'broken-b']);
    gate.nowSeconds += 59;
    await gate.send('/page');
    expect(names()).toHaveLength(2);
    gate.nowSeconds += 1;
    await gate.send('/page');
    expect(names()).toHaveLength(4);
  });
});

/** Everything that a charge needs fails. */
function failCharging(setup: GateSetup): GateSetup {
  const bytes = (): never => {
    throw new Error('no entropy');
  };
  return { ...setup, ports: { ...setup.ports, random: { bytes } } };
}

describe('a gate that fails while it charges', () => {
  const open = { name: 'open', action: 'charge', path: ['/open/*'], onFailure: 'open' };
  const closed = { name: 'closed', action: 'charge', path: ['/closed/*'], onFailure: 'closed' };

  it('G04, 3.30: is closed unless the rule says otherwise', async () => {
    const gate = await openWith([open, closed], { override: failCharging });
    for (const target of ['/closed/x', '/other']) {
      for (const headers of [{}, NAVIGATION]) {
        await expect(gate.send(target, { headers })).rejects.toThrow('no entropy');
      }
    }
    expect(gate.seen).toEqual([]);
  });

  it('opens where the rule says so, below the ceiling, and says it aloud', async () => {
    const gate = await openWith([open], { override: failCharging, networkLimit: 2 });
    const statuses: number[] = [];
    for (const headers of [{}, NAVIGATION, {}]) {
      statuses.push((await gate.send('/open/x?y=1', { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(gate.seen.map(({ url }) => url)).toEqual([
      `${ORIGIN}/open/x?y=1`,
      `${ORIGIN}/open/x?y=1`,
    ]);
    expect(gate.seen[0]?.headers.get('Toll-Verdict')).toBe('degraded');
    const events = eventsOf(gate, 'gate.degraded');
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ rule: 'open', error: 'Error' });
    expect(JSON.stringify(events)).not.toContain('entropy');
  });

  it('F05: hands the body on whole', async () => {
    const gate = await openWith([open], { override: failCharging });
    const forms = [
      { 'Content-Type': 'application/json' },
      { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN, ...NAVIGATION },
    ];
    for (const headers of forms) {
      const response = await gate.send('/open/x', { method: 'POST', headers, body: 'a=b' });
      expect(response.status).toBe(200);
    }
    expect(gate.seen.map(({ body }) => new TextDecoder().decode(body))).toEqual(['a=b', 'a=b']);
  });

  it('F05: stays closed where the body is spent: half a request is none', async () => {
    const broken = {
      language: 'en',
      notice: () => '',
      challenge: (): never => {
        throw new Error('render');
      },
    };
    const gate = await openWith([open], {
      override: (setup) => ({ ...setup, pages: { inLanguageOf: async () => broken } }),
    });
    const carried = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN };
    for (const type of [carried, { 'Content-Type': 'application/json' }]) {
      const sent = { method: 'POST', headers: { ...NAVIGATION, ...type }, body: 'a=b' };
      await expect(gate.send('/open/x', sent)).rejects.toThrow('render');
    }
    expect(gate.seen).toEqual([]);
    expect((await gate.send('/open/x', { headers: NAVIGATION })).status).toBe(200);
  });

  it('lets a client choose nothing by override headers', async () => {
    const gate = await openWith([open], { override: failCharging });
    await gate.send('/open/x', { headers: { 'X-Original-URL': '/admin' } });
    expect(gate.seen[0]?.headers.get('X-Original-URL')).toBeNull();
  });

  it('an origin that fails is no failure of the gate', async () => {
    const gate = await openWith([{ ...open, path: ['/*'] }], {
      answer: () => {
        throw new Error('refused');
      },
    });
    const { pass } = await payFor(gate);
    const response = await gate.send('/page', { headers: cookieOf(pass) });
    expect([response.status, gate.seen.length]).toEqual([502, 1]);
    expect(eventsOf(gate, 'gate.degraded')).toEqual([]);
  });
});

describe('a limited allow', () => {
  it('stays below the network’s ceiling, as the built-in ones do; a plain one does not', async () => {
    const rules = [
      { name: 'limited', action: 'allow', limited: true, path: ['/limited'] },
      { name: 'plain', action: 'allow', path: ['/plain'] },
    ];
    const gate = await openWith(rules, { networkLimit: 2 });
    const statuses: number[] = [];
    for (const target of ['/limited', '/robots.txt', '/limited', '/robots.txt', '/plain']) {
      statuses.push((await gate.send(target)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429, 200]);
  });
});

describe('a charge that asks for patience', () => {
  const rules = [{ name: 'gentle', action: 'charge', path: ['/gentle'], puzzle: 'patience' }];

  async function redeemPatience(gate: TestGate, challenge: string): Promise<Response> {
    return gate.send('/.toll/redeem', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ challenge }).toString(),
    });
  }

  it('offers it first to programs, and is paid by waiting', async () => {
    const gate = await openWith(rules);
    const { toll } = await problemOf(await gate.send('/gentle'));
    expect(toll?.puzzle).toEqual({ name: 'patience', notBefore: gate.nowSeconds + 10 });
    gate.nowSeconds += 10;
    const redeemed = await redeemPatience(gate, toll?.challenge ?? '');
    expect([redeemed.status, redeemed.headers.get('Location')]).toEqual([303, '/gentle']);
    const pass = /__Host-toll=([^;]+)/.exec(redeemed.headers.get('Set-Cookie') ?? '')?.[1] ?? '';
    expect((await gate.send('/gentle', { headers: cookieOf(pass) })).status).toBe(200);
    expect((await problemOf(await gate.send('/other'))).toll?.puzzle.name).toBe('sha256');
  });

  it('shows visitors the button alone: no script begins to work', async () => {
    const gate = await openWith(rules);
    const html = await (await gate.send('/gentle', { headers: NAVIGATION })).text();
    expect(html).toContain('"puzzle":{"name":"patience"');
    expect(html).toContain('id="toll-patience"');
    expect(html).toContain('<p class="lead">This site asks you to wait.');
    const challenges = new Set(html.match(/eyJ[\w.-]+/g));
    expect(challenges.size).toBe(1);
    const ordinary = await (await gate.send('/other', { headers: NAVIGATION })).text();
    expect(ordinary).toContain('"puzzle":{"name":"sha256"');
    expect(ordinary).not.toContain('<p class="lead">This site asks you to wait.');
  });

  it('F05: carries no form, for nobody would send it', async () => {
    const gate = await openWith(rules);
    const headers = {
      ...NAVIGATION,
      Origin: ORIGIN,
      'Content-Type': 'application/x-www-form-urlencoded',
    };
    const send = (target: string) => gate.send(target, { method: 'POST', headers, body: 'a=b' });
    expect(await (await send('/gentle')).text()).toContain('"form":{"kind":"not-sent"}');
    expect(await (await send('/other')).text()).toContain('"form":{"kind":"carried"');
  });

  it('gives work in advance to a client that would rather compute', async () => {
    const gate = await openWith(rules);
    const ask = async (query: string) =>
      (await gate.send(`/.toll/challenge?return=/gentle${query}`)).json<{
        puzzle: { name: string };
      }>();
    expect((await ask('')).puzzle.name).toBe('patience');
    expect((await ask('&puzzle=work')).puzzle.name).toBe('sha256');
    expect((await ask('&puzzle=x')).puzzle.name).toBe('patience');
  });
});
