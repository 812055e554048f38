/** The top-up script on a page of the origin, in a real Chromium behind the real gate. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';

const hasChromium = (await requireChromium()) !== undefined;
const UNBOUNDED = 100_000;
/** 8 x 1,024 attempts at 512 a request: a pass of 16 requests, topped up at 4. */
const FRESH = 16;

let gate: Gate;
let browser: Browser;
let closeBrowser: () => Promise<void>;

interface Setting {
  readonly savesData?: boolean;
  readonly isHidden?: boolean;
}

interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly redemptions: number[];
  /** Statuses of navigations. */
  readonly visits: number[];
  /** Names of our files on the origin's page. */
  readonly files: Set<string>;
}

/** A device with power to spare, whatever runs beside the test. */
function pretend({ savesData, isHidden }: Setting): void {
  let frameMs = 0;
  globalThis.requestAnimationFrame = (callback) => {
    setTimeout(() => callback((frameMs += 16)), 0);
    return 0;
  };
  const battery = () => Promise.resolve({ charging: true, level: 1 });
  Object.defineProperty(navigator, 'getBattery', { value: battery });
  const connection = {
    get saveData() {
      document.documentElement.dataset['asked'] = 'yes';
      return savesData === true;
    },
  };
  Object.defineProperty(navigator, 'connection', { value: connection });
  if (isHidden === true) Object.defineProperty(document, 'hidden', { get: () => true });
}

async function arrive(setting: Setting = {}): Promise<Visitor> {
  const context = await browser.newContext();
  await context.addInitScript(pretend, setting);
  const page = await context.newPage();
  const visitor = { context, page, redemptions: [], visits: [], files: new Set() } as Visitor;
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname === '/.toll/redeem') visitor.redemptions.push(response.status());
    if (response.request().isNavigationRequest()) visitor.visits.push(response.status());
  });
  context.on('request', (request) => {
    const name = /\/assets\/([\w-]+)\./.exec(request.url())?.[1];
    if (name !== undefined) visitor.files.add(name);
  });
  await page.goto(at('/ticket'));
  await page.waitForSelector('#verdict');
  await page.waitForLoadState('load');
  visitor.files.clear();
  return visitor;
}

const at = (path: string) => new URL(path, gate.url.href).href;

/** Statuses of `times` requests of the page's own, one after the other. */
function ask(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) statuses.push((await fetch(`/api/crossings?n=${n}`)).status);
    return statuses;
  }, times);
}

const statusesOf = (...statuses: readonly number[]) => new Set(statuses);

describe.skipIf(!hasChromium)('a page that loads the top-up script', () => {
  beforeAll(async () => {
    gate = await startGate({
      vars: {
        TOP_UP: 'on',
        MIN_SOLUTIONS: 8,
        MAX_SOLUTIONS: 8,
        ATTEMPTS_PER_SOLUTION: 1024,
        REQUEST_PRICE: 512,
      },
      limits: { RECORD_PACE_NETWORK: UNBOUNDED, RECORD_PACE_LOCATION: UNBOUNDED },
    });
    ({ browser, close: closeBrowser } = await launchChromium());
  });
  afterAll(async () => {
    await closeBrowser?.();
    await gate?.close();
  });

  it('buys the next pass before this one is spent, and browsing meets no challenge', async () => {
    const { context, page, redemptions, visits } = await arrive();
    const [first] = await context.cookies();
    expect(await ask(page, FRESH - 4)).toEqual(Array.from({ length: FRESH - 4 }, () => 200));
    await expect.poll(() => redemptions).toEqual([200, 200]);
    await expect.poll(async () => (await context.cookies())[0]?.value).not.toBe(first?.value);
    expect(statusesOf(...(await ask(page, 8)))).toEqual(statusesOf(200));
    await page.goto(at('/ticket?again'));
    expect(visits).toEqual([403, 200, 200]);
    await context.close();
  });

  it('buys nothing for a visitor who saves data, and loads nothing that is not used', async () => {
    const { context, page, redemptions, files } = await arrive({ savesData: true });
    await ask(page, FRESH - 4);
    await page.waitForSelector('html[data-asked]');
    await ask(page, 1);
    expect(redemptions).toEqual([200]);
    expect([...files]).toEqual([]);
    await context.close();
  });

  it('buys nothing for a hidden page, which gets its 429 as it is', async () => {
    const { context, page, redemptions, files } = await arrive({ isHidden: true });
    const statuses = await ask(page, FRESH + 1);
    expect(statusesOf(...statuses)).toEqual(statusesOf(200, 429));
    expect(statuses.at(-1)).toBe(429);
    expect([redemptions, [...files]]).toEqual([[200], []]);
    await context.close();
  });

  it('pays a 429 that a fetch meets, and sends its body again, once', async () => {
    // Saving data stops what nobody waits for; this is waited for.
    const { context, page, redemptions } = await arrive({ savesData: true });
    const statuses = await page.evaluate(async (count) => {
      const replies: unknown[] = [];
      for (let n = 0; n < count; n += 1) {
        const response = await fetch('/api/echo', { method: 'POST', body: `n=${n}` });
        const { body } = await response.json();
        replies.push([response.status, body.bytes]);
      }
      return replies;
    }, FRESH + 1);
    expect(statuses).toEqual(
      Array.from({ length: FRESH + 1 }, (_, n) => [200, n < 10 ? 3 : 4] as const),
    );
    expect(redemptions).toEqual([200, 200]);
    await context.close();
  });

  it('shares one purchase among requests that are refused together', async () => {
    const { context, page, redemptions } = await arrive({ savesData: true });
    await ask(page, FRESH - 2);
    const statuses = await page.evaluate(() =>
      Promise.all(
        Array.from({ length: 6 }, async (_, n) => (await fetch(`/api/crossings?m=${n}`)).status),
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
    expect(redemptions).toEqual([200, 200]);
    await context.close();
  });

  it('works in a worker and in WebAssembly under a policy that allows its own origin alone', async () => {
    const { context, page, redemptions } = await arrive({ savesData: true });
    const modules: string[] = [];
    await context.route('**/*.wasm', (route) => {
      modules.push(route.request().url());
      return route.continue();
    });
    // The page's own policy has no 'wasm-unsafe-eval'; an embedder policy is added to it.
    await context.route('**/ticket?strict', async (route) => {
      const response = await route.fetch();
      const own = { 'cross-origin-embedder-policy': 'require-corp' };
      await route.fulfill({ response, headers: { ...response.headers(), ...own } });
    });
    const response = await page.goto(at('/ticket?strict'));
    const policy = response?.headers()['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    await page.waitForLoadState('load');
    const working = page.waitForEvent('worker');
    expect(statusesOf(...(await ask(page, FRESH)))).toEqual(statusesOf(200));
    await working;
    expect(redemptions).toEqual([200, 200]);
    expect(modules.length).toBeGreaterThan(0);
    await context.close();
  });

  it('is not needed by a navigation: a spent pass is a challenge page, and then the page', async () => {
    const { context, page, redemptions, visits } = await arrive({ isHidden: true });
    await ask(page, FRESH);
    await page.goto(at('/crossings?spent'));
    await page.waitForSelector('#verdict');
    expect([visits, redemptions]).toEqual([
      [403, 200, 429, 200],
      [200, 200],
    ]);
    await context.close();
  });

  it('comes from an address that does not change, and is looked at again soon', async () => {
    const script = await fetch(at('/.toll/assets/top-up.js'));
    expect([script.status, script.headers.get('Cache-Control')]).toEqual([
      200,
      'public, max-age=600',
    ]);
    expect(script.headers.get('Toll-Version')).toBe('1');
    await script.body?.cancel();
  });
});
