/**
 * What the browser gets: scripts, style sheet and WASM modules, bundled or compiled, fingerprinted.
 *
 * Owns the list of assets, their names and the headers they are served with; must not know where
 * files lie on disk beyond the sources. The same sources give the same bytes and names.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { LocaleFiles } from './locales.ts';
import { compileWasm, type WasmFeatures } from './wasm.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url).href);

/** Role in the page -> source. */
const ENTRIES = {
  script: 'src/browser/solver-page.ts',
  worker: 'src/browser/solver-worker.ts',
  // The same without a worker around it, for pages that get none.
  local: 'src/browser/solver.ts',
  // Only for runs that last, and the second where the page was given a GPU adapter.
  gpuPage: 'src/browser/gpu-page.ts',
  gpu: 'src/browser/engines/gpu-worker.ts',
  stylesheet: 'static/page/page.css',
  // For the operator's own pages: the module that solves, and the script that loads it.
  cashier: 'src/browser/top-up-cashier.ts',
  topUp: 'src/browser/top-up.ts',
} as const;

/** Each is fetched by the solver that uses it, and by no other. */
const MODULES = {
  simd: 'src/wasm/sha256-simd.ts',
  scalar: 'src/wasm/sha256-scalar.ts',
} as const;

const FEATURES: Readonly<Record<keyof typeof MODULES, WasmFeatures>> = {
  simd: 'simd',
  scalar: 'baseline',
};

export type AssetRole = keyof typeof ENTRIES | keyof typeof MODULES;

export interface Asset {
  readonly role: AssetRole;
  /** `<source name>.<first 10 hex digits of the SHA-256>.<extension>`; `top-up.js` has no digits. */
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

const FINGERPRINT_DIGITS = 10;

/** The one file whose name operators write into their pages. */
const TOP_UP_NAME = 'top-up.js';

/**
 * Cloudflare reads this file from the root of the assets directory. A worker needs the embedder
 * policy of the page that starts it, where that has one (HTML, "check a global object's embedder
 * policy"): the solver's does no harm elsewhere. The top-up script names files of its own release,
 * so it must not be kept for long; looking again is a 304 that costs nobody anything.
 */
export const HEADERS_FILE = `/.toll/assets/*
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
  Cross-Origin-Resource-Policy: same-origin
  Cross-Origin-Embedder-Policy: require-corp
  Toll-Version: 1
/.toll/assets/${TOP_UP_NAME}
  ! Cache-Control
  Cache-Control: public, max-age=600
`;

/** Makes everything in memory. Throws esbuild's or the compiler's error: file and line. */
export async function buildAssets(): Promise<readonly Asset[]> {
  const roles = ['script', 'worker', 'local', 'gpuPage', 'gpu', 'stylesheet'] as const;
  const made = Promise.all(roles.map((role) => bundle(role)));
  const [simd, scalar] = await Promise.all([compile('simd'), compile('scalar')]);
  const [script, worker, local, ...others] = await made;
  // Each of these names files that were made before it.
  const files = { worker: worker?.name, local: local?.name, simd: simd.name, scalar: scalar.name };
  const cashier = await bundle('cashier', { TOLL_FILES: JSON.stringify(files) });
  const topUp = await bundle('topUp', { TOLL_CASHIER: JSON.stringify(cashier.name) });
  const own = [cashier, { ...topUp, name: TOP_UP_NAME }];
  const all = [script, worker, local, ...others, simd, scalar, ...own];
  return all.filter((asset) => asset !== undefined);
}

async function bundle(
  role: keyof typeof ENTRIES,
  define: Readonly<Record<string, string>> = {},
): Promise<Asset> {
  const source = ENTRIES[role];
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    // A classic script declares nothing in the page that it runs in.
    format: role === 'topUp' ? 'iife' : 'esm',
    define,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${source}`);
  const extension = role === 'stylesheet' ? 'css' : 'js';
  return fingerprint({ role, source, extension }, output.contents);
}

async function compile(role: keyof typeof MODULES): Promise<Asset> {
  const source = MODULES[role];
  const cut = source.lastIndexOf('/') + 1;
  const folder = ROOT + source.slice(0, cut);
  const bytes = await compileWasm({ folder, file: source.slice(cut), features: FEATURES[role] });
  return fingerprint({ role, source, extension: 'wasm' }, bytes);
}

interface Made {
  readonly role: AssetRole;
  readonly source: string;
  readonly extension: string;
}

function fingerprint({ role, source, extension }: Made, bytes: Uint8Array): Asset {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stem = source.slice(source.lastIndexOf('/') + 1, source.lastIndexOf('.'));
  const name = `${stem}.${sha256.slice(0, FINGERPRINT_DIGITS)}.${extension}`;
  return { role, name, sha256, bytes };
}

/** The manifest that the page renderer imports. */
export function formatManifest(assets: readonly Asset[], { stem }: LocaleFiles): string {
  const files = Object.fromEntries(assets.map(({ role, name }) => [role, { name }] as const));
  return `${JSON.stringify({ files, locales: stem }, undefined, 2)}\n`;
}
