import { describe, expect, it } from 'vitest';
import { BackOff } from '../../src/browser/top-up/back-off.ts';
import { createPayingFetch, type PayingFetchPorts } from '../../src/browser/top-up/paying-fetch.ts';
import { prepareReplay } from '../../src/browser/top-up/replay.ts';

const ORIGIN = 'https://site.test';
const URL_OF_DATA = `${ORIGIN}/data`;

function refusal(code: string, status = 429, headers: Record<string, string> = {}): Response {
  const problem = { status, code, toll: { challenge: 'a.b.c' } };
  return Response.json(problem, { status, headers: { 'Toll-Version': '1', ...headers } });
}

function createTestFetch(
  replies: readonly (Response | Error)[],
  changes: Partial<PayingFetchPorts> = {},
) {
  const queue = [...replies];
  const sent: string[] = [];
  const state = { nowMs: 0, passMs: Number.NEGATIVE_INFINITY, paid: 0 };
  const payingFetch = createPayingFetch({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push(`${request.method} ${await request.text()}`);
      const reply = queue.shift() ?? new Response('page');
      if (reply instanceof Error) throw reply;
      return reply;
    },
    origin: ORIGIN,
    nowMs: () => state.nowMs,
    isAttended: () => true,
    passMs: () => state.passMs,
    backOff: new BackOff(() => state.nowMs),
    pay: async () => {
      state.paid += 1;
      return undefined;
    },
    complain: () => undefined,
    ...changes,
  });
  return { payingFetch, sent, state };
}

describe('a fetch that pays', () => {
  it('solves a refusal that a pass cures, and repeats the request once', async () => {
    for (const [code, status] of [
      ['toll-required', 403],
      ['credit-spent', 429],
    ] as const) {
      const { payingFetch, sent, state } = createTestFetch([refusal(code, status)]);
      const response = await payingFetch(URL_OF_DATA, { method: 'PUT', body: 'x' });
      expect([await response.text(), sent, state.paid]).toEqual(['page', ['PUT x', 'PUT x'], 1]);
    }
  });

  it('hands every other response through, unread', async () => {
    const others = [
      refusal('slow-down'),
      refusal('denied', 403),
      refusal('credit-spent', 400),
      Response.json({ code: 'credit-spent', toll: {} }, { status: 429 }),
      new Response('no json', { status: 403, headers: { 'Toll-Version': '1' } }),
      new Response('page'),
    ];
    for (const other of others) {
      const { payingFetch, sent, state } = createTestFetch([other]);
      const response = await payingFetch(URL_OF_DATA);
      expect([response, response.bodyUsed, sent.length, state.paid]).toEqual([other, false, 1, 0]);
    }
  });

  it('pays for its own origin alone, and only where cookies are sent', async () => {
    for (const [url, init] of [
      ['https://other.test/data', {}],
      [URL_OF_DATA, { credentials: 'omit' }],
    ] as const) {
      const { payingFetch, state } = createTestFetch([refusal('credit-spent')]);
      expect((await payingFetch(url, init)).status).toBe(429);
      expect(state.paid).toBe(0);
    }
  });

  it('gives back the refusal, still readable, where nobody is there or nothing can be bought', async () => {
    for (const changes of [
      { isAttended: () => false },
      { pay: async () => ({ detail: 'unreachable' }) },
      { pay: () => Promise.reject(new Error('no module')) },
    ]) {
      const { payingFetch, sent } = createTestFetch([refusal('credit-spent')], changes);
      const response = await payingFetch(URL_OF_DATA);
      expect(await response.json()).toMatchObject({ code: 'credit-spent' });
      expect(sent).toHaveLength(1);
    }
  });

  it('shares one purchase among refusals at once, and uses a pass that came meanwhile', async () => {
    const many = Array.from({ length: 5 }, () => refusal('credit-spent'));
    const together = createTestFetch(many);
    const replies = await Promise.all(many.map(() => together.payingFetch(URL_OF_DATA)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(together.state.paid).toBe(1);
    const late = createTestFetch([refusal('credit-spent')]);
    late.state.passMs = 1;
    expect((await late.payingFetch(URL_OF_DATA)).status).toBe(200);
    expect(late.state.paid).toBe(0);
  });

  it('does not buy again and again what does not help', async () => {
    const refusals = Array.from({ length: 4 }, () => refusal('toll-required', 403));
    const { payingFetch, sent, state } = createTestFetch(refusals);
    const statuses = [await payingFetch(URL_OF_DATA), await payingFetch(URL_OF_DATA)];
    expect(statuses.map(({ status }) => status)).toEqual([403, 403]);
    expect([state.paid, sent.length]).toEqual([1, 3]);
    state.nowMs = 60_000;
    await payingFetch(URL_OF_DATA);
    expect(state.paid).toBe(2);
  });

  it('fails as fetch does: the repeated request may have arrived', async () => {
    const first = createTestFetch([new TypeError('offline')]);
    await expect(first.payingFetch(URL_OF_DATA)).rejects.toThrow('offline');
    const second = createTestFetch([refusal('credit-spent'), new TypeError('offline')]);
    await expect(second.payingFetch(URL_OF_DATA)).rejects.toThrow('offline');
  });
});

describe('a request that is sent again', () => {
  const form = new FormData();
  form.append('a', 'b');
  const bodies: readonly [string, BodyInit][] = [
    ['text', 'x'],
    ['a blob', new Blob(['x'])],
    ['fields', new URLSearchParams({ a: 'b' })],
    ['a form', form],
    ['a buffer', new Uint8Array([1, 2, 3]).buffer],
    ['a view', new Uint8Array([0, 1, 2, 3]).subarray(1)],
  ];
  it.each(bodies)('has the same body: %s', async (_name, body) => {
    const init = { method: 'POST', body };
    const again = prepareReplay(URL_OF_DATA, init)?.again();
    const bytes = async (request: Request) => {
      const text = await request.text();
      // The boundary of a form is drawn anew.
      return text.replaceAll(/-+(?:WebKitFormBoundary|formdata-undici-)\w+/g, '--');
    };
    if (again === undefined) throw new Error('no replay');
    expect(await bytes(new Request(...again))).toBe(await bytes(new Request(URL_OF_DATA, init)));
  });

  it('is as it was called, whatever the page does with its parts afterwards', async () => {
    const headers = new Headers({ 'X-A': '1' });
    const body = new Uint8Array([65]);
    const replay = prepareReplay(URL_OF_DATA, { method: 'POST', headers, body });
    headers.set('X-A', '2');
    body[0] = 66;
    const [input, init] = replay?.again() ?? [''];
    const request = new Request(input, init);
    expect([request.headers.get('X-A'), await request.text()]).toEqual(['1', 'A']);
  });

  it('may be a Request, which is copied before it is used', async () => {
    const request = new Request(URL_OF_DATA, { method: 'POST', body: 'x' });
    const replay = prepareReplay(request, undefined);
    await request.text();
    const [input, init] = replay?.again() ?? [''];
    expect(await new Request(input, init).text()).toBe('x');
    expect(prepareReplay(request, undefined)).toBeUndefined();
  });

  it('is not one whose body flows, is too large to keep, or that is wrong in itself', () => {
    const large = new Uint8Array(1_048_577);
    const post = { method: 'POST' };
    expect(prepareReplay(URL_OF_DATA, { ...post, body: new ReadableStream() })).toBeUndefined();
    expect(prepareReplay(URL_OF_DATA, { ...post, body: large })).toBeUndefined();
    expect(prepareReplay(URL_OF_DATA, { ...post, body: large.subarray(1) })).toBeDefined();
    expect(prepareReplay('https://', undefined)).toBeUndefined();
  });
});
