/**
 * What axes of all kinds are made of: stretches, ticks, and steps that are round.
 *
 * Owns the arithmetic; must not know which values or times an axis shows.
 */

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
  /** What holds from this tick on: the day of an hour, the year of a day. */
  readonly below?: string;
}

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
const SIXTIETHS = [1, 2, 5, 10, 15, 30];
/** Seconds. */
export const CLOCK_STEPS = [
  ...SIXTIETHS,
  ...SIXTIETHS.map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
export const DAY_STEPS = [1, 2, 7, 14].map((days) => days * DAY);

/** The round step (1, 2, 2.5 or 5 times a power of ten) that divides `span` at most `count` times. */
export function decimalStep(span: number, count: number): number {
  const least = span / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9));
  return (factor ?? 10) * power;
}

/** Multiples of `step` from `first` times to `last` times, without the dust of binary fractions. */
export function multiples(step: number, first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Multiples of `step` within a stretch. */
export function within({ min, max }: Range, step: number): readonly number[] {
  return multiples(step, Math.ceil(min / step - 1e-9), Math.floor(max / step + 1e-9));
}
