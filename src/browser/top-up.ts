/**
 * Entry point of the script that an operator's pages may load: joins the parts.
 *
 * A classic script, for only those know their own element and with it the address of the gate.
 * What solves is fetched when a pass is really bought.
 */
import { Attention } from './top-up/attention.ts';
import { BackOff } from './top-up/back-off.ts';
import { readBalance, type TimedReply } from './top-up/balance.ts';
import { Keeper } from './top-up/keeper.ts';
import { createPayingFetch } from './top-up/paying-fetch.ts';
import { type Battery, hasSparePower } from './top-up/spare-power.ts';
import type { Cashier, CashierSetup } from './top-up-cashier.ts';

/** Name of the module that solves, put here by the build. */
declare const TOLL_CASHIER: string;

interface CashierModule {
  readonly createCashier: (setup: CashierSetup) => Cashier;
}

/** Of the lock and the channel that the tabs of a site share. */
const SHARED_NAME = 'edgetoll-top-up';
/** Where the browser does not tell when it is idle. */
const IDLE_FALLBACK_MS = 2_000;

const nowMs = (): number => performance.now();
const after = (delayMs: number, callback: () => void): void => {
  setTimeout(callback, delayMs);
};

function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(resolve);
    else after(IDLE_FALLBACK_MS, () => resolve(undefined));
  });
}

function savesData(): boolean {
  const connection: unknown = 'connection' in navigator ? navigator.connection : undefined;
  const isAsked =
    typeof connection === 'object' &&
    connection !== null &&
    'saveData' in connection &&
    connection.saveData === true;
  return isAsked || matchMedia('(prefers-reduced-data: reduce)').matches;
}

async function readBattery(): Promise<Battery | undefined> {
  if (!('getBattery' in navigator) || typeof navigator.getBattery !== 'function') return undefined;
  try {
    const battery: unknown = await Reflect.apply(navigator.getBattery, navigator, []);
    if (typeof battery !== 'object' || battery === null) return undefined;
    if (!('charging' in battery && 'level' in battery)) return undefined;
    return { charging: battery.charging === true, level: Number(battery.level) };
  } catch {
    // Forbidden by a permissions policy.
    return undefined;
  }
}

async function alone(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(SHARED_NAME, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
}

/** One line for a whole page: a visitor is told nothing, and who looks is told once. */
let hasComplained = false;
function complain(detail: string): void {
  // oxlint-disable-next-line no-console -- for the operator who wonders
  if (!hasComplained) console.debug(`edgetoll top-up: ${detail}`);
  hasComplained = true;
}

/** What happens in the page, for the keeper to look at. */
function listen(keeper: Keeper, attention: Attention): void {
  const touch = ({ isTrusted }: Event): void => {
    if (!isTrusted) return;
    attention.noteTouch();
    keeper.consider();
  };
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
    addEventListener(type, touch, { capture: true, passive: true });
  }
  // Coming back to a tab is as good as touching it.
  document.addEventListener('visibilitychange', (event) => {
    if (!document.hidden) touch(event);
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both types are resource timings
      const balance = readBalance(entry as PerformanceEntry & TimedReply, location.origin);
      if (balance !== undefined) keeper.see(balance);
    }
  });
  for (const type of ['navigation', 'resource']) observer.observe({ type, buffered: true });
}

/** The cashier is fetched with the first purchase, and again where that failed. */
function createHiring(setup: CashierSetup): () => Promise<Cashier> {
  const load = async (): Promise<Cashier> => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, named by the build
    const { createCashier } = (await import(setup.assets + TOLL_CASHIER)) as CashierModule;
    return createCashier(setup);
  };
  let hired: Promise<Cashier> | undefined;
  return async () => {
    try {
      hired ??= load();
      return await hired;
    } catch (error) {
      hired = undefined;
      throw error;
    }
  };
}

function start(assets: URL, wrapsFetch: boolean): void {
  const ownFetch = window.fetch.bind(window);
  const channel = new BroadcastChannel(SHARED_NAME);
  const attention = new Attention({ nowMs, isHidden: () => document.hidden });
  const isAttended = (): boolean => attention.isGiven();
  const notePass = (): void => {
    attention.notePass();
    keeper.forget();
  };
  channel.addEventListener('message', notePass);
  const setup: CashierSetup = {
    assets: assets.href,
    prefix: new URL('..', assets).pathname,
    fetch: ownFetch,
    redeemed: () => {
      notePass();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel, no window
      channel.postMessage(undefined);
    },
  };
  const hire = createHiring(setup);
  const keeper = new Keeper({
    nowMs,
    after,
    backOff: new BackOff(nowMs),
    isAttended,
    idle,
    hasSparePower: () => hasSparePower({ savesData, readBattery, onFrame, after }),
    alone,
    buy: async ({ path, pace }) => (await hire()).topUp(path, pace),
    complain,
  });
  listen(keeper, attention);
  if (!wrapsFetch) return;
  window.fetch = createPayingFetch({
    fetch: ownFetch,
    origin: location.origin,
    nowMs,
    isAttended,
    passMs: () => attention.passMs,
    backOff: new BackOff(nowMs),
    pay: async (toll) => (await hire()).pay(toll),
    complain,
  });
}

function onFrame(callback: (timeMs: number) => void): void {
  requestAnimationFrame(callback);
}

const element = document.currentScript;
if (element instanceof HTMLScriptElement) {
  const assets = new URL('.', element.src);
  if (assets.origin === location.origin) start(assets, element.dataset['fetch'] !== 'off');
}
