/** `edgetoll routes`, as an operator runs it (SECURITY-BAR G06). */
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { RouteReport } from '../../src/core/deploy/route-coverage.ts';
import { createFolder, edgetoll } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();
afterAll(() => folder.remove());

describe('edgetoll routes', () => {
  const HEAD = 'name = "gate"\nworkers_dev = false\npreview_urls = false\n';

  it('G06: prints what goes through the gate, and exits with 1 where something is left open', async () => {
    folder.write('whole.toml', `${HEAD}routes = ["example.com/*", "*.example.com/*"]\n`);
    folder.write('apex.toml', `${HEAD}routes = ["https://example.com/*"]\n`);
    folder.write('broken.toml', 'routes = [');
    const [whole, apex, json, broken, none] = await Promise.all(
      [
        ['whole.toml'],
        ['--config', 'apex.toml'],
        ['apex.toml', '--json'],
        ['broken.toml'],
        ['no-such.toml'],
      ].map((words) => edgetoll(['routes', ...words], { cwd: folder.path })),
    );
    expect(whole).toMatchObject({
      code: 0,
      out: 'Through the gate:\n  example.com  /*  (https and http)\n  *.example.com  /*  (https and http)\n',
      err: '',
    });
    expect(apex?.code).toBe(1);
    expect(apex?.out).toContain('  example.com  /*  (https)\n');
    for (const code of ['www-open', 'subdomains-open', 'http-open'])
      expect(apex?.out).toContain(`[${code}]`);
    const report: RouteReport = JSON.parse(json?.out ?? '');
    expect(report.warnings.map(({ subject }) => subject)).toContain('www.example.com');
    for (const wrong of [broken, none]) {
      expect(wrong?.code).toBe(2);
      expect(wrong?.err).toContain('npx edgetoll routes --help');
      expect(wrong?.err).not.toMatch(/\n\s+at |node:internal/);
    }
  });
});
