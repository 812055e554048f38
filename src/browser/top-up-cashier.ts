/**
 * The heavy part of the top-up script, fetched when a pass is really bought.
 *
 * Owns the two pools: one lane of low haste for what nobody waits for, all lanes for what
 * somebody does. Must not know when a pass is due.
 */
import { detectFeatures } from './features.ts';
import { HIDDEN_MS, pauseWhileHidden } from './hidden-pause.ts';
import { createLocalLane, createSolverLoader, createWorkerLane, type Lane } from './lanes.ts';
import { Pool } from './pool.ts';
import { createTollClient, parseChallenge } from './toll-client.ts';
import type { PurchaseFailure } from './top-up/keeper.ts';
import { buyPass, describeFailure } from './top-up/purchase.ts';

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

interface PoolPlan {
  readonly lanes: number;
  readonly localLane: Lane;
  /** How long the work goes on in a hidden page. */
  readonly hiddenMs: number;
}

function createPool(assets: string, { lanes, localLane, hiddenMs }: PoolPlan): Pool {
  const { worker, simd, scalar } = TOLL_FILES;
  const pool = new Pool({
    workers: Array.from({ length: lanes }, () => createWorkerLane(assets + worker)),
    localLane,
    modules: { simd: assets + simd, scalar: assets + scalar },
    nowMs: () => performance.now(),
    after,
  });
  pauseWhileHidden(pool, {
    isHidden: () => document.hidden,
    onChange: (listener) => document.addEventListener('visibilitychange', listener),
    after: (_delayMs, callback) => (hiddenMs === 0 ? callback() : after(hiddenMs, callback)),
  });
  return pool;
}

export function createCashier({ assets, prefix, fetch, redeemed }: CashierSetup): Cashier {
  const slow = createPool(assets, { lanes: 1, localLane: noLane, hiddenMs: 0 });
  const { lanes } = detectFeatures();
  const localLane = createLocalLane(createSolverLoader(assets + TOLL_FILES.local));
  const quick = createPool(assets, { lanes, localLane, hiddenMs: HIDDEN_MS });
  const client = createTollClient({
    fetch: (path, init) => fetch(path, init),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const portsOf = (pool: Pool) => ({
    client,
    redeemed,
    digest: async (text: string) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
    solve: (job: Parameters<Pool['solve']>[0]) => pool.solve(job, () => undefined),
    nowMs: () => performance.now(),
  });
  return {
    async topUp(path, pace) {
      const answer = await client.renew(`${prefix}redeem`, path);
      if (answer.kind !== 'challenge') return describeFailure(answer);
      return buyPass(answer.toll, pace, portsOf(slow));
    },
    async pay(toll) {
      const challenge = parseChallenge(toll);
      if (challenge === undefined) return { detail: 'no challenge to solve' };
      return buyPass(challenge, 0, portsOf(quick));
    },
  };
}
