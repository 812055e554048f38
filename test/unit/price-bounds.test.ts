/** What the price book keeps, what it costs and what can be overspent: all bounded. */
import { describe, expect, it } from 'vitest';
import { bookCost, intervalOf } from '../../src/core/price/book-cost.ts';
import {
  overspendFactor,
  passBound,
  requestsBeyondCredit,
} from '../../src/core/price/overspend.ts';
import { createPassLedger, MAX_PASSES } from '../../src/core/price/pass-ledger.ts';
import { MAX_RETIRED_PASSES } from '../../src/core/price/retired-passes.ts';
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

function passOf(number: number, members: Partial<SimulatedPass> = {}): SimulatedPass {
  const base = { passId: idOf('pass', number), credit: BASE_FEE, network: 'unknown' };
  return { ...base, expires: NOW / 1000 + 3600, ...members };
}

function callOnce(called: CalledBook, isolate: SimulatedIsolate, nowMs: number): void {
  const report = isolate.report();
  isolate.hear(called.call(report, nowMs), report);
}

describe('a million passes', { timeout: 180_000 }, () => {
  it('H05: stay within bounds, and none that was spent is unspent by having to go', () => {
    const ledger = createPassLedger();
    const nowSeconds = NOW / 1000;
    const by = { isolate: idOf('i', 1), isAlone: false, isNewer: true, nowSeconds };
    const base = { asn: undefined, since: 1, price: BASE_PRICE, isPatience: false };
    const countOf = (n: number, spent: number) => ({
      ...base,
      passId: idOf('pass', n),
      credit: BASE_FEE,
      // A new network for each, as a /32 of IPv6 has them.
      network: `2001:db8:${(n >> 8).toString(16)}:${((n & 255) << 8).toString(16)}::/56`,
      expires: nowSeconds + 3600 + Math.floor(n / 1000),
      spent,
      demand: spent,
    });
    let largest = 0;
    for (let n = 0; n < 1_000_000; n += 1) {
      ledger.take(countOf(n, BASE_FEE), by);
      largest = Math.max(largest, ledger.size());
    }
    expect(largest).toBe(MAX_PASSES);
    expect(ledger.retired()).toBeLessThanOrEqual(MAX_RETIRED_PASSES);
    // Another isolate presents all that were spent: none is granted anything.
    const other = { ...by, isolate: idOf('i', 2) };
    for (let n = 0; n < 1_000_000; n += 997) {
      const spent = BASE_FEE / 8;
      const { balance } = ledger.take(countOf(n, spent), other);
      expect(balance?.limit ?? 0).toBeLessThanOrEqual(spent);
    }
    // A pass that was bought later is taken in as ever.
    expect(ledger.take(countOf(1_000_000, BASE_PRICE), other).balance).toBeDefined();
    expect(JSON.stringify(ledger.snapshot()).length).toBeLessThan(1_600_000);
  });

  it('H05: of few networks leave the passes of others in the book', () => {
    const ledger = createPassLedger();
    const nowSeconds = NOW / 1000;
    const by = { isolate: idOf('i', 1), isAlone: false, isNewer: true, nowSeconds };
    const base = {
      asn: undefined,
      since: 1,
      price: 1,
      credit: BASE_FEE,
      expires: nowSeconds + 3600,
    };
    const take = (kind: string, n: number, network: string) =>
      ledger.take(
        {
          ...base,
          passId: idOf(kind, n),
          network,
          spent: 1,
          demand: 1,
          isPatience: kind === 'patient',
        },
        by,
      );
    for (let n = 0; n < 500; n += 1) take('honest', n, `honest ${n >> 1}`);
    for (let n = 0; n < 30_000; n += 1) take('flood', n, `flood ${n % 500}`);
    for (let n = 0; n < 30_000; n += 1) take('patient', n, `patient ${n}`);
    for (let n = 0; n < 500; n += 1)
      expect(take('honest', n, `honest ${n >> 1}`).isNew).toBe(false);
    for (let n = 0; n < 500; n += 1) {
      expect(take('honest', n, `honest ${n >> 1}`).balance).toBeDefined();
    }
  });

  it('H05: of networks without number, leave the book’s replies and its snapshot bounded', () => {
    const called = new CalledBook();
    const isolates = [0, 1].map((n) => new SimulatedIsolate(idOf('i', n)));
    let nowMs = NOW;
    for (let n = 0; n < 60_000; n += 1) {
      const [isolate] = isolates;
      const network = `2001:db8:${n.toString(16)}::/56`;
      isolate?.debit(passOf(n, { network, credit: 1e12 }), LIMITS.networkTarget * 20);
      if (n % 1000 !== 999 || isolate === undefined) continue;
      nowMs += 15_000;
      callOnce(called, isolate, nowMs);
      isolate.counts.clear();
      expect(isolate.reply?.networks.length).toBeLessThanOrEqual(500);
    }
    const { state, passes } = called.book.snapshot();
    expect(JSON.stringify(state).length).toBeLessThan(1_000_000);
    expect(JSON.stringify(passes).length).toBeLessThan(1_600_000);
  });
});

describe('the bound in arithmetic', () => {
  const attack = { passCeiling: 600, delaySeconds: 15, credit: BASE_FEE, requestPrice: BASE_PRICE };

  it('is the credit for one isolate, and an eighth more for each other', () => {
    expect(passBound({ credit: 800, price: 1, isolates: 1 })).toBe(800);
    expect(passBound({ credit: 800, price: 1, isolates: 5 })).toBe(1200);
    expect(passBound({ credit: 800, price: 300, isolates: 2 })).toBe(1100);
    expect(passBound({ credit: 800, price: 1, isolates: 3, alone: 1 })).toBe(1700);
    expect(overspendFactor({ ...attack, isolates: 1 })).toBe(1);
    expect(overspendFactor({ ...attack, isolates: 4 })).toBeCloseTo(1.375, 9);
  });

  it('is bounded by locations x ceiling x delay as well', () => {
    const slow = { ...attack, passCeiling: 10, delaySeconds: 15, isolates: 40 };
    expect(requestsBeyondCredit(slow)).toBe(100);
    expect(requestsBeyondCredit({ ...slow, passCeiling: 600 })).toBeCloseTo((39 * 120) / 8, 0);
  });
});

describe('the cost of the book', () => {
  it('H01: is bounded by the calls of a day, whatever the number of isolates', () => {
    for (const isolates of [1, 8, 9, 100, 1000, 2000]) {
      const cost = bookCost({ isolates, limits: LIMITS });
      expect(cost.callsPerDay).toBeLessThanOrEqual(LIMITS.callsPerDay);
      expect(cost.rowsPerDay).toBeLessThan(18_000);
      expect(cost.isWithinFreePlan).toBe(true);
      expect(cost.dollarsPerMonth).toBeLessThan(0.5);
    }
    expect(intervalOf(100, LIMITS)).toBe(173);
    expect(intervalOf(1000, LIMITS)).toBe(1728);
    const busy = bookCost({
      isolates: 1000,
      limits: { callsPerDay: 5_760_000, minIntervalSeconds: 15 },
    });
    expect(busy.intervalSeconds).toBe(15);
    expect(busy.isWithinFreePlan).toBe(false);
    expect(busy.dollarsPerMonth).toBeCloseTo(31.54, 1);
  });
});
