/**
 * The loopback server of the measurements: one page, our scripts and modules, the peers' files.
 *
 * Owns paths and headers. The page has the CSP that ours has where it matters: WASM may be
 * compiled, nothing may be evaluated.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildAssets } from '../../../src/build/assets.ts';
import { PACKAGES } from './dependencies.ts';

const FOLDER = fileURLToPath(new URL('page/', import.meta.url).href);
const PEERS = '/peers/';
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title>
<link rel="icon" href="data:,"><script type="module" src="/page.js"></script></html>
`;

async function bundle(name: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, `${name}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    // As src/build/assets.ts has it.
    target: 'es2022',
    minify: true,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  return output.contents;
}

async function collectFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const [assets, page, worker] = await Promise.all([
    buildAssets(),
    bundle('page'),
    bundle('worker'),
  ]);
  const modules = assets.flatMap(({ role, bytes }) =>
    role === 'simd' || role === 'scalar' ? [[`/wasm-${role}.wasm`, bytes] as const] : [],
  );
  return new Map([
    ['/index.html', Buffer.from(PAGE)],
    ['/page.js', page],
    ['/worker.js', worker],
    ...modules,
  ]);
}

function readPeer(path: string): Promise<Uint8Array | undefined> {
  const file = normalize(join(PACKAGES, path.slice(PEERS.length)));
  if (!file.startsWith(PACKAGES + sep)) return Promise.resolve(undefined);
  return readFile(file).catch(() => undefined);
}

function send(response: ServerResponse, path: string, body: Uint8Array | undefined): void {
  const type = TYPES[extname(path)];
  if (body === undefined || type === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': POLICY,
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(body);
}

export interface BenchServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startBenchServer(): Promise<BenchServer> {
  const files = await collectFiles();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bench.test');
    const path = pathname === '/' ? '/index.html' : pathname;
    if (!path.startsWith(PEERS)) send(response, path, files.get(path));
    else void readPeer(path).then((body) => send(response, path, body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
