/** The deployed configuration has no side door (SECURITY-BAR G02 to G06, bar 35). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { describe, expect, it } from 'vitest';
import { describeRoutes } from '../../src/core/deploy/route-coverage.ts';
import { findUnsafeSettings } from '../support/config-lint.ts';
import type { DeployConfig } from '../support/config-lint.ts';

const OPTIONS = { hideWarnings: true };

function read(env: '' | 'dev'): DeployConfig {
  return readConfig({ config: 'wrangler.toml', env }, OPTIONS);
}

describe('wrangler.toml', () => {
  it('G06: names no route as it stands, and leaves nothing open with the routes that it suggests', () => {
    expect(describeRoutes(read('')).warnings.map(({ code }) => code)).toEqual(['no-routes']);
    const text = readFileSync('wrangler.toml', 'utf8').replace('\nroutes = []\n', '\n');
    const [suggested = ''] = /^# routes = \[\n(?:# .*\n)+?# \]$/m.exec(text) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'edgetoll-config-'));
    const file = join(folder, 'wrangler.toml');
    writeFileSync(file, text.replace(suggested, suggested.replaceAll(/^# /gm, '')));
    const report = describeRoutes(readConfig({ config: file, env: '' }, OPTIONS));
    rmSync(folder, { recursive: true });
    expect(report.warnings).toEqual([]);
    expect(report.covered.map(({ host }) => host)).toEqual(['example.com', '*.example.com']);
  });

  it('G02, G03, G04, G05: is safe as it stands', () => {
    expect(findUnsafeSettings(read(''))).toEqual([]);
  });

  it('leaves the machine by no route in a local run, and repeats every binding there', () => {
    const [top, dev] = [read(''), read('dev')];
    expect(dev.routes ?? []).toEqual([]);
    const names = (config: DeployConfig) => config.ratelimits?.map(({ name }) => name);
    expect(names(dev)).toEqual(names(top));
    expect(dev.kv_namespaces).toEqual(top.kv_namespaces);
    expect([dev.durable_objects, dev.migrations]).toEqual([top.durable_objects, top.migrations]);
  });

  it('only watches on a first deploy, and charges in a local run', () => {
    expect([read('').vars?.['PRESET'], read('dev').vars?.['PRESET']]).toEqual([
      'monitor',
      'balanced',
    ]);
  });

  const safe = () => structuredClone(read(''));
  const seeded: Record<string, (config: DeployConfig) => DeployConfig> = {
    'G02: workers.dev on': (config) => ({ ...config, workers_dev: true }),
    'G02: workers.dev unset': (config) => ({ ...config, workers_dev: undefined }),
    'G02: previews on': (config) => ({ ...config, preview_urls: true }),
    'G02: previews unset': (config) => ({ ...config, preview_urls: undefined }),
    'G03: the Worker before its own assets': (config) => ({
      ...config,
      assets: { ...config.assets, run_worker_first: true },
    }),
    'G03: a site beside the page’s assets': (config) => ({
      ...config,
      assets: { ...config.assets, directory: 'public' },
    }),
    'G03: assets that rewrite addresses': (config) => ({
      ...config,
      assets: { ...config.assets, html_handling: 'auto-trailing-slash' },
    }),
    'G03: assets that answer for missing pages': (config) => ({
      ...config,
      assets: { ...config.assets, not_found_handling: 'single-page-application' },
    }),
    'G05: Workers Cache on': (config) => ({ ...config, cache: { enabled: true } }),
    'a secret in plain text': (config) => ({
      ...config,
      vars: { ...config.vars, TOLL_SECRET: 'x' },
    }),
    'a secret that is not required': (config) => ({ ...config, secrets: { required: [] } }),
    'a key for assertions in plain text': (config) => ({
      ...config,
      vars: { ...config.vars, TOLL_ASSERTION_KEY: 'x' },
    }),
    'G06: one scheme alone': (config) => ({ ...config, routes: ['https://shop.example.com/*'] }),
    'G06: a part of a site': (config) => ({ ...config, routes: ['shop.example.com/a/*'] }),
    'G06: subdomains without the apex': (config) => ({ ...config, routes: ['*.example.com/*'] }),
    'G06: a pattern that matches foreign domains': (config) => ({
      ...config,
      routes: [{ pattern: '*example.com/*' }],
    }),
    'a service in front of the zone’s origin': (config) => ({
      ...config,
      services: [{ binding: 'ORIGIN' }],
    }),
    'a Durable Object without its migration': (config) => ({ ...config, migrations: [] }),
    'a Durable Object that is not on SQLite': (config) => ({
      ...config,
      migrations: [{ tag: 'v1', new_classes: ['PriceBook'] }],
    }),
    'a limiter that is missing': (config) => ({
      ...config,
      ratelimits: config.ratelimits?.slice(1),
    }),
  };
  for (const [name, unsafe] of Object.entries(seeded)) {
    it(`is checked by a lint that refuses ${name}`, () => {
      expect(findUnsafeSettings(unsafe(safe()))).toHaveLength(1);
    });
  }
});
