/** What is deployed: its size, and what must not be in it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAX_GZIP_BYTES = 100_000;

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgetoll-bundle-'));
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
  const args = [
    'node_modules/wrangler/bin/wrangler.js',
    'deploy',
    '--dry-run',
    '--env=',
    '--outdir',
    folder,
  ];
  execFileSync(process.execPath, args, { env, stdio: 'pipe' });
  program = readFileSync(join(folder, 'worker.js'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundle', () => {
  it('is at most 100 KB gzip, every module of it', () => {
    const modules = readdirSync(folder).filter((name) => !/\.map$|README/.test(name));
    const bytes = modules.map((name) => gzipSync(readFileSync(join(folder, name))).byteLength);
    expect(modules).toContain('worker.js');
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  it('G04: never passes through on exceptions, and evaluates nothing', () => {
    const found = /passThroughOnException\(|[^.\w]eval\(|new Function\(|Math\.random\(/.exec(
      program,
    );
    expect(found?.[0]).toBeUndefined();
  });

  it('holds no token helper of Hono and no test code', () => {
    const found = /hono\/dist\/(?:middleware|utils\/(?:jwt|crypto))|vitest|test\/support/.exec(
      program,
    );
    expect(found?.[0]).toBeUndefined();
  });
});
