/** What a cold visitor downloads, and what the rendered pages promise. */
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Asset, buildAssets, formatManifest } from '../../src/build/assets.ts';
import { buildLocales } from '../../src/build/locales.ts';
import { NO_BRAND } from '../../src/core/brand.ts';
import type { Wording } from '../../src/http/page/words.ts';
import type * as render from '../../src/http/page/render.ts';
import english from '../../static/locales/en.json' with { type: 'json' };
import type { PageData } from '../../src/core/wire/page-data.ts';

const PAGE_BUDGET_BYTES = 25 * 1024;
const FIRST_BUDGET_BYTES = 15_000;
const WASM_BUDGET_BYTES = 6 * 1024;
/** The WASM compiler needs seconds. */
const BUILD_TIMEOUT_MS = 60_000;
const GPU_BUDGET_BYTES = 5 * 1024;
const TOP_UP_BUDGET_BYTES = 3 * 1024;
const CASHIER_BUDGET_BYTES = 8 * 1024;
/** On the operator's own pages, not on the gate's. */
const TOP_UP_ROLES: ReadonlySet<string> = new Set(['topUp', 'cashier']);
const HOSTILE = '</script><script>alert(1)</script>"\'';

const DATA: PageData = {
  toll: {
    version: 1,
    challenge: 'e'.repeat(600),
    puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 32, maxSolutions: 256 },
    expires: 1_795_312_345,
    redeem: '/.toll/redeem',
  },
  reason: 'toll-required',
  returnPath: '/some/page?with=query',
  form: { kind: 'none' },
};
const PATIENCE = { challenge: 'p'.repeat(500), waitSeconds: 15 };

const WORDING: Wording = { language: 'en', words: english };
const SETUP = { prefix: '/.toll/', brand: NO_BRAND, wording: WORDING };

let assets: readonly Asset[];
let page: typeof render;

/** Bundles the renderer as wrangler does (HTML as text), with the manifest of this very build. */
async function loadRenderer(manifest: string): Promise<typeof render> {
  const { outputFiles } = await build({
    entryPoints: ['src/http/page/render.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    loader: { '.html': 'text' },
    plugins: [
      {
        name: 'manifest',
        setup: (bundler) => {
          bundler.onResolve({ filter: /build\/assets\.json$/ }, () => ({
            path: 'm',
            namespace: 'manifest',
          }));
          bundler.onLoad({ filter: /./, namespace: 'manifest' }, () => ({
            contents: manifest,
            loader: 'json',
          }));
        },
      },
    ],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
}

beforeAll(async () => {
  assets = await buildAssets();
  page = await loadRenderer(formatManifest(assets, await buildLocales()));
}, BUILD_TIMEOUT_MS);

describe('the challenge page', () => {
  it('is at most 25 KB of brotli: HTML, CSS, all scripts that a page with workers loads and the larger of both engines, of which one is loaded', () => {
    const html = page.createPageRenderer(SETUP).challenge({ data: DATA, patience: PATIENCE });
    const notLoaded = new Set<string>([...TOP_UP_ROLES, 'scalar', 'local']);
    const loaded = assets.filter(({ role }) => !notLoaded.has(role));
    const parts = [Buffer.from(html), ...loaded.map(({ bytes }) => bytes)];
    const sizes = parts.map((part) => brotliCompressSync(part).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(
      total,
      `HTML, ${loaded.map(({ role }) => role).join(', ')}: ${sizes.join(' + ')}`,
    ).toBeLessThan(PAGE_BUDGET_BYTES);
  });

  it('is at most 15 KB of brotli before an engine: HTML, CSS, script and worker', () => {
    const html = page.createPageRenderer(SETUP).challenge({ data: DATA, patience: PATIENCE });
    const first: ReadonlySet<string> = new Set(['script', 'worker', 'stylesheet']);
    const loaded = assets.filter(({ role }) => first.has(role));
    expect(loaded).toHaveLength(3);
    const parts = [Buffer.from(html), ...loaded.map(({ bytes }) => bytes)];
    const sizes = parts.map((part) => brotliCompressSync(part).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_BUDGET_BYTES);
  });

  it('has engines of at most 6 KB of brotli each', () => {
    const modules = assets.filter(({ name }) => name.endsWith('.wasm'));
    expect(modules).toHaveLength(2);
    for (const { name, bytes } of modules) {
      expect(brotliCompressSync(bytes).length, name).toBeLessThan(WASM_BUDGET_BYTES);
    }
  });

  it('has a GPU worker of at most 5 KB of brotli', () => {
    const [bytes] = assets.flatMap((asset) => (asset.role === 'gpu' ? [asset.bytes] : []));
    expect(brotliCompressSync(bytes ?? '').length).toBeLessThan(GPU_BUDGET_BYTES);
  });

  it('names the assets of the build below the prefix that it was given', () => {
    const html = page
      .createPageRenderer({ ...SETUP, prefix: '/gate/' })
      .challenge({ data: DATA, patience: undefined });
    for (const { name, role } of assets) {
      expect(html.includes(`"/gate/assets/${name}"`), name).toBe(!TOP_UP_ROLES.has(role));
    }
    expect(html).not.toContain('toll-patience');
  });

  it('lets no value out of its place', () => {
    const html = page.createPageRenderer(SETUP).challenge({
      data: { ...DATA, returnPath: HOSTILE, form: { kind: 'carried', body: HOSTILE } },
      patience: { challenge: HOSTILE, waitSeconds: 1 },
    });
    expect(html).not.toContain('<script>alert');
    const block = /id="toll-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(JSON.parse(block)).toMatchObject({ returnPath: HOSTILE });
  });

  it('has nothing inline that its policy would block, and nothing from elsewhere', () => {
    const html = page.createPageRenderer(SETUP).challenge({ data: DATA, patience: PATIENCE });
    expect(html).not.toMatch(/\sstyle=|<style|\son\w+=|https?:\/\/\w|src="\/\//);
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    expect(scripts.every((tag) => /src="\/|type="application\/json"/.test(tag))).toBe(true);
  });

  it('has words for every reason and form', () => {
    const renderer = page.createPageRenderer(SETUP);
    const seen = new Set<string>();
    for (const reason of ['toll-required', 'credit-spent', 'slow-down'] as const) {
      for (const form of [{ kind: 'none' }, { kind: 'not-sent' }] as const) {
        const data = { ...DATA, reason, form };
        seen.add(renderer.challenge({ data, patience: PATIENCE }));
      }
    }
    expect(seen.size).toBe(6);
  });
});

describe('the top-up', () => {
  const brotliBytesOf = (wanted: string) =>
    assets.flatMap(({ role, bytes }) =>
      role === wanted ? [brotliCompressSync(bytes).length] : [],
    )[0];

  it('is a script of at most 3 KB of brotli, and 8 KB more when a pass is bought', () => {
    expect(brotliBytesOf('topUp')).toBeLessThan(TOP_UP_BUDGET_BYTES);
    expect(brotliBytesOf('cashier')).toBeLessThan(CASHIER_BUDGET_BYTES);
  });

  it('names the files of its own release', () => {
    const textOf = (wanted: string) =>
      assets.flatMap(({ role, bytes }) => (role === wanted ? [Buffer.from(bytes).toString()] : []));
    const nameOf = (wanted: string) => assets.find(({ role }) => role === wanted)?.name ?? '?';
    expect(textOf('topUp')[0]).toContain(nameOf('cashier'));
    for (const role of ['worker', 'simd', 'scalar']) {
      expect(textOf('cashier')[0]).toContain(nameOf(role));
    }
  });
});

describe('the notice', () => {
  it('shows incident, way back and button only where given', () => {
    const renderer = page.createPageRenderer(SETUP);
    const plain = renderer.notice({ kind: 'denied' });
    expect(plain).toContain(english['notice.denied.heading']);
    expect(plain).not.toMatch(/<form|<a |<code/);
    const full = renderer.notice({
      kind: 'too-early',
      incident: HOSTILE,
      backTo: '/back',
      patience: { challenge: HOSTILE, waitSeconds: 9, redeem: '/.toll/redeem' },
    });
    expect(full).toContain('Seconds left to wait: 9.');
    expect(full).toContain('href="/back"');
    expect(full).toContain('action="/.toll/redeem"');
    expect(full).not.toContain('<script>');
  });
});

describe('the policy of the pages', () => {
  it('allows this origin only, and form targets only where no form is carried', () => {
    const policy = page.contentSecurityPolicy({ carriesForm: false });
    expect(policy).toContain("default-src 'none'");
    // The one exception compiles WASM and nothing else.
    const strict = policy.replace("'wasm-unsafe-eval'", '');
    expect(strict).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(policy).toContain("form-action 'self'");
    expect(page.contentSecurityPolicy({ carriesForm: true })).not.toContain('form-action');
  });
});

describe('the build', () => {
  it(
    'gives the same names and bytes each time',
    async () => {
      expect(await buildAssets()).toEqual(assets);
      for (const { name, sha256, role } of assets) {
        if (role === 'topUp') expect(name).toBe('top-up.js');
        else expect(name).toContain(`.${sha256.slice(0, 10)}.`);
      }
    },
    BUILD_TIMEOUT_MS,
  );
});
