/**
 * What the browser gets: the two scripts and the style sheet, bundled, minified, fingerprinted.
 *
 * Owns the list of assets, their names and the headers they are served with; must not know where
 * files lie on disk beyond the sources. The same sources give the same bytes and names.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { LocaleFiles } from './locales.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url).href);

/** Role in the page -> source. */
const ENTRIES = {
  script: 'src/browser/solver-page.ts',
  worker: 'src/browser/solver-worker.ts',
  stylesheet: 'static/page/page.css',
} as const;

export type AssetRole = keyof typeof ENTRIES;

export interface Asset {
  readonly role: AssetRole;
  /** `<source name>.<first 10 hex digits of the SHA-256>.<extension>` */
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

const FINGERPRINT_DIGITS = 10;

/** Cloudflare reads this file from the root of the assets directory. */
export const HEADERS_FILE = `/.toll/assets/*
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
  Cross-Origin-Resource-Policy: same-origin
  Toll-Version: 1
`;

/** Bundles everything in memory. Throws esbuild's error, which names file and line. */
export async function buildAssets(): Promise<readonly Asset[]> {
  const roles: readonly AssetRole[] = ['script', 'worker', 'stylesheet'];
  return Promise.all(roles.map(buildAsset));
}

async function buildAsset(role: AssetRole): Promise<Asset> {
  const source = ENTRIES[role];
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${source}`);
  const { contents: bytes } = output;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stem = source.slice(source.lastIndexOf('/') + 1, source.lastIndexOf('.'));
  const extension = role === 'stylesheet' ? 'css' : 'js';
  const name = `${stem}.${sha256.slice(0, FINGERPRINT_DIGITS)}.${extension}`;
  return { role, name, sha256, bytes };
}

/** The manifest that the page renderer imports. */
export function formatManifest(assets: readonly Asset[], { stem }: LocaleFiles): string {
  const files = Object.fromEntries(
    assets.map(({ role, name, sha256 }) => [role, { name, sha256 }] as const),
  );
  return `${JSON.stringify({ files, locales: stem }, undefined, 2)}\n`;
}
