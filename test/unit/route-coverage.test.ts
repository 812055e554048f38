/** Which hosts the routes cover, and what they leave open (SECURITY-BAR G06). */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { describeRoutes, type RouteReport } from '../../src/core/deploy/route-coverage.ts';
import {
  matchesRoute,
  parseRoutePattern,
  type Probe,
} from '../../src/core/deploy/route-pattern.ts';
import { LISTED_ROUTES, ROUTE_FIXTURES } from '../support/route-fixtures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgetoll-routes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const briefly = ({ covered, warnings }: RouteReport) => ({
  covered: covered.map(({ host, paths }) => [host, ...paths].join(' ')),
  warnings: warnings.map(({ code, subject }) => `${code} ${subject}`),
});

describe('the report on routes', () => {
  it('G06: names the covered hosts and every gap of the fixture configurations', () => {
    expect(Object.keys(ROUTE_FIXTURES).length).toBeGreaterThanOrEqual(12);
    for (const [name, { toml, covered, warnings }] of Object.entries(ROUTE_FIXTURES)) {
      const file = join(folder, 'wrangler.toml');
      writeFileSync(
        file,
        `name = "gate"\nmain = "worker.js"\ncompatibility_date = "2026-10-01"\n${toml}\n`,
      );
      const config = readConfig({ config: file }, { hideWarnings: true });
      expect({ name, ...briefly(describeRoutes(config)) }).toEqual({ name, covered, warnings });
    }
  });

  it('G06: a route without a Worker is named, and what it opens is not called covered', () => {
    expect(briefly(describeRoutes(LISTED_ROUTES))).toEqual({
      covered: ['shop.example.com /*'],
      warnings: [
        'without-worker shop.example.com/hooks/*',
        'without-worker shop.example.com/pay/*',
      ],
    });
    const apex = { pattern: 'example.com/*', script: null };
    const routes = ['www.example.com/*', '*.example.com/*', apex];
    const closed = { workers_dev: false, preview_urls: false };
    expect(briefly(describeRoutes({ ...closed, routes })).warnings).toEqual([
      'apex-open example.com',
      'without-worker example.com/*',
    ]);
    const none = { ...closed, routes: [apex] };
    expect(briefly(describeRoutes(none)).covered).toEqual([]);
    expect(briefly(describeRoutes(none)).warnings).toContain('no-routes routes');
  });

  it('G06: says which schemes are covered, and what to write instead', () => {
    const { covered, warnings } = describeRoutes({ routes: ['https://*example.com/*'] });
    expect(covered).toEqual([{ host: '*example.com', schemes: ['https'], paths: ['/*'] }]);
    const messages = warnings.map(({ message }) => message).join('\n');
    expect(messages).toContain('myexample.com');
    expect(messages).toContain('example.com/* and *.example.com/*');
    expect(messages).toContain('does not match http');
  });

  it('takes any shape of configuration without throwing', () => {
    for (const routes of [undefined, null, 7, {}, [null], [7], [{}], [{ pattern: 7 }], [[]]])
      expect(describeRoutes({ routes }).covered).toEqual([]);
  });
});

describe('a route pattern', () => {
  const matches = (text: string, scheme: Probe['scheme'], url: string) => {
    const pattern = parseRoutePattern(text);
    const at = url.indexOf('/');
    const probe = { scheme, host: url.slice(0, at), path: url.slice(at) };
    return pattern !== undefined && matchesRoute(pattern, probe);
  };

  it('G06: matches what Cloudflare documents', () => {
    const cases: readonly (readonly [string, Probe['scheme'], string, boolean])[] = [
      ['example.com/*', 'https', 'example.com/', true],
      ['example.com/*', 'http', 'example.com/a?b', true],
      ['example.com/*', 'https', 'www.example.com/', false],
      ['*.example.com/*', 'https', 'www.example.com/', true],
      ['*.example.com/*', 'https', 'a.b.example.com/', true],
      ['*.example.com/*', 'https', 'example.com/', false],
      ['*.example.com/*', 'https', 'myexample.com/', false],
      ['*example.com/*', 'https', 'example.com/', true],
      ['*example.com/*', 'https', 'www.example.com/', true],
      ['*example.com/*', 'https', 'myexample.com/', true],
      ['https://example.com/*', 'http', 'example.com/', false],
      ['https://example.com/*', 'https', 'example.com/', true],
      ['example.com/a/*', 'https', 'example.com/a', false],
      ['example.com/a/*', 'https', 'example.com/a/', true],
      ['example.com/a*', 'https', 'example.com/abc', true],
      ['example.com/a', 'https', 'example.com/a', true],
      ['example.com/a', 'https', 'example.com/a?b', false],
      ['example.com/a*', 'https', 'example.com/A', false],
      ['*/*', 'https', 'anything.test/x', true],
    ];
    for (const [text, scheme, url, expected] of cases)
      expect([text, scheme, url, matches(text, scheme, url)]).toEqual([
        text,
        scheme,
        url,
        expected,
      ]);
  });
});
