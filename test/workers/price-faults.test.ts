/** What becomes of prices and passes where the price book, the limiters or the log fail. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PriceReply } from '../../src/core/price/price-report.ts';
import { createCeilings } from '../../src/edge/rate-limit-ceilings.ts';
import { createConsoleLog } from '../../src/edge/console-log.ts';
import { CALM, TestBook, type BookMode } from '../support/price-books.ts';
import { openTestGate, START_SECONDS, type TestGate } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, payFor, problemOf, redeem } from '../support/visitor.ts';

const FLOODING = '203.0.113.0/24';
const DEAR: PriceReply = {
  ...CALM,
  networks: [{ network: FLOODING, bits: 2, isCurbed: false }],
};

async function openWith(book: TestBook): Promise<TestGate> {
  return openTestGate({ variables: CHEAP, book });
}

/** Attempts of one solution that this client is asked for. */
async function askedOf(gate: TestGate, ip: string): Promise<number> {
  const { puzzle } = await meet(gate, '/page', { ip });
  if (puzzle.name !== 'sha256') throw new Error('no work');
  return 2 ** 32 / (puzzle.threshold + 1);
}

async function health(gate: TestGate): Promise<Record<string, unknown>> {
  return (await gate.send('/.toll/healthz')).json();
}

afterEach(() => vi.useRealTimers());

describe('a price book that cannot be asked', () => {
  const faults: readonly (readonly [title: string, mode: BookMode, event: string])[] = [
    ['3.8: unreachable', 'unreachable', 'do.unreachable'],
    ['3.9: overloaded', 'overloaded', 'do.overloaded'],
    ['3.10: at the account’s spending cap', 'cap', 'do.quota'],
    ['3.10: beyond the free plan', 'free-plan', 'do.quota'],
  ];
  it.each(faults)(
    '%s keeps the last prices, is not called again, and no visitor sees it',
    async (_, mode, event) => {
      const book = new TestBook();
      book.reply = DEAR;
      const gate = await openWith(book);
      expect(await askedOf(gate, '203.0.113.7')).toBe(256);
      expect(await askedOf(gate, '203.0.113.7')).toBe(1024);

      book.mode = mode;
      gate.nowSeconds += 15;
      expect(await askedOf(gate, '203.0.113.7')).toBe(1024);
      expect(book.calls).toBe(2);
      expect(gate.events.filter(({ name }) => name.startsWith('do.'))).toEqual([
        { name: event, facts: { retrySeconds: 30 } },
      ]);
      for (let second = 0; second < 29; second += 1) {
        gate.nowSeconds += 1;
        expect((await gate.send('/page')).status).toBe(403);
      }
      expect(book.calls).toBe(2);
      expect(await health(gate)).toMatchObject({ status: 'ok', priceBookProblem: event });
      const { pass } = await payFor(gate);
      expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);

      book.mode = 'well';
      gate.nowSeconds += 31;
      await gate.send('/page');
      expect(book.calls).toBe(3);
      expect(await health(gate)).toMatchObject({ priceBookAgeSeconds: 0 });
      expect((await health(gate))['priceBookProblem']).toBeUndefined();
    },
  );

  it('H09: the spending cap’s error is the same path as an unreachable book: never open, never more permissive', async () => {
    const book = new TestBook();
    book.mode = 'cap';
    const gate = await openWith(book);
    expect((await gate.send('/page')).status).toBe(403);
    // Before any answer: an eighth of the pass, one request at least.
    const { pass } = await payFor(gate);
    const codes = [];
    for (let request = 0; request < 3; request += 1)
      codes.push((await gate.send('/page', { headers: cookieOf(pass) })).status);
    expect(codes).toEqual([200, 429, 429]);
    expect(gate.events.map(({ name }) => name)).toContain('do.quota');
  });

  it('3.8: forgets prices that nobody has confirmed for two hours', async () => {
    const book = new TestBook();
    book.reply = DEAR;
    const gate = await openWith(book);
    await gate.send('/page');
    book.mode = 'unreachable';
    gate.nowSeconds += 7199;
    expect(await askedOf(gate, '203.0.113.7')).toBe(1024);
    gate.nowSeconds += 1;
    expect(await askedOf(gate, '203.0.113.7')).toBe(256);
  });

  it('3.8: waits longer after each failure, an hour at most', async () => {
    const book = new TestBook();
    book.mode = 'unreachable';
    const gate = await openWith(book);
    for (let minute = 0; minute < 600; minute += 1) {
      await gate.send('/.toll/healthz');
      gate.nowSeconds += 60;
    }
    // 0, 2, 6, 14, 30, 62 min, and from then on every hour.
    expect(book.calls).toBe(6 + 8);
  });

  it('3.8: gives a call up that hangs, and delays nobody', async () => {
    vi.useFakeTimers();
    const book = new TestBook();
    book.mode = 'hang';
    const gate = await openWith(book);
    const sending = gate.send('/page');
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await sending).status).toBe(403);
    expect(gate.events.map(({ name }) => name)).toContain('do.unreachable');
  });

  it.each([
    ['nothing', null],
    ['another version', { ...CALM, version: 2 }],
    [
      'a price below the base',
      { ...CALM, networks: [{ network: FLOODING, bits: -1, isCurbed: false }] },
    ],
    ['a global price above a bit', { ...CALM, globalBits: 1.125 }],
    [
      'too many networks',
      { ...CALM, networks: Array.from({ length: 501 }, () => DEAR.networks[0]) },
    ],
    ['no lockdown', { ...CALM, isLockdown: 'no' }],
  ])('3.8: takes %s for no answer', async (_, reply) => {
    const book = new TestBook();
    book.reply = reply;
    const gate = await openWith(book);
    await gate.send('/page');
    expect(gate.events).toContainEqual({ name: 'do.malformed', facts: { retrySeconds: 120 } });
    expect(await askedOf(gate, '203.0.113.7')).toBe(256);
  });

  it('3.11: an answer that was lost costs nobody anything: the next report tells the same totals', async () => {
    const book = new TestBook();
    const gate = await openWith(book);
    const { pass } = await payFor(gate);
    await gate.send('/page', { headers: cookieOf(pass) });
    book.mode = 'lost';
    gate.nowSeconds += 15;
    await gate.send('/robots.txt');
    book.mode = 'well';
    gate.nowSeconds += 30;
    await gate.send('/robots.txt');
    const [, lost, repeated] = book.reports;
    expect(lost?.passes).toHaveLength(1);
    expect(repeated?.passes).toEqual(lost?.passes);
    expect(repeated?.sequence).toBe((lost?.sequence ?? 0) + 1);
    gate.nowSeconds += 15;
    await gate.send('/robots.txt');
    expect(book.reports[3]?.passes).toEqual([]);
  });
});

describe('other faults', () => {
  it('3.21, I03: a clock that is ten minutes off costs one more puzzle, and no call more than the interval allows', async () => {
    for (const skew of [600, -600]) {
      const book = new TestBook();
      const gate = await openWith(book);
      const { pass } = await payFor(gate);
      expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
      const toll = await meet(gate);
      gate.nowSeconds += skew;
      expect([403, 200]).toContain((await redeem(gate, toll)).status);
      for (let request = 0; request < 20; request += 1) await gate.send('/page');
      expect(book.calls).toBeLessThanOrEqual(2);
      const again = await payFor(gate);
      expect((await gate.send('/page', { headers: cookieOf(again.pass) })).status).toBe(200);
    }
    expect(START_SECONDS % 3600).toBe(0);
  });

  it('3.27: a limiter that throws lets a pass through, asks others for the same toll, and gives nothing away', async () => {
    const throwing = {
      limit: async () => {
        throw new Error('internal error');
      },
    };
    const limiters = {
      PASS_CEILING: throwing,
      NETWORK_CEILING: throwing,
      HOSTING_CEILING: throwing,
      PATIENCE_PACE: throwing,
      RECORD_PACE_NETWORK: throwing,
      RECORD_PACE_LOCATION: throwing,
      FREE_ALLOWANCE: throwing,
    };
    const events: string[] = [];
    const gate = await openTestGate({
      variables: CHEAP,
      override: (setup) => ({
        ...setup,
        ports: {
          ...setup.ports,
          ceilings: createCeilings(limiters, { event: (name) => void events.push(name) }),
        },
      }),
    });
    const { pass } = await payFor(gate);
    expect(gate.store.writes).toBe(0);
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    const { status, code } = await problemOf(await gate.send('/page'));
    expect([status, code]).toEqual([403, 'toll-required']);
    expect(new Set(events)).toEqual(new Set(['ratelimit.error']));
  });

  it('3.29: a log sink that throws changes nothing', async () => {
    const clock = { nowMs: () => START_SECONDS * 1000 };
    const sink = vi.fn(() => {
      throw new Error('no space left');
    });
    const book = new TestBook();
    book.mode = 'unreachable';
    const gate = await openTestGate({
      variables: CHEAP,
      book,
      override: (setup) => ({
        ...setup,
        ports: { ...setup.ports, log: createConsoleLog(clock, sink) },
      }),
    });
    const { pass } = await payFor(gate);
    expect((await gate.send('/page', { headers: cookieOf(pass) })).status).toBe(200);
    expect(sink).toHaveBeenCalled();
  });

  it('3.29: a log sink that blocks is not waited for', async () => {
    const clock = { nowMs: () => START_SECONDS * 1000 };
    // What a sink returns is dropped: a promise that never settles cannot hold a request.
    const sink = vi.fn(() => void new Promise(() => undefined));
    const gate = await openTestGate({
      override: (setup) => ({
        ...setup,
        ports: { ...setup.ports, log: createConsoleLog(clock, sink) },
      }),
    });
    expect((await gate.send('/page')).status).toBe(403);
    expect(sink).toHaveBeenCalledOnce();
  });
});
