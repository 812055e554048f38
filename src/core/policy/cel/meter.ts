/**
 * The step budget of one evaluation (SECURITY-BAR E07).
 *
 * Owns what a step is: one operation, one element looked at, or one run of `CHARS_PER_STEP`
 * characters; must not know operations. Work is charged before it is done.
 */
import { BUDGET_FAILURE, type CelFailure } from './cel-value.ts';

const CHARS_PER_STEP = 64;
/** Most characters of a string and elements of a list that an expression may build. */
export const MAX_BUILT_LENGTH = 65_536;

export class Meter {
  readonly #budget: number;
  #left: number;

  constructor(budget: number) {
    this.#budget = budget;
    this.#left = budget;
  }

  /** Steps taken, never more than the budget. */
  get steps(): number {
    return this.#budget - Math.max(this.#left, 0);
  }

  get isExhausted(): boolean {
    return this.#left < 0;
  }

  /** Whether `steps` more may be taken; once they may not, none may. */
  charge(steps: number): boolean {
    if (this.#left >= 0) this.#left -= steps;
    return this.#left >= 0;
  }

  /** Charges for reading characters, such as those of a comparison. */
  chargeText(chars: number): boolean {
    return this.charge(1 + Math.floor(chars / CHARS_PER_STEP));
  }

  /** Charges for building a string or list of a length, or says why it is not built. */
  chargeBuilt(length: number, charsPerStep = 1): CelFailure | undefined {
    if (length <= MAX_BUILT_LENGTH && this.charge(1 + Math.floor(length / charsPerStep))) {
      return undefined;
    }
    this.#left = Math.min(this.#left, -1);
    return BUDGET_FAILURE;
  }
}
