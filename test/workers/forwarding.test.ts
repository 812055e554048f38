/** The way to the origin and back: what is changed, and above all what is not. */
import { describe, expect, it } from 'vitest';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import type { TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, NAVIGATION, payFor, problemOf } from '../support/visitor.ts';

const PLENTY = { ...CHEAP, REQUEST_PRICE: 1 };

async function openWithPass(options: TestGateOptions = {}) {
  const gate = await openTestGate({ variables: PLENTY, ...options });
  const { pass } = await payFor(gate);
  return { gate, pass, headers: cookieOf(pass) };
}

describe('to the origin', () => {
  it('F07: exactly one verdict arrives, ours, whatever the client sends', async () => {
    const { gate, headers } = await openWithPass();
    const forged = {
      ...headers,
      'Toll-Verdict': 'allow',
      'toll-assertion': 'x',
      'TOLL-ANYTHING': 'x',
      Connection: 'toll-verdict',
      Authorization: 'Basic eDp5',
    };
    await gate.send('/page', { headers: forged });
    const seen = gate.seen[0]?.headers;
    expect(seen?.get('Toll-Verdict')).toBe('pass');
    expect([...(seen?.keys() ?? [])].filter((name) => name.startsWith('toll-'))).toEqual([
      'toll-verdict',
    ]);
    expect(seen?.get('Connection')).toBeNull();
    expect(seen?.get('Authorization')).toBe('Basic eDp5');
  });

  it('E01, F08: the URL that was judged is the URL that is forwarded, byte for byte', async () => {
    const { gate, headers } = await openWithPass();
    const targets = [
      '/a%2Fb',
      '/a//b',
      '/%61',
      '/a;v=1?x=%00&y=+',
      '/caf%C3%A9',
      '/a%2e%2e/b',
      '/?a?b',
      '/a%20b',
    ];
    for (const target of targets) await gate.send(target, { headers });
    expect(gate.seen.map(({ url }) => url)).toEqual(targets.map((target) => ORIGIN + target));
  });

  it('F05: a body arrives byte for byte, once', async () => {
    const { gate, headers } = await openWithPass();
    const body = crypto.getRandomValues(new Uint8Array(60_000));
    await gate.send('/upload', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'x/y' },
      body,
    });
    expect(gate.seen).toHaveLength(1);
    expect(gate.seen[0]?.body).toEqual(body);
  });

  it('no other cookie is touched, and no header is left where ours was alone', async () => {
    const { gate, pass } = await openWithPass();
    const sent = [
      `__Host-toll=${pass}`,
      `a="q; r";  __Host-toll=${pass};b=%20`,
      `x; __Host-toll=bad; __Host-toll=${pass}; __host-toll=kept`,
    ];
    for (const Cookie of sent)
      expect((await gate.send('/page', { headers: { Cookie } })).status).toBe(200);
    expect(gate.seen.map(({ headers }) => headers.get('Cookie'))).toEqual([
      null,
      'a="q; r";b=%20',
      'x; __host-toll=kept',
    ]);
  });
});

describe('from the origin', () => {
  it('F08: redirects, errors and statuses pass through untouched', async () => {
    const answers: Record<string, () => Response> = {
      '/302': () =>
        new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } }),
      '/404': () => new Response('no', { status: 404 }),
      '/500': () => new Response('broken', { status: 500, headers: { 'Retry-After': '7' } }),
      '/206': () =>
        new Response('ab', { status: 206, headers: { 'Content-Range': 'bytes 0-1/9' } }),
      '/304': () => new Response(null, { status: 304, headers: { ETag: '"x"' } }),
    };
    const { gate, headers } = await openWithPass({
      answer: (request) => answers[new URL(request.url).pathname]?.() ?? new Response(),
    });
    for (const path of Object.keys(answers)) {
      const response = await gate.send(path, { headers });
      expect(response.status).toBe(Number(path.slice(1)));
      expect(response.headers.get('Toll-Version')).toBeNull();
    }
    expect((await gate.send('/302', { headers })).headers.get('Location')).toBe(
      'http://169.254.169.254/',
    );
    expect(await (await gate.send('/500', { headers })).text()).toBe('broken');
  });

  it('3.20: an origin that speaks in our name is not heard', async () => {
    const answer = () => {
      const response = new Response('page', {
        headers: { 'Toll-Version': '1', 'Toll-Verdict': 'x', 'X-A': 'b' },
      });
      response.headers.append('Set-Cookie', 'a=1; Path=/');
      response.headers.append('Set-Cookie', '__Host-toll=evil; Path=/; Secure; Max-Age=0');
      response.headers.append('Set-Cookie', 'b=2');
      return response;
    };
    const { gate, headers } = await openWithPass({ answer });
    const response = await gate.send('/page', { headers });
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect([...response.headers.keys()].filter((name) => name.startsWith('toll-'))).toEqual([]);
    expect([response.headers.get('X-A'), await response.text()]).toEqual(['b', 'page']);
  });

  it('3.19: a stream is forwarded as it comes', async () => {
    let push: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (push = controller),
    });
    const { gate, headers } = await openWithPass({ answer: () => new Response(body) });
    const response = await gate.send('/stream', { headers });
    const reader = response.body?.getReader();
    push?.enqueue(new TextEncoder().encode('first'));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
    push?.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('F04: a WebSocket with a pass is joined to the origin’s', async () => {
    const answer = () => {
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      server.addEventListener('message', ({ data }) => server.send(`echo ${String(data)}`));
      return new Response(null, { status: 101, webSocket: client });
    };
    const { gate, headers } = await openWithPass({ answer });
    const response = await gate.send('/socket', { headers: { ...headers, Upgrade: 'websocket' } });
    expect(response.status).toBe(101);
    const socket = response.webSocket;
    const echoed = new Promise((resolve) =>
      socket?.addEventListener('message', ({ data }) => resolve(data)),
    );
    socket?.accept();
    socket?.send('hello');
    expect(await echoed).toBe('echo hello');
    socket?.close();
  });

  it('3.17: an origin that cannot be reached is said to be so, without a challenge or a lost cookie', async () => {
    const answer = () => {
      throw new TypeError('connection refused');
    };
    const { gate, headers } = await openWithPass({ answer });
    const response = await gate.send('/page', { headers });
    expect([response.status, response.headers.get('Set-Cookie')]).toEqual([502, null]);
    expect((await problemOf(response)).code).toBe('origin-unreachable');
    const page = await gate.send('/page', { headers: { ...headers, ...NAVIGATION } });
    expect([page.status, page.headers.get('Content-Type')]).toEqual([
      502,
      'text/html; charset=utf-8',
    ]);
  });
});
