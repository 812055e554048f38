/** From yield and visitor budget to what to charge. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HONEST_CEILINGS } from '../../src/core/price/derive-ceilings.ts';
import { derivePrice, LEAST_CREDIT_REQUESTS, tollOf } from '../../src/core/price/derive-price.ts';
import {
  attackCost,
  feesOf,
  longestFeeWithin,
  plansOf,
  requestsOf,
  visitorSeconds,
  visitorSecondsP95,
} from '../../src/core/price/economics.ts';
import { FIGURES } from '../../src/core/price/price-overrides.ts';
import type {
  Charging,
  DerivedPrice,
  PriceQuestion,
  Setting,
} from '../../src/core/price/price-question.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from '../../src/core/price/visitor-rates.ts';
import { attemptsOf, thresholdFor } from '../../src/core/puzzle/work.ts';
import * as arbitrary from '../support/price-arbitraries.ts';
import { SEEDED } from '../support/price-arbitraries.ts';

const WISH = { requestsPerMinute: 1000, bytesPerRequest: 30_000 };
const CHARGING: Charging = {
  ceilings: { pass: 600, network: 3000, hosting: 300 },
  unpaid: { patiencePasses: 3, freeRequests: 0 },
  overspend: 1,
};
const QUESTION: PriceQuestion = {
  yieldPerThousand: 0.4,
  budget: { medianSeconds: 3, p95Seconds: 10 },
  terms: { minSolutions: 32, maxSolutions: 256, attemptsPerSolution: 16_384, requestPrice: 4369 },
  charging: CHARGING,
  plans: plansOf({ hardware: FIGURES.attackers, addresses: FIGURES.addresses }, WISH),
  headroomBits: 0,
};

/** An attack that the toll can price out: browsers on dear cores, from addresses for nothing. */
const BROWSERS: PriceQuestion = {
  ...QUESTION,
  plans: plansOf(
    {
      hardware: FIGURES.attackers.filter(({ name }) => name === 'browser-core'),
      addresses: [
        {
          name: 'free',
          label: 'addresses for nothing',
          dollarsPerNetworkMonth: 0,
          dollarsPerGigabyte: 0,
          isHosting: false,
          sources: [],
        },
      ],
    },
    WISH,
  ),
};

const questions: fc.Arbitrary<PriceQuestion> = fc.record({
  yieldPerThousand: fc.double({ min: 1e-9, max: 100, noNaN: true }),
  budget: fc.record({
    medianSeconds: fc.double({ min: 0.1, max: 600, noNaN: true }),
    p95Seconds: fc.double({ min: 0.1, max: 600, noNaN: true }),
  }),
  terms: arbitrary.terms,
  charging: arbitrary.charging,
  plans: fc.array(arbitrary.plan, { minLength: 1, maxLength: 4 }),
  headroomBits: fc.integer({ min: 0, max: 3 }),
});

function proposalOf({ proposals }: DerivedPrice, wanted: Setting) {
  return proposals.find(({ setting }) => setting === wanted);
}

describe('derivePrice', () => {
  it('never asks for more than the visitor budget, as the format states the fee', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { terms } = derivePrice(question);
        const { minSolutions, attemptsPerSolution } = terms;
        const attempts = minSolutions * attemptsOf(thresholdFor(attemptsPerSolution));
        const { medianSeconds, p95Seconds } = question.budget;
        const median = { attemptsPerSecond: MEDIAN_PHONE_ATTEMPTS_PER_SECOND };
        const slowest = { attemptsPerSecond: P95_DEVICE_ATTEMPTS_PER_SECOND };
        const bits = 2 ** question.headroomBits;
        expect(visitorSeconds(attempts * bits, median)).toBeLessThanOrEqual(
          medianSeconds * (1 + 1e-12),
        );
        const fee = { attempts: attempts * bits, solutions: minSolutions };
        expect(visitorSecondsP95(fee, slowest)).toBeLessThanOrEqual(p95Seconds * (1 + 1e-12));
      }),
      SEEDED,
    );
  });

  it('proposes what the settings take, and a fee that buys what a person reads', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const { terms, ceilings } = derivePrice(question);
        expect(Number.isInteger(terms.attemptsPerSolution)).toBe(true);
        expect(Number.isInteger(terms.requestPrice)).toBe(true);
        expect(terms.requestPrice).toBeGreaterThanOrEqual(1);
        expect(terms.attemptsPerSolution).toBeLessThanOrEqual(2 ** 26);
        const credit = requestsOf(feesOf(terms).entryFee, terms.requestPrice);
        const before = requestsOf(feesOf(question.terms).entryFee, question.terms.requestPrice);
        expect(credit).toBeGreaterThanOrEqual(Math.min(before, LEAST_CREDIT_REQUESTS));
        expect(ceilings.pass).toBe(question.charging.ceilings.pass);
        expect(ceilings.network).toBeLessThanOrEqual(question.charging.ceilings.network);
        expect(ceilings.hosting).toBeLessThanOrEqual(question.charging.ceilings.hosting);
      }),
      SEEDED,
    );
  });

  it('never lowers the price for a larger yield, nor raises a ceiling', () => {
    const factor = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(questions, factor, (question, times) => {
        const less = derivePrice(question);
        const more = derivePrice({
          ...question,
          yieldPerThousand: question.yieldPerThousand * times,
        });
        expect(more.ceilings.network).toBeLessThanOrEqual(less.ceilings.network);
        expect(more.ceilings.hosting).toBeLessThanOrEqual(less.ceilings.hosting);
        expect(more.terms.requestPrice).toBeGreaterThanOrEqual(less.terms.requestPrice);
        expect(feesOf(more.terms).entryFee).toBeGreaterThanOrEqual(feesOf(less.terms).entryFee);
      }),
      SEEDED,
    );
  });

  it('never lowers the price for a larger budget', () => {
    const factor = fc.double({ min: 1, max: 100, noNaN: true });
    fc.assert(
      fc.property(questions, factor, (question, times) => {
        const { medianSeconds, p95Seconds } = question.budget;
        const budget = { medianSeconds: medianSeconds * times, p95Seconds: p95Seconds * times };
        const less = derivePrice(question).terms;
        const more = derivePrice({ ...question, budget }).terms;
        // Within a part in a hundred: a fee near 2^26 is stated in coarse steps.
        expect(more.requestPrice).toBeGreaterThanOrEqual(less.requestPrice * 0.98 - 1);
      }),
      SEEDED,
    );
  });

  it('proposes the least price that is enough: one attempt less is not', () => {
    const attack = BROWSERS.plans[0];
    if (attack === undefined) throw new Error('no plan');
    const question = { ...BROWSERS, yieldPerThousand: 0.0001 };
    const derived = derivePrice(question);
    expect(derived).toMatchObject({ isEnough: true, isWorthIt: true, remedies: [] });
    expect(proposalOf(derived, 'requestPrice')?.reason).toBe('exceeds-yield');
    const costAt = (requestPrice: number): number =>
      attackCost(tollOf({ ...derived.terms, requestPrice }, CHARGING), attack).totalDollars;
    expect(costAt(derived.terms.requestPrice)).toBeGreaterThanOrEqual(0.0001);
    expect(costAt(derived.terms.requestPrice - 1)).toBeLessThan(0.0001);
    const seconds = feesOf(derived.terms).entryFee / MEDIAN_PHONE_ATTEMPTS_PER_SECOND;
    expect(seconds).toBeLessThan(3);
    expect(proposalOf(derived, 'credit')?.proposed).toBeLessThanOrEqual(120);
  });

  it('leaves everything as it is where every attack costs the yield already', () => {
    const derived = derivePrice({ ...QUESTION, yieldPerThousand: 1e-6 });
    expect(derived.isEnough).toBe(true);
    for (const { now, proposed } of derived.proposals) expect(proposed).toBe(now);
    expect(proposalOf(derived, 'requestPrice')?.reason).toBe('enough');
    expect(proposalOf(derived, 'hostingCeiling')?.reason).toBe('enough');
    expect(proposalOf(derived, 'passCeiling')?.reason).toBe('buys-nothing');
  });

  it('says that no price within the budget is enough, what it would take, and what else helps', () => {
    const derived = derivePrice(QUESTION);
    expect(derived).toMatchObject({ isEnough: false, isWorthIt: false });
    expect(proposalOf(derived, 'requestPrice')?.reason).toBe('budget-spent');
    expect(proposalOf(derived, 'credit')?.proposed).toBe(LEAST_CREDIT_REQUESTS);
    expect(derived.remedies).toEqual([
      'deny-networks',
      'platform-bots',
      'allow-lists',
      'tiers',
      'cache',
    ]);
    const gpu = derived.findings.find(({ plan }) => plan.hardware.name === 'rtx-4090');
    // 0.04 cents buy 5 seconds of 22 GH/s at $0.29 an hour: three hours of a median phone.
    expect(gpu?.neededRequestPrice).toBeCloseTo((0.0004 / 0.29) * 3600 * 22e9, -3);
    expect(derived.findings.every(({ isBelowYield }) => isBelowYield)).toBe(true);
  });

  it('names waiting where attackers would wait', () => {
    const free = { ...CHARGING, unpaid: { patiencePasses: 1000, freeRequests: 0 } };
    const budget = { medianSeconds: 0.1, p95Seconds: 0.2 };
    const derived = derivePrice({ ...BROWSERS, budget, charging: free });
    expect(derived.remedies).toContain('patience-pace');
    expect(derived.remedies).not.toContain('deny-networks');
  });

  it('takes prices back that are beyond the budget', () => {
    const terms = { ...QUESTION.terms, attemptsPerSolution: 16_384 * 64, requestPrice: 4369 * 64 };
    const derived = derivePrice({ ...QUESTION, yieldPerThousand: 1e-6, terms });
    expect(proposalOf(derived, 'attemptsPerSolution')?.reason).toBe('over-budget');
    expect(feesOf(derived.terms).entryFee).toBeLessThanOrEqual(
      longestFeeWithin(QUESTION.budget, 32),
    );
  });

  it('lowers the ceiling of networks that cost rent, to what honest visitors need and no further', () => {
    const rented = FIGURES.addresses.filter(({ name }) => name === 'datacentre');
    const plans = plansOf({ hardware: FIGURES.attackers, addresses: rented }, WISH);
    const at = (yieldPerThousand: number): DerivedPrice =>
      derivePrice({ ...QUESTION, plans, yieldPerThousand });
    // $2 over 43,200 minutes: 200 requests a minute cost $0.00023 a thousand.
    const [dear, low] = [at(0.000_23), at(0.4)];
    expect(dear.ceilings.hosting).toBe(201);
    expect(proposalOf(dear, 'hostingCeiling')?.reason).toBe('makes-networks-dear');
    expect(low.ceilings.hosting).toBe(HONEST_CEILINGS.hosting);
    expect(proposalOf(low, 'hostingCeiling')?.reason).toBe('honest-need');
    expect(low.ceilings.network).toBe(3000);
    expect(proposalOf(low, 'networkCeiling')?.reason).toBe('buys-nothing');
    // 1,000 requests a minute: four networks at 300, nine at 120.
    expect(low.findings[0]).toMatchObject({ now: { networks: 4 }, proposed: { networks: 9 } });
    // The cheapest rent counts.
    const cheap = rented.map((supply) =>
      Object.assign({}, supply, { dollarsPerNetworkMonth: 1.5 }),
    );
    const both = plansOf({ hardware: FIGURES.attackers, addresses: [...rented, ...cheap] }, WISH);
    const derived = derivePrice({ ...QUESTION, plans: both, yieldPerThousand: 0.000_23 });
    expect(derived.ceilings.hosting).toBe(150);
    // Proxies by the gigabyte bring all the networks that they want.
    const pool = FIGURES.addresses.filter(({ name }) => name === 'datacentre-pool');
    const pooled = {
      ...QUESTION,
      plans: plansOf({ hardware: FIGURES.attackers, addresses: pool }, WISH),
    };
    expect(derivePrice(pooled).ceilings).toEqual(CHARGING.ceilings);
  });

  it('works without ceilings: then one network is enough', () => {
    const ceilings = { pass: Infinity, network: Infinity, hosting: Infinity };
    const derived = derivePrice({ ...QUESTION, charging: { ...CHARGING, ceilings } });
    expect(derived.findings.every(({ now }) => now.networks === 1)).toBe(true);
    expect(derived.ceilings.hosting).toBe(HONEST_CEILINGS.hosting);
  });

  it('leaves the headroom that it is told to: two bits are a quarter of the wait', () => {
    const [all, quarter] = [0, 2].map((headroomBits) => derivePrice({ ...QUESTION, headroomBits }));
    const ratio =
      feesOf(all?.terms ?? QUESTION.terms).entryFee /
      feesOf(quarter?.terms ?? QUESTION.terms).entryFee;
    expect(ratio).toBeCloseTo(4, 2);
  });
});

describe('tollOf', () => {
  it('gives nothing for waiting where waiting does not buy a request', () => {
    const requests = (requestPrice: number, tier: number): number | undefined =>
      tollOf({ ...QUESTION.terms, requestPrice, tier }, CHARGING).unpaid?.network.requests;
    expect(requests(4369, 0)).toBe(90);
    expect(requests(131_072, 0)).toBe(3);
    expect(requests(131_073, 0)).toBe(0);
    expect(requests(4369, 1)).toBe(0);
  });

  it('gives the free allowance to visitors alone, never to hosting networks', () => {
    const charging = { ...CHARGING, unpaid: { patiencePasses: 0, freeRequests: 5 } };
    expect(tollOf(QUESTION.terms, charging).unpaid).toEqual({
      network: { requests: 5, passes: 0 },
      hosting: { requests: 0, passes: 0 },
    });
  });
});
