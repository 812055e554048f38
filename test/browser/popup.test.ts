/** A window that another site opened (a login, a payment) and that meets the gate on its way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';

const hasChromium = (await requireChromium()) !== undefined;
const SHOP = 'http://shop.test/';

let gate: Gate;
let browser: Browser;
let closeBrowser: () => Promise<void>;

describe.skipIf(!hasChromium)('a window that another site opened', () => {
  beforeAll(async () => {
    gate = await startGate();
    ({ browser, close: closeBrowser } = await launchChromium());
  });
  afterAll(async () => {
    await closeBrowser?.();
    await gate?.close();
  });

  it('still reaches its opener once it has paid', async () => {
    const context = await browser.newContext();
    await context.route(SHOP, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Shop</title>' }),
    );
    const shop = await context.newPage();
    await shop.goto(SHOP);
    const opened = context.waitForEvent('page');
    await shop.evaluate(() => {
      addEventListener('message', ({ data }) => (document.title = String(data)));
    });
    await shop.evaluate((url) => void open(url), new URL('/', gate.url.href).href);
    const popup = await opened;
    await popup.waitForSelector('#verdict');
    await popup.evaluate(() => window.opener?.postMessage('paid', '*'));
    await expect.poll(() => shop.title()).toBe('paid');
    await context.close();
  });
});
