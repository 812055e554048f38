/** The price book as a Durable Object: what it stores, what it costs, what it reads. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatLockdown, LOCKDOWN_KEY } from '../../src/core/lockdown-order.ts';
import type { PassCount, PriceReport } from '../../src/core/price/price-report.ts';
import { PriceBook } from '../../src/edge/price-book-object.ts';

/** 2026-11-22T10:00:00Z */
const START_MS = Date.UTC(2026, 10, 22, 10);
const ISOLATE = 'isolate-isolate-isolat';

function passOf(number: number, spent: number): PassCount {
  return {
    passId: String(number).padStart(22, 'p'),
    credit: 1000,
    expires: START_MS / 1000 + 3600,
    network: '203.0.113.0/24',
    asn: 64_500,
    since: 1,
    spent,
    demand: spent,
    price: 10,
    isPatience: false,
  };
}

function reportOf(
  sequence: number,
  passes: readonly PassCount[] = [],
  isolate = ISOLATE,
): PriceReport {
  return {
    version: 1,
    isolate,
    sequence,
    passes,
    origin: { requests: 0, errors: 0, latencyMs: 0 },
    requests: { paid: 1, free: 0, allowed: 0, denied: 0, challenged: 0, slowed: 0 },
  };
}

interface Cursor {
  toArray(): unknown[];
}

/** Runs a book on the storage of a real object, and counts the rows that it writes. */
async function withCountedBook(
  name: string,
  task: (book: PriceBook, rows: () => number, state: DurableObjectState) => Promise<void>,
): Promise<void> {
  await runInDurableObject(env.PRICE_BOOK.getByName(name), async (_, state) => {
    let rows = 0;
    const exec = (query: string, ...bindings: (string | number)[]): Cursor => {
      const cursor = state.storage.sql.exec(query, ...bindings);
      const found = cursor.toArray();
      rows += cursor.rowsWritten;
      return { toArray: () => found };
    };
    const counted = new Proxy(state, {
      get: (target, member) =>
        member === 'storage' ? { sql: { exec } } : Reflect.get(target, member),
    });
    const book = new PriceBook(state, env);
    Object.defineProperty(book, 'ctx', { value: counted });
    await task(book, () => rows, state);
  });
}

function moveTo(seconds: number): void {
  vi.setSystemTime(START_MS + seconds * 1000);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  moveTo(0);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await env.POLICY.delete(LOCKDOWN_KEY);
  await env.POLICY.delete('policy/current');
});

describe('what the price book stores', () => {
  it('3.10: answers where it cannot store, and stores the hour later', async () => {
    const stub = env.PRICE_BOOK.getByName('cannot-store');
    await stub.report(reportOf(1, [passOf(1, 100)]));
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec('ALTER TABLE book RENAME TO away');
    });
    moveTo(3700);
    const reply = await stub.report(reportOf(2, [passOf(1, 200)]));
    expect(reply.passes).toHaveLength(1);
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec('ALTER TABLE away RENAME TO book');
    });
    moveTo(3800);
    await stub.report(reportOf(3, [passOf(1, 300)]));
    const hours = await stub.history(0);
    expect(hours.map(({ calls }) => calls)).toEqual([1, 2]);
  });

  it('H01: is two rows a minute under steady load, and one more an hour', async () => {
    await withCountedBook('steady', async (book, rows) => {
      await book.report(reportOf(1));
      const before = rows();
      let sequence = 1;
      for (let second = 1; second <= 3600; second += 2) {
        moveTo(second);
        sequence += 1;
        await book.report(reportOf(sequence, [passOf(second, 10)]));
      }
      // 60 flushes of prices and passes; the hour that ended.
      expect(rows() - before).toBeLessThanOrEqual(2 * 60 + 2);
      expect(rows() - before).toBeGreaterThan(2 * 50);
    });
  });

  it('H01: is two rows a call where calls are seldom, 12 a minute at most: it may be gone before the next', async () => {
    await withCountedBook('seldom', async (book, rows) => {
      await book.report(reportOf(1));
      const before = rows();
      for (let call = 1; call <= 20; call += 1) {
        moveTo(call * 15);
        await book.report(reportOf(call + 1, [passOf(1, call)]));
      }
      expect(rows() - before).toBe(2 * 20);
      for (let call = 1; call <= 120; call += 1) {
        moveTo(400 + call * 5);
        await book.report(reportOf(call + 30, [passOf(1, call)]));
      }
      expect(rows() - before - 40).toBeLessThanOrEqual((120 * 5 * 12) / 60);
    });
  });

  it('outlives the object: what a pass was debited, hours and prices', async () => {
    const stub = env.PRICE_BOOK.getByName('outlives');
    const other = 'another-isolate-anothe';
    const pass = passOf(7, 1000);
    await stub.report(reportOf(1, [pass]));
    await evictDurableObject(stub);
    moveTo(20);
    const { passes } = await stub.report(reportOf(1, [{ ...pass, spent: 10, demand: 10 }], other));
    expect(passes).toEqual([{ passId: pass.passId, limit: 10, left: 0 }]);
    moveTo(3600);
    await stub.report(reportOf(2));
    const hours = await stub.history(0);
    expect(hours.map(({ start }) => start)).toEqual([START_MS / 1000, START_MS / 1000 + 3600]);
    expect(hours[0]).toMatchObject({ requests: { paid: 2 }, calls: 2, passes: 1 });
    expect(await stub.history(START_MS / 1000 + 1)).toHaveLength(1);
  });

  it('H10: moves prices though it is gone after every call', async () => {
    const stub = env.PRICE_BOOK.getByName('gone between calls');
    // 8 million attempts a minute, three times the target of a network, of a pass that can pay them.
    const credit = 1_000_000_000;
    let bits = 0;
    for (let call = 0; call <= 21; call += 1) {
      moveTo(call * 15);
      const pass = { ...passOf(1, call * 2_000_000), credit };
      const { networks } = await stub.report(reportOf(call + 1, [pass]));
      bits = networks[0]?.bits ?? 0;
      await evictDurableObject(stub);
    }
    expect(bits).toBeGreaterThan(0);
  });

  it('3.5: begins anew where a row is corrupt, and says so', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    for (const [index, value] of ['{"state":', '[]', '7', 'null'].entries()) {
      const stub = env.PRICE_BOOK.getByName(`corrupt ${index}`);
      await stub.report(reportOf(1, [passOf(1, 100)]));
      await runInDurableObject(stub, (_, state) => {
        state.storage.sql.exec('UPDATE book SET value = ?', value);
      });
      await evictDurableObject(stub);
      const reply = await stub.report(reportOf(2, [passOf(1, 100)]));
      expect(reply).toMatchObject({ globalBits: 0, networks: [], passes: [{ left: 900 }] });
    }
    const events = lines.mock.calls.filter(([line]) => String(line).includes('do.corrupt'));
    expect(events.length).toBeGreaterThanOrEqual(3);
  });

  it('refuses what is no report, and is not changed by it', async () => {
    const stub = env.PRICE_BOOK.getByName('refuses');
    await stub.report(reportOf(1, [passOf(1, 100)]));
    for (const bad of [
      undefined,
      {},
      { ...reportOf(2), version: 2 },
      { ...reportOf(2), passes: [{}] },
    ]) {
      const refused = runInDurableObject(stub, (book) => book.report(bad)).then(
        () => 'taken',
        () => 'refused',
      );
      expect(await refused).toBe('refused');
    }
    const [hour] = await stub.history(0);
    expect(hour).toMatchObject({ calls: 1 });
  });
});

describe('an object that nobody calls', () => {
  it('H10: sets no alarm: 1,000 constructor runs and as many reports leave 0 pending', async () => {
    const stub = env.PRICE_BOOK.getByName('alarms');
    await runInDurableObject(stub, async (_, state) => {
      for (let run = 1; run <= 1000; run += 1) {
        const book = new PriceBook(state, env);
        await book.report(reportOf(run));
      }
      expect(await state.storage.getAlarm()).toBeNull();
    });
    expect('alarm' in PriceBook.prototype).toBe(false);
  });
});

describe('what the price book reads', () => {
  it('I01: of a lockdown and the published version, at most twice in 30 s, and passes both on', async () => {
    const reads = vi.spyOn(env.POLICY, 'get');
    const stub = env.PRICE_BOOK.getByName('orders');
    expect(await stub.report(reportOf(1))).toMatchObject({ isLockdown: false });
    await env.POLICY.put(LOCKDOWN_KEY, formatLockdown(true, '2026-11-22T10:00:00.000Z'));
    await env.POLICY.put('policy/current', '{}', { metadata: { version: 'v7' } });
    for (let second = 1; second < 30; second += 1) {
      moveTo(second);
      expect(await stub.report(reportOf(second + 1))).toMatchObject({ isLockdown: false });
    }
    moveTo(30);
    const reply = await stub.report(reportOf(40));
    expect(reply).toMatchObject({ isLockdown: true, policyVersion: 'v7' });
    expect(reads.mock.calls.length).toBeLessThanOrEqual(2);
    await env.POLICY.put(LOCKDOWN_KEY, formatLockdown(false, '2026-11-22T10:05:00.000Z'));
    moveTo(60);
    expect(await stub.report(reportOf(41))).toMatchObject({ isLockdown: false });
  });

  it('3.1, 3.5: keeps to the last order where KV fails or holds something else, also when it starts again', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const stub = env.PRICE_BOOK.getByName('keeps');
    await env.POLICY.put(LOCKDOWN_KEY, formatLockdown(true, 'now'));
    expect(await stub.report(reportOf(1))).toMatchObject({ isLockdown: true });
    await env.POLICY.put(LOCKDOWN_KEY, '{"format":2,"lockdown":false}');
    await evictDurableObject(stub);
    moveTo(30);
    expect(await stub.report(reportOf(2))).toMatchObject({ isLockdown: true });
  });
});
