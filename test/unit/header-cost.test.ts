/** What a stranger can make the gate compute by one header: linear time, whatever it holds. */
import { describe, expect, it } from 'vitest';
import { readClient, wantsPage } from '../../src/http/client-facts.ts';
import { readPendingForm } from '../../src/http/pending-form.ts';
import { readPresentedPasses, removePassCookies } from '../../src/http/presented-pass.ts';

const TARGET = 'https://site.test/form';
const FORM = 'application/x-www-form-urlencoded';
const RUN = 20_000;
const CHARACTERS = [' ', '\t', ';', ',', '=', 'a', '"', '/', '(', '&', '%', '.'];

/** Everything that reads headers before a pass is known to be good. */
async function readHeaders(headers: Headers): Promise<void> {
  const init = { method: 'POST', headers, body: 'a=1' };
  wantsPage(headers);
  readClient(new Request(TARGET, init));
  readPresentedPasses(headers);
  removePassCookies(headers.get('Cookie') ?? '');
  await readPendingForm(new Request(TARGET, init), new URL(TARGET), true);
}

async function millisecondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe('one header', () => {
  // The limit is a tenth of a quadratic function's time on a run of the same length in this test.
  it('E06: costs linear time, whichever it is and whatever is repeated in it', async () => {
    const spaces = `a${' '.repeat(RUN)}b`;
    const quadratic = await millisecondsOf(() => spaces.replace(/[ \t]+$/g, ''));
    const prefixes = {
      'Content-Type': `${FORM};`,
      Cookie: '__Host-toll=x; a',
      Accept: 'text/html',
      'Toll-Pass': 'a',
      'User-Agent': 'a',
      'CF-Connecting-IP': '1',
      Origin: 'https://site.test',
    };
    for (const [name, prefix] of Object.entries(prefixes)) {
      for (const character of CHARACTERS) {
        const headers = new Headers({ Origin: 'https://site.test', 'Content-Type': FORM });
        headers.set(name, `${prefix}${character.repeat(RUN)}b`);
        const cost = await millisecondsOf(() => readHeaders(headers));
        expect(cost, `${name} ${character}`).toBeLessThan(quadratic / 10);
      }
    }
  });
});
