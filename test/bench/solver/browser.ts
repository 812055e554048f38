/**
 * One measurement in Chromium: a fresh page, its workers, its CPU time.
 *
 * Owns the page's life and the reading of CPU time: all renderer processes of the browser, of
 * which only the page's has anything to do. Threads are not told apart, because a digest of
 * WebCrypto runs on another thread than the worker that asks for it.
 */
import type { Browser, Page } from 'playwright-core';
import { createCpuMeter } from '../cpu.ts';
import type { Measured } from './measured.ts';
import type { Bench, WorkerRun } from './page/page.ts';
import type { BrowserName } from './targets.ts';

export interface Measurement {
  readonly name: BrowserName;
  readonly workers: number;
  readonly seconds: number;
}

/** Until V8's compilers have done their work and the modules are there. */
const WARM_UP_SECONDS = 0.8;

interface BenchWindow {
  readonly bench?: Bench;
}

async function listRenderers(browser: Browser): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Sum over the processes, in seconds; `undefined` where there is no /proc to read. */
function readCpuSeconds(pids: readonly number[]): number | undefined {
  try {
    return pids.reduce((sum, pid) => sum + createCpuMeter(pid)() / 1e6, 0);
  } catch {
    return undefined;
  }
}

function run(page: Page, seconds: number): Promise<readonly WorkerRun[]> {
  return page.evaluate((length) => {
    const { bench } = globalThis as BenchWindow;
    if (bench === undefined) throw new Error('the page has no script');
    return bench.run(length);
  }, seconds);
}

async function measureOn(page: Page, { name, workers, seconds }: Measurement): Promise<Measured> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  await page.evaluate(([target, count]) => (globalThis as BenchWindow).bench?.open(target, count), [
    name,
    workers,
  ] as const);
  await run(page, WARM_UP_SECONDS);
  const pids = await listRenderers(browser);
  const before = readCpuSeconds(pids);
  const runs = await run(page, seconds);
  const after = readCpuSeconds(pids);
  return {
    attempts: runs.reduce((sum, { attempts }) => sum + attempts, 0),
    wallRate: runs.reduce((sum, { attempts, elapsedMs }) => sum + attempts / (elapsedMs / 1000), 0),
    cpuSeconds: before === undefined || after === undefined ? undefined : after - before,
    seconds: Math.max(...runs.map(({ elapsedMs }) => elapsedMs / 1000)),
    proofs: runs.flatMap(({ proofs }) => proofs),
  };
}

/** Measures on a page of `url`, which is closed afterwards. Throws with what the page says. */
export async function measureInBrowser(
  browser: Browser,
  url: string,
  measurement: Measurement,
): Promise<Measured> {
  const page = await browser.newPage();
  try {
    await page.goto(url, { waitUntil: 'load' });
    return await measureOn(page, measurement);
  } finally {
    await page.close();
  }
}
