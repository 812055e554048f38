/** What a forwarded reply tells a visitor's page of its pass, and when it tells nothing. */
import { describe, expect, it } from 'vitest';
import { openTestGate } from '../support/test-gate.ts';
import type { TestGateOptions } from '../support/test-gate.ts';
import { cookieOf, payFor } from '../support/visitor.ts';

/** 512 attempts at 50 a request: ten requests and a little. */
const VARIABLES = {
  MIN_SOLUTIONS: 2,
  MAX_SOLUTIONS: 8,
  ATTEMPTS_PER_SOLUTION: 256,
  REQUEST_PRICE: 50,
  TOP_UP: 'on',
};

async function openWithPass({ variables, ...options }: TestGateOptions = {}) {
  const gate = await openTestGate({ variables: { ...VARIABLES, ...variables }, ...options });
  const { pass } = await payFor(gate);
  return { gate, headers: cookieOf(pass) };
}

const timingOf = (response: Response) => response.headers.get('Server-Timing');

describe('Server-Timing of a paid request', () => {
  it('tells requests left, what a fresh pass gives, pace and life, after this debit', async () => {
    const { gate, headers } = await openWithPass();
    expect(timingOf(await gate.send('/page', { headers }))).toBe(
      'toll-balance;dur=9, toll-fresh;dur=10, toll-pace;dur=1, toll-expires;dur=3600000',
    );
    gate.nowSeconds += 600;
    expect(timingOf(await gate.send('/page', { headers }))).toBe(
      'toll-balance;dur=8, toll-fresh;dur=10, toll-pace;dur=0.2, toll-expires;dur=3000000',
    );
  });

  it('counts a static reply as a twentieth, and says it at the price of its own rule', async () => {
    const RULES = [{ name: 'dear', action: 'charge', path: ['/dear'], requestPrice: 100 }];
    const { gate, headers } = await openWithPass({
      variables: { RULES },
      answer: ({ url }) =>
        new Response('x', {
          headers: { 'Content-Type': url.endsWith('.css') ? 'text/css' : 'text/html' },
        }),
    });
    expect(timingOf(await gate.send('/a.css', { headers }))).toContain('toll-balance;dur=10,');
    expect(timingOf(await gate.send('/dear', { headers }))).toContain(
      'toll-balance;dur=4, toll-fresh;dur=5,',
    );
  });

  it('comes after what the origin measured, whatever that is named', async () => {
    const own = 'db;dur=53, toll-balance;dur=999';
    const { gate, headers } = await openWithPass({
      answer: () => new Response('page', { status: 404, headers: { 'Server-Timing': own } }),
    });
    const response = await gate.send('/page', { headers });
    expect(timingOf(response)?.startsWith(`${own}, toll-balance;dur=9, `)).toBe(true);
    expect([response.status, await response.text()]).toEqual([404, 'page']);
  });

  it('is on a 304 too, which replaces the header of the stored reply', async () => {
    const { gate, headers } = await openWithPass({
      answer: () => new Response(null, { status: 304, headers: { ETag: '"x"' } }),
    });
    const response = await gate.send('/page', { headers });
    expect([response.status, response.headers.get('ETag')]).toEqual([304, '"x"']);
    expect(timingOf(response)).toContain('toll-balance;dur=10,');
  });

  it('is on no refusal, no reply of ours and no free or allowed request', async () => {
    const RULES = [{ name: 'open', action: 'allow', path: ['/open'] }];
    let isDown = false;
    const { gate, headers } = await openWithPass({
      variables: { RULES },
      answer: () => {
        if (isDown) throw new TypeError('connection refused');
        return new Response('page');
      },
    });
    const replies = [
      await gate.send('/page'),
      await gate.send('/open', { headers }),
      await gate.send('/.toll/challenge', { headers }),
      await gate.send('/.toll/nowhere', { headers }),
    ];
    for (let n = 0; n < 10; n += 1) await gate.send('/page', { headers });
    replies.push(await gate.send('/page', { headers }));
    const { pass } = await payFor(gate);
    isDown = true;
    replies.push(await gate.send('/page', { headers: cookieOf(pass) }));
    expect(replies.map(({ status }) => status)).toEqual([403, 200, 200, 404, 429, 502]);
    expect(replies.map(timingOf)).toEqual(replies.map(() => null));
  });

  it('leaves a joined WebSocket as it is', async () => {
    const { gate, headers } = await openWithPass({
      answer: () => {
        const { 0: client, 1: server } = new WebSocketPair();
        server.accept();
        return new Response(null, { status: 101, webSocket: client });
      },
    });
    const response = await gate.send('/socket', { headers: { ...headers, Upgrade: 'websocket' } });
    expect([response.status, timingOf(response)]).toEqual([101, null]);
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it('is not there by default: the origin’s reply is not even copied', async () => {
    const { gate, headers } = await openWithPass({
      variables: { TOP_UP: undefined },
      answer: () => new Response('page', { headers: { 'Server-Timing': 'db;dur=53' } }),
    });
    expect(timingOf(await gate.send('/page', { headers }))).toBe('db;dur=53');
  });
});
