/** axe-core finds nothing on any state of the pages: two directions, light and dark, branded. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';
import { PAGE_STATES, STATES_GATE } from './page-states.ts';

const hasChromium = (await requireChromium()) !== undefined;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Run in the page, as text: the tests' compiler knows nothing of the page's `axe`. */
const RUN = `axe.run(document, { resultTypes: ['violations', 'incomplete'] }).then(
  ({ violations, passes }) => ({
    rules: passes.length,
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
  }))`;

interface Finding {
  readonly rules: number;
  readonly violations: readonly string[];
}

let gate: Gate;
let browser: Browser;
let closeBrowser: () => Promise<void>;

const at = (path: string) => new URL(path, gate.url.href).href;

async function examine(page: Page): Promise<Finding> {
  await page.evaluate(AXE);
  return page.evaluate<Finding>(RUN);
}

/**
 * axe needs timers, and they do not run where scripts are off: the same document, as it was
 * rendered there, in a page that has them. Its own scripts are taken out.
 */
async function copyWithScripts(page: Page, locale: string): Promise<Page> {
  const html = (await page.content())
    .replace(/<script\b.*?<\/script>/gs, '')
    .replace(/(<\/?)noscript>/g, '$1div>');
  const context = await browser.newContext({ locale, bypassCSP: true });
  const copy = await context.newPage();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await copy.goto(page.url());
  return copy;
}

describe.skipIf(!hasChromium)('axe-core', () => {
  beforeAll(async () => {
    gate = await startGate(STATES_GATE);
    ({ browser, close: closeBrowser } = await launchChromium());
  });
  afterAll(async () => {
    await closeBrowser?.();
    await gate?.close();
  });

  describe.each(['en', 'ar'])('in %s', (locale) => {
    it.each(PAGE_STATES)('finds nothing on: $name', async ({ open, options }) => {
      const context = await browser.newContext({ ...options, locale, bypassCSP: true });
      const opened = await context.newPage();
      await open(opened, at);
      const isScripted = options?.javaScriptEnabled !== false;
      const page = isScripted ? opened : await copyWithScripts(opened, locale);
      expect(await page.getAttribute('html', 'lang')).toBe(locale);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { rules, violations } = await examine(page);
        expect([colorScheme, violations]).toEqual([colorScheme, []]);
        expect(rules).toBeGreaterThan(10);
      }
      await page.context().close();
      await context.close();
    });
  });

  it('is run so that it finds a seeded mistake', async () => {
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(at('/shut'));
    await page.evaluate(() => {
      document.body.append(document.createElement('button'));
      document.querySelector('h1')?.setAttribute('style', 'color: #eee');
    });
    const { violations } = await examine(page);
    expect(violations.join()).toMatch(/button-name.*color-contrast|color-contrast.*button-name/s);
    await page.close();
  });
});
