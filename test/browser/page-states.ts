/**
 * Every state of the gate's pages, reached in Chromium and held still.
 *
 * Owns how each one is reached; must not know what is looked at in it.
 */
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { GateOptions } from '../support/gate-server.ts';

const UNBOUNDED = 100_000;

/** For `startGate`: what the states need of the gate, and a brand. */
export const STATES_GATE: GateOptions = {
  vars: {
    BRAND_TITLE: 'Lantern Valley Railway',
    BRAND_LOGO: '/bridge.svg',
    BRAND_ACCENT: '#b5179e',
    BRAND_CONTACT: 'mailto:help@example.com',
    BRAND_FOOTER: 'Lantern Valley Railway, a society of volunteers',
    MIN_SOLUTIONS: 8,
    ATTEMPTS_PER_SOLUTION: 1024,
    REQUEST_PRICE: 100,
    RULES: [
      { name: 'shut', action: 'deny', path: ['/shut'] },
      { name: 'once', action: 'charge', path: ['/once'], requestPrice: 8192 },
      { name: 'dear', action: 'charge', path: ['/dear'], attemptsPerSolution: 8_388_608 },
    ],
  },
  limits: {
    PASS_CEILING: 3,
    NETWORK_CEILING: UNBOUNDED,
    HOSTING_CEILING: UNBOUNDED,
    PATIENCE_PACE: UNBOUNDED,
    RECORD_PACE_NETWORK: UNBOUNDED,
    RECORD_PACE_LOCATION: UNBOUNDED,
  },
};

export interface PageState {
  readonly name: string;
  readonly options?: BrowserContextOptions;
  /** @param at makes an address of a path */
  readonly open: (page: Page, at: (path: string) => string) => Promise<void>;
}

const inState = (page: Page, state: string) =>
  page.waitForSelector(`html[data-state="${state}"]`, { timeout: 30_000 });

/** Redemptions that never come to an answer. */
const holdRedemption = (page: Page) => page.route('**/.toll/redeem', () => undefined);
const failRedemption = (page: Page) => page.route('**/.toll/redeem', (route) => route.abort());

/** Sends a form to the gate without a pass. */
async function submit(page: Page, enctype: string): Promise<void> {
  await page.evaluate((type) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.enctype = type;
    form.action = '/letters';
    const field = document.createElement('input');
    field.name = 'text';
    field.value = 'A letter';
    form.append(field);
    document.body.append(form);
    form.submit();
  }, enctype);
}

/** A page of this origin from which a form can be sent, without a pass in the browser. */
async function openOwnPage(page: Page, at: (path: string) => string): Promise<void> {
  await page.goto(at('/robots.txt'));
}

export const PAGE_STATES: readonly PageState[] = [
  {
    name: 'solving',
    open: async (page, at) => {
      await page.goto(at('/dear'));
      await page.waitForFunction(() => document.getElementById('toll-remaining')?.textContent);
    },
  },
  {
    name: 'redeeming',
    open: async (page, at) => {
      await holdRedemption(page);
      await page.goto(at('/crossings'));
      await inState(page, 'redeeming');
    },
  },
  {
    name: 'blocked',
    open: async (page, at) => {
      await page.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false });
      });
      await page.goto(at('/crossings'));
      await inState(page, 'blocked');
    },
  },
  {
    name: 'error',
    open: async (page, at) => {
      await failRedemption(page);
      await page.goto(at('/crossings'));
      await inState(page, 'error');
    },
  },
  {
    name: 'failed, everything open',
    open: async (page, at) => {
      await page.addInitScript(() => {
        Object.defineProperty(SubtleCrypto.prototype, 'digest', {
          value: () => Promise.reject(new Error('no digest')),
        });
      });
      await page.goto(at('/crossings'));
      await inState(page, 'error');
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
    },
  },
  {
    name: 'slow-down',
    open: async (page, at) => {
      await page.goto(at('/crossings'));
      await page.waitForSelector('#verdict', { timeout: 30_000 });
      for (let visits = 0; visits < 6; visits += 1) {
        await page.goto(at(`/crossings?again=${visits}`));
        if ((await page.locator('#verdict').count()) === 0) break;
      }
      await inState(page, 'blocked');
    },
  },
  {
    name: 'credit-spent',
    open: async (page, at) => {
      await page.goto(at('/once'));
      await page.waitForSelector('h1');
      await page.waitForFunction(() => document.getElementById('toll-data') === null);
      await holdRedemption(page);
      await page.goto(at('/once'));
      await inState(page, 'redeeming');
    },
  },
  {
    name: 'carried form',
    open: async (page, at) => {
      await openOwnPage(page, at);
      await holdRedemption(page);
      await submit(page, 'application/x-www-form-urlencoded');
      await inState(page, 'redeeming');
    },
  },
  {
    name: 'not sent',
    open: async (page, at) => {
      await openOwnPage(page, at);
      await submit(page, 'multipart/form-data');
      await inState(page, 'done');
    },
  },
  {
    name: 'no JavaScript',
    options: { javaScriptEnabled: false },
    open: async (page, at) => {
      await page.goto(at('/crossings'));
    },
  },
  {
    name: 'too early',
    options: { javaScriptEnabled: false },
    open: async (page, at) => {
      await page.goto(at('/crossings'));
      await page.click('#toll-patience [type=submit]');
    },
  },
  {
    name: 'denied',
    open: async (page, at) => {
      await page.goto(at('/shut'));
    },
  },
];
