/**
 * The KV namespace of policies, through wrangler.
 *
 * Owns the processes: arguments are passed as a list, never through a shell; values travel in a
 * file of their own. Must not know what values mean.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTable } from '../core/policy/policy-problem.ts';

export const BINDING = 'POLICY';

export interface Target {
  /** wrangler's configuration. */
  readonly config: string;
  readonly env: string | undefined;
  readonly isLocal: boolean;
  /** Folder of the local store; absent: wrangler's own. */
  readonly persistTo: string | undefined;
}

export interface StoredKey {
  readonly name: string;
  readonly metadata: unknown;
}

/** wrangler failed; the message is its own. */
export class KvFailure extends Error {}

const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  // The local runtime would look up a request.cf that nothing here reads.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_WRITE_LOGS: 'false',
  // Lists come through its log.
  WRANGLER_LOG: 'log',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
};
// oxlint-disable-next-line no-control-regex -- the codes that it looks for begin with one
const COLOUR_CODE = /\u001B\[[\d;]*m/g;

/** wrangler's program below `folder` or above it. */
function findWrangler(folder: string): string | undefined {
  const file = join(folder, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWrangler(parent);
}

/** The lines of wrangler's errors that say something. */
function readFailure(text: string): string {
  const lines = text
    .replaceAll(COLOUR_CODE, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:✘|X)?\s*\[ERROR\]\s*/, '').trim())
    .filter((line) => line !== '' && !/Logs were written|--temporary/.test(line));
  return lines.join('\n');
}

/** An answer that cannot be read is no empty store: a push would forget what is published. */
function readList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new KvFailure('it listed the keys in a form that this version does not know');
}

export class KvNamespace {
  readonly #target: Target;
  readonly #wrangler: string;

  /** Throws where wrangler is not installed. */
  constructor(target: Target) {
    const here = dirname(fileURLToPath(import.meta.url));
    const wrangler = findWrangler(dirname(target.config)) ?? findWrangler(here);
    if (wrangler === undefined) throw new KvFailure('wrangler is not installed: run npm ci');
    this.#target = target;
    this.#wrangler = wrangler;
  }

  #run(words: readonly string[]): Promise<string> {
    const { config, env, isLocal, persistTo } = this.#target;
    const place = isLocal
      ? ['--local', ...(persistTo === undefined ? [] : ['--persist-to', persistTo])]
      : ['--remote'];
    const named = ['--binding', BINDING, '--config', config, `--env=${env ?? ''}`];
    const args = [this.#wrangler, 'kv', 'key', ...words, ...named, ...place];
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd: dirname(config),
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...QUIET },
      });
      const out: Uint8Array[] = [];
      const err: Uint8Array[] = [];
      child.stdout.on('data', (chunk: Uint8Array) => out.push(chunk));
      child.stderr.on('data', (chunk: Uint8Array) => err.push(chunk));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
        else {
          const said = readFailure(Buffer.concat([...err, ...out]).toString('utf8'));
          reject(new KvFailure(said === '' ? `wrangler failed with ${code}` : said));
        }
      });
    });
  }

  /** All keys that begin with `prefix`, with their metadata. */
  async list(prefix: string): Promise<readonly StoredKey[]> {
    const text = await this.#run(['list', '--prefix', prefix]);
    return readList(text).flatMap((item) => {
      const table = readTable(item);
      const name = table?.get('name');
      return typeof name === 'string' ? [{ name, metadata: table?.get('metadata') }] : [];
    });
  }

  /** The value of a key that exists. */
  async get(key: string): Promise<string> {
    const text = await this.#run(['get', key, '--text']);
    return text.trim();
  }

  async put(key: string, value: string, metadata: unknown): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'edgetoll-'));
    try {
      const path = join(folder, 'value.json');
      await writeFile(path, value, { mode: 0o600 });
      await this.#run(['put', key, '--path', path, '--metadata', JSON.stringify(metadata)]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async remove(key: string): Promise<void> {
    await this.#run(['delete', key]);
  }
}
