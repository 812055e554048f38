/** Redemption: what is refused, in which order, and what a success costs. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { revokedKey } from '../../src/edge/kv-pass-records.ts';
import { CountingStore } from '../support/counting-store.ts';
import { openTestGate, OTHER_SECRET, SECRET } from '../support/test-gate.ts';
import { solve, solveNonces } from '../support/solve.ts';
import { formatSolutions } from '../../src/core/wire/solutions.ts';
import {
  CHEAP,
  cookieOf,
  meet,
  payFor,
  problemOf,
  redeem,
  redeemBody,
} from '../support/visitor.ts';
import type { Redeemed } from '../support/visitor.ts';

const cheap = { variables: CHEAP };

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('Set-Cookie')).toBeNull();
  const { code, status } = await problemOf(response);
  expect(status).toBe(response.status);
  return `${response.status} ${code}`;
}

describe('redeem', () => {
  it('A01: refuses made-up work and ignores what the client says of it', async () => {
    const gate = await openTestGate(cheap);
    const { challenge } = await meet(gate);
    const solutions = formatSolutions([1, 2]);
    expect(await codeOf(await redeemBody(gate, { challenge, solutions }))).toBe(
      '403 insufficient-work',
    );
    const response = '0'.repeat(64);
    expect(await codeOf(await redeemBody(gate, { challenge, solutions, response }))).toBe(
      '400 malformed',
    );
  });

  it('A03, A04: refuses every member that it does not know, a correct solution beside it or not', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const good = { challenge: toll.challenge, solutions: await solve(toll) };
    for (const extra of [
      { difficulty: 0 },
      { alg: 'md5' },
      { cost: 1 },
      { d: '0' },
      { elapsedTime: -1 },
      { threshold: 4e9 },
    ]) {
      expect(await codeOf(await redeemBody(gate, { ...good, ...extra }))).toBe('400 malformed');
    }
    const raw = `{"challenge":"${good.challenge}","solutions":"${good.solutions}","elapsedTime":1e999}`;
    expect(await codeOf(await redeemBody(gate, raw))).toBe('400 malformed');
    expect((await redeemBody(gate, good)).status).toBe(200);
  });

  it('counts the solutions: fewer than the least, exactly, the most, one more', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    if (toll.puzzle.name !== 'sha256') throw new Error('puzzle');
    const nonces = await solveNonces(toll.challenge, toll.puzzle.threshold, 9);
    const { challenge } = toll;
    const hand = (count: number) =>
      redeemBody(gate, { challenge, solutions: formatSolutions(nonces.slice(0, count)) });
    expect(await codeOf(await hand(1))).toBe('403 insufficient-work');
    expect(await (await hand(2)).json()).toMatchObject({ credit: 512 });
    expect(await (await hand(8)).json()).toMatchObject({ credit: 2048 });
    expect(await codeOf(await hand(9))).toBe('400 malformed');
    expect(await codeOf(await hand(0))).toBe('403 insufficient-work');
  });

  it('A08, I03: is refused from the second of expiry on, and far outside it', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const body = { challenge: toll.challenge, solutions: await solve(toll) };
    const issued = gate.nowSeconds;
    for (const offset of [300, 301, 86_400, 315_360_000, -31, -3600, -315_360_000]) {
      gate.nowSeconds = issued + offset;
      expect(await codeOf(await redeemBody(gate, body)), String(offset)).toBe('403 expired');
    }
    for (const offset of [299, 0, -30]) {
      gate.nowSeconds = issued + offset;
      expect((await redeemBody(gate, body)).status, String(offset)).toBe(200);
    }
  });

  it('B03, wrong-client: is refused on another host, from another network, by another browser', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const body = JSON.stringify({ challenge: toll.challenge, solutions: await solve(toll) });
    const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
    expect(await codeOf(await gate.send('https://other.test/.toll/redeem', post))).toBe(
      '403 wrong-host',
    );
    expect(await codeOf(await gate.send('/.toll/redeem', { ...post, ip: '198.51.100.1' }))).toBe(
      '403 wrong-client',
    );
    const headers = { ...post.headers, 'User-Agent': 'x' };
    expect(await codeOf(await gate.send('/.toll/redeem', { ...post, headers }))).toBe(
      '403 wrong-client',
    );
    for (const host of ['SITE.test', 'site.test.', 'site.test:443']) {
      expect((await gate.send(`https://${host}/.toll/redeem`, post)).status, host).toBe(200);
    }
    expect(await codeOf(await gate.send('https://site.test:8443/.toll/redeem', post))).toBe(
      '403 wrong-host',
    );
  });

  it('A05: 200 redemptions of one challenge give one pass and at most one write', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const body = { challenge: toll.challenge, solutions: await solve(toll) };
    const passes = new Set<string>();
    for (let n = 0; n < 200; n += 1) {
      const redeemed: Redeemed = await (await redeemBody(gate, body)).json();
      passes.add(redeemed.pass);
    }
    expect(passes.size).toBe(1);
    expect(gate.store.writes).toBe(1);
  });

  it('A05: redeeming with more solutions gives the same pass id with more credit, spent once', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const hand = async (count: number): Promise<Redeemed> =>
      (
        await redeemBody(gate, { challenge: toll.challenge, solutions: await solve(toll, count) })
      ).json();
    const [small, large] = [await hand(2), await hand(4)];
    let served = 0;
    for (const pass of [small.pass, large.pass, small.pass]) {
      while ((await gate.send('/page', { headers: cookieOf(pass) })).status === 200) served += 1;
    }
    expect(served).toBe(large.allowance);
  });

  it('A13: garbage that carries a victim’s challenge does not burn it', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    for (let n = 0; n < 100; n += 1) {
      await redeemBody(gate, { challenge: toll.challenge, solutions: formatSolutions([n, n]) });
      await redeemBody(gate, { challenge: `${toll.challenge.slice(0, -3)}AAA`, solutions: '' });
    }
    expect((await redeem(gate, toll)).status).toBe(200);
    expect(gate.store.writes).toBe(1);
  });

  it('A10: the policy may change between issue and redemption', async () => {
    const before = await openTestGate(cheap);
    const toll = await meet(before, '/page');
    const after = async (action: Record<string, unknown> | undefined) => {
      const RULES = action === undefined ? [] : [{ name: 'changed', path: ['/page'], ...action }];
      const gate = await openTestGate({ variables: { ...CHEAP, RULES } });
      const redeemed: Redeemed = await (await redeem(gate, toll)).json();
      return (await gate.send('/page', { headers: cookieOf(redeemed.pass) })).status;
    };
    expect(await after({ action: 'allow' })).toBe(200);
    expect(await after({ action: 'deny' })).toBe(403);
    expect(await after(undefined)).toBe(200);
  });

  it('A14: nonce 0 is a solution where it is one', async () => {
    const gate = await openTestGate({
      variables: { ...CHEAP, ATTEMPTS_PER_SOLUTION: 1, MIN_SOLUTIONS: 2, REQUEST_PRICE: 1 },
    });
    const { challenge } = await meet(gate);
    expect((await redeemBody(gate, { challenge, solutions: formatSolutions([0, 0]) })).status).toBe(
      200,
    );
  });

  it('B07: challenges and passes live through a rotation of the secret, and end with it', async () => {
    const before = await openTestGate(cheap);
    const toll = await meet(before);
    const { pass } = await payFor(before);
    const overlap = await openTestGate({ ...cheap, secret: OTHER_SECRET, previousSecret: SECRET });
    expect((await redeem(overlap, toll)).status).toBe(200);
    expect((await overlap.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    const after = await openTestGate({ ...cheap, secret: OTHER_SECRET });
    expect(await codeOf(await redeem(after, toll))).toBe('403 unknown-key');
    expect((await after.send('/page', { headers: cookieOf(pass) })).status).toBe(403);
  });

  it('F09: takes 8,192 bytes and not one more, whatever Content-Length says', async () => {
    const gate = await openTestGate(cheap);
    expect(await codeOf(await redeemBody(gate, ' '.repeat(8192)))).toBe('400 malformed');
    expect(await codeOf(await redeemBody(gate, ' '.repeat(8193)))).toBe('413 too-large');
    const stream = () =>
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(4096).fill(32));
        },
      });
    const headers = { 'Content-Type': 'application/json' };
    const endless = await gate.send('/.toll/redeem', { method: 'POST', headers, body: stream() });
    expect(await codeOf(endless)).toBe('413 too-large');
  });

  it('F10: content types are read without parameters and in any case; others are refused', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const body = JSON.stringify({ challenge: toll.challenge, solutions: await solve(toll) });
    const status = async (type: string) =>
      (
        await gate.send('/.toll/redeem', {
          method: 'POST',
          headers: { 'Content-Type': type },
          body,
        })
      ).status;
    expect(await status('APPLICATION/JSON; charset=utf-8')).toBe(200);
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'a',
    ]) {
      expect(await status(type), type).toBe(400);
    }
  });
});

describe('patience', () => {
  const form = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Sec-Fetch-Mode': 'navigate',
  };

  async function patienceOf(gate: Awaited<ReturnType<typeof openTestGate>>, target = '/page') {
    const html = await (await gate.send(target, { headers: { Accept: 'text/html' } })).text();
    const token = /name="challenge"\s+value="([\w.-]+)"/.exec(html)?.[1];
    if (token === undefined) throw new Error('no patience form');
    return `challenge=${token}`;
  }

  it('waits for the signed second without leeway, then answers 303 with a small pass', async () => {
    const gate = await openTestGate();
    const body = await patienceOf(gate, '/deep/page?x=1');
    const press = () => gate.send('/.toll/redeem', { method: 'POST', headers: form, body });
    gate.nowSeconds += 9;
    const early = await press();
    expect(early.status).toBe(403);
    expect(early.headers.get('Content-Type')).toContain('text/html');
    expect(await early.text()).toContain(body.slice('challenge='.length));
    gate.nowSeconds += 1;
    const done = await press();
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/deep/page?x=1']);
    const cookie = done.headers.get('Set-Cookie')?.split(';')[0] ?? '';
    let served = 0;
    while ((await gate.send('/page', { headers: { Cookie: cookie } })).status === 200) served += 1;
    expect(served).toBe(30);
  });

  it('is paced per network, and a hosting network as a whole', async () => {
    const gate = await openTestGate({ patienceLimit: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) {
      const body = await patienceOf(gate);
      gate.nowSeconds += 10;
      statuses.push(
        (await gate.send('/.toll/redeem', { method: 'POST', headers: form, body })).status,
      );
    }
    expect(statuses).toEqual([303, 303, 429]);
  });

  it('does not buy by waiting what the other puzzle sells for work, nor the other way round', async () => {
    const gate = await openTestGate(cheap);
    const patience = await patienceOf(gate);
    gate.nowSeconds += 60;
    const challenge = patience.slice('challenge='.length);
    expect(await codeOf(await redeemBody(gate, { challenge, solutions: '' }))).toBe(
      '400 malformed',
    );
    const toll = await meet(gate);
    const headers = { 'Content-Type': form['Content-Type'] };
    const posted = await gate.send('/.toll/redeem', {
      method: 'POST',
      headers,
      body: `challenge=${toll.challenge}`,
    });
    expect(await codeOf(posted)).toBe('400 malformed');
  });
});

describe('storage', () => {
  it('H01: issue 0, failure 0, garbage 0, success one write, pass check no write and a read a minute', async () => {
    const gate = await openTestGate({
      variables: { ...CHEAP, REQUEST_PRICE: 1, MIN_SOLUTIONS: 8 },
    });
    for (let n = 0; n < 50; n += 1) await gate.send('/page');
    const toll = await meet(gate);
    for (let n = 0; n < 50; n += 1) {
      await redeemBody(gate, { challenge: toll.challenge, solutions: formatSolutions([n]) });
      await redeemBody(gate, `{"challenge":"${n}","solutions":""}`);
      await gate.send('/page', { headers: cookieOf(`${n}.x.y`) });
    }
    expect(gate.store.operations).toBe(0);
    const redeemed: Redeemed = await (await redeem(gate, toll)).json();
    expect([gate.store.writes, gate.store.reads]).toEqual([1, 1]);
    for (let n = 0; n < 1000; n += 1) {
      if (n % 100 === 0) gate.nowSeconds += 61;
      expect((await gate.send('/page', { headers: cookieOf(redeemed.pass) })).status).toBe(200);
    }
    expect(gate.store.writes).toBe(1);
    expect(gate.store.reads - 1).toBe(10);
  });

  it('no more records are written than the limiter admits', async () => {
    const gate = await openTestGate({ ...cheap, recordLimit: 2 });
    for (let n = 0; n < 5; n += 1) await payFor(gate);
    expect(gate.store.writes).toBe(2);
  });

  it('a record carries metadata alone, for as long as the pass', async () => {
    const gate = await openTestGate(cheap);
    const { pass } = await payFor(gate);
    const { jti } = JSON.parse(atob(pass.split('.')[1] ?? ''));
    const { keys } = await env.PASSES.list({ prefix: `pass/${jti}` });
    expect(await env.PASSES.get(`pass/${jti}`)).toBe('');
    expect(keys[0]?.metadata).toMatchObject({
      solutions: 2,
      credit: 512,
      tier: 0,
      rule: 'default',
    });
    expect(JSON.stringify(keys)).not.toContain('192.0.2');
  });

  it('a revoked pass is refused, and redeeming its challenge again does not revive it', async () => {
    const gate = await openTestGate(cheap);
    const toll = await meet(gate);
    const redeemed: Redeemed = await (await redeem(gate, toll)).json();
    const { jti } = JSON.parse(atob(redeemed.pass.split('.')[1] ?? ''));
    await env.PASSES.put(revokedKey(jti), '1');
    const headers = cookieOf(redeemed.pass);
    await gate.send('/page', { headers });
    expect((await gate.send('/page', { headers })).status).toBe(403);
    await redeem(gate, toll);
    const elsewhere = await openTestGate(cheap);
    await elsewhere.send('/page', { headers });
    expect((await elsewhere.send('/page', { headers })).status).toBe(403);
  });

  it('I01, I02, 3.1-3.5: a store that fails, hangs, lies or lags costs no visitor his way', async () => {
    for (const mode of ['throw', 'hang', 'corrupt', 'empty'] as const) {
      const store = new CountingStore(env.PASSES);
      const gate = await openTestGate({ ...cheap, store });
      const toll = await meet(gate);
      if (mode !== 'hang') store.mode = mode;
      const redeemed: Redeemed = await (await redeem(gate, toll)).json();
      gate.nowSeconds = redeemed.expires - 30;
      expect((await gate.send('/page', { headers: cookieOf(redeemed.pass) })).status, mode).toBe(
        200,
      );
    }
  });

  it('I05: a challenge of one isolate is redeemed in another', async () => {
    const toll = await meet(await openTestGate(cheap));
    expect((await redeem(await openTestGate(cheap), toll)).status).toBe(200);
  });
});
