/**
 * The loopback server of what is measured in Chromium outside of the gate.
 *
 * Owns the page's frame, the bundling of its scripts and the headers. The page has the CSP that
 * ours has where it matters: WASM may be compiled, nothing may be evaluated.
 */
import { createServer, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { build } from 'esbuild';

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};
/** As src/build/assets.ts has it for what is named after its content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

function formatPage(preloads: readonly string[]): string {
  const links = preloads.map((path) => `<link rel="modulepreload" href="${path}">\n`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title>
<link rel="icon" href="data:,">
${links.join('')}<script type="module" src="/page.js"></script></html>
`;
}

/** One module of a script and all that it imports, made as src/build/assets.ts makes ours. */
export async function bundleScript(path: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${path}`);
  return output.contents;
}

interface Reply {
  readonly path: string;
  readonly body: Uint8Array | undefined;
  readonly cacheControl: string;
}

function send(response: ServerResponse, { path, body, cacheControl }: Reply): void {
  const type = TYPES[path === '/' ? '.html' : extname(path)];
  if (body === undefined || type === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': POLICY,
    'Cache-Control': cacheControl,
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  response.end(body);
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServedFiles {
  /** Path -> bytes; `/page.js` is the script of the page at `/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The same, for what may be kept in a cache. */
  readonly assets?: ReadonlyMap<string, Uint8Array>;
  /** Paths of modules that the page asks for beside its script. */
  readonly preloads?: readonly string[];
  /** Asked for any other path. */
  readonly readOther?: (path: string) => Promise<Uint8Array | undefined>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startPageServer(served: ServedFiles): Promise<PageServer> {
  const { files, assets, preloads = [], readOther } = served;
  const page = Buffer.from(formatPage(preloads));
  const reply = async (path: string): Promise<Reply> => {
    const asset = assets?.get(path);
    if (asset !== undefined) return { path, body: asset, cacheControl: IMMUTABLE };
    const body = path === '/' ? page : (files.get(path) ?? (await readOther?.(path)));
    return { path, body, cacheControl: 'no-store' };
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bench.test');
    void reply(pathname).then((made) => send(response, made));
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
