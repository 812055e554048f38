/**
 * One evaluation: its budget, the values that it has asked for, and the variables of its macros.
 *
 * Owns that a variable is asked for once, so that an expression sees one value of it.
 */
import {
  BUDGET_FAILURE,
  admitValue,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import { Meter } from './meter.ts';

/** A variable's value, a `number` where an `int` is declared, or `undefined` where it is unknown. */
export type Resolve = (name: string) => Outcome | undefined;

export interface Variable {
  readonly name: string;
  readonly type: CelType;
}

export class Evaluation {
  readonly meter: Meter;
  /** Values of macro variables by slot. */
  readonly locals: CelValue[] = [];
  readonly #resolve: Resolve;
  readonly #values: Outcome[] = [];

  constructor(resolve: Resolve, budget: number) {
    this.meter = new Meter(budget);
    this.#resolve = resolve;
  }

  /** @param slot the same one for the same variable */
  read(slot: number, variable: Variable): Outcome {
    if (!this.meter.charge(1)) return BUDGET_FAILURE;
    const known = this.#values[slot];
    if (known !== undefined) return known;
    const value = this.#ask(variable);
    this.#values[slot] = value;
    return value;
  }

  #ask({ name, type }: Variable): Outcome {
    return admitValue(this.#resolve(name), type);
  }
}
