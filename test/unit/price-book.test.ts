import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { passBound } from '../../src/core/price/overspend.ts';
import { createPassLedger } from '../../src/core/price/pass-ledger.ts';
import { createPriceBook } from '../../src/core/price/price-book.ts';
import {
  BASE_FEE,
  BASE_PRICE,
  CalledBook,
  idOf,
  LIMITS,
  SimulatedIsolate,
  type SimulatedPass,
} from '../support/price-simulation.ts';

const NOW = 1_800_000_000_000;
const NETWORK = '203.0.113.0/24';

function passOf(number: number, members: Partial<SimulatedPass> = {}): SimulatedPass {
  const base = { passId: idOf('pass', number), credit: BASE_FEE, network: NETWORK };
  return { ...base, expires: NOW / 1000 + 3600, ...members };
}

function callOnce(called: CalledBook, isolate: SimulatedIsolate, nowMs: number): void {
  const report = isolate.report();
  isolate.hear(called.call(report, nowMs), report);
}

/** Debits until refused. @returns requests served */
function drain(isolate: SimulatedIsolate, pass: SimulatedPass, price = BASE_PRICE): number {
  let served = 0;
  while (isolate.debit(pass, price)) served += 1;
  return served;
}

describe('a pass over several isolates', () => {
  const acts = fc.array(
    fc.record({
      kind: fc.constantFrom(
        'debit',
        'debit',
        'debit',
        'report',
        'lost',
        'repeat',
        'restart',
        'late',
      ),
      isolate: fc.nat(7),
      count: fc.integer({ min: 1, max: 150 }),
      seconds: fc.nat(400),
    }),
    { maxLength: 120 },
  );
  const prices = fc.constantFrom(BASE_PRICE, 100_000, 300_000, 1000);

  it('H05, 3.11: never gets more than the bound, whatever restarts, is lost, comes twice or late', () => {
    fc.assert(
      fc.property(acts, fc.integer({ min: 1, max: 8 }), prices, (list, isolates, price) => {
        const called = new CalledBook();
        const pass = passOf(1);
        const live = Array.from({ length: isolates }, (_, n) => new SimulatedIsolate(idOf('i', n)));
        const all = new Set(live);
        const old: ReturnType<SimulatedIsolate['report']>[] = [];
        let nowMs = NOW;
        // In half of the schedules nobody is ever alone: all have called before the pass was bought.
        if (list.length % 2 === 0) {
          for (const isolate of [...live, ...live]) callOnce(called, isolate, nowMs);
        }
        for (const { kind, isolate: at, count, seconds } of list) {
          const isolate = live[at % isolates] ?? new SimulatedIsolate('');
          nowMs += seconds * 1000;
          if (kind === 'debit') for (let n = 0; n < count; n += 1) isolate.debit(pass, price);
          if (kind === 'restart') {
            live[at % isolates] = new SimulatedIsolate(idOf('r', all.size));
            all.add(live[at % isolates] ?? isolate);
          }
          if (kind === 'late') for (const report of old.slice(-3)) called.call(report, nowMs);
          if (kind !== 'report' && kind !== 'lost' && kind !== 'repeat') continue;
          const report = isolate.report();
          old.push(report);
          const reply = called.call(report, nowMs);
          if (kind === 'lost') isolate.repeat(report);
          else isolate.hear(reply, report);
          if (kind === 'repeat') isolate.hear(called.call(report, nowMs), report);
        }
        const users = [...all].filter((one) => (one.counts.get(pass.passId)?.spent ?? 0) > 0);
        const spent = users.reduce(
          (sum, one) => sum + (one.counts.get(pass.passId)?.spent ?? 0),
          0,
        );
        const alone = users.filter((one) => one.wasAlone).length;
        const bound = passBound({ credit: BASE_FEE, price, isolates: users.length, alone });
        expect(spent).toBeLessThanOrEqual(bound);
        expect(called.book.currentHour()?.attempts ?? 0).toBeLessThanOrEqual(BASE_FEE);
      }),
      { seed: 11, numRuns: 600 },
    );
  });

  it('gets not one attempt above its credit where there is one isolate, and all of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 40 }),
        prices,
        (bursts, price) => {
          const called = new CalledBook();
          const isolate = new SimulatedIsolate(idOf('i', 1));
          const pass = passOf(1);
          let nowMs = NOW;
          callOnce(called, isolate, nowMs);
          for (const burst of bursts) {
            for (let n = 0; n < burst; n += 1) isolate.debit(pass, price);
            nowMs += 60_000;
            callOnce(called, isolate, nowMs);
          }
          drain(isolate, pass, price);
          const spent = isolate.counts.get(pass.passId)?.spent ?? 0;
          expect(spent).toBeLessThanOrEqual(BASE_FEE);
          expect(spent).toBeGreaterThan(BASE_FEE - price);
        },
      ),
      { seed: 12, numRuns: 200 },
    );
  });

  it('is served whole by isolates that share it and report, an eighth at a time', () => {
    const called = new CalledBook();
    const isolates = [0, 1, 2, 3].map((n) => new SimulatedIsolate(idOf('i', n)));
    const pass = passOf(1);
    for (const one of isolates) callOnce(called, one, NOW);
    for (const one of isolates) callOnce(called, one, NOW + 15_000);
    let served = 0;
    for (let round = 2; round < 12; round += 1) {
      for (const one of isolates) served += drain(one, pass);
      for (const one of isolates) callOnce(called, one, NOW + round * 15_000);
    }
    const credit = Math.floor(BASE_FEE / BASE_PRICE);
    expect(served).toBeGreaterThanOrEqual(credit - 4);
    expect(served * BASE_PRICE).toBeLessThanOrEqual(
      passBound({ credit: BASE_FEE, price: BASE_PRICE, isolates: 4 }),
    );
  });

  it('has room for a request in every answer, where a request costs more than an eighth', () => {
    const called = new CalledBook();
    const [one, other] = [new SimulatedIsolate(idOf('i', 1)), new SimulatedIsolate(idOf('i', 2))];
    for (const isolate of [one, other, one, other]) callOnce(called, isolate, NOW);
    const pass = passOf(1);
    let served = 0;
    for (let n = 1; n < 10; n += 1) {
      served += drain(one, pass, BASE_FEE / 4);
      callOnce(called, one, NOW + n * 15_000);
    }
    expect(served).toBe(4);
  });

  it('gets back what was refunded, by the latest report of an isolate and no other', () => {
    const ledger = createPassLedger();
    const base = { ...passOf(1), asn: undefined, since: 1, demand: 0, price: 1, isPatience: false };
    const by = { isolate: idOf('i', 1), isAlone: false, nowSeconds: NOW / 1000 };
    const left = (spent: number, isNewer: boolean) =>
      ledger.take({ ...base, spent, demand: spent }, { ...by, isNewer }).balance?.left;
    expect(left(100_000, true)).toBe(BASE_FEE - 100_000);
    expect(left(20_000, false)).toBe(BASE_FEE - 100_000);
    expect(left(20_000, true)).toBe(BASE_FEE - 20_000);
    // Up again is not counted again.
    const again = ledger.take({ ...base, spent: 100_000 }, { ...by, isNewer: true });
    expect(again.spent).toBe(0);
  });

  it('keeps what an isolate had spent that forgot it and counts anew', () => {
    const ledger = createPassLedger();
    const base = { ...passOf(1), asn: undefined, demand: 0, price: 1, isPatience: false };
    const by = { isolate: idOf('i', 1), isAlone: false, isNewer: true, nowSeconds: NOW / 1000 };
    ledger.take({ ...base, since: 1, spent: 300_000 }, by);
    const after = ledger.take({ ...base, since: 9, spent: 50_000 }, by);
    expect(after.balance?.left).toBe(BASE_FEE - 350_000);
  });

  it('is told to a late isolate with all that more than sixteen others had spent', () => {
    const called = new CalledBook();
    const pass = passOf(1);
    for (let n = 0; n < 30; n += 1) {
      const isolate = new SimulatedIsolate(idOf('i', n));
      if (n > 0) isolate.debit(pass);
      callOnce(called, isolate, NOW + n * 1000);
      if (n === 29) expect(isolate.counts.get(pass.passId)?.elsewhere).toBe(28 * BASE_PRICE);
    }
  });
});

describe('the book', () => {
  it('3.11: counts a report once that comes again', () => {
    const called = new CalledBook();
    const isolate = new SimulatedIsolate(idOf('i', 1));
    drain(isolate, passOf(1));
    isolate.serve(500, { latencyMs: 10, errorShare: 0 });
    const report = isolate.report();
    const first = called.call(report, NOW);
    const before = called.book.currentHour();
    const { passes } = called.call(report, NOW + 1000);
    expect(passes).toEqual(first.passes);
    expect(called.book.currentHour()).toEqual({ ...before, calls: 2 });
  });

  it('3.21: goes by its own clock: reports of isolates that are ten minutes off are taken', () => {
    for (const skew of [-600, 600]) {
      const called = new CalledBook();
      const isolate = new SimulatedIsolate(idOf('i', 1));
      const other = new SimulatedIsolate(idOf('i', 2));
      callOnce(called, other, NOW);
      // The shortest pass there is, of an isolate whose clock is wrong, until its very end.
      const pass = passOf(1, { expires: NOW / 1000 + skew + 600 });
      isolate.debit(pass);
      callOnce(called, isolate, NOW);
      isolate.debit(pass);
      callOnce(called, isolate, NOW + 599_000);
      const { passes } = called.call(isolate.report(), NOW + 599_000);
      expect(passes).toEqual([]);
      expect(isolate.counts.get(pass.passId)?.limit).toBe(2 * BASE_PRICE + BASE_FEE / 8);
    }
  });

  it('3.21: lives through a clock that jumps ten minutes either way', () => {
    const called = new CalledBook();
    const isolate = new SimulatedIsolate(idOf('i', 1));
    const pass = passOf(1);
    for (const offset of [0, 15, 615, 630, 30, 45]) {
      isolate.debit(pass);
      callOnce(called, isolate, NOW + offset * 1000);
      expect(isolate.reply?.globalBits).toBe(0);
      expect(isolate.reply?.nextReportSeconds).toBe(15);
    }
    expect(isolate.counts.get(pass.passId)?.limit).toBe(BASE_FEE);
  });

  it('spreads the calls of a day over the isolates that are live', () => {
    const callAll = (isolates: number) => {
      const called = new CalledBook();
      for (let n = 0; n < isolates; n += 1)
        callOnce(called, new SimulatedIsolate(idOf('i', n)), NOW);
      const isolate = new SimulatedIsolate(idOf('last', 1));
      callOnce(called, isolate, NOW + 1000);
      return isolate.reply?.nextReportSeconds;
    };
    expect(callAll(7)).toBe(15);
    expect(callAll(8)).toBe(16);
    expect(callAll(99)).toBe(173);
    expect(callAll(2500)).toBe(3600);
  });

  it('ends an hour with the first call of the next, and gives it once', () => {
    const called = new CalledBook();
    const isolate = new SimulatedIsolate(idOf('i', 1));
    drain(isolate, passOf(1));
    isolate.serve(100, { latencyMs: 20, errorShare: 0.5 });
    callOnce(called, isolate, NOW);
    expect(called.book.takeEndedHours()).toEqual([]);
    callOnce(called, isolate, NOW + 3_600_000);
    const [hour, ...more] = called.book.takeEndedHours();
    expect(more).toEqual([]);
    expect(hour).toMatchObject({
      start: NOW / 1000,
      origin: { requests: 100, errors: 50, latencyMs: 2000 },
      attempts: 15 * BASE_PRICE,
      passes: 1,
      isolates: 1,
      networks: [{ network: NETWORK, attempts: 15 * BASE_PRICE, bits: 0 }],
      calls: 1,
    });
    expect(called.book.takeEndedHours()).toEqual([]);
  });

  it('forgets nothing of prices, passes and isolates over a restart', () => {
    const called = new CalledBook();
    const isolates = [1, 2].map((n) => new SimulatedIsolate(idOf('i', n)));
    const [one, other] = isolates;
    if (one === undefined || other === undefined) throw new Error('two isolates');
    let nowMs = NOW;
    for (let n = 0; n < 80; n += 1) {
      nowMs += 15_000;
      for (const isolate of isolates) {
        isolate.debit(passOf(1000 + n, { credit: 1e9 }), BASE_PRICE * 5000);
        callOnce(called, isolate, nowMs);
      }
    }
    const pass = passOf(1);
    drain(one, pass);
    callOnce(called, one, nowMs);
    expect(one.bitsOf(NETWORK, undefined)).toBeGreaterThan(0);
    const bits = one.bitsOf(NETWORK, undefined);
    called.restart();
    other.debit(pass);
    callOnce(called, other, nowMs + 1000);
    expect(other.bitsOf(NETWORK, undefined)).toBe(bits);
    expect(other.reply?.isolates).toBe(2);
    expect(other.counts.get(pass.passId)?.elsewhere).toBe(one.counts.get(pass.passId)?.spent);
  });

  it('begins anew where what was stored makes no sense', () => {
    const called = new CalledBook();
    callOnce(called, new SimulatedIsolate(idOf('i', 1)), NOW);
    const { state } = called.book.snapshot();
    const isolate = new SimulatedIsolate(idOf('i', 2));
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.boolean(), (a, b, isPart) => {
        const broken = isPart
          ? { state: { prices: a, isolates: b }, passes: { passes: a } }
          : { state: a, passes: b };
        const book = createPriceBook(LIMITS, broken);
        const { globalBits, networks } = book.take(isolate.report(), {
          nowMs: NOW,
          isLockdown: false,
        });
        expect({ globalBits, networks }).toEqual({ globalBits: 0, networks: [] });
      }),
      { seed: 13, numRuns: 300 },
    );
    expect(createPriceBook(LIMITS, { state, passes: 7 }).snapshot().state).toEqual(state);
  });
});
