/**
 * One cold visit: a browser of its own, which has settled before the clock starts.
 *
 * Owns the browser's life and the milestones; must not know what they add up to.
 */
import { launchChromium } from '../../support/chromium.ts';
import type { Lifetime } from '../lifetime.ts';
import { BINDING, watchDocument, type GateTimes, type OriginTimes, type Times } from './watch.ts';

/** Milliseconds since the navigation to the protected page began. */
export interface VisitRun {
  readonly firstByte: number;
  readonly script: number;
  readonly spawn: number;
  readonly worker: number;
  readonly solved: number;
  readonly redeemed: number;
  readonly originFirstByte: number;
  readonly load: number;
  readonly engine: string;
  /** Of the origin's page beside itself. */
  readonly requests: number;
  readonly chromium: string;
}

/** A browser that somebody uses is not still starting. */
const SETTLE_MS = 500;
const TIMEOUT_MS = 60_000;

function createRun(gate: GateTimes, origin: OriginTimes): Omit<VisitRun, 'chromium'> {
  const since = (time: number): number => time - gate.navigation;
  return {
    firstByte: since(gate.firstByte),
    script: since(gate.script),
    spawn: since(gate.spawn),
    worker: since(gate.worker),
    solved: since(gate.solved),
    redeemed: since(gate.redeemed),
    originFirstByte: since(origin.firstByte),
    load: since(origin.loaded),
    engine: gate.engine,
    requests: origin.requests,
  };
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}

/** Collects the reports of both documents; rejects where the second does not come. */
function expectTimes(): {
  readonly report: (times: Times) => void;
  readonly both: Promise<readonly [GateTimes, OriginTimes]>;
} {
  const { promise, resolve, reject } = Promise.withResolvers<readonly [GateTimes, OriginTimes]>();
  const timer = setTimeout(() => reject(new Error('the visit did not arrive')), TIMEOUT_MS);
  let gate: GateTimes | undefined;
  const report = (times: Times): void => {
    if (times.kind === 'gate') {
      gate = times;
      return;
    }
    clearTimeout(timer);
    if (gate === undefined) reject(new Error('the visit met no gate'));
    else resolve([gate, times]);
  };
  return { report, both: promise };
}

/** Visits `url` with a fresh profile in a fresh process. Throws where it does not arrive. */
export async function visitOnce(lifetime: Lifetime, url: string): Promise<VisitRun> {
  const { browser, close } = await lifetime.hold(launchChromium({ endsOnSignals: false }));
  const page = await browser.newPage();
  const { report, both } = expectTimes();
  await page.exposeFunction(BINDING, report);
  await page.addInitScript(watchDocument);
  await pause(SETTLE_MS);
  const [, [gate, origin]] = await Promise.all([page.goto(url, { waitUntil: 'commit' }), both]);
  const chromium = browser.version();
  await close();
  return { ...createRun(gate, origin), chromium };
}
