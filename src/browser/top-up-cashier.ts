/**
 * The heavy part of the top-up script, fetched when a pass is really bought.
 *
 * Owns the two pools: one lane of low haste for what nobody waits for, all lanes for what
 * somebody does. Must not know when a pass is due.
 */
import { detectFeatures } from './features.ts';
import { pauseWhileHidden } from './hidden-pause.ts';
import { createLocalLane, createSolverLoader, createWorkerLane, type Lane } from './lanes.ts';
import { type Job, Pool, type SolveResult } from './pool.ts';
import { createTollClient, parseChallenge } from './toll-client.ts';
import type { PurchaseFailure } from './top-up/keeper.ts';
import { buyPass, describeFailure, type PurchasePorts } from './top-up/purchase.ts';

export interface CashierSetup {
  /** Address of the assets, with a slash at its end. */
  readonly assets: string;
  /** Path of the reserved prefix, with both slashes. */
  readonly prefix: string;
  /** The browser's own. */
  readonly fetch: typeof fetch;
  readonly redeemed: () => void;
}

export interface Cashier {
  /** A pass for `path` that bears `pace` requests a minute, bought without haste. */
  topUp(path: string, pace: number): Promise<PurchaseFailure | undefined>;
  /** The least pass for a challenge that somebody waits behind. */
  pay(toll: unknown): Promise<PurchaseFailure | undefined>;
}

/** Names of the files that belong to this one, put here by the build. */
declare const TOLL_FILES: {
  readonly worker: string;
  readonly local: string;
  readonly simd: string;
  readonly scalar: string;
};

const after = (delayMs: number, callback: () => void): void => {
  setTimeout(callback, delayMs);
};

/** Nobody waits: without workers there is no top-up, and the main thread stays the page's own. */
const noLane: Lane = {
  kind: 'local',
  open: (listener) => queueMicrotask(() => listener.failure('no workers')),
  post: () => undefined,
  close: () => undefined,
};

function createPool(assets: string, lanes: number, localLane: Lane): Pool {
  const { worker, simd, scalar } = TOLL_FILES;
  return new Pool({
    workers: Array.from({ length: lanes }, () => createWorkerLane(assets + worker)),
    localLane,
    modules: { simd: assets + simd, scalar: assets + scalar },
    nowMs: () => performance.now(),
    after,
  });
}

async function solveWithin(pool: Pool, job: Job, limitMs: number): Promise<SolveResult> {
  const timer = setTimeout(() => pool.cancel('too slow'), limitMs);
  const result = await pool.solve(job, () => undefined);
  clearTimeout(timer);
  return result;
}

type Solve = PurchasePorts['solve'];

/** For what nobody waits for: it is given up where the page is hidden or `isAwaited`. */
function createSlowSolve(pool: Pool, isAwaited: () => boolean): Solve {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) pool.cancel('the page was hidden');
  });
  return async (job, limitMs) =>
    document.hidden || isAwaited()
      ? { kind: 'failed', detail: 'not the time for it' }
      : solveWithin(pool, job, limitMs);
}

function createQuickSolve(assets: string): Solve {
  const { lanes } = detectFeatures();
  const localLane = createLocalLane(createSolverLoader(assets + TOLL_FILES.local));
  const pool = createPool(assets, lanes, localLane);
  pauseWhileHidden(pool, {
    isHidden: () => document.hidden,
    onChange: (listener) => document.addEventListener('visibilitychange', listener),
    after,
  });
  return (job, limitMs) => solveWithin(pool, job, limitMs);
}

export function createCashier({ assets, prefix, fetch, redeemed }: CashierSetup): Cashier {
  let waiting = 0;
  const slowPool = createPool(assets, 1, noLane);
  const solveSlowly = createSlowSolve(slowPool, () => waiting > 0);
  const solveQuickly = createQuickSolve(assets);
  const redeem = `${prefix}redeem`;
  const client = createTollClient({
    fetch: (path, init) => fetch(path, init),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const portsOf = (solve: Solve): PurchasePorts => ({
    client,
    redeemed,
    digest: async (text: string) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
    solve,
    nowMs: () => performance.now(),
  });
  return {
    async topUp(path, pace) {
      const answer = await client.renew(redeem, path);
      if (answer.kind !== 'challenge') return describeFailure(answer);
      return buyPass({ ...answer.toll, redeem }, pace, portsOf(solveSlowly));
    },
    async pay(toll) {
      const challenge = parseChallenge(toll);
      if (challenge === undefined) return { detail: 'no challenge to solve' };
      waiting += 1;
      // One pass is enough: the other would take its place.
      slowPool.cancel('a request waits for a pass');
      try {
        return await buyPass({ ...challenge, redeem }, 0, portsOf(solveQuickly));
      } finally {
        waiting -= 1;
      }
    },
  };
}
