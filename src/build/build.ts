/**
 * `npm run build`: writes the browser's assets and their manifest to static/build.
 *
 * Owns the output directory: files that are no longer made are removed, files that have not
 * changed are left alone (a watcher sees nothing).
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { type Asset, buildAssets, formatManifest, HEADERS_FILE } from './assets.ts';
import { buildLocales } from './locales.ts';
import { readTemplates } from './templates.ts';

const HELP = `Usage: npm run build [-- --help]

Bundles the browser's scripts and style sheet, compiles the WASM engines, takes the locales, and
writes to static/build:
  public/.toll/assets/*   files, served as they are; fingerprinted, but for top-up.js
  public/_headers         their headers
  assets.json             the manifest that the Worker imports
  templates.json          the HTML of static/page, for the Worker
`;

const OUTPUT = fileURLToPath(new URL('../../static/build/', import.meta.url).href);

async function writeIfChanged(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = Buffer.from(content);
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(bytes) === true) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

async function removeOthers(wanted: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(OUTPUT, { recursive: true, withFileTypes: true });
  const stale = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !wanted.has(path));
  await Promise.all(stale.map((path) => rm(path)));
}

function describe({ name, bytes }: Asset): string {
  const brotliBytes = brotliCompressSync(bytes).length;
  return `${name.padEnd(36)} ${String(bytes.length).padStart(7)} bytes ${String(brotliBytes).padStart(6)} brotli`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const [assets, locales, templates] = await Promise.all([
    buildAssets(),
    buildLocales(),
    readTemplates(),
  ]);
  const files = new Map<string, Uint8Array | string>([
    ...assets.map(({ name, bytes }) => [join(OUTPUT, 'public/.toll/assets', name), bytes] as const),
    ...locales.files.map(
      ({ name, text }) => [join(OUTPUT, 'public/.toll/assets', name), text] as const,
    ),
    [join(OUTPUT, 'public/_headers'), HEADERS_FILE],
    [join(OUTPUT, 'assets.json'), formatManifest(assets, locales)],
    [join(OUTPUT, 'templates.json'), JSON.stringify(templates)],
  ]);
  // New files first, the stale ones last: at no time does a manifest name a file that is missing.
  await Promise.all([...files].map(([path, content]) => writeIfChanged(path, content)));
  await removeOthers(new Set(files.keys()));
  const languages = `${locales.files.length} languages beside English`;
  process.stdout.write(`${assets.map(describe).join('\n')}\n${languages}\n`);
}

await main();
