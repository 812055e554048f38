/**
 * Wrangler's configuration, read in a process of its own.
 *
 * Owns that process and its answer. For commands that need their memory for something else: wrangler
 * takes 180 MB and never gives them back (measured 2026-11).
 */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTable } from '../core/policy/policy-problem.ts';
import type { RawConfig } from './worker-config.ts';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'config-process.ts');
const MAX_BYTES = 16_777_216;

function ask(file: string, env: string | undefined): Promise<string> {
  const words = [PROGRAM, file, ...(env === undefined ? [] : [env])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { maxBuffer: MAX_BYTES }, (error, out) => {
      if (error === null) resolve(out);
      else reject(new Error(`${file} could not be read: ${error.message}`));
    });
  });
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function ratesOf(value: unknown): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  for (const entry of Array.isArray(value) ? value : []) {
    if (!Array.isArray(entry)) continue;
    const [name, rate]: readonly unknown[] = entry;
    if (typeof name === 'string' && typeof rate === 'number') rates.set(name, rate);
  }
  return rates;
}

/** As `readRaw`. */
export async function readRawApart(
  file: string,
  env: string | undefined,
): Promise<RawConfig | string> {
  const answer = readTable(JSON.parse(await ask(file, env)));
  const message = answer?.get('message');
  if (typeof message === 'string') return message;
  return {
    vars: Object.fromEntries(readTable(answer?.get('vars')) ?? []),
    namespaces: textsOf(answer?.get('namespaces')),
    ratesPerMinute: ratesOf(answer?.get('ratesPerMinute')),
    objects: textsOf(answer?.get('objects')),
  };
}
