/** `edgetoll lockdown` on wrangler's local KV. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

const folder = createFolder();
const store = join(folder.path, 'store');
/** wrangler takes seconds to start, and each command starts it a few times. */
const TIMEOUT = 240_000;

const HEAD = 'name = "x"\ncompatibility_date = "2026-10-01"\n';
const POLICY = '[[kv_namespaces]]\nbinding = "POLICY"\n';
const BOOK =
  '[[durable_objects.bindings]]\nname = "PRICE_BOOK"\nclass_name = "PriceBook"\n' +
  '[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["PriceBook"]\n';

beforeAll(() => {
  mkdirSync(store);
  folder.write('wrangler.toml', HEAD + POLICY + BOOK);
  folder.write('without.toml', HEAD + POLICY);
});

afterAll(() => folder.remove());

function lockdown(...words: readonly string[]): Promise<Ran> {
  const local = ['--local', '--persist-to', store];
  return edgetoll(['lockdown', ...words, ...local], { cwd: folder.path });
}

describe('a lockdown', () => {
  it(
    'is ordered, told and taken back',
    async () => {
      const before = await lockdown('status');
      expect(before).toMatchObject({ code: 0, err: '' });
      expect(before.out).toBe('No lockdown is ordered at the local store.\n');
      const on = await lockdown('on');
      expect(on.out).toMatch(/^A lockdown is ordered at the local store, since 2\d{3}-.*Z\.\n/);
      const status = await lockdown('status', '--json');
      expect(JSON.parse(status.out)).toMatchObject({ lockdown: true });
      const off = await lockdown('off', '--json', '--config', 'without.toml');
      expect(JSON.parse(off.out)).toMatchObject({ lockdown: false });
      expect(off.err).toContain('without.toml binds no PRICE_BOOK');
    },
    TIMEOUT,
  );

  it('takes one of three words', async () => {
    for (const words of [[], ['maybe'], ['on', 'off']]) {
      const { code, out, err } = await lockdown(...words);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('Read: npx edgetoll lockdown --help');
    }
  });
});
