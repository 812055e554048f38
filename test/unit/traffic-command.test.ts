/** `edgetoll generate` as an operator calls it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFolder, edgetoll, type Folder } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder.remove());

describe('edgetoll generate', () => {
  it('writes the log to the standard output, the same for the same seed', async () => {
    const words = ['generate', '--lines', '500', '--seed', '3'];
    const [first, second] = await Promise.all([edgetoll(words), edgetoll(words)]);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out.split('\n')).toHaveLength(501);
    expect(second.out).toBe(first.out);
  });

  it('writes files, compressed where the name says so, and the truth of each client', async () => {
    const words = [
      'generate',
      '--lines',
      '3000',
      '--out',
      'a.log.gz',
      '--truth',
      'who.ndjson',
      '--json',
    ];
    const ran = await edgetoll(words, { cwd: folder.path });
    expect(ran).toMatchObject({ code: 0, err: '' });
    const lines = gunzipSync(readFileSync(join(folder.path, 'a.log.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(3000);
    const truth = readFileSync(join(folder.path, 'who.ndjson'), 'utf8').trimEnd().split('\n');
    const pairs = new Set(
      truth.map((line) => {
        const { address, agent } = JSON.parse(line) as { address: string; agent: string };
        return `${address} ${agent}`;
      }),
    );
    expect(JSON.parse(ran.out)).toMatchObject({ lines: 3000, clients: pairs.size, days: 1 });
    const shown = lines.map((line) => {
      const [, address, agent] = /^(\S+) .* "([^"]*)"$/.exec(line) ?? [];
      return `${address} ${agent}`;
    });
    expect(new Set(shown)).toEqual(pairs);
  });

  it.each([
    [[], 'Say how many lines'],
    [['--lines', '0'], '--lines takes'],
    [['--lines', '1000000001'], '--lines takes'],
    [['--lines', '10', '--seed', '4294967296'], '--seed takes'],
    [['--lines', '10', '--format', 'xml'], '--format takes'],
    [['--lines', '10', '--site', 'blog'], '--site takes'],
    [['--lines', '10', '--start', '2026-02-31'], '--start takes'],
    [['--lines', '10', '--out', 'a', '--truth', 'a'], 'the same file'],
    [['--lines', '10', '--out', 'a', '--truth', './a'], 'named twice'],
    [['--lines', '10', '--json'], '--json needs --out'],
    [['--lines', '10', '--out', 'no/such/folder.log'], 'cannot be written'],
  ])('refuses %j', async (words, message) => {
    const ran = await edgetoll(['generate', ...words], { cwd: folder.path });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(message);
    expect(ran.out).toBe('');
    expect(existsSync(join(folder.path, 'a'))).toBe(false);
  });
});
