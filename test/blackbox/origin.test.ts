/** The whole gate over HTTP, with the demo origin behind it: nothing is lost on the way. */
import { createHash, randomBytes } from 'node:crypto';
import { request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actAs, startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';
import { solve } from '../support/solve.ts';

const UPLOAD_BYTES = 20 * 1024 * 1024;
const AGENT = { 'User-Agent': 'black box' };

let gate: Gate;
let pass: Record<string, string>;

const at = (path: string) => new URL(path, gate.url.href).href;

/** A pass, paid for over HTTP. */
async function buyPass(headers: Record<string, string> = AGENT): Promise<string> {
  const { toll } = await (await fetch(at('/page'), { headers })).json();
  const body = JSON.stringify({ challenge: toll.challenge, solutions: await solve(toll) });
  const init = {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
  };
  const { pass: token } = await (await fetch(at('/.toll/redeem'), init)).json();
  return token;
}

beforeAll(async () => {
  gate = await startGate({ vars: { REQUEST_PRICE: 500 } });
  pass = { ...AGENT, 'Toll-Pass': await buyPass() };
});
afterAll(() => gate?.close());

describe('through the gate', () => {
  it('F05: 20 MB arrive byte for byte', async () => {
    const body = randomBytes(UPLOAD_BYTES);
    const response = await fetch(at('/api/upload'), { method: 'POST', headers: pass, body });
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(await response.json()).toMatchObject({ bytes: UPLOAD_BYTES, sha256 });
  });

  it('F05: 1 MB without a pass reaches nobody', async () => {
    await gate.resetOrigin();
    const response = await fetch(at('/api/upload'), {
      method: 'POST',
      headers: AGENT,
      body: randomBytes(1_000_000),
    });
    expect([response.status, await gate.originSeen()]).toEqual([403, 0]);
  });

  it('a stream arrives in pieces', async () => {
    const response = await fetch(at('/api/stream'), { headers: pass });
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk));
    expect(chunks.length).toBeGreaterThan(3);
  });

  it('Range and HEAD arrive at the origin', async () => {
    const part = await fetch(at('/download?size=1000'), {
      headers: { ...pass, Range: 'bytes=10-19' },
    });
    expect([part.status, part.headers.get('Content-Range')]).toEqual([206, 'bytes 10-19/1000']);
    expect((await part.arrayBuffer()).byteLength).toBe(10);
    const head = await fetch(at('/download?size=1000'), { method: 'HEAD', headers: pass });
    expect([head.status, head.headers.get('Content-Length'), await head.text()]).toEqual([
      200,
      '1000',
      '',
    ]);
  });

  it('redirects and errors of the origin are the client’s to see', async () => {
    const redirect = await fetch(at('/redirect?to=/crossings'), {
      headers: pass,
      redirect: 'manual',
    });
    expect([redirect.status, redirect.headers.get('Location')]).toEqual([302, '/crossings']);
    const error = await fetch(at('/error'), { headers: pass });
    expect([error.status, error.headers.get('Toll-Version')]).toEqual([500, null]);
    expect((await fetch(at('/no-such-page'), { headers: pass })).status).toBe(404);
  });

  it('the origin sees the request, not the pass', async () => {
    const headers = {
      ...pass,
      'Toll-Verdict': 'forged',
      'Toll-X': 'y',
      Authorization: 'Bearer z',
      Cookie: 'a=b; __Host-toll=x.y.z',
    };
    const echo = await (await fetch(at('/api/echo?q=%C3%A9'), { headers })).json();
    expect(echo).toMatchObject({ method: 'GET', path: '/api/echo' });
    const seen = JSON.stringify(echo).toLowerCase();
    expect(seen).toContain('["toll-verdict","pass"]');
    expect(seen).not.toMatch(/toll-pass|toll-x|__host-toll|forged/);
    expect(seen).toContain('bearer z');
  });

  it('F04: a WebSocket is refused without a pass and carries frames with one', async () => {
    const refused = await upgrade(at('/api/socket'), AGENT);
    expect(refused).toBe(403);
    expect(await upgrade(at('/api/socket'), pass)).toBe(101);
  });

  it('F06: headers listed in Connection cannot remove ours', async () => {
    const headers = { ...pass, Connection: 'close, toll-verdict' };
    const text = await new Promise<string>((resolve, reject) => {
      const request = send(at('/api/echo'), { headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve(body));
      });
      request.on('error', reject);
      request.end();
    });
    expect(text.toLowerCase()).toContain('["toll-verdict","pass"]');
  });

  it('D01: one pass serves its /24 and no other network', async () => {
    const home = { ...AGENT, ...actAs({ address: '198.51.100.7', asn: 64_500 }) };
    const token = await buyPass(home);
    const from = async (address: string) => {
      const headers = { ...AGENT, ...actAs({ address, asn: 64_500 }), 'Toll-Pass': token };
      return (await fetch(at('/crossings'), { headers })).status;
    };
    expect(await from('198.51.100.200')).toBe(200);
    expect(await from('198.51.101.7')).toBe(403);
  });

  it('J02: the log is one JSON object a line, without tokens or addresses', async () => {
    await buyPass({ ...AGENT, ...actAs({ address: '203.0.113.99' }) });
    const lines = gate.logs().filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
    expect(lines.join('\n')).not.toMatch(/eyJ|203\.0\.113|198\.51\.100/);
  });
});

/** Status of an upgrade; for 101, only after a text frame has come back. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString('base64');
    const own = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
    };
    const request = send(url, { headers: { ...headers, ...own } });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('upgrade', (_, socket) => {
      socket.on('data', (frame: Buffer) => {
        if (!frame.includes('hello')) return;
        socket.destroy();
        resolve(101);
      });
      const mask = Buffer.from([1, 2, 3, 4]);
      const text = Buffer.from('hello').map((byte, index) => byte ^ (mask[index % 4] ?? 0));
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | 5]), mask, text]));
    });
    request.end();
  });
}
