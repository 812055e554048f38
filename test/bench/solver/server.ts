/**
 * What the page of a measurement is served: our scripts and modules, the peers' files.
 *
 * Owns the paths of each; nothing of the peers is bundled.
 */
import { readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAssets } from '../../../src/build/assets.ts';
import { bundleScript, startPageServer, type PageServer } from '../page-server.ts';
import { PACKAGES } from './dependencies.ts';

const FOLDER = fileURLToPath(new URL('page/', import.meta.url).href);
const PEERS = '/peers/';

async function collectFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const [assets, page, worker] = await Promise.all([
    buildAssets(),
    bundleScript(join(FOLDER, 'page.ts')),
    bundleScript(join(FOLDER, 'worker.ts')),
  ]);
  const modules = assets.flatMap(({ role, bytes }) =>
    role === 'simd' || role === 'scalar' ? [[`/wasm-${role}.wasm`, bytes] as const] : [],
  );
  return new Map([['/page.js', page], ['/worker.js', worker], ...modules]);
}

function readPeer(path: string): Promise<Uint8Array | undefined> {
  const file = normalize(join(PACKAGES, path.slice(PEERS.length)));
  const isPeer = path.startsWith(PEERS) && file.startsWith(PACKAGES + sep);
  return isPeer ? readFile(file).catch(() => undefined) : Promise.resolve(undefined);
}

export async function startBenchServer(): Promise<PageServer> {
  return startPageServer({ files: await collectFiles(), readOther: readPeer });
}
