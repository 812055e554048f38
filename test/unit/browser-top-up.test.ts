import { describe, expect, it } from 'vitest';
import { Attention, ATTENTIVE_MS } from '../../src/browser/top-up/attention.ts';
import { BackOff, FIRST_PAUSE_MS, LAST_PAUSE_MS } from '../../src/browser/top-up/back-off.ts';
import { type Balance, readBalance } from '../../src/browser/top-up/balance.ts';
import {
  EXPIRES_NOW_MS,
  EXPIRES_SOON_MS,
  Keeper,
  type KeeperPorts,
  UNWELCOME_MS,
} from '../../src/browser/top-up/keeper.ts';
import { buyPass, solutionsFor } from '../../src/browser/top-up/purchase.ts';
import { type Battery, hasSparePower } from '../../src/browser/top-up/spare-power.ts';
import type { Job } from '../../src/browser/pool.ts';
import type { RedeemResult } from '../../src/browser/toll-client.ts';
import type { ChallengeObject } from '../../src/core/wire/challenge-object.ts';

const HOUR_MS = 3_600_000;
const BALANCE: Balance = {
  requests: 120,
  fresh: 120,
  pace: 2,
  expiresMs: HOUR_MS,
  path: '/page',
  requestedMs: 0,
};

describe('a balance', () => {
  const timing = (name: string, duration: number) => ({ name, duration });
  const reply = {
    name: 'https://site.test/page?x=1',
    startTime: 5,
    responseStart: 50,
    transferSize: 300,
    serverTiming: [
      timing('toll-balance', 9999),
      timing('db', 5),
      timing('toll-balance', 117),
      timing('toll-fresh', 120),
      timing('toll-pace', 0.5),
      timing('toll-expires', 1000),
    ],
  };

  it('is read from the last metric of each name', () => {
    expect(readBalance(reply, 'https://site.test')).toEqual({
      requests: 117,
      fresh: 120,
      pace: 0.5,
      expiresMs: 1050,
      path: '/page',
      requestedMs: 5,
    });
  });

  it('is not read from another origin, from the cache, or where a metric is missing', () => {
    expect(readBalance(reply, 'https://other.test')).toBeUndefined();
    expect(readBalance({ ...reply, transferSize: 0 }, 'https://site.test')).toBeUndefined();
    const { serverTiming, ...bare } = reply;
    expect(readBalance(bare, 'https://site.test')).toBeUndefined();
    for (const missing of ['toll-balance', 'toll-fresh', 'toll-expires']) {
      const rest = serverTiming.filter(({ name }) => name !== missing);
      expect(readBalance({ ...reply, serverTiming: rest }, 'https://site.test')).toBeUndefined();
    }
  });
});

describe('attention', () => {
  function createTestAttention() {
    const state = { nowMs: 1000, isHidden: false };
    const ports = { nowMs: () => state.nowMs, isHidden: () => state.isHidden };
    return { state, attention: new Attention(ports) };
  }

  it('is given to a page in sight that was opened or touched within minutes', () => {
    const { state, attention } = createTestAttention();
    expect(attention.isGiven()).toBe(true);
    state.nowMs += ATTENTIVE_MS - 1;
    expect(attention.isGiven()).toBe(true);
    state.nowMs += 1;
    expect(attention.isGiven()).toBe(false);
    attention.noteTouch();
    expect(attention.isGiven()).toBe(true);
    state.isHidden = true;
    expect(attention.isGiven()).toBe(false);
  });

  it('is given for one purchase, until the page is touched again', () => {
    const { state, attention } = createTestAttention();
    attention.notePass();
    expect([attention.isGiven(), attention.passMs]).toEqual([false, 1000]);
    state.nowMs += 1;
    attention.noteTouch();
    expect(attention.isGiven()).toBe(true);
  });
});

describe('backing off', () => {
  it('takes 1, 2, 4 ... minutes, at most half an hour, or what the gate asks for', () => {
    const backOff = new BackOff(() => 0);
    const pauses = Array.from({ length: 8 }, () => {
      backOff.fail();
      return backOff.untilMs / FIRST_PAUSE_MS;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 32, 32]);
    backOff.fail((2 * LAST_PAUSE_MS) / 1000);
    expect(backOff.untilMs).toBe(2 * LAST_PAUSE_MS);
    backOff.succeed();
    backOff.fail(30);
    expect(backOff.untilMs).toBe(FIRST_PAUSE_MS);
  });
});

describe('spare power', () => {
  interface Device {
    readonly savesData?: boolean;
    readonly battery?: Battery;
    readonly frameMs?: readonly number[];
  }

  function ask({ savesData = false, battery, frameMs = [16] }: Device): Promise<boolean> {
    let timeMs = 0;
    let frame = 0;
    return hasSparePower({
      savesData: () => savesData,
      readBattery: async () => battery,
      onFrame: (callback) => {
        if (frameMs.length === 0) return;
        timeMs += frameMs[frame % frameMs.length] ?? 0;
        frame += 1;
        callback(timeMs);
      },
      after: (_delayMs, callback) => callback(),
    });
  }

  it('is there on mains, on a full battery, and where a busy page misses frames', async () => {
    expect(await ask({})).toBe(true);
    expect(await ask({ battery: { charging: true, level: 0.1 } })).toBe(true);
    expect(await ask({ battery: { charging: false, level: 0.21 } })).toBe(true);
    expect(await ask({ frameMs: [50, 33, 27.9, 100] })).toBe(true);
  });

  it('is not there for data savers, on a low battery, at 30 frames a second or without any', async () => {
    expect(await ask({ savesData: true })).toBe(false);
    expect(await ask({ battery: { charging: false, level: 0.2 } })).toBe(false);
    expect(await ask({ frameMs: [33.3] })).toBe(false);
    expect(await ask({ frameMs: [28] })).toBe(false);
    expect(await ask({ frameMs: [] })).toBe(false);
  });
});

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function createTestKeeper(changes: Partial<KeeperPorts> = {}) {
  const state = { nowMs: 0, isAttended: true };
  const bought: Balance[] = [];
  const complaints: string[] = [];
  const due: { readonly atMs: number; readonly callback: () => void }[] = [];
  const keeper = new Keeper({
    nowMs: () => state.nowMs,
    after: (delayMs, callback) => due.push({ atMs: state.nowMs + delayMs, callback }),
    backOff: new BackOff(() => state.nowMs),
    isAttended: () => state.isAttended,
    idle: async () => undefined,
    hasSparePower: async () => true,
    alone: (work) => work(),
    buy: async (balance) => {
      bought.push(balance);
      keeper.forget();
      return undefined;
    },
    complain: (detail) => complaints.push(detail),
    ...changes,
  });
  return {
    keeper,
    state,
    bought,
    complaints,
    see: async (balance: Partial<Balance>) => {
      keeper.see({ ...BALANCE, requestedMs: state.nowMs, ...balance });
      await settle();
    },
    /** Lets time pass, and what was to happen until then. */
    pass: async (byMs: number) => {
      state.nowMs += byMs;
      const ripe = due.filter(({ atMs }) => atMs <= state.nowMs);
      for (const each of ripe) due.splice(due.indexOf(each), 1);
      for (const { callback } of ripe) callback();
      await settle();
    },
  };
}

describe('the keeper', () => {
  it('buys at a quarter of a fresh pass, and not above', async () => {
    const { see, bought } = createTestKeeper();
    await see({ requests: 31 });
    expect(bought).toEqual([]);
    await see({ requests: 30, path: '/dear' });
    expect(bought.map(({ path }) => path)).toEqual(['/dear']);
  });

  it('buys five minutes before the end, by itself', async () => {
    const { see, pass, bought } = createTestKeeper();
    await see({});
    await pass(HOUR_MS - EXPIRES_SOON_MS - 1);
    expect(bought).toEqual([]);
    await pass(1);
    expect(bought).toHaveLength(1);
  });

  it('keeps a pass that is worth more than a fresh one until a minute before its end', async () => {
    const { see, pass, bought } = createTestKeeper();
    await see({ requests: 121 });
    await pass(HOUR_MS - EXPIRES_NOW_MS - 1);
    expect(bought).toEqual([]);
    await pass(1);
    expect(bought).toHaveLength(1);
  });

  it('buys nothing while nobody is there, and at once when somebody is', async () => {
    const { see, keeper, state, bought } = createTestKeeper();
    state.isAttended = false;
    await see({ requests: 0 });
    expect(bought).toEqual([]);
    state.isAttended = true;
    keeper.consider();
    await settle();
    expect(bought).toHaveLength(1);
  });

  it('looks again a minute later where the device spares its power', async () => {
    let isSaving = true;
    const { see, pass, bought } = createTestKeeper({ hasSparePower: async () => !isSaving });
    await see({ requests: 0 });
    isSaving = false;
    await see({ requests: 0 });
    expect(bought).toEqual([]);
    await pass(UNWELCOME_MS);
    expect(bought).toHaveLength(1);
  });

  it('buys nothing while another tab does, nor after it has', async () => {
    let isTaken = true;
    const alone: KeeperPorts['alone'] = async (work) => (isTaken ? undefined : work());
    const { see, keeper, pass, bought } = createTestKeeper({ alone });
    await see({ requests: 0 });
    isTaken = false;
    keeper.forget();
    await pass(UNWELCOME_MS);
    expect(bought).toEqual([]);
  });

  it('does not believe what a request tells that was made with the old pass', async () => {
    const { see, state, bought } = createTestKeeper();
    state.nowMs = 100;
    await see({ requests: 0 });
    state.nowMs += HOUR_MS / 2;
    await see({ requests: 0, requestedMs: 99 });
    expect(bought).toHaveLength(1);
  });

  it('backs off after each failure, says so, and never loops', async () => {
    let tries = 0;
    const buy = async () => {
      tries += 1;
      if (tries === 2) throw new Error('broken');
      return { detail: 'slow-down', retryAfterSeconds: 90 };
    };
    const { see, pass, complaints } = createTestKeeper({ buy });
    await see({ requests: 0 });
    for (let n = 0; n < 5; n += 1) await see({ requests: 0 });
    expect(tries).toBe(1);
    await pass(89_999);
    expect(tries).toBe(1);
    await pass(1);
    expect(tries).toBe(2);
    await pass(2 * FIRST_PAUSE_MS - 1);
    expect(tries).toBe(2);
    await pass(1);
    expect([tries, complaints]).toEqual([3, ['slow-down', 'Error: broken', 'slow-down']]);
  });
});

const TOLL: ChallengeObject = {
  version: 1,
  challenge: 'a.b.c',
  puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 32, maxSolutions: 256 },
  expires: 1_000_000,
  redeem: '/.toll/redeem',
};
/** An hour from the challenge, which has lived for none of its 300 s. */
const PASS: RedeemResult = {
  kind: 'pass',
  returnPath: '/',
  allowance: 120,
  expires: 1_000_000 + 3300,
};

async function buyAt(pace: number, answers: readonly RedeemResult[] = [], chunkMs = 1) {
  const jobs: Job[] = [];
  const redeemed: number[] = [];
  const queue = [...answers];
  let nowMs = 0;
  let passes = 0;
  const failure = await buyPass(TOLL, pace, {
    client: {
      redeem: async (_toll, nonces) => {
        redeemed.push(nonces.length);
        return queue.shift() ?? PASS;
      },
      renew: async () => ({ kind: 'unreachable' }),
    },
    digest: async () => new Uint8Array(32),
    solve: async (job) => {
      jobs.push(job);
      nowMs += chunkMs;
      return { kind: 'solved', nonces: Array.from({ length: job.solutions }, (_, n) => n) };
    },
    nowMs: () => nowMs,
    redeemed: () => (passes += 1),
  });
  return { failure, jobs, redeemed, passes };
}

describe('a purchase', () => {
  it('redeems the least, and is done where that lasts', async () => {
    expect(await buyAt(1)).toMatchObject({ failure: undefined, redeemed: [32], passes: 1 });
  });

  it('goes on solving the same challenge for a pace that needs more, up to the most', async () => {
    const { redeemed, passes, jobs } = await buyAt(4);
    expect([redeemed, passes]).toEqual([[32, 67], 2]);
    expect(jobs.map(({ solutions, found = [] }) => [found.length, solutions])).toEqual([
      [0, 32],
      [32, 64],
      [64, 67],
    ]);
    expect((await buyAt(1000)).redeemed).toEqual([32, 256]);
  });

  it('hands in what it has before the challenge expires', async () => {
    expect((await buyAt(1000, [], 100_000)).redeemed).toEqual([32, 96]);
  });

  it('tells why there is no pass; a second redemption that fails costs nothing', async () => {
    const refused = { kind: 'refused', code: 'slow-down', retryAfterSeconds: 30 } as const;
    expect(await buyAt(4, [refused])).toMatchObject({
      failure: { detail: 'slow-down', retryAfterSeconds: 30 },
      redeemed: [32],
      passes: 0,
    });
    expect(await buyAt(4, [PASS, { kind: 'unreachable' }])).toMatchObject({
      failure: undefined,
      passes: 1,
    });
  });

  it('asks for whole solutions within the bounds, whatever the figures are', () => {
    const offer = { allowance: 120, lifeSeconds: 3300, minSolutions: 32, maxSolutions: 256 };
    expect(solutionsFor(0, offer)).toBe(32);
    expect(solutionsFor(90 / 55, offer)).toBe(32);
    expect(solutionsFor(91 / 55, offer)).toBe(33);
    expect(solutionsFor(2, { ...offer, allowance: 0 })).toBe(32);
    expect(solutionsFor(2, { ...offer, lifeSeconds: -10 })).toBe(32);
  });
});
