/** The demo origin in the real runtime, asked directly, without a gate before it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestHarness } from 'wrangler';
import { byteAt } from '../../demo/api/bytes.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const harness = createTestHarness({
  root: ROOT,
  workers: [{ configPath: 'demo/wrangler.toml', env: 'dev' }],
});
let base: URL;

beforeAll(async () => {
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  base = (await harness.listen()).url;
}, 30_000);
afterAll(() => harness.close());
beforeEach(async () => {
  await ask('/api/seen', { method: 'DELETE' });
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, base), { redirect: 'manual', ...init });
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('the pages of the demo', () => {
  it.each(['/', '/crossings', '/letters', '/survey', '/gauge', '/speaking-tube', '/inspect'])(
    'shows the page %s with the verdict of the gate',
    async (path) => {
      const response = await ask(path, { headers: { 'Toll-Verdict': 'pass <1>' } });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<strong id="verdict">pass &lt;1&gt;</strong>');
    },
  );

  it('says when no gate stood before it', async () => {
    expect(await (await ask('/')).text()).toContain('no gate stood before it');
  });

  it.each([
    '/site.css',
    '/parts.css',
    '/bridge.svg',
    '/scripts/gauge.js',
    '/robots.txt',
    '/favicon.ico',
  ])('serves the file %s', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10);
  });

  it.each([
    ['GET', '/no-such-page', 404],
    ['POST', '/no-such-page', 404],
    ['POST', '/site.css', 404],
    ['DELETE', '/letters', 405],
    ['GET', '/error', 500],
    ['GET', '/api/crossings?direction=up', 400],
    ['GET', '/api/socket', 426],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await ask(path, { method })).status).toBe(status);
  });
});

describe('what the demo receives', () => {
  it('counts what reached it, but not who asks for the count', async () => {
    await ask('/crossings?x=1');
    await ask('/api/seen');
    const body = { seen: 1, recent: [{ method: 'GET', path: '/crossings?x=1' }] };
    expect(await (await ask('/api/seen')).json()).toEqual(body);
  });

  it('shows the digest of a form as it came, and remembers it', async () => {
    const body = 'name=A%20B+C&name=&message=%F0%9F%90%91%0D%0A%3Cb%3E';
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const text = await (await ask('/letters', { method: 'POST', headers, body })).text();
    expect(text).toContain(`<code id="body-sha256">${sha256(body)}</code>`);
    expect(text).toContain('&lt;b&gt;');
    const seen = await (await ask('/api/seen')).json();
    const entry = { method: 'POST', path: '/letters', bodyBytes: 52, bodySha256: sha256(body) };
    expect(seen).toEqual({ seen: 1, recent: [entry] });
  });

  it.each([
    [1_048_576, 'application/x-www-form-urlencoded', 200],
    [1_048_577, 'application/x-www-form-urlencoded', 413],
    [10, 'text/plain', 415],
  ])('takes %i bytes of %s with %i', async (size, type, status) => {
    const init = { method: 'POST', headers: { 'Content-Type': type }, body: 'a'.repeat(size) };
    expect((await ask('/letters', init)).status).toBe(status);
  });

  it('digests an upload of 20 MB', async () => {
    const body = new Uint8Array(20_000_000).map((_, index) => byteAt(index));
    const answer = await (await ask('/api/upload', { method: 'POST', body })).json();
    expect(answer).toMatchObject({ bytes: 20_000_000, sha256: sha256(body) });
  });

  it('returns method, path, query and headers as they came', async () => {
    const init = { method: 'PUT', headers: { 'X-Probe': 'one' }, body: 'abc' };
    const answer = await (await ask('/api/echo?a=1&a=%26', init)).json();
    expect(answer).toMatchObject({
      method: 'PUT',
      path: '/api/echo',
      query: [
        ['a', '1'],
        ['a', '&'],
      ],
      headers: expect.arrayContaining([['x-probe', 'one']]),
      body: { bytes: 3, sha256: sha256('abc') },
    });
  });
});

describe('what the demo sends', () => {
  it('streams the events that were asked for', async () => {
    const response = await ask('/api/stream?chunks=3&gapMs=1');
    const events = (await response.text()).split('\n\n').filter((event) => event !== '');
    expect(events).toHaveLength(4);
    expect(events[2]).toBe('event: level\ndata: {"index":2,"levelCm":150}');
    expect(events[3]).toBe('event: end\ndata: {}');
  });

  it('gives the whole, a range, the rest, and 416 beyond the end', async () => {
    const whole = await ask('/download?size=70000');
    expect(whole.headers.get('Content-Length')).toBe('70000');
    const expected = Uint8Array.from({ length: 70_000 }, (_, index) => byteAt(index));
    expect(Buffer.compare(new Uint8Array(await whole.arrayBuffer()), expected)).toBe(0);
    const part = await ask('/download?size=70000', { headers: { Range: 'bytes=65530-65541' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('Content-Range')).toBe('bytes 65530-65541/70000');
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(expected.slice(65_530, 65_542));
    const beyond = await ask('/download?size=70000', { headers: { Range: 'bytes=70000-' } });
    expect(beyond.status).toBe(416);
    const other = { Range: 'bytes=0-1', 'If-Range': '"other"' };
    const stale = await ask('/download?size=70000', { headers: other });
    expect(stale.status).toBe(200);
    await stale.body?.cancel();
  });

  it('answers HEAD without a body and with the length', async () => {
    const response = await ask('/download?size=12345', { method: 'HEAD' });
    expect(response.headers.get('Content-Length')).toBe('12345');
    expect(await response.text()).toBe('');
  });

  it.each([
    ['/redirect?to=/crossings?a=1', 302, '/crossings?a=1'],
    ['/redirect?to=/&status=308', 308, '/'],
    ['/redirect?to=//example.com/', 400, null],
    ['/redirect?to=/%5Cexample.com/', 400, null],
    ['/redirect?to=https://example.com/', 400, null],
    ['/redirect?to=/&status=200', 400, null],
  ])('redirects only within itself: %s', async (path, status, location) => {
    const response = await ask(path);
    expect([response.status, response.headers.get('Location')]).toEqual([status, location]);
  });
});

describe('the socket of the demo', () => {
  it('returns what a WebSocket sends, text and bytes', async () => {
    const socket = new WebSocket(new URL('/api/socket', base.href.replace('http', 'ws')).href);
    socket.binaryType = 'arraybuffer';
    const answers: unknown[] = [];
    const code = await new Promise<number>((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error('the socket failed')));
      socket.addEventListener('close', (event) => resolve(event.code));
      socket.addEventListener('open', () => {
        socket.send('hello');
        socket.send(Uint8Array.of(1, 2, 3));
        socket.send('close');
      });
      socket.addEventListener('message', ({ data }) => answers.push(data));
    });
    expect(code).toBe(1000);
    expect(answers).toEqual(['hello', Uint8Array.of(1, 2, 3).buffer]);
  });
});
