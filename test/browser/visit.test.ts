/** A real Chromium before the real gate with the demo origin behind it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { startCookieFilter } from '../support/cookie-filter.ts';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';

const hasChromium = (await requireChromium()) !== undefined;

let gate: Gate;
let browser: Browser;
let closeBrowser: () => Promise<void>;

/** Requests of one context, by what they were for. */
interface Traffic {
  readonly redemptions: number[];
  readonly challengePages: string[];
  readonly foreign: string[];
}

function watch(context: BrowserContext): Traffic {
  const traffic: Traffic = { redemptions: [], challengePages: [], foreign: [] };
  context.on('response', (response) => {
    const { pathname, host } = new URL(response.url());
    if (host !== gate.url.host) traffic.foreign.push(response.url());
    if (pathname === '/.toll/redeem') traffic.redemptions.push(response.status());
    const isOurs = response.headers()['toll-version'] === '1';
    if (isOurs && response.request().isNavigationRequest() && pathname !== '/.toll/redeem') {
      traffic.challengePages.push(pathname);
    }
  });
  return traffic;
}

interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly traffic: Traffic;
  readonly errors: string[];
}

async function visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext(options);
  const traffic = watch(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('403')) errors.push(message.text());
  });
  return { context, page, traffic, errors };
}

/** Requests at the origin but the favicon, which the gate always lets through. */
async function reachedOrigin() {
  return (await gate.originRequests()).filter(({ path }) => path !== '/favicon.ico');
}

const at = (path: string) => new URL(path, gate.url.href).href;

describe.skipIf(!hasChromium)('a visit in Chromium', () => {
  beforeAll(async () => {
    gate = await startGate({
      limits: { PATIENCE_PACE: 1000, RECORD_PACE_NETWORK: 1000, RECORD_PACE_LOCATION: 1000 },
    });
    ({ browser, close: closeBrowser } = await launchChromium());
  });
  afterAll(async () => {
    await closeBrowser?.();
    await gate?.close();
  });
  beforeEach(() => gate.resetOrigin());

  it('cold: one challenge page, one redemption, the page that was asked for', async () => {
    const { context, page, traffic, errors } = await visitor();
    await page.goto(at('/crossings?sort=name#top'));
    await page.waitForSelector('#verdict');
    expect(page.url()).toBe(at('/crossings?sort=name#top'));
    expect(await page.textContent('#verdict')).toContain('pass');
    expect(traffic).toEqual({ redemptions: [200], challengePages: ['/crossings'], foreign: [] });
    expect(errors).toEqual([]);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({
      name: '__Host-toll',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      path: '/',
    });
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    await page.goto(at('/survey'));
    expect(traffic.challengePages).toHaveLength(1);
    await context.close();
  });

  it('H07, J07: loads four files of ours, beside those of the GPU in a long run, and nothing from anyone else', async () => {
    const { context, page, traffic } = await visitor();
    const paths: string[] = [];
    page.on('request', (request) => paths.push(new URL(request.url()).pathname));
    await page.route('**/.toll/redeem', (route) => route.abort());
    await page.goto(at('/crossings'));
    await page.waitForSelector('html[data-state="error"]', { timeout: 15_000 });
    const assets = paths.flatMap((path) => /^\/\.toll\/assets\/([\w-]+)\./.exec(path)?.[1] ?? []);
    // A run that lasts, on a slow machine, also fetches the page's GPU file.
    const own = assets.filter((name) => !name.startsWith('gpu-'));
    const [style, ...code] = [...new Set(own)].toSorted();
    expect([style, code]).toEqual(['page', ['sha256-simd', 'solver-page', 'solver-worker']]);
    expect(traffic.foreign).toEqual([]);
    await context.close();
  });

  it('F05: a form of this site arrives once, byte for byte', async () => {
    const { context, page, traffic } = await visitor();
    await page.goto(at('/letters'));
    await page.waitForSelector('#verdict');
    await context.clearCookies();
    await gate.resetOrigin();
    await page.evaluate(() => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = '/letters?from=test';
      for (const [name, value] of [
        ['name', 'Zoë & Co'],
        ['text', 'a=b\r\nc + d%20 \u{1F600}'],
        ['submit', 'x'],
        ['_charset_', 'x'],
        ['name', 'again'],
      ]) {
        const field = document.createElement('input');
        field.type = 'hidden';
        field.name = name ?? '';
        field.value = value ?? '';
        form.append(field);
      }
      document.body.append(form);
      HTMLFormElement.prototype.submit.call(form);
    });
    await page.waitForSelector('#body-sha256');
    const body =
      'name=Zo%C3%AB+%26+Co&text=a%3Db%0D%0Ac+%2B+d%2520+%F0%9F%98%80&submit=x&_charset_=UTF-8&name=again';
    const posts = (await gate.originRequests()).filter(({ method }) => method === 'POST');
    expect(posts).toEqual([
      expect.objectContaining({
        path: '/letters?from=test',
        bodyBytes: body.length,
        bodySha256: createHash('sha256').update(body).digest('hex'),
      }),
    ]);
    expect(traffic.redemptions).toEqual([200, 200]);
    await context.close();
  });

  it('F05: a form of another kind is said not to have been sent', async () => {
    const { context, page } = await visitor();
    await page.goto(at('/letters'));
    await page.waitForSelector('#verdict');
    // Its style sheets are at the origin too, and must not be counted below.
    await page.waitForLoadState('load');
    await context.clearCookies();
    await gate.resetOrigin();
    await page.evaluate(() => {
      const form = document.createElement('form');
      form.method = 'post';
      form.enctype = 'multipart/form-data';
      form.action = '/letters?kind=multipart';
      document.body.append(form);
      form.submit();
    });
    await page.waitForSelector('html[data-state="done"]');
    await expect.poll(() => page.textContent('#toll-message')).toMatch(/not sent/i);
    expect(await reachedOrigin()).toEqual([]);
    await context.close();
  });

  it('F05: a POST from another site never reaches the origin', async () => {
    const { context, page } = await visitor();
    const evil = `data:text/html,<form method=post action="${at('/letters')}"><input name=a value=b></form><script>document.forms[0].submit()</script>`;
    await page.goto(evil);
    await page.waitForSelector('html[data-state="done"]', { timeout: 15_000 });
    expect(await reachedOrigin()).toEqual([]);
    await context.close();
  });

  it('without JavaScript: arrives by patience', async () => {
    const { context, page, traffic } = await visitor({ javaScriptEnabled: false });
    await page.goto(at('/crossings?x=1'));
    expect(await page.textContent('body')).toMatch(/JavaScript is off/);
    await page.click('#toll-patience [type=submit]');
    expect(await page.textContent('h1')).toMatch(/too early|wait/i);
    await expect
      .poll(
        async () => {
          if ((await page.locator('#verdict').count()) === 0)
            await page.click('form [type=submit]');
          return page.url();
        },
        { timeout: 20_000, interval: 1000 },
      )
      .toBe(at('/crossings?x=1'));
    expect(traffic.challengePages).toEqual(['/crossings']);
    await context.close();
  });

  it('without workers: arrives all the same, and says so', async () => {
    const { context, page, traffic } = await visitor();
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'Worker', {
        value: function Worker(): never {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    await page.goto(at('/crossings'));
    await page.waitForSelector('#verdict', { timeout: 15_000 });
    expect(traffic.redemptions).toEqual([200]);
    await context.close();
  });

  it('with worker files blocked: arrives all the same', async () => {
    const { context, page } = await visitor();
    await context.route('**/assets/solver-worker*', (route) => route.abort());
    await page.goto(at('/crossings'));
    await page.waitForSelector('#verdict', { timeout: 15_000 });
    await context.close();
  });

  it('30: without cookies: a clear message, and at most two challenge pages', async () => {
    const filter = await startCookieFilter(gate.url.href);
    const { context, page, traffic } = await visitor();
    await page.goto(`${filter.url}/crossings`);
    await page.waitForSelector('html[data-state="blocked"]', { timeout: 15_000 });
    expect(await page.textContent('#toll-message')).toMatch(/cookies/i);
    // Nothing that the page might still do by itself is under way: a full turn of its own timers.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    expect(traffic.challengePages).toEqual(['/crossings', '/crossings']);
    expect(await reachedOrigin()).toEqual([]);
    await context.close();
    await filter.close();
  });

  it('C05: ten tabs opened at once all arrive, each with one challenge', async () => {
    const { context, traffic } = await visitor();
    const tabs = await Promise.all(Array.from({ length: 10 }, () => context.newPage()));
    await Promise.all(
      tabs.map(async (tab, index) => {
        await tab.goto(at(`/crossings?tab=${index}`));
        await tab.waitForSelector('#verdict', { timeout: 45_000 });
      }),
    );
    expect(traffic.challengePages).toHaveLength(10);
    expect(traffic.redemptions).toHaveLength(10);
    await context.close();
  });

  it('an expired challenge is exchanged for a new one, once', async () => {
    const { context, page, traffic } = await visitor();
    let refused = 0;
    await context.route('**/.toll/redeem', async (route) => {
      refused += 1;
      if (refused > 1) return route.continue();
      return route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: '{"status":403,"code":"expired"}',
      });
    });
    await page.goto(at('/crossings'));
    await page.waitForSelector('#verdict', { timeout: 15_000 });
    expect(traffic.redemptions).toEqual([403, 200]);
    expect(traffic.challengePages).toHaveLength(1);
    await context.close();
  });

  it('C03: hostile paths run no script', async () => {
    const { context, page, errors } = await visitor();
    page.on('dialog', () => errors.push('dialog'));
    for (const path of [
      '/a?"><script>alert(1)</script>',
      "/'onload='alert(1)",
      '/a#<img src=x onerror=alert(1)>',
    ]) {
      await page.goto(at(path));
      // The page that was asked for: a challenge page may navigate at any moment.
      await page.waitForSelector('#verdict');
      await context.clearCookies();
    }
    expect(errors.filter((error) => /dialog|Content Security Policy/.test(error))).toEqual([]);
    await context.close();
  });
});
