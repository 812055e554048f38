/** The arithmetic between work, visitors' time and attackers' money. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attackCost,
  attemptsFor,
  attemptsIn,
  cheapestAttack,
  computeDollars,
  feesOf,
  longestFeeWithin,
  PASS_BYTES,
  plansOf,
  requestsOf,
  visitorSeconds,
  visitorSecondsP95,
  type AddressSupply,
  type AttackPlan,
  type Toll,
} from '../../src/core/price/economics.ts';
import { luckFactor, p95Luck } from '../../src/core/price/luck.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from '../../src/core/price/visitor-rates.ts';
import * as arbitrary from '../support/price-arbitraries.ts';
import { SEEDED } from '../support/price-arbitraries.ts';

/** Sums of products are compared up to the last bits of a double. */
const SLACK = 1 + 1e-9;

const TOLL: Toll = {
  entryFee: 524_288,
  largestFee: 4_194_304,
  requestPrice: 4369,
  ceilings: { network: 3000, hosting: 300 },
  overspend: 1,
};
const GPU = { attemptsPerSecond: 22e9, dollarsPerHour: 0.36 };
const SUPPLY: AddressSupply = {
  name: 'rented',
  label: 'rented',
  dollarsPerNetworkMonth: 43.2,
  dollarsPerGigabyte: 1,
  isHosting: true,
  sources: [],
};
const PLAN: AttackPlan = {
  hardware: { name: 'gpu', label: 'gpu', sources: [], ...GPU },
  addresses: SUPPLY,
  requestsPerMinute: 900,
  bytesPerRequest: 30_000,
};

describe('the luck of a fee', () => {
  it('is that of an exponential time for one part, and of a normal one for many', () => {
    // P(t <= ln 20) = 0.95 for one exponential time.
    expect(luckFactor(1, 0.95)).toBeCloseTo(Math.log(20), 6);
    // 1 + 1.645 / 16, with a little of the distribution's skew.
    expect(luckFactor(256, 0.95)).toBeCloseTo(1.105, 2);
    expect(luckFactor(32, 0.95)).toBeCloseTo(1.307, 3);
  });

  it('is 1.34 at 32 parts, as measured in the page', () => {
    expect(p95Luck(32)).toBeCloseTo(1.34, 9);
  });

  it('is less, the more parts there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), (parts) => {
        expect(p95Luck(parts + 1)).toBeLessThan(p95Luck(parts));
        expect(p95Luck(parts)).toBeGreaterThan(1);
      }),
      { ...SEEDED, numRuns: 50 },
    );
  });
});

describe('units', () => {
  it('come back: attempts to seconds and dollars, and the other way', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e15, noNaN: true }),
        arbitrary.hardware,
        (attempts, machine) => {
          expect(attemptsIn(visitorSeconds(attempts, machine), machine) / attempts).toBeCloseTo(
            1,
            9,
          );
          expect(attemptsFor(computeDollars(attempts, machine), machine) / attempts).toBeCloseTo(
            1,
            9,
          );
        },
      ),
      SEEDED,
    );
  });

  it('know free compute: any number of attempts', () => {
    expect(attemptsFor(1, { attemptsPerSecond: 1, dollarsPerHour: 0 })).toBe(Infinity);
    expect(computeDollars(1e12, { attemptsPerSecond: 1, dollarsPerHour: 0 })).toBe(0);
  });

  it('are those of the default settings: 42,000 entry fees a second, 120 requests each', () => {
    const terms = {
      minSolutions: 32,
      maxSolutions: 256,
      attemptsPerSolution: 16_384,
      requestPrice: 4369,
    };
    expect(feesOf(terms)).toEqual({ entryFee: 524_288, largestFee: 4_194_304 });
    expect(requestsOf(524_288, 4369)).toBe(120);
    expect(1 / visitorSeconds(524_288, GPU)).toBeCloseTo(41_962, 0);
    expect(
      visitorSecondsP95({ attempts: 10e6, solutions: 32 }, { attemptsPerSecond: 10e6 }),
    ).toBeCloseTo(1.34, 9);
  });

  it('count the largest pass at least as large as the least', () => {
    const terms = { minSolutions: 64, maxSolutions: 32, attemptsPerSolution: 10, requestPrice: 1 };
    expect(feesOf(terms).largestFee).toBe(640);
  });
});

describe('longestFeeWithin', () => {
  it('is bound by the half of the budget that ends first', () => {
    const ample = 1e6;
    expect(longestFeeWithin({ medianSeconds: 3, p95Seconds: ample }, 32)).toBeCloseTo(
      3 * MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
      6,
    );
    expect(longestFeeWithin({ medianSeconds: ample, p95Seconds: 10 }, 32)).toBeCloseTo(
      (10 * P95_DEVICE_ATTEMPTS_PER_SECOND) / 1.34,
      3,
    );
  });

  it('never falls as the budget grows, and falls with fewer sub-puzzles', () => {
    const seconds = fc.double({ min: 0.1, max: 600, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, fc.integer({ min: 2, max: 256 }), (median, p95, parts) => {
        const fee = longestFeeWithin({ medianSeconds: median, p95Seconds: p95 }, parts);
        const wider = { medianSeconds: median * 1.5, p95Seconds: p95 * 1.5 };
        expect(longestFeeWithin(wider, parts)).toBeGreaterThan(fee);
        expect(
          longestFeeWithin({ medianSeconds: median, p95Seconds: p95 }, parts - 1),
        ).toBeLessThanOrEqual(fee);
      }),
      SEEDED,
    );
  });
});

describe('attackCost', () => {
  it('adds up compute, rent of networks and traffic, as on paper', () => {
    const cost = attackCost(TOLL, PLAN);
    // 4.369e6 attempts at 22e9 a second, $0.0001 a second.
    expect(cost.computeDollars).toBeCloseTo((4.369e6 / 22e9) * 0.0001, 18);
    // 900 a minute below a ceiling of 300: three networks; $43.20 over 43,200 minutes is 0.1 cents.
    expect(cost.networks).toBe(3);
    const rent = (3 * 0.001 * 1000) / 900;
    const traffic = (1000 * (30_000 + (PASS_BYTES * 4369) / 4_194_304)) / 1e9;
    expect(cost.addressDollars).toBeCloseTo(rent + traffic, 12);
    expect(cost.totalDollars).toBe(cost.computeDollars + cost.addressDollars);
    expect(cost.unpaidShare).toBe(0);
  });

  it('takes the ceiling of the kind of network, at the ceiling and one above', () => {
    const networks = (requestsPerMinute: number, isHosting: boolean): number =>
      attackCost(TOLL, { ...PLAN, requestsPerMinute, addresses: { ...SUPPLY, isHosting } })
        .networks;
    expect([networks(300, true), networks(301, true)]).toEqual([1, 2]);
    expect([networks(3000, false), networks(3001, false)]).toEqual([1, 2]);
    expect(networks(1, true)).toBe(1);
  });

  it('costs less by what is overspent, in compute and in passes to carry', () => {
    const [once, twice] = [TOLL, { ...TOLL, overspend: 2 }].map((toll) => attackCost(toll, PLAN));
    expect(twice?.computeDollars).toBeCloseTo((once?.computeDollars ?? 0) / 2, 18);
    const carried = (1000 * PASS_BYTES * 4369) / 4_194_304 / 1e9;
    const saved = (once?.addressDollars ?? 0) - (twice?.addressDollars ?? 0);
    expect(saved).toBeCloseTo(carried / 2, 12);
  });

  it('lets an attacker wait instead of computing where waiting is cheaper', () => {
    const unpaid = { requests: 90, passes: 3 };
    const free = { ...SUPPLY, dollarsPerNetworkMonth: 0, dollarsPerGigabyte: 0 };
    const slow = { ...PLAN.hardware, attemptsPerSecond: 1e5 };
    const toll = { ...TOLL, unpaid: { network: unpaid, hosting: unpaid } };
    const cost = attackCost(toll, { ...PLAN, hardware: slow, addresses: free });
    expect(cost).toMatchObject({ computeDollars: 0, networks: 10, unpaidShare: 1 });
    // With dear networks it takes as few as it may, and waits for what these give.
    const dear = { ...SUPPLY, dollarsPerNetworkMonth: 1e6, dollarsPerGigabyte: 0 };
    const paid = attackCost(toll, { ...PLAN, hardware: slow, addresses: dear });
    expect(paid).toMatchObject({ networks: 3, unpaidShare: 0.3 });
    expect(paid.computeDollars).toBeGreaterThan(0);
  });

  it('is never lower for a dearer request, never higher for more that is free', () => {
    const factor = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(arbitrary.toll, arbitrary.plan, factor, (toll, plan, times) => {
        const { totalDollars } = attackCost(toll, plan);
        const dearer = { ...toll, requestPrice: toll.requestPrice * times };
        expect(attackCost(dearer, plan).totalDollars * SLACK).toBeGreaterThanOrEqual(totalDollars);
        const { unpaid, ...paidOnly } = toll;
        expect(unpaid).toBeDefined();
        expect(attackCost(paidOnly, plan).totalDollars * SLACK).toBeGreaterThanOrEqual(
          totalDollars,
        );
      }),
      SEEDED,
    );
  });

  it('is never lower for lower ceilings, and rises with nothing but what is dearer', () => {
    fc.assert(
      fc.property(arbitrary.toll, arbitrary.plan, (toll, plan) => {
        const { totalDollars } = attackCost(toll, plan);
        const ceilings = {
          network: Math.max(1, Math.floor(toll.ceilings.network / 2)),
          hosting: Math.max(1, Math.floor(toll.ceilings.hosting / 2)),
        };
        expect(attackCost({ ...toll, ceilings }, plan).totalDollars * SLACK).toBeGreaterThanOrEqual(
          totalDollars,
        );
        const faster = { ...plan.hardware, attemptsPerSecond: plan.hardware.attemptsPerSecond * 2 };
        expect(attackCost(toll, { ...plan, hardware: faster }).totalDollars).toBeLessThanOrEqual(
          totalDollars * SLACK,
        );
      }),
      SEEDED,
    );
  });

  it('is never lower with addresses that cost something than with addresses for nothing', () => {
    fc.assert(
      fc.property(arbitrary.toll, arbitrary.plan, (toll, plan) => {
        const nothing = { ...plan.addresses, dollarsPerNetworkMonth: 0, dollarsPerGigabyte: 0 };
        const without = attackCost(toll, { ...plan, addresses: nothing });
        const cost = attackCost(toll, plan);
        expect(cost.totalDollars * SLACK).toBeGreaterThanOrEqual(without.totalDollars);
        expect(cost.totalDollars).toBeCloseTo(cost.computeDollars + cost.addressDollars, 9);
        expect(cost.unpaidShare).toBeGreaterThanOrEqual(0);
        expect(cost.unpaidShare).toBeLessThanOrEqual(1);
      }),
      SEEDED,
    );
  });

  it('has as many networks as are cheapest: no other number costs less', () => {
    const few = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(arbitrary.toll, arbitrary.plan, few, (toll, plan, more) => {
        const best = attackCost(toll, plan);
        const kind = plan.addresses.isHosting ? 'hosting' : 'network';
        const least = Math.max(1, Math.ceil(plan.requestsPerMinute / toll.ceilings[kind]));
        // A ceiling of one network's share forces exactly that many.
        const forced = Math.max(1, Math.ceil(plan.requestsPerMinute / (least + more)));
        const ceilings = { ...toll.ceilings, [kind]: Math.min(toll.ceilings[kind], forced) };
        expect(attackCost({ ...toll, ceilings }, plan).totalDollars * SLACK).toBeGreaterThanOrEqual(
          best.totalDollars,
        );
      }),
      SEEDED,
    );
  });
});

describe('cheapestAttack', () => {
  it('is the least of all pairs, and nothing where there are none', () => {
    fc.assert(
      fc.property(
        arbitrary.toll,
        fc.array(arbitrary.hardware, { minLength: 1, maxLength: 4 }),
        fc.array(arbitrary.addresses, { minLength: 1, maxLength: 4 }),
        (toll, hardware, addresses) => {
          const wish = { requestsPerMinute: 1000, bytesPerRequest: 30_000 };
          const plans = plansOf({ hardware, addresses }, wish);
          expect(plans).toHaveLength(hardware.length * addresses.length);
          const best = cheapestAttack(toll, plans);
          const totals = plans.map((each) => attackCost(toll, each).totalDollars);
          expect(best?.cost.totalDollars).toBe(Math.min(...totals));
        },
      ),
      { ...SEEDED, numRuns: 100 },
    );
    expect(cheapestAttack(TOLL, [])).toBeUndefined();
  });
});
