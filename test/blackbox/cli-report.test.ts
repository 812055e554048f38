/** `edgetoll report` on wrangler's local KV. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReview } from '../../src/core/price/review.ts';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';
import { DAY_SECONDS, DAY_START, dayOf, TERMS } from '../support/review-hours.ts';

const folder = createFolder();
const LOCAL = ['--local', '--persist-to', join(folder.path, 'store')];
/** wrangler takes seconds to start, and each command starts it twice. */
const TIMEOUT = 240_000;
const REVIEW = createReview({
  day: '2026-11-21',
  from: DAY_START,
  to: DAY_START + DAY_SECONDS,
  hours: dayOf(DAY_START),
  expected: undefined,
  terms: TERMS,
});

beforeAll(() => {
  const bindings = '[[kv_namespaces]]\nbinding = "POLICY"\n';
  folder.write('wrangler.toml', `name = "x"\ncompatibility_date = "2026-10-01"\n${bindings}`);
  folder.write('review.json', JSON.stringify(REVIEW));
});
afterAll(() => folder.remove());

function report(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['report', ...words, ...LOCAL], { cwd: folder.path });
}

function store(key: string): void {
  const wrangler = resolve('node_modules/wrangler/bin/wrangler.js');
  const words = ['kv', 'key', 'put', key, '--path', 'review.json', '--binding', 'POLICY', ...LOCAL];
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };
  execFileSync(process.execPath, [wrangler, ...words], { cwd: folder.path, env, stdio: 'pipe' });
}

describe('edgetoll report', () => {
  it(
    'says kindly that there is nothing yet, and how to have a review made',
    async () => {
      const none = await report();
      expect(none).toMatchObject({ code: 1, out: '' });
      expect(none.err).toContain('There is no review yet.');
      expect(none.err).toContain('/cdn-cgi/handler/scheduled?cron=review');
      expect(await report('2026-11-21')).toMatchObject({
        code: 1,
        err: 'There is no review of 2026-11-21. See: npx edgetoll report --list\n',
      });
    },
    TIMEOUT,
  );

  it(
    'prints what is stored, as text, as JSON and as a page',
    async () => {
      store('report/latest');
      store('report/2026-11-21');
      const page = join(folder.path, 'review.html');
      const text = await report('--html', 'review.html');
      expect(text).toMatchObject({ code: 0, err: 'Wrote review.html.\n' });
      expect(text.out).toContain('Edgetoll: review of 2026-11-21\n');
      expect(existsSync(page) && readFileSync(page, 'utf8')).toContain('<svg');
      const json = await report('2026-11-21', '--json');
      expect(JSON.parse(json.out)).toEqual(JSON.parse(JSON.stringify(REVIEW)));
      expect(await report('--list')).toMatchObject({ code: 0, out: '2026-11-21\n' });
      const lost = await report('--html', 'no/such/folder.html');
      expect(lost).toMatchObject({ code: 2, err: 'no/such/folder.html: it cannot be written\n' });
    },
    TIMEOUT,
  );
});
