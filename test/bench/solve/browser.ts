/**
 * One run in Chromium: a fresh context, so that nothing is in its cache, and a page in it.
 *
 * Owns the life of both, the served files and the check of every solution.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { buildAssets, type AssetRole } from '../../../src/build/assets.ts';
import { bundleScript, startPageServer, type PageServer } from '../page-server.ts';
import { verifyProofs } from '../solver/verify.ts';
import type { PageJob, PoolFiles, SolveBench, SolvedRun } from './page.ts';

const PAGE = join(fileURLToPath(new URL('.', import.meta.url).href), 'page.ts');

export interface SolveServer extends PageServer {
  readonly files: PoolFiles;
}

/** Serves the assets of the page as the build makes them. */
export async function startSolveServer(): Promise<SolveServer> {
  const [assets, page] = await Promise.all([buildAssets(), bundleScript(PAGE)]);
  const pathOf = (role: AssetRole): string => {
    const asset = assets.find((each) => each.role === role);
    if (asset === undefined) throw new Error(`the build makes no ${role}`);
    return `/${asset.name}`;
  };
  const files = {
    worker: pathOf('worker'),
    local: pathOf('local'),
    simd: pathOf('simd'),
    scalar: pathOf('scalar'),
    gpu: pathOf('gpu'),
    gpuPage: pathOf('gpuPage'),
  };
  const server = await startPageServer({
    files: new Map([['/page.js', page]]),
    assets: new Map(assets.map(({ name, bytes }) => [`/${name}`, bytes] as const)),
    // As static/page/page.html does.
    preloads: [files.worker],
  });
  return { ...server, files };
}

export type SolveTask = Omit<PageJob, 'files'>;

async function verify({ digest, threshold }: SolveTask, nonces: readonly number[]): Promise<void> {
  const hex = Buffer.from(digest).toString('hex');
  const proofs = nonces.map((nonce, index) => ({ digest: hex, threshold, index, nonce }));
  await verifyProofs('wasm-simd', proofs);
}

/** Throws with what the page says, and for a solution that is none. */
export async function solveInBrowser(
  browser: Browser,
  { url, files }: SolveServer,
  task: SolveTask,
): Promise<SolvedRun> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'load' });
    const run = await page.evaluate(
      (job) => {
        const { bench } = globalThis as { readonly bench?: SolveBench };
        if (bench === undefined) throw new Error('the page has no script');
        return bench.solve(job);
      },
      { files, ...task },
    );
    await verify(task, run.nonces);
    return run;
  } finally {
    await context.close();
  }
}
