/** `Toll-Assertion` at an origin of plain Node, as the README's example checks it: over real sockets. */
import { createServer, request as send, type Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAssertionVerifier, type VerifyAssertion } from '../../src/origin/toll-assertion.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';

const KEY = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });

let gate: Gate;
let origin: Server;
let verify: VerifyAssertion | undefined;
/** The last assertion that arrived. */
let captured = '';

function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** Sends `path` as it is: fetch would write it another way. */
function ask(
  port: number,
  path: string,
  init: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<Answer>((done, fail) => {
    const sent = send({ host: '127.0.0.1', port, path, agent: false, ...init }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => done({ status: response.statusCode, text }));
    });
    sent.on('error', fail).end();
  });
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  origin = createServer((request, response) => {
    const header = request.headers['toll-assertion'];
    const assertion = Array.isArray(header) ? header.join() : header;
    const received = { method: request.method ?? '', target: request.url ?? '', assertion };
    captured = assertion ?? '';
    const answer = async () => {
      const { kind } = (await verify?.(received)) ?? { kind: 'not ready' };
      response.writeHead(kind === 'valid' ? 200 : 403).end(kind);
    };
    void answer();
  });
  const port = await listen(origin);
  const vars = {
    ORIGIN_URL: `http://127.0.0.1:${port}`,
    PRESET: 'monitor',
    TOLL_ASSERTION_KEY: KEY.toString(),
  };
  gate = await startGate({ vars });
  const keys = new URL('/.toll/jwks.json', gate.url).href;
  verify = createAssertionVerifier({ host: gate.url.host, keys, strict: true });
});
afterAll(async () => {
  await gate?.close();
  origin?.close();
});

describe('an origin of plain Node', () => {
  it('G01, D07: accepts what came through the gate, however the path is spelled', async () => {
    const paths = [
      '/',
      '/a%2Fb',
      '/%61//b;c?d=%20+&&',
      '/a/../b',
      '/a/%2e%2e/b?',
      "/'()*!~$&,=@:",
      '/[x]|^{}\\"?[x]|^{}`\'\\',
      '/%zz',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        const { status } = await ask(Number(gate.url.port), path, { method });
        expect([method, path, status]).toEqual([method, path, 200]);
      }
    }
  });

  it('G01, D07: refuses what came to it directly', async () => {
    const port = portOf(origin);
    expect(await ask(port, '/page')).toEqual({ status: 403, text: 'missing' });
    await ask(Number(gate.url.port), '/page');
    const headers = { 'Toll-Assertion': captured };
    expect(await ask(port, '/page', { headers })).toEqual({ status: 403, text: 'replayed' });
    for (const path of ['/other', '/page/', '//page', '/./page', '/PAGE'])
      expect(await ask(port, path, { headers })).toEqual({ status: 403, text: 'wrong-path' });
    expect((await ask(port, '/page?a', { headers })).text).toBe('wrong-query');
    expect((await ask(port, '/page', { headers, method: 'PUT' })).text).toBe('wrong-method');
  });

  it('G01: refuses two assertions in one request', async () => {
    await ask(Number(gate.url.port), '/page');
    const lines = [
      'GET /page HTTP/1.1',
      'Host: x',
      `Toll-Assertion: ${captured}`,
      `toll-assertion: ${captured}`,
    ];
    const text = await new Promise<string>((done, fail) => {
      let received = '';
      const socket = connect(portOf(origin), '127.0.0.1', () =>
        socket.end(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`),
      );
      socket.setEncoding('utf8').on('data', (part: string) => (received += part));
      socket.on('end', () => done(received)).on('error', fail);
    });
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).toContain('malformed');
  });
});
