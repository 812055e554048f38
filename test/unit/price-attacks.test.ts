/** Attacks on the price, played against isolates that lag and the real book. */
import { describe, expect, it } from 'vitest';
import {
  HONEST,
  networksOf,
  SimulatedSite,
  visitors,
  withAttempts,
} from '../support/price-traffic.ts';
import {
  BASE_FEE,
  BASE_PRICE,
  CalledBook,
  idOf,
  LIMITS,
  SimulatedIsolate,
} from '../support/price-simulation.ts';

const PERIOD_MINUTES = 5;
const RTX_4090 = 22e9;
const FLOODER = '203.0.113.0/24';

function peakOf(site: SimulatedSite, network: string, minutes: number): number {
  let peak = 0;
  site.run(minutes, () => {
    peak = Math.max(peak, site.bitsOf(network));
  });
  return peak;
}

describe('what honest visitors pay', { timeout: 30_000 }, () => {
  it('H03: an attacker who solves nothing moves no price, whatever the origin suffers', () => {
    const site = new SimulatedSite(4);
    site.crowds.push(visitors());
    site.run(30);
    site.mood = { latencyMs: 5000, errorShare: 0.5 };
    // Challenges, refusals and failed requests are counted, and are no part of any price.
    for (const isolate of site.isolates) isolate.serve(1_000_000, site.mood);
    expect(peakOf(site, HONEST, 60)).toBe(0);
    expect(peakOf(site, FLOODER, 5)).toBe(0);
  });

  it('H03: one solution replayed a million times moves the price by 0 bits', () => {
    const called = new CalledBook();
    const isolates = Array.from({ length: 4 }, (_, n) => new SimulatedIsolate(idOf('isolate', n)));
    const pass = {
      passId: idOf('pass', 1),
      credit: BASE_FEE,
      expires: 1_800_003_600,
      network: FLOODER,
    };
    let nowMs = 1_800_000_000_000;
    let served = 0;
    for (let request = 0; request < 1_000_000; request += 1) {
      const isolate = isolates[request % 4];
      if (isolate?.debit(pass) === true) served += 1;
      if (request % 20_000 !== 0) continue;
      nowMs += 15_000;
      for (const one of isolates) {
        const report = one.report();
        one.hear(called.call(report, nowMs), report);
      }
    }
    expect(served).toBeLessThanOrEqual((BASE_FEE / BASE_PRICE) * (1 + 4 / 8));
    expect(isolates.map((one) => one.bitsOf(FLOODER, undefined))).toEqual([0, 0, 0, 0]);
    expect(called.book.currentHour()?.attempts).toBeLessThanOrEqual(BASE_FEE);
  });

  it('H03: patience and free requests alone move the price by 0 bits, of anyone', () => {
    const site = new SimulatedSite(4);
    const networks = networksOf(60);
    site.crowds.push(visitors(), { networks, isPatience: true, requestsPerMinute: () => 3000 });
    site.mood = { latencyMs: 3000, errorShare: 0.2 };
    expect(peakOf(site, HONEST, 60)).toBe(0);
    expect(Math.max(...networks.map((network) => site.bitsOf(network)))).toBe(0);
  });

  it('H03: 22 GH/s over many networks that stay below their targets cost others one bit at most', () => {
    const site = new SimulatedSite(4);
    const networks = networksOf(60);
    site.crowds.push(visitors(), {
      networks,
      requestsPerMinute: withAttempts(RTX_4090, networks.length, 590),
    });
    site.run(15);
    site.mood = { latencyMs: 3000, errorShare: 0.2 };
    const peak = peakOf(site, HONEST, 60);
    expect(peak).toBe(1);
    site.crowds.pop();
    site.mood = { latencyMs: 40, errorShare: 0 };
    site.run(4 * PERIOD_MINUTES);
    expect(site.bitsOf(HONEST)).toBe(0);
  });

  it('H03: 22 GH/s over many networks above their targets raise their own prices, others pay one bit at most', () => {
    const site = new SimulatedSite(4);
    const networks = networksOf(40);
    site.mood = { latencyMs: 3000, errorShare: 0.2 };
    site.crowds.push(visitors(), {
      networks,
      asn: 64_501,
      requestsPerMinute: withAttempts(RTX_4090, networks.length),
    });
    expect(peakOf(site, HONEST, 60)).toBeLessThanOrEqual(1);
    expect(Math.min(...networks.map((network) => site.bitsOf(network)))).toBe(LIMITS.capBits);
    // A network that is new there pays what its system pays, others do not.
    expect(site.bitsOf('10.99.0.0/24', 64_501)).toBe(LIMITS.capBits);
    expect(site.bitsOf('10.99.0.0/24', 64_502)).toBeLessThanOrEqual(1);
  });

  it('H03, H04: 22 GH/s from one network raise its own price to the cap, and it falls back within 4 periods', () => {
    const site = new SimulatedSite(4);
    let until = Infinity;
    site.crowds.push(visitors(), {
      networks: [FLOODER],
      requestsPerMinute: (bits, nowMs) => (nowMs < until ? withAttempts(RTX_4090, 1)(bits) : 60),
    });
    expect(peakOf(site, HONEST, 4 * PERIOD_MINUTES)).toBe(0);
    expect(site.bitsOf(FLOODER)).toBe(LIMITS.capBits);
    until = site.nowMs;
    // One period more: the one that runs still knows of the flood.
    expect(peakOf(site, HONEST, 5 * PERIOD_MINUTES)).toBe(0);
    expect(site.bitsOf(FLOODER)).toBe(0);
  });

  it.each([180, 300])(
    'H04: an attack that minds no price stays at the cap where the lower ceiling serves %i requests a minute of it, and it ends with the attack',
    (curbedPerMinute) => {
      const site = new SimulatedSite(4);
      const networks = networksOf(10);
      let until = Infinity;
      site.crowds.push(visitors(), {
        networks,
        curbedPerMinute,
        requestsPerMinute: (_bits, nowMs) => (nowMs < until ? 1800 : 30),
      });
      const [network = ''] = networks;
      const moves = new Set<number>();
      let before = 0;
      let served = 0;
      site.run(5 * PERIOD_MINUTES);
      site.run(60 * PERIOD_MINUTES, () => {
        const bits = site.bitsOf(network);
        if (bits !== before) moves.add(site.nowMs);
        before = bits;
        served += site.served.get(network) ?? 0;
      });
      expect([before, moves.size]).toEqual([LIMITS.capBits, 1]);
      expect(served / (60 * PERIOD_MINUTES)).toBeLessThan(600);
      until = site.nowMs;
      site.run(5 * PERIOD_MINUTES);
      expect(networks.map((each) => site.bitsOf(each))).toEqual(networks.map(() => 0));
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'H04: an attack that is on and off for %i periods never costs others more than one bit',
    (periods) => {
      const site = new SimulatedSite(2);
      const networks = networksOf(60);
      const halfMs = periods * PERIOD_MINUTES * 60_000;
      const isOn = (nowMs: number) => Math.floor(nowMs / halfMs) % 2 === 0;
      site.crowds.push(visitors(), {
        networks,
        requestsPerMinute: (bits, nowMs) =>
          isOn(nowMs) ? withAttempts(RTX_4090, networks.length)(bits) : 0,
      });
      let peak = 0;
      site.run(4 * periods * PERIOD_MINUTES, () => {
        site.mood = isOn(site.nowMs)
          ? { latencyMs: 3000, errorShare: 0.2 }
          : { latencyMs: 40, errorShare: 0 };
        peak = Math.max(peak, site.bitsOf(HONEST));
      });
      expect(peak).toBeLessThanOrEqual(1);
    },
  );

  it('a few networks that flood do not make their system dear for the many others in it', () => {
    const site = new SimulatedSite(2);
    site.crowds.push(
      visitors(
        networksOf(30).map((name) => `2${name}`),
        30,
      ),
      {
        networks: networksOf(12),
        asn: 64_500,
        requestsPerMinute: () => 3000,
      },
    );
    site.run(30);
    expect(site.bitsOf('10.0.0.0/24', 64_500)).toBe(LIMITS.capBits);
    expect(site.bitsOf('210.0.1.0/24', 64_500)).toBe(0);
  });
});
