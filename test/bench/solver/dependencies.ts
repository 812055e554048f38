/**
 * The peers' packages: dependencies of this folder alone, installed when they are first needed.
 *
 * Owns where they lie. They are never imported statically, so that the project's own checks do not
 * need them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

const FOLDER = fileURLToPath(new URL('.', import.meta.url).href);
export const PACKAGES = join(FOLDER, 'node_modules');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function readManifest(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Package -> exact version, as this folder's manifest has it. */
export function readVersions(): Readonly<Record<string, string>> {
  const manifest = readManifest(join(FOLDER, 'package.json'));
  const wanted = isObject(manifest) && 'dependencies' in manifest ? manifest.dependencies : {};
  return Object.fromEntries(
    Object.entries(wanted ?? {}).map(([name, version]) => [name, String(version)]),
  );
}

function isInstalled([name, version]: readonly [string, string]): boolean {
  const path = join(PACKAGES, name, 'package.json');
  if (!existsSync(path)) return false;
  const manifest = readManifest(path);
  return isObject(manifest) && 'version' in manifest && manifest.version === version;
}

/** Installs what is missing, by the lockfile and without scripts; `say` gets the one line. */
export function installDependencies(say: (line: string) => void): void {
  if (Object.entries(readVersions()).every(isInstalled)) return;
  say('installing the peers: npm ci --prefix test/bench/solver');
  const args = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--silent'];
  // On Windows npm is a batch file, which only a shell starts.
  const shell = process.platform === 'win32';
  execFileSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'], shell });
}

/** A file of a package, for Node. */
export async function importDependency(path: string): Promise<unknown> {
  return import(pathToFileURL(join(PACKAGES, path)).href);
}
