/** The WebGPU engine in Chromium, on its software adapter, against the reference engine. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelRequest } from '../../src/browser/engines/webgpu-kernel.ts';
import { createJsEngine } from '../../src/core/puzzle/sha256-js.ts';
import { requireChromium } from '../support/chromium.ts';
import type { LaneJob, LanePage, LaneResult } from './fixtures/lane-page.ts';
import { openWebgpuPage, type WebgpuPage } from './fixtures/webgpu-page.ts';
import type { SolveCall } from './fixtures/webgpu-worker.ts';

const hasChromium = (await requireChromium()) !== undefined;
const NONCES = 2 ** 32;

let gpu: WebgpuPage;

/** DESIGN.md section 5, by the platform's SHA-256. */
function lastWordOf(digest: Uint8Array, index: number, nonce: number): number {
  const message = Buffer.alloc(52);
  message.set(digest, 0);
  message.write('edgetoll/1', 32, 'ascii');
  message.writeUInt32BE(index, 44);
  message.writeUInt32BE(nonce, 48);
  return createHash('sha256').update(message).digest().readUInt32BE(28);
}

/** All solutions of a range, by the reference engine. */
function listSolutions(
  digest: Uint8Array,
  threshold: number,
  range: { readonly index: number; readonly from: number; readonly count: number },
): number[] {
  const engine = createJsEngine(digest, threshold);
  const end = range.from + range.count;
  const nonces: number[] = [];
  let from = range.from;
  while (from < end) {
    const { nonce } = engine.search({ index: range.index, from, count: end - from });
    if (nonce === undefined) break;
    nonces.push(nonce);
    from = nonce + 1;
  }
  return nonces;
}

async function scan(digest: Uint8Array, threshold: number, request: KernelRequest) {
  const { findings } = await gpu.call({ type: 'scan', digest: [...digest], threshold, request });
  return findings;
}

/** That a dispatch lists exactly the solutions that the reference finds, in each of its slices. */
async function expectEqualScan(digest: Uint8Array, threshold: number, request: KernelRequest) {
  const findings = await scan(digest, threshold, request);
  const listed = findings.map(({ nonces }) => nonces.toSorted((a, b) => a - b));
  const { count } = request;
  const expected = request.slices.map((slice) =>
    listSolutions(digest, threshold, { ...slice, count }),
  );
  const hex = Buffer.from(digest).toString('hex');
  expect(listed, `digest ${hex}, threshold ${threshold}`).toEqual(expected);
  for (const { found, nonces, attempts } of findings) {
    expect(found).toBe(nonces.length);
    expect(attempts).toBe(count);
  }
  return expected.flat().length;
}

beforeAll(async () => {
  if (hasChromium) gpu = await openWebgpuPage();
});
afterAll(() => gpu?.close());

describe.skipIf(!hasChromium)('the WGSL kernel', () => {
  it('misses no solution and invents none, over whole ranges of many sub-puzzles', async () => {
    let solutions = 0;
    for (let round = 0; round < 4; round += 1) {
      const slices = [0, 1, 127, 128, 254, 255, randomInt(256), randomInt(256)].map((index) => ({
        index,
        from: randomInt(NONCES - 2 ** 15),
      }));
      const request = { slices, count: 2 ** 15, slots: 256 };
      solutions += await expectEqualScan(randomBytes(32), 2 ** 24 - 1, request);
    }
    expect(solutions).toBeGreaterThan(3_000);
  });

  it('equals the reference at every power of two that can be a threshold, and beside it', async () => {
    const slices = [0, 255].map((index) => ({ index, from: randomInt(NONCES - 2048) }));
    for (let bits = 6; bits <= 32; bits += 1) {
      for (const threshold of [2 ** bits - 1, Math.min(2 ** bits, NONCES - 1)]) {
        await expectEqualScan(randomBytes(32), threshold, { slices, count: 1500, slots: 1500 });
      }
    }
  });

  it('takes a word equal to the threshold and refuses it one below', async () => {
    for (let round = 0; round < 40; round += 1) {
      const digest = randomBytes(32);
      const index = randomInt(256);
      const from = round % 2 === 0 ? randomInt(NONCES) : ([0, NONCES - 1, 2 ** 31][round % 3] ?? 0);
      const word = lastWordOf(digest, index, from);
      const request = { slices: [{ index, from }], count: 1, slots: 1 };
      expect(await scan(digest, word, request)).toEqual([
        { found: 1, nonces: [from], attempts: 1 },
      ]);
      if (word === 0) continue;
      const below = await scan(digest, word - 1, request);
      expect(below).toEqual([{ found: 0, nonces: [], attempts: 1 }]);
    }
  });

  it('reaches both ends of the nonces and crosses the middle, in counts of any size', async () => {
    for (const count of [1, 63, 64, 65, 1000, 4097, 70_001]) {
      const slices = [0, NONCES - count, 2 ** 31 - (count >> 1)].map((from) => ({
        index: 255,
        from,
      }));
      await expectEqualScan(randomBytes(32), 2 ** 27 - 1, { slices, count, slots: 4096 });
    }
  });

  it('searches 256 sub-puzzles in one dispatch', async () => {
    const slices = Array.from({ length: 256 }, (_, index) => ({ index, from: index * 1000 }));
    await expectEqualScan(randomBytes(32), 2 ** 26 - 1, { slices, count: 1024, slots: 64 });
  });

  it('works on digests whose words are all zeros or all ones', async () => {
    for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
      const slices = [0, 255].map((index) => ({ index, from: 0x7fff_ff00 }));
      const digest = new Uint8Array(32).fill(byte);
      await expectEqualScan(digest, 2 ** 26 - 1, { slices, count: 8192, slots: 1024 });
    }
  });

  it('ends the search of a sub-puzzle at its first solution, and of no other', async () => {
    const digest = randomBytes(32);
    const slices = [3, 4].map((index) => ({ index, from: 0 }));
    const findings = await scan(digest, 2 ** 20 - 1, { slices, count: 2 ** 18, slots: 1 });
    for (const [y, { nonces, attempts }] of findings.entries()) {
      expect(nonces).toHaveLength(1);
      expect(lastWordOf(digest, y + 3, nonces[0] ?? 0)).toBeLessThan(2 ** 20);
      expect(attempts).toBeLessThan(2 ** 18);
    }
    const [none, some] = await scan(digest, 63, { slices, count: 2 ** 16, slots: 1 });
    expect([none?.attempts, some?.attempts]).toEqual([2 ** 16, 2 ** 16]);
  });
});

/** Solves in the worker, and checks that each solution is one and was reported once. */
async function solve(call: Partial<SolveCall> & Pick<SolveCall, 'indexes' | 'threshold'>) {
  const digest = randomBytes(32);
  const reply = await gpu.call({
    type: 'solve',
    digest: [...digest],
    allowsSoftware: true,
    ...call,
  });
  for (const [index, nonce] of reply.solutions) {
    expect(lastWordOf(digest, index, nonce)).toBeLessThanOrEqual(call.threshold);
  }
  const solved = reply.solutions.map(([index]) => index);
  expect(new Set(solved).size).toBe(solved.length);
  expect(call.indexes).toEqual(expect.arrayContaining(solved));
  return { ...reply, solved: solved.toSorted((a, b) => a - b) };
}

const first = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.skipIf(!hasChromium)('a WebGPU search', () => {
  it('solves the default entry fee, and names its adapter', async () => {
    const { solved, outcome, ready, attempts, steps, solutions } = await solve({
      indexes: first(32),
      threshold: 262_143,
    });
    expect(outcome).toEqual({ kind: 'done' });
    expect(solved).toEqual(first(32));
    expect(ready).toEqual([expect.stringMatching(/\w/)]);
    expect(attempts).toBeGreaterThan(32 * 2 ** 11);
    expect(steps).toBeGreaterThan(0);
    expect(solutions.every(([, nonce]) => nonce >= 2 ** 31)).toBe(true);
  });

  it('solves any set of indexes at easy thresholds', async () => {
    const jobs = [
      { indexes: [255], threshold: NONCES - 1 },
      { indexes: [7, 3, 200], threshold: 2 ** 24 - 1 },
      { indexes: first(256), threshold: NONCES - 1 },
    ];
    for (const job of jobs) {
      const { solved, outcome } = await solve(job);
      expect(outcome).toEqual({ kind: 'done' });
      expect(solved).toEqual(job.indexes.toSorted((a, b) => a - b));
    }
  });

  it('loses nothing when its device is destroyed: goes on with another', async () => {
    // The first dispatch, alone, solves some 25; at 40 another one is out.
    const call = { indexes: first(64), threshold: 2 ** 18 - 1, destroyAfter: [40] };
    const { solved, outcome, ready } = await solve(call);
    expect(outcome).toEqual({ kind: 'done' });
    expect(solved).toEqual(first(64));
    expect(ready).toHaveLength(2);
  });

  it('hands back exactly what is open when the second device is lost too', async () => {
    const call = { indexes: first(64), threshold: 2 ** 18 - 1, destroyAfter: [5, 5] };
    const { solved, outcome } = await solve(call);
    if (outcome.kind !== 'failed') throw new Error('not failed');
    expect(outcome.detail).not.toBe('');
    expect(solved.length).toBeGreaterThanOrEqual(10);
    expect([...solved, ...outcome.open].toSorted((a, b) => a - b)).toEqual(first(64));
  });

  it('fails when the nonces are used up, with what is open', async () => {
    const from = NONCES - 1000;
    const { outcome } = await solve({ indexes: [1, 2], threshold: 63, from });
    expect(outcome).toEqual({ kind: 'failed', detail: 'nonces exhausted', open: [1, 2] });
  });

  it('stops when told, and leaves out what was dropped', async () => {
    const stopped = await solve({ indexes: first(200), threshold: 2 ** 18 - 1, stopAfter: 3 });
    expect(stopped.outcome).toEqual({ kind: 'done' });
    expect(stopped.solved.length).toBeLessThan(200);
    const dropped = await solve({ indexes: first(8), threshold: 2 ** 24 - 1, drop: [0, 5] });
    expect(dropped.solved).toEqual([1, 2, 3, 4, 6, 7]);
  });

  it('refuses a software adapter, and says so', async () => {
    const { outcome, solutions } = await solve({
      indexes: [0, 1],
      threshold: 2 ** 24 - 1,
      allowsSoftware: false,
    });
    expect(outcome).toEqual({ kind: 'failed', detail: 'software adapter', open: [0, 1] });
    expect(solutions).toEqual([]);
  });
});

function runLane(url: string, job: LaneJob): Promise<LaneResult> {
  return gpu.page.evaluate(
    (given) => (globalThis as unknown as LanePage).runLane(given.url, given.job),
    { url, job },
  );
}

describe.skipIf(!hasChromium)('the GPU lane', () => {
  it('solves a job in the worker that is shipped', async () => {
    const digest = randomBytes(32);
    const threshold = 2 ** 20 - 1;
    const job = { digest: [...digest], threshold, allowsSoftware: true };
    const { end, solutions } = await runLane('/gpu-worker.js', job);
    expect(end).toBe('done');
    expect(solutions).toHaveLength(4);
    for (const [index, nonce] of solutions) {
      expect(lastWordOf(digest, index, nonce)).toBeLessThanOrEqual(threshold);
    }
  });

  it('reports a failure where there is only a software adapter', async () => {
    const job = { digest: [...randomBytes(32)], threshold: 2 ** 20 - 1, allowsSoftware: false };
    const { end } = await runLane('/gpu-worker.js', job);
    expect(end).toBe('software adapter');
  });

  it('reports a failure where the worker is not to be had', async () => {
    const job = { digest: [...randomBytes(32)], threshold: 2 ** 20 - 1, allowsSoftware: true };
    const { end } = await runLane('http://127.0.0.1:1/elsewhere.js', job);
    expect(end).toMatch(/SecurityError|blocked/);
  });
});

describe.skipIf(!hasChromium)('a pool with the GPU', () => {
  async function runPool(threshold: number, allowsSoftware: boolean) {
    const digest = randomBytes(32);
    const job = { digest: [...digest], threshold, allowsSoftware };
    const { result, statuses } = await gpu.page.evaluate(
      (given) => (globalThis as unknown as LanePage).runPool('/gpu-worker.js', given),
      job,
    );
    if (result.kind === 'failed') throw new Error(result.detail);
    expect(result.nonces).toHaveLength(24);
    for (const [index, nonce] of result.nonces.entries()) {
      expect(lastWordOf(digest, index, nonce)).toBeLessThanOrEqual(threshold);
    }
    return { nonces: result.nonces, last: statuses.at(-1) };
  }

  it('is helped by it: here it solves everything', async () => {
    const { nonces, last } = await runPool(2 ** 18 - 1, true);
    expect(nonces.every((nonce) => nonce >= 2 ** 31)).toBe(true);
    expect(last?.engine).toContain('webgpu');
    expect(last?.attempts).toBeGreaterThan(24 * 2 ** 11);
  });

  it('goes on alone where there is none, and says why', async () => {
    // 1.5 million attempts: long enough for the GPU to be asked for.
    const { nonces, last } = await runPool(2 ** 16 - 1, false);
    expect(nonces.every((nonce) => nonce < 2 ** 31)).toBe(true);
    expect(last?.fallbacks).toContain('gpu: software adapter');
  });
});
