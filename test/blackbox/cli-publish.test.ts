/** `edgetoll policy push`, `status` and `rollback` on wrangler's local KV. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

const folder = createFolder();
const store = join(folder.path, 'store');
const LOCAL = ['--local', '--persist-to', store];
/** wrangler takes seconds to start, and each command starts it a few times. */
const TIMEOUT = 240_000;

beforeAll(() => {
  mkdirSync(store);
  folder.write('one.yaml', 'schema: 1\nrules:\n  - { name: a, action: deny, path: [/one] }\n');
  folder.write('two.yaml', 'schema: 1\nrules:\n  - { name: a, action: deny, path: [/two] }\n');
  folder.write('bad.yaml', 'schema: 2\n');
  const bindings = '[[kv_namespaces]]\nbinding = "POLICY"\n[vars]\nPRESET = "monitor"\n';
  folder.write('wrangler.toml', `name = "x"\ncompatibility_date = "2026-10-01"\n${bindings}`);
  folder.write('without.toml', 'name = "x"\ncompatibility_date = "2026-10-01"\n');
});

afterAll(() => folder.remove());

function policy(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['policy', ...words], { cwd: folder.path });
}

async function push(file: string): Promise<string> {
  const { code, out, err } = await policy('push', file, ...LOCAL, '--json');
  expect([code, err]).toEqual([0, expect.stringContaining('PRESET = "monitor"')]);
  const { version } = JSON.parse(out) as { version: string };
  return version;
}

async function status(): Promise<{ version: string | null; versions: string[] }> {
  const { code, out } = await policy('status', ...LOCAL, '--json');
  expect(code).toBe(0);
  return JSON.parse(out) as { version: string | null; versions: string[] };
}

/** What wrangler itself reads under a key. */
function stored(key: string): unknown {
  const wrangler = resolve('node_modules/wrangler/bin/wrangler.js');
  const words = ['kv', 'key', 'get', key, '--text', '--binding', 'POLICY', ...LOCAL];
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };
  const text = execFileSync(process.execPath, [wrangler, ...words], { cwd: folder.path, env });
  return JSON.parse(text.toString('utf8'));
}

describe('publishing', () => {
  it(
    'E08: writes what was checked, keeps what was there, and goes back in one command',
    async () => {
      const one = await push('one.yaml');
      expect((await policy('push', 'bad.yaml', ...LOCAL)).code).toBe(1);
      const two = await push('two.yaml');
      expect(await status()).toMatchObject({ version: two, versions: [one] });

      const back = await policy('rollback', ...LOCAL);
      expect(back.code).toBe(0);
      expect(back.out).toContain(`In force again at the local store:\n  version ${one}\n`);
      expect(stored('policy/current')).toMatchObject({
        format: 1,
        schema: 1,
        version: one,
        document: { schema: 1, rules: [{ name: 'a', action: 'deny', path: ['/one'] }] },
      });
      const unknown = await policy('rollback', 'no-such', ...LOCAL);
      expect(unknown).toMatchObject({ code: 1 });
      expect(unknown.err).toContain(`There is no version no-such. Versions: ${two}.`);
    },
    TIMEOUT,
  );

  it(
    'says what is missing',
    async () => {
      const unbound = await policy('status', ...LOCAL, '--config', 'without.toml');
      expect(unbound.code).toBe(2);
      expect(unbound.err).toContain('has no KV namespace for policies: add [[kv_namespaces]]');
      const { code, err } = await edgetoll(['policy', 'status'], {
        cwd: folder.path,
        env: { CLOUDFLARE_API_TOKEN: '', HOME: folder.path, XDG_CONFIG_HOME: folder.path },
      });
      expect(code).toBe(1);
      expect(err).toMatch(/^wrangler: .*CLOUDFLARE_API_TOKEN/);
    },
    TIMEOUT,
  );
});
