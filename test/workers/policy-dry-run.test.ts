/** Policies and rules that only report: nothing of it can be felt. */
import { describe, expect, it } from 'vitest';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { TestGate } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, NAVIGATION, payFor, redeem } from '../support/visitor.ts';

const eventsOf = (gate: TestGate, name: string) =>
  gate.events.filter((event) => event.name === name).map(({ facts }) => facts);

const MONITOR = { variables: { ...CHEAP, PRESET: 'monitor' } };
const RULES = [
  { name: 'shut', action: 'deny', path: ['/shut'] },
  { name: 'feeds', action: 'allow', path: ['/feeds/*'] },
  { name: 'heavy', action: 'weigh', points: 7, path: ['/heavy'] },
];

describe('the preset monitor', () => {
  it('forwards what would have been denied or charged, and says in the log what that was', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, PRESET: 'monitor', RULES } });
    const targets = ['/shut', '/feeds/a', '/heavy', '/page', '/a%00b', '/a%5cb'];
    for (const target of targets) {
      expect((await gate.send(target, { headers: NAVIGATION })).status, target).toBe(200);
    }
    expect(gate.seen.map(({ url }) => url)).toEqual(targets.map((target) => ORIGIN + target));
    expect(gate.seen.map(({ headers }) => headers.get('Toll-Verdict'))).toEqual(
      targets.map(() => 'monitor'),
    );
    expect(eventsOf(gate, 'policy.dry_run')).toEqual([
      { kind: 'deny', rule: 'shut', points: 0 },
      { kind: 'allow', rule: 'feeds', points: 0 },
      { kind: 'charge', rule: 'default', points: 7 },
      { kind: 'charge', rule: 'default', points: 0 },
      { kind: 'malformed' },
      { kind: 'malformed' },
    ]);
    expect(eventsOf(gate, 'challenge.issued')).toEqual([]);
  });

  it('touches no body, no method, no status and no cookie of the origin', async () => {
    const body = crypto.getRandomValues(new Uint8Array(30_000));
    const answer = () => {
      const headers = new Headers({ 'X-Own': 'kept', 'Content-Type': 'x/y' });
      headers.append('Set-Cookie', 'a=1; Path=/');
      headers.append('Set-Cookie', 'b=2; HttpOnly');
      return new Response(body, { status: 207, headers });
    };
    const gate = await openTestGate({ ...MONITOR, answer });
    const sent = { 'X-HTTP-Method-Override': 'GET', Cookie: 'session=1', Authorization: 'Basic x' };
    for (const method of ['POST', 'PUT', 'PROPFIND']) {
      const response = await gate.send('/upload?x=%2F', { method, headers: sent, body });
      expect(response.status).toBe(207);
      expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; HttpOnly']);
      expect(response.headers.get('Toll-Version')).toBeNull();
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
    }
    for (const request of gate.seen) {
      expect(request.body).toEqual(body);
      expect(request.url).toBe(`${ORIGIN}/upload?x=%2F`);
      for (const [name, value] of Object.entries(sent)) {
        expect(request.headers.get(name)).toBe(value);
      }
    }
  });

  it('hands a stream on as it comes', async () => {
    let push: (text: string) => void = () => undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const gate = await openTestGate({ ...MONITOR, answer: () => new Response(stream) });
    const response = await gate.send('/stream');
    const reader = response.body?.getReader();
    for (const text of ['one', 'two']) {
      push(text);
      const read = await reader?.read();
      expect(new TextDecoder().decode(read?.value)).toBe(text);
    }
    await reader?.cancel();
  });

  it('F07: still strips what a client says in our name, and our cookie', async () => {
    const gate = await openTestGate(MONITOR);
    const headers = { 'Toll-Verdict': 'pass', 'Toll-X': '1', 'Toll-Pass': 'a.b.c' };
    await gate.send('/page', { headers: { ...headers, Cookie: '__Host-toll=a.b.c; s=1' } });
    const seen = gate.seen[0]?.headers;
    expect([...(seen?.keys() ?? [])].filter((name) => name.startsWith('toll'))).toEqual([
      'toll-verdict',
    ]);
    expect(seen?.get('Toll-Verdict')).toBe('monitor');
    expect(seen?.get('Cookie')).toBe('s=1');
  });

  it('keeps the reserved prefix at work, and spends nothing', async () => {
    const gate = await openTestGate(MONITOR);
    const toll = await (await gate.send('/.toll/challenge?return=/page')).json<never>();
    const redeemed = await redeem(gate, toll);
    expect(redeemed.status).toBe(200);
    const { pass } = await redeemed.json<{ pass: string }>();
    for (let n = 0; n < 6; n += 1) {
      expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    }
    expect((await gate.send('/.toll/nothing')).status).toBe(404);
  });

  it('forwards even where judging fails', async () => {
    const gate = await openTestGate({
      ...MONITOR,
      override: (setup) => {
        const active = setup.policies.current();
        const policy = {
          ...active.policy,
          get rules(): never {
            throw new Error('bug');
          },
        };
        return {
          ...setup,
          policies: { ...setup.policies, current: () => ({ ...active, policy }) },
        };
      },
    });
    expect((await gate.send('/page')).status).toBe(200);
    expect(eventsOf(gate, 'background.error')).toEqual([{ error: 'Error' }]);
  });
});

describe('a rule in dry-run', () => {
  it('reports where it applies and decides nothing', async () => {
    const document = {
      schema: 1,
      rules: [
        { name: 'trial', action: 'deny', path: ['/page'], mode: 'dry-run' },
        { name: 'heavy', action: 'weigh', points: 50, mode: 'dry-run', path: ['/*'] },
      ],
      thresholds: [{ name: 'much', from: 50, action: 'deny' }],
    };
    const gate = await openTestGate({ variables: CHEAP, document });
    const { pass } = await payFor(gate);
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    expect((await gate.send('/other')).status).toBe(403);
    await meet(gate, '/other');
    const names = eventsOf(gate, 'rule.dry_run').map((facts) => facts['rule']);
    expect(names.filter((name) => name === 'trial').length).toBeGreaterThan(0);
    expect(names.at(-1)).toBe('heavy');
  });
});
