import { describe, expect, it } from 'vitest';
import { isHostingNetwork } from '../../src/core/client/hosting-networks.ts';
import { parseNetwork } from '../../src/core/client/network.ts';
import { createRandomSource } from '../../src/core/random-source.ts';
import { MinuteCeiling } from '../../src/core/simulation/minute-ceiling.ts';
import { OriginQueue } from '../../src/core/simulation/origin-queue.ts';
import {
  addressIn,
  attackerPlace,
  networkName,
  visitorPlace,
} from '../../src/core/simulation/places.ts';
import {
  SimulatedIsolate,
  type SimulatedBook,
  type SimulatedPass,
} from '../../src/core/simulation/simulated-isolate.ts';
import { workLuck } from '../../src/core/simulation/visitor-cashier.ts';
import { WaitHistogram } from '../../src/core/simulation/wait-histogram.ts';
import { createClientView } from '../../src/core/client/client-view.ts';
import type { PriceReport } from '../../src/core/price/price-report.ts';
import type { BookReply } from '../../src/core/price/price-book.ts';

describe('a histogram of waits', () => {
  it('finds quantiles within 2.4 % of the true ones', () => {
    const random = createRandomSource(5);
    const waits = Array.from({ length: 5000 }, () => random.logNormal(0.4, 1.2));
    const histogram = new WaitHistogram();
    for (const wait of waits) histogram.add(wait);
    const sorted = waits.toSorted((a, b) => a - b);
    for (const part of [0.1, 0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
      expect(Math.abs(histogram.quantile(part) / exact - 1)).toBeLessThan(0.024);
    }
    const { count, totalSeconds, maxSeconds } = histogram.summary();
    expect(count).toBe(5000);
    expect(totalSeconds).toBeCloseTo(
      waits.reduce((sum, wait) => sum + wait, 0),
      6,
    );
    expect(maxSeconds).toBe(sorted.at(-1));
  });

  it('says 0 of nobody and the one wait of one', () => {
    const histogram = new WaitHistogram();
    expect(histogram.quantile(0.5)).toBe(0);
    histogram.add(0.3);
    expect(histogram.summary()).toMatchObject({ medianSeconds: 0.3, p95Seconds: 0.3 });
  });
});

describe('a ceiling', () => {
  it('admits its limit a minute under each key, and more in the next minute', () => {
    const ceiling = new MinuteCeiling(10);
    expect(ceiling.admit('a', 7, { nowSeconds: 0 })).toBe(7);
    expect(ceiling.admit('a', 7, { nowSeconds: 59.9 })).toBe(3);
    expect(ceiling.admit('b', 7, { nowSeconds: 59.9 })).toBe(7);
    expect(ceiling.left('a', 59.9)).toBe(0);
    expect(ceiling.admit('a', 11, { nowSeconds: 60 })).toBe(10);
    // A visitor behind the others does not open the window again.
    expect(ceiling.admit('a', 1, { nowSeconds: 59 })).toBe(0);
    expect(ceiling.admit('a', 7, { nowSeconds: 60, limit: 13 })).toBe(3);
  });
});

describe('the origin', () => {
  const origin = { requestsPerSecond: 50, latencyMs: 100, timeoutSeconds: 4, staticLoad: 0.05 };

  it('answers as M/M/1 does below saturation', () => {
    const queue = new OriginQueue(origin);
    expect(queue.serve(0, 10)).toEqual({ latencyMs: 100, errorShare: 0 });
    expect(queue.serve(250, 10)).toEqual({ latencyMs: 200, errorShare: 0 });
    expect(queue.serve(400, 10).latencyMs).toBeCloseTo(500, 9);
  });

  it('queues above it, up to its timeout, and works the queue off', () => {
    const queue = new OriginQueue(origin);
    // 100 too many wait 2 s.
    expect(queue.serve(600, 10)).toMatchObject({ errorShare: 0 });
    // 400 too many: 200 fit into 4 s of waiting, 300 of 900 do not.
    expect(queue.serve(900, 10).errorShare).toBeCloseTo(300 / 900, 9);
    expect(queue.serve(900, 10).errorShare).toBeCloseTo(400 / 900, 9);
    queue.serve(300, 10);
    expect(queue.serve(0, 10)).toEqual({ latencyMs: 100, errorShare: 0 });
  });
});

describe('places', () => {
  it('are networks as the gate sees them, and belong to nobody', () => {
    for (const index of [0, 1, 255, 256, 0x12_3456, 0xff_ffff]) {
      const network = networkName(index);
      expect(parseNetwork(network).ok).toBe(true);
      const view = createClientView({
        connectingIp: addressIn(network),
        userAgent: '',
        asn: 64_496,
        country: undefined,
      });
      expect(parseNetwork(view.network)).toEqual(parseNetwork(network));
      expect(network).toMatch(/^2001:db8:/);
    }
  });

  it('of different groups never meet, and hosting is what the list says', () => {
    const group = { group: 0, isHosting: true, locations: 2 };
    const names = [
      visitorPlace(3, 2),
      attackerPlace(3, group),
      attackerPlace(3, { ...group, group: 1 }),
    ].map(({ network }) => network);
    expect(new Set(names).size).toBe(3);
    expect(isHostingNetwork(attackerPlace(0, group).asn ?? 0)).toBe(true);
    expect(isHostingNetwork(visitorPlace(0, 2).asn ?? 0)).toBe(false);
  });
});

describe('luck', () => {
  it('is 1 on average, with a spread of one over the root of the solutions', () => {
    const random = createRandomSource(9);
    for (const solutions of [1, 32, 256]) {
      const drawn = Array.from({ length: 4000 }, () => workLuck(random, solutions));
      const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
      expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(4000 * solutions));
      expect(Math.abs(variance * solutions - 1)).toBeLessThan(0.25);
    }
  });
});

/** Answers what it is told, and keeps what it was asked. */
class ScriptedBook implements SimulatedBook {
  readonly reports: PriceReport[] = [];
  reply: BookReply = {
    version: 1,
    nextReportSeconds: 15,
    isolates: 2,
    globalBits: 0,
    networks: [],
    asns: [],
    passes: [],
  };

  take(report: PriceReport): BookReply {
    this.reports.push(report);
    return this.reply;
  }
}

function passOf(id: string): SimulatedPass {
  const network = networkName(0);
  const known = { network, asn: 64_496, isPatience: false, expiresSeconds: 3600 };
  return { id, credit: 800, ...known, spent: 0 };
}

describe('an isolate', () => {
  const debit = { price: 10, demand: 5 };

  it('debits an eighth of a pass until the book has answered, then as the book says', () => {
    const book = new ScriptedBook();
    const isolate = new SimulatedIsolate('a', book);
    const pass = passOf('p');
    expect(isolate.debit(pass, debit, 50)).toBe(10);
    expect(isolate.debit(pass, debit, 1)).toBe(0);
    book.reply = { ...book.reply, passes: [{ passId: 'p', limit: 150, left: 700 }] };
    expect(isolate.reportIfDue(10)).toBe(true);
    expect(book.reports[0]?.passes).toMatchObject([{ passId: 'p', spent: 100, demand: 50 }]);
    expect(isolate.debit(pass, debit, 50)).toBe(5);
    expect(pass.spent).toBe(150);
    isolate.refund(pass, debit, 2);
    expect(pass.spent).toBe(130);
  });

  it('debits at least one request, and everything where it is alone or has no book', () => {
    const book = new ScriptedBook();
    const isolate = new SimulatedIsolate('a', book);
    expect(isolate.debit(passOf('dear'), { price: 500, demand: 500 }, 3)).toBe(1);
    book.reply = { ...book.reply, isolates: 1 };
    isolate.reportIfDue(0);
    expect(isolate.debit(passOf('q'), debit, 100)).toBe(80);
    expect(new SimulatedIsolate('b', undefined).debit(passOf('r'), debit, 100)).toBe(80);
  });

  it('calls at most once in an interval, and only when a request came', () => {
    const book = new ScriptedBook();
    const isolate = new SimulatedIsolate('a', book);
    expect(isolate.reportIfDue(0)).toBe(false);
    isolate.touch();
    expect(isolate.reportIfDue(10)).toBe(true);
    isolate.touch();
    expect(isolate.reportIfDue(24.9)).toBe(false);
    expect(isolate.reportIfDue(25)).toBe(true);
    expect(isolate.reportIfDue(100)).toBe(false);
    expect(book.reports.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(book.reports[0]?.isolate).toMatch(/^[\w-]{22}$/);
  });

  it('takes the higher of the prices of network and system, and adds the global one', () => {
    const book = new ScriptedBook();
    const isolate = new SimulatedIsolate('a', book);
    const network = networkName(0);
    book.reply = {
      ...book.reply,
      globalBits: 0.5,
      networks: [{ network, bits: 2, isCurbed: true }],
      asns: [{ asn: 64_496, bits: 3 }],
    };
    isolate.touch();
    isolate.reportIfDue(0);
    expect(isolate.bitsOf(network, undefined)).toBe(2.5);
    expect(isolate.bitsOf(network, 64_496)).toBe(3.5);
    expect(isolate.bitsOf('other', undefined)).toBe(0.5);
    expect(isolate.isCurbed(network)).toBe(true);
    expect(isolate.isCurbed('other')).toBe(false);
  });
});
