/** The pool with a GPU beside its workers, both answered for by the test. */
import { describe, expect, it } from 'vitest';
import type { GpuJoin, GpuRun } from '../../src/browser/gpu-join.ts';
import type { Lane, LaneListener } from '../../src/browser/lanes.ts';
import { PROTOCOL_VERSION, type SolverOrder } from '../../src/browser/messages.ts';
import { type Job, Pool, type PoolStatus } from '../../src/browser/pool.ts';

const JOB: Job = { digest: new Uint8Array(32), threshold: 2 ** 24 - 1, solutions: 3 };

function createFakeGpu() {
  const runs: GpuRun[] = [];
  const calls: string[] = [];
  const gpu: GpuJoin = {
    offer: (run) => runs.push(run),
    drop: (index) => calls.push(`drop ${index}`),
    end: () => calls.push('end'),
    close: () => calls.push('close'),
  };
  const run = (): GpuRun => {
    const last = runs.at(-1);
    if (last === undefined) throw new Error('nothing was offered');
    return last;
  };
  return { gpu, runs, calls, run };
}

function createFakeLane(kind: Lane['kind']) {
  const orders: SolverOrder[] = [];
  let listener: LaneListener | undefined;
  const lane: Lane = {
    kind,
    open: (given) => {
      listener = given;
    },
    post: (order) => orders.push(order),
    close: () => undefined,
  };
  const say = (message: object): void =>
    listener?.message({ protocol: PROTOCOL_VERSION, ...message });
  return {
    lane,
    hello: (run: number) => say({ run, type: 'ready', engine: 'fake', fallbacks: [] }),
    answer(index: number, nonce: number | undefined) {
      const order = orders.find((each) => each.type === 'search' && each.slice.index === index);
      if (order?.type !== 'search') throw new Error(`no slice of ${index}`);
      const { slice, run } = order;
      say({ run, type: 'result', slice, nonce, attempts: 500, elapsedMs: 2 });
    },
  };
}

function setUp() {
  const { gpu, ...fake } = createFakeGpu();
  const worker = createFakeLane('worker');
  const statuses: PoolStatus[] = [];
  const pool = new Pool({
    workers: [worker.lane],
    localLane: createFakeLane('local').lane,
    modules: { simd: '', scalar: '' },
    gpu,
    nowMs: () => performance.now(),
    after: () => undefined,
  });
  const solved = pool.solve(JOB, (status) => statuses.push(status));
  worker.hello(1);
  return { ...fake, pool, worker, statuses, solved };
}

describe('the pool and the GPU', () => {
  it('mixes the solutions of both, and tells each of what the other has solved', async () => {
    const { worker, run, calls, solved } = setUp();
    expect(run().openIndexes()).toEqual([0, 1, 2]);
    expect(run().poolRate()).toBeUndefined();
    worker.answer(0, 7);
    expect(calls).toEqual(['drop 0']);
    expect(run().openIndexes()).toEqual([1, 2]);
    expect(run().poolRate()).toBe(250);
    run().solved(2, 2 ** 31 + 2);
    run().solved(1, 2 ** 31 + 1);
    expect(await solved).toEqual({ kind: 'solved', nonces: [7, 2 ** 31 + 1, 2 ** 31 + 2] });
    expect(calls.at(-1)).toBe('close');
  });

  it('keeps the first of two solutions', async () => {
    const { worker, run, solved } = setUp();
    worker.answer(0, 7);
    run().solved(0, 2 ** 31);
    run().solved(1, 2 ** 31);
    worker.answer(1, 8);
    run().solved(2, 2 ** 31);
    expect(await solved).toEqual({ kind: 'solved', nonces: [7, 2 ** 31, 2 ** 31] });
  });

  it('counts its attempts, names it while it takes part, and says why it left', () => {
    const { worker, run, statuses } = setUp();
    run().joined('webgpu (x)');
    run().attempted(1_000_000);
    worker.answer(0, undefined);
    expect(statuses.at(-1)).toMatchObject({ engine: 'webgpu (x), fake', attempts: 1_000_500 });
    run().left('lost: gone');
    worker.answer(1, undefined);
    expect(statuses.at(-1)).toMatchObject({ engine: 'fake', fallbacks: ['gpu: lost: gone'] });
  });

  it('ends it when paused, and offers what is open when resumed', () => {
    const { pool, worker, run, runs, calls } = setUp();
    worker.answer(1, 3);
    pool.pause('hidden');
    expect(calls).toEqual(['drop 1', 'close']);
    pool.resume();
    expect(runs).toHaveLength(2);
    expect(run().openIndexes()).toEqual([0, 2]);
  });

  it('ignores what is said of an earlier run', () => {
    const { pool, run, runs } = setUp();
    const [old] = runs;
    void pool.solve(JOB, () => undefined);
    old?.solved(0, 5);
    expect(run().openIndexes()).toEqual([0, 1, 2]);
  });
});
