/**
 * What a caller offers to expressions: variables, functions, and patterns.
 *
 * Owns how they are declared; declares none itself.
 */
import type { CelType, CelValue, Outcome } from './cel-value.ts';
import type { Meter } from './meter.ts';

/** Something that other gates have and this one cannot offer: naming it fails with the reason. */
export interface Unavailable {
  readonly kind: 'unavailable';
  /** A clause, such as `a Worker cannot ask the DNS while it decides`. */
  readonly reason: string;
}

export interface CelFunction {
  readonly kind: 'function';
  /** The target of a member function comes first. */
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  /** Called as `f(x)`, as `x.f()`, or both. */
  readonly style: 'global' | 'member' | 'either';
  /** The same arguments always give the same result: calls on constants happen at load. */
  readonly isPure: boolean;
  /**
   * Takes time linear in its arguments, for which the meter is charged before the call; charges
   * for more itself. Never throws; failures are values. A `number` may stand for an `int`.
   */
  readonly call: (arguments_: readonly CelValue[], meter: Meter) => Outcome;
}

/** A pattern that matches in time linear in the text, or the reason why there is none. */
export type CompiledRegex =
  | { readonly ok: true; readonly matches: (text: string) => boolean | 'exhausted' }
  | { readonly ok: false; readonly message: string };

export interface CelEnvironment {
  readonly variables: ReadonlyMap<string, CelType | Unavailable>;
  /** Overloads by name. */
  readonly functions: ReadonlyMap<string, readonly CelFunction[] | Unavailable>;
  readonly compileRegex: (source: string) => CompiledRegex;
}

export function isUnavailable(
  declared: CelType | Unavailable | readonly CelFunction[] | undefined,
): declared is Unavailable {
  return typeof declared === 'object' && 'kind' in declared && declared.kind === 'unavailable';
}
