import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSolver } from '../../src/browser/solver.ts';
import { createLocalLane, type Lane, type LaneListener } from '../../src/browser/lanes.ts';
import { PROTOCOL_VERSION, type SolverOrder } from '../../src/browser/messages.ts';
import { type Job, Pool, type PoolStatus, WATCH_MS } from '../../src/browser/pool.ts';
import { createWorkbook } from '../../src/browser/workbook.ts';

const JOB: Job = { digest: randomBytes(32), threshold: 2 ** 24 - 1, solutions: 8 };

function solves({ digest, threshold }: Job, index: number, nonce: number): boolean {
  const message = Buffer.alloc(52);
  message.set(digest);
  message.write('edgetoll/1', 32, 'ascii');
  message.writeUInt32BE(index, 44);
  message.writeUInt32BE(nonce, 48);
  return createHash('sha256').update(message).digest().readUInt32BE(28) <= threshold;
}

/** A worker lane that a test answers for. */
function createFakeLane() {
  const orders: SolverOrder[] = [];
  let listener: LaneListener | undefined;
  let isClosed = false;
  const lane: Lane = {
    kind: 'worker',
    open: (given) => {
      listener = given;
      isClosed = false;
    },
    post: (order) => orders.push(order),
    close: () => {
      isClosed = true;
    },
  };
  const say = (message: object): void =>
    listener?.message({ protocol: PROTOCOL_VERSION, ...message });
  const searches = () => orders.flatMap((order) => (order.type === 'search' ? [order] : []));
  return {
    lane,
    searches,
    orders,
    isClosed: () => isClosed,
    fail: (reason: string) => listener?.failure(reason),
    hello: (run: number, engine = 'fake', fallbacks: readonly string[] = []) =>
      say({ run, type: 'ready', engine, fallbacks }),
    answer: (at: number, nonce: number | undefined, elapsedMs = 1) => {
      const order = searches()[at];
      if (order === undefined) throw new Error(`no order ${at}`);
      const { slice, run } = order;
      say({ run, type: 'result', slice, nonce, attempts: slice.count, elapsedMs });
    },
  };
}

function createFakeTime() {
  const due: (() => void)[] = [];
  return {
    after: (_delayMs: number, callback: () => void) => due.push(callback),
    pass: () => {
      for (const callback of due.splice(0)) callback();
    },
  };
}

function createTestPool(workers: readonly Lane[]) {
  const time = createFakeTime();
  const statuses: PoolStatus[] = [];
  const pool = new Pool({
    workers,
    localLane: createLocalLane(async () => createSolver),
    modules: { simd: 'data:,none', scalar: 'data:,none' },
    nowMs: () => performance.now(),
    after: time.after,
  });
  return { pool, time, statuses, note: (status: PoolStatus) => statuses.push(status) };
}

/** What a local lane tells of its engines aside. */
function lossesIn(statuses: readonly PoolStatus[]): readonly string[] {
  return statuses.at(-1)?.fallbacks.filter((reason) => !reason.startsWith('wasm')) ?? [];
}

describe('the workbook', () => {
  it('goes on where an earlier one has ended', () => {
    const book = createWorkbook(3, [7, 0]);
    expect([book.solved, book.open()]).toEqual([2, [2]]);
    expect(book.take(10)).toEqual({ index: 2, from: 0, count: 10 });
    book.settle({ index: 2, from: 0, count: 10 }, 9);
    expect(book.solutions()).toEqual([7, 0, 9]);
  });

  it('hands out new sub-puzzles first, then disjoint slices of unfinished ones', () => {
    const book = createWorkbook(2);
    const slices = [book.take(100), book.take(100), book.take(50), book.take(100)];
    expect(slices).toEqual([
      { index: 0, from: 0, count: 100 },
      { index: 1, from: 0, count: 100 },
      { index: 0, from: 100, count: 50 },
      { index: 1, from: 100, count: 100 },
    ]);
  });

  it('keeps the first solution of a sub-puzzle and gives all only when all are there', () => {
    const book = createWorkbook(2);
    const [a, b, c] = [book.take(9), book.take(9), book.take(9)];
    if (a === undefined || b === undefined || c === undefined) throw new Error('no slice');
    book.settle(a, 3);
    book.settle(c, 12);
    expect([book.solved, book.solutions()]).toEqual([1, undefined]);
    expect(book.take(9)?.index).toBe(1);
    book.settle(b, 0);
    expect(book.solutions()).toEqual([3, 0]);
    expect(book.take(9)).toBeUndefined();
  });

  it('never goes past the last nonce', () => {
    const book = createWorkbook(1);
    book.take(2 ** 32 - 5);
    expect(book.take(100)).toEqual({ index: 0, from: 2 ** 32 - 5, count: 5 });
    expect(book.take(100)).toBeUndefined();
  });
});

describe('the pool and its workers', () => {
  it('keeps two slices out per lane and hands out more as answers come', async () => {
    const [one, two] = [createFakeLane(), createFakeLane()];
    const { pool, note } = createTestPool([one.lane, two.lane]);
    const solved = pool.solve({ ...JOB, solutions: 2 }, note);
    one.hello(1);
    two.hello(1);
    expect([one.searches().length, two.searches().length]).toEqual([2, 2]);
    one.answer(0, undefined);
    expect(one.searches()).toHaveLength(3);
    one.answer(1, 5);
    two.answer(0, 7);
    expect(await solved).toEqual({ kind: 'solved', nonces: [7, 5] });
  });

  it('sizes slices to about 10 ms, by a factor of 4 at most', () => {
    const lane = createFakeLane();
    const { pool, note } = createTestPool([lane.lane]);
    void pool.solve(JOB, note);
    lane.hello(1);
    const first = lane.searches()[0]?.slice.count ?? 0;
    expect(first).toBeLessThanOrEqual(16_384);
    lane.answer(0, undefined, 0.001);
    expect(lane.searches()[2]?.slice.count).toBe(first * 4);
    lane.answer(1, undefined, 100_000);
    expect(lane.searches()[3]?.slice.count).toBe(first);
  });

  it('drops answers to an earlier run and of another protocol', async () => {
    const lane = createFakeLane();
    const { pool, note } = createTestPool([lane.lane]);
    void pool.solve({ ...JOB, solutions: 1 }, note);
    lane.hello(1);
    const second = pool.solve({ ...JOB, solutions: 1 }, note);
    lane.answer(0, 11);
    lane.hello(2);
    lane.answer(2, 22);
    expect(await second).toEqual({ kind: 'solved', nonces: [22] });
  });

  it('goes on with the others when one worker is lost', async () => {
    const [one, two] = [createFakeLane(), createFakeLane()];
    const { pool, statuses, note } = createTestPool([one.lane, two.lane]);
    const solved = pool.solve({ ...JOB, solutions: 1 }, note);
    one.hello(1);
    two.hello(1);
    one.fail('gone');
    one.answer(0, 1);
    two.answer(0, 2);
    expect(await solved).toEqual({ kind: 'solved', nonces: [2] });
    expect(one.isClosed()).toBe(true);
    expect(lossesIn(statuses)).toEqual(['worker: gone']);
  });
});

describe('the pool without workers', () => {
  it('solves on the main thread, with real solutions for sub-puzzles 0, 1, 2, ...', async () => {
    const { pool, statuses, note } = createTestPool([]);
    const result = await pool.solve(JOB, note);
    pool.close();
    if (result.kind === 'failed') throw new Error(result.detail);
    expect(result.nonces).toHaveLength(JOB.solutions);
    for (const [index, nonce] of result.nonces.entries()) {
      expect(solves(JOB, index, nonce)).toBe(true);
    }
    expect(statuses.at(-1)).toMatchObject({ isLocal: true, workers: 0, solved: JOB.solutions });
  });

  it('falls back when all workers fail, and says why once', async () => {
    const lanes = [createFakeLane(), createFakeLane()];
    const { pool, statuses, note } = createTestPool(lanes.map(({ lane }) => lane));
    const solved = pool.solve(JOB, note);
    for (const lane of lanes) lane.fail('blocked');
    expect((await solved).kind).toBe('solved');
    pool.close();
    expect(lossesIn(statuses)).toEqual(['worker: blocked']);
  });

  it('falls back when no worker says hello in time', async () => {
    const lane = createFakeLane();
    const { pool, time, statuses, note } = createTestPool([lane.lane]);
    const solved = pool.solve(JOB, note);
    time.pass();
    expect((await solved).kind).toBe('solved');
    pool.close();
    expect(lossesIn(statuses)).toEqual([`worker: no hello within ${WATCH_MS} ms`]);
  });

  it('gives up workers that fall silent', async () => {
    const lane = createFakeLane();
    const { pool, time, statuses, note } = createTestPool([lane.lane]);
    const solved = pool.solve(JOB, note);
    lane.hello(1);
    time.pass();
    expect(lane.isClosed()).toBe(false);
    time.pass();
    expect(lane.isClosed()).toBe(true);
    expect((await solved).kind).toBe('solved');
    pool.close();
    expect(lossesIn(statuses)).toEqual(['worker: silent']);
  });
});

describe('the pool and engines', () => {
  it('names every engine at work and every fallback once', () => {
    const [one, two] = [createFakeLane(), createFakeLane()];
    const { pool, statuses, note } = createTestPool([one.lane, two.lane]);
    void pool.solve(JOB, note);
    one.hello(1, 'js', ['wasm: blocked']);
    two.hello(1, 'js', ['wasm: blocked']);
    expect(statuses.at(-1)).toMatchObject({ engine: 'js', fallbacks: ['wasm: blocked'] });
    two.hello(1, 'webcrypto', ['wasm: blocked', 'js: slow']);
    expect(statuses.at(-1)).toMatchObject({
      engine: 'js, webcrypto',
      fallbacks: ['wasm: blocked', 'js: slow'],
    });
  });

  it('takes the pace of a new engine from its own slices', () => {
    const lane = createFakeLane();
    const { pool, note } = createTestPool([lane.lane]);
    void pool.solve(JOB, note);
    lane.hello(1, 'js');
    lane.answer(0, undefined, 1000);
    const slow = lane.searches().at(-1)?.slice.count ?? 0;
    lane.hello(1, 'wasm-simd');
    lane.answer(1, undefined, 0.1);
    expect(lane.searches().at(-1)?.slice.count).toBe(slow * 4);
  });
});

describe('the life of lanes', () => {
  it('ends with the work, and begins again with the next', async () => {
    const lane = createFakeLane();
    const { pool, note } = createTestPool([lane.lane]);
    const solved = pool.solve({ ...JOB, solutions: 1 }, note);
    expect(lane.isClosed()).toBe(false);
    lane.hello(1);
    lane.answer(0, 1);
    await solved;
    expect(lane.isClosed()).toBe(true);
    void pool.solve({ ...JOB, solutions: 1 }, note);
    expect(lane.isClosed()).toBe(false);
    expect(lane.orders.at(-1)).toMatchObject({ type: 'begin', run: 2 });
  });

  it('ends in a pause, which is told, keeps what is solved, and goes on elsewhere after it', async () => {
    const lane = createFakeLane();
    const { pool, time, statuses, note } = createTestPool([lane.lane]);
    const solved = pool.solve({ ...JOB, solutions: 2 }, note);
    lane.hello(1);
    lane.answer(0, 5);
    pool.pause('hidden');
    pool.pause('hidden');
    expect(lane.isClosed()).toBe(true);
    expect(statuses.at(-1)).toMatchObject({ solved: 1, fallbacks: ['paused: hidden'] });
    lane.answer(1, 6);
    time.pass();
    time.pass();
    expect(statuses.at(-1)).toMatchObject({ solved: 1, fallbacks: ['paused: hidden'] });
    pool.resume();
    expect(lane.isClosed()).toBe(false);
    lane.hello(1);
    const at = lane.searches().length - 1;
    expect(lane.searches()[at]?.slice.index).toBe(1);
    lane.answer(at, 7);
    expect(await solved).toEqual({ kind: 'solved', nonces: [5, 7] });
  });

  it('is not touched by pauses without work', () => {
    const lane = createFakeLane();
    const { pool } = createTestPool([lane.lane]);
    pool.pause('hidden');
    pool.resume();
    expect(lane.orders).toEqual([]);
  });
});
