import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { capBitsOf, maxFeeOf, scaleTerms } from '../../src/core/price/scale-terms.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from '../../src/core/price/visitor-rates.ts';
import type { ChargeTerms } from '../../src/core/policy/rule.ts';
import { PATIENCE_CREDIT } from '../../src/core/puzzle/patience.ts';
import {
  attemptsOf,
  creditOf,
  MAX_ATTEMPTS_PER_SOLUTION,
  thresholdFor,
} from '../../src/core/puzzle/work.ts';

const SEED = { seed: 7, numRuns: 2000 };
const BUDGET = { medianSeconds: 3, p95Seconds: 10 };
const TERMS: ChargeTerms = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};

const budgets = fc.record({
  medianSeconds: fc.double({ min: 0.01, max: 600, noNaN: true }),
  p95Seconds: fc.double({ min: 0.01, max: 600, noNaN: true }),
});
/** Terms that buy at least one request. */
const termsList = fc
  .record({
    minSolutions: fc.integer({ min: 1, max: 256 }),
    attemptsPerSolution: fc.oneof(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: MAX_ATTEMPTS_PER_SOLUTION }),
    ),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ minSolutions, attemptsPerSolution, share }): ChargeTerms => {
    const requestPrice = Math.max(1, Math.floor(minSolutions * attemptsPerSolution * share));
    return { ...TERMS, minSolutions, attemptsPerSolution, requestPrice };
  });

/** The work that a client really does for the entry fee. */
function feeOf({ minSolutions, attemptsPerSolution }: ChargeTerms): number {
  return minSolutions * attemptsOf(thresholdFor(attemptsPerSolution));
}

function requestsOf(terms: ChargeTerms): number {
  const { minSolutions, attemptsPerSolution, requestPrice } = terms;
  return Math.floor(creditOf(minSolutions, thresholdFor(attemptsPerSolution)) / requestPrice);
}

describe('the cap', () => {
  it('H03: never lets an entry fee exceed what the visitors’ budget allows', () => {
    fc.assert(
      fc.property(termsList, budgets, (terms, budget) => {
        const cap = capBitsOf(terms, budget);
        const scaled = scaleTerms(terms, cap, maxFeeOf(budget));
        if (scaled.attemptsPerSolution === terms.attemptsPerSolution) return;
        const fee = feeOf(scaled);
        expect(fee / MEDIAN_PHONE_ATTEMPTS_PER_SECOND).toBeLessThanOrEqual(budget.medianSeconds);
        expect((fee * 1.34) / P95_DEVICE_ATTEMPTS_PER_SECOND).toBeLessThanOrEqual(
          budget.p95Seconds,
        );
      }),
      SEED,
    );
  });

  it('is the largest multiple of an eighth that fits, and 0 where the fee is above the budget', () => {
    const cap = capBitsOf(TERMS, BUDGET);
    expect(cap * 8).toBe(Math.floor(cap * 8));
    expect(524_288 * 2 ** cap).toBeLessThanOrEqual(maxFeeOf(BUDGET));
    expect(524_288 * 2 ** (cap + 1 / 8)).toBeGreaterThan(maxFeeOf(BUDGET));
    expect(capBitsOf({ ...TERMS, attemptsPerSolution: 2 ** 26 }, BUDGET)).toBe(0);
    expect(capBitsOf({ minSolutions: 1, attemptsPerSolution: maxFeeOf(BUDGET) }, BUDGET)).toBe(0);
    expect(capBitsOf({ minSolutions: 1, attemptsPerSolution: maxFeeOf(BUDGET) + 1 }, BUDGET)).toBe(
      0,
    );
  });

  it('holds at any number of bits, above the cap as well', () => {
    fc.assert(
      fc.property(
        termsList,
        budgets,
        fc.double({ min: 0, max: 64, noNaN: true }),
        (terms, budget, bits) => {
          const scaled = scaleTerms(terms, bits, maxFeeOf(budget));
          if (scaled.attemptsPerSolution === terms.attemptsPerSolution) return;
          expect(feeOf(scaled)).toBeLessThanOrEqual(maxFeeOf(budget));
          expect(scaled.attemptsPerSolution).toBeLessThanOrEqual(MAX_ATTEMPTS_PER_SOLUTION);
        },
      ),
      SEED,
    );
  });
});

describe('scaled terms', () => {
  it('buy at least as many requests as the unscaled, in whole attempts', () => {
    fc.assert(
      fc.property(termsList, fc.double({ min: 0, max: 12, noNaN: true }), (terms, bits) => {
        const scaled = scaleTerms(terms, bits, maxFeeOf({ medianSeconds: 60, p95Seconds: 600 }));
        expect(requestsOf(scaled)).toBeGreaterThanOrEqual(requestsOf(terms));
        expect(Number.isInteger(scaled.attemptsPerSolution)).toBe(true);
        expect(Number.isInteger(scaled.requestPrice)).toBe(true);
      }),
      SEED,
    );
  });

  it('grow with the bits, and are the terms themselves at 0', () => {
    fc.assert(
      fc.property(termsList, budgets, fc.nat(60), (terms, budget, eighths) => {
        const maxFee = maxFeeOf(budget);
        expect(scaleTerms(terms, 0, maxFee)).toEqual(terms);
        const low = scaleTerms(terms, eighths / 8, maxFee);
        const high = scaleTerms(terms, (eighths + 1) / 8, maxFee);
        expect(high.attemptsPerSolution).toBeGreaterThanOrEqual(low.attemptsPerSolution);
        expect(high.requestPrice).toBeGreaterThanOrEqual(low.requestPrice);
      }),
      SEED,
    );
  });

  it('double with each bit', () => {
    const scaled = scaleTerms(TERMS, 2, maxFeeOf(BUDGET));
    expect(scaled).toEqual({ ...TERMS, attemptsPerSolution: 65_536, requestPrice: 17_476 });
  });

  it('are those of the operator where the fee is above the budget', () => {
    const dear = { ...TERMS, attemptsPerSolution: 2 ** 21 };
    expect(scaleTerms(dear, 3, maxFeeOf(BUDGET))).toEqual(dear);
  });

  it('let waiting buy a request where a rule asks to wait first', () => {
    const waiting: ChargeTerms = { ...TERMS, requestPrice: 60_000, puzzle: 'patience' };
    expect(scaleTerms(waiting, 4, maxFeeOf(BUDGET)).requestPrice).toBe(PATIENCE_CREDIT);
  });
});
