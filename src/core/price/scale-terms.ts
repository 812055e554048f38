/**
 * What a charge rule asks for at the price of the moment.
 *
 * Owns the scaling of terms, and the cap that the visitors' patience sets; must not know why the price
 * moves. The entry fee rises with the price of a request, so that a fee always buys as many requests,
 * and a visitor's wait is what is bounded.
 */
import type { ChargeTerms } from '../policy/rule.ts';
import { PATIENCE_CREDIT } from '../puzzle/patience.ts';
import { MIN_THRESHOLD } from '../puzzle/puzzle.ts';
import { attemptsOf, thresholdFor } from '../puzzle/work.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from './visitor-rates.ts';

/** How long visitors may be asked to compute. */
export interface VisitorBudget {
  /** A phone in the middle, on average. */
  readonly medianSeconds: number;
  /** The slowest device of 95 in 100 visitors, at the luck of 95 in 100. */
  readonly p95Seconds: number;
}

/** Bits are multiples of 1/8. */
export const STEPS_PER_BIT = 8;

/** p95 over mean of the work of 32 sub-puzzles: a sum of 32 exponential times (Erlang), 1.31 to 1.34. */
const P95_LUCK = 1.34;
/** Values of the hash's last word that a threshold is a part of. */
const WORD_VALUES = 0x1_0000_0000;

/** Attempts that the budget allows as an entry fee, whole. */
export function maxFeeOf({ medianSeconds, p95Seconds }: VisitorBudget): number {
  return Math.floor(
    Math.min(
      medianSeconds * MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
      (p95Seconds * P95_DEVICE_ATTEMPTS_PER_SECOND) / P95_LUCK,
    ),
  );
}

/** How far the price of `terms` may rise within the budget: 0 or more, a multiple of 1/8. */
export function capBitsOf(
  terms: Pick<ChargeTerms, 'minSolutions' | 'attemptsPerSolution'>,
  budget: VisitorBudget,
): number {
  const room = maxFeeOf(budget) / (terms.minSolutions * terms.attemptsPerSolution);
  return Math.max(0, Math.floor(Math.log2(room) * STEPS_PER_BIT) / STEPS_PER_BIT);
}

/** The most attempts of one of `solutions` that, as the format states them, stay within `maxFee`. */
function mostAttempts(solutions: number, maxFee: number): number {
  const threshold = Math.ceil((WORD_VALUES * solutions) / maxFee) - 1;
  return Math.floor(attemptsOf(Math.max(MIN_THRESHOLD, threshold)));
}

/**
 * `terms` at `bits` above the base: solutions and price rise by the same factor, as far as the entry
 * fee stays within `maxFee` and a solution within what the format can state. A rule whose own fee is
 * above `maxFee` is left as it is: the operator chose it. A pass always buys at least as many requests
 * as at the base price; where a rule asks to wait first, waiting always buys one.
 *
 * @param bits 0 or more
 * @param maxFee attempts, see `maxFeeOf`
 */
export function scaleTerms(terms: ChargeTerms, bits: number, maxFee: number): ChargeTerms {
  const base = terms.attemptsPerSolution;
  const most = mostAttempts(terms.minSolutions, maxFee);
  const attemptsPerSolution = Math.max(base, Math.min(most, Math.floor(base * 2 ** bits)));
  // By the thresholds, which round: what a fee buys depends on the work that they stand for.
  const factor = attemptsOf(thresholdFor(attemptsPerSolution)) / attemptsOf(thresholdFor(base));
  const price = Math.floor(terms.requestPrice * factor);
  const requestPrice = terms.puzzle === 'patience' ? Math.min(price, PATIENCE_CREDIT) : price;
  return { ...terms, attemptsPerSolution, requestPrice };
}
