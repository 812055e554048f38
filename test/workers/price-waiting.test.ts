/** Requests of one pass that come at once: who waits for what others give back, and who does not. */
import { createExecutionContext } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { CALM, TestBook } from '../support/price-books.ts';
import { openTestGate, type Sent, type TestGate } from '../support/test-gate.ts';
import type { TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, payFor, problemOf } from '../support/visitor.ts';

/** Credit of 512 attempts: ten requests. */
const TEN = { ...CHEAP, REQUEST_PRICE: 51 } as const;
/** 25 ms each. */
const MAX_PAUSES = 40;

/** An origin that answers once it is told to; files are style sheets. */
function createHeldOrigin() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    release: resolve,
    async answer(request: Request): Promise<Response> {
      await promise;
      if (request.headers.get('Upgrade') === 'websocket') {
        const { 0: client, 1: server } = new WebSocketPair();
        server.accept();
        return new Response(null, { status: 101, webSocket: client });
      }
      const type = request.url.endsWith('.css') ? 'text/css' : 'text/html';
      return new Response('x', { headers: { 'Content-Type': type } });
    },
  };
}

/** @param releaseAt the origin answers after so many pauses */
async function openHeld(releaseAt: number, options: TestGateOptions = {}) {
  const origin = createHeldOrigin();
  const onPause = (pauses: number) => {
    if (pauses === releaseAt) origin.release();
  };
  const gate = await openTestGate({
    variables: TEN,
    answer: (request) => origin.answer(request),
    onPause,
    ...options,
  });
  const bought = await payFor(gate);
  return { gate, origin, ...bought, headers: cookieOf(bought.pass) };
}

function askAtOnce(gate: TestGate, paths: readonly string[], sent: Sent): Promise<Response[]> {
  const ctx = createExecutionContext();
  return Promise.all(paths.map((path) => gate.answer(path, sent, ctx)));
}

const files = (count: number) => Array.from({ length: count }, (_, file) => `/${file}.css`);
const documents = (count: number) => Array.from({ length: count }, (_, page) => `/${page}`);
const statusesOf = (responses: readonly Response[]) => responses.map(({ status }) => status);

describe('requests of a pass at once', () => {
  it('are all served where they are a page and its 20 files, in an isolate that knows nothing yet, for two requests', async () => {
    const book = new TestBook();
    book.mode = 'unreachable';
    const variables = { ...CHEAP, MIN_SOLUTIONS: 8, REQUEST_PRICE: 20 };
    const { gate, headers, allowance } = await openHeld(20, { variables, book });
    // An eighth of 102 requests are 12.
    expect(allowance).toBe(102);
    const responses = await askAtOnce(gate, ['/page', ...files(20)], { headers });
    expect(statusesOf(responses)).toEqual(Array.from({ length: 21 }, () => 200));
    expect(new Set(gate.pauses)).toEqual(new Set([25]));
    gate.nowSeconds += 3600;
    await gate.send('/robots.txt');
    expect(book.reports.at(-1)?.passes).toMatchObject([{ spent: 2 * 20, demand: 2 * 20 }]);
  });

  it.each([0, 35])(
    'are served as many as it pays, ten of 40 documents, answered after %i pauses',
    async (pauses) => {
      const book = new TestBook();
      book.reply = CALM;
      const { gate, origin, headers, allowance } = await openHeld(pauses, { book });
      if (pauses === 0) origin.release();
      expect(allowance).toBe(10);
      const statuses = statusesOf(await askAtOnce(gate, documents(40), { headers }));
      expect(statuses.filter((status) => status === 200)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(30);
      expect(gate.seen).toHaveLength(10);
      expect(gate.pauses.length).toBeGreaterThanOrEqual(pauses);
    },
  );

  it('are refused at once where the pass is spent and nothing of it is under way', async () => {
    const { gate, origin, headers } = await openHeld(0);
    origin.release();
    await askAtOnce(gate, documents(10), { headers });
    const refused = await problemOf(await gate.send('/page', { headers }));
    expect([refused.status, refused.code]).toEqual([429, 'credit-spent']);
    expect(gate.pauses).toEqual([]);
  });

  it('are refused at once after requests that the origin failed', async () => {
    const { gate, headers } = await openHeld(0, {
      answer: () => {
        throw new Error('down');
      },
    });
    expect(statusesOf(await askAtOnce(gate, documents(10), { headers }))).toEqual(
      Array.from({ length: 10 }, () => 502),
    );
    expect((await gate.send('/page', { headers })).status).toBe(429);
    expect(gate.pauses).toEqual([]);
  });

  it('wait a second at most, and no other waits for those that never end', async () => {
    const { gate, origin, headers } = await openHeld(Infinity);
    const hanging = askAtOnce(gate, files(10), { headers });
    expect((await gate.send('/page', { headers })).status).toBe(429);
    expect(gate.pauses).toEqual(Array.from({ length: MAX_PAUSES }, () => 25));
    expect((await gate.send('/page', { headers })).status).toBe(429);
    expect(gate.pauses).toHaveLength(MAX_PAUSES);
    origin.release();
    expect(statusesOf(await hanging)).toEqual(Array.from({ length: 10 }, () => 200));
    expect((await gate.send('/page', { headers })).status).toBe(200);
  });

  it('keep the body of a POST that waits, byte for byte', async () => {
    const { gate, headers } = await openHeld(3);
    const others = askAtOnce(gate, files(10), { headers });
    const body = crypto.getRandomValues(new Uint8Array(60_000));
    const response = await gate.send('/form', { method: 'POST', headers, body });
    expect([response.status, gate.pauses.length]).toEqual([200, 3]);
    await others;
    const posted = gate.seen.filter(({ method }) => method === 'POST');
    expect(posted.map((request) => request.body)).toEqual([body]);
  });

  it('join a WebSocket that waits', async () => {
    const { gate, headers } = await openHeld(3);
    const others = askAtOnce(gate, files(10), { headers });
    const upgrade = { ...headers, Upgrade: 'websocket' };
    const response = await gate.send('/socket', { headers: upgrade });
    expect([response.status, gate.pauses.length]).toEqual([101, 3]);
    response.webSocket?.accept();
    response.webSocket?.close();
    await others;
  });
});
