/**
 * Axes: which stretch of values one shows, and where its ticks are.
 *
 * Owns what belongs to an axis beside its values; must not know pixels.
 */
import { timeTicks } from './calendar-ticks.ts';
import type { PositionAxis, ValueFormat } from './plot.ts';
import {
  CLOCK_STEPS,
  DAY,
  DAY_STEPS,
  decimalStep,
  HOUR,
  MINUTE,
  multiples,
  within,
  type Range,
  type Tick,
} from './ticks.ts';
import { createTickFormat, formatDuration } from './value-format.ts';

export interface Axis {
  readonly range: Range;
  readonly ticks: readonly Tick[];
}

/** Unix seconds that a `Date` can hold. */
const MAX_TIME = 8.64e12;
/** Larger values make differences that are no finite numbers; smaller ones make steps of 0. */
const MAX_VALUE = 1e300;
const MIN_VALUE = 1e-290;
/** Below this part of the values, a difference is lost in their rounding. */
const LEAST_SPREAD = 1e-9;

/** The stretch of `values`. @throws RangeError where one is no finite number, or beyond 1e300 */
export function rangeOf(values: Iterable<number>): Range | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!(Math.abs(value) <= MAX_VALUE)) throw new RangeError(`a plot cannot show ${value}`);
    const shown = Math.abs(value) < MIN_VALUE ? 0 : value;
    if (shown < min) min = shown;
    if (shown > max) max = shown;
  }
  return min > max ? undefined : { min, max };
}

function isFlat({ min, max }: Range): boolean {
  return max - min <= Math.max(Math.abs(min), Math.abs(max)) * LEAST_SPREAD;
}

/** 0 belongs to it, unless the values differ by little and lie far from it. */
function withZero(range: Range): Range {
  const { min, max } = range;
  const distance = Math.max(0, min, -max);
  const isNear = isFlat(range) || distance <= 4 * (max - min);
  const wide = isNear ? { min: Math.min(0, min), max: Math.max(0, max) } : range;
  return wide.min === wide.max ? { min: 0, max: 1 } : wide;
}

/** Seconds from a minute on are divided as clocks are. */
function valueStep(span: number, count: number, format: ValueFormat): number {
  const clock = [...CLOCK_STEPS, DAY].find((step) => step * count >= span);
  const isClock = format === 'seconds' && clock !== undefined && span >= 2 * MINUTE;
  return isClock ? clock : decimalStep(span, count);
}

function decimalTicks(at: readonly number[], step: number, format?: ValueFormat): readonly Tick[] {
  const size = at.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const write = createTickFormat({ step, size }, format);
  return at.map((value) => ({ at: value, label: write(value) }));
}

/** An axis of values around `range`, from tick to tick, with at most `count` steps and mostly 0. */
export function valueAxis(range: Range, count: number, format: ValueFormat = 'number'): Axis {
  const wide = withZero(range);
  const step = valueStep(wide.max - wide.min, count, format);
  const first = Math.floor(wide.min / step + 1e-9);
  const last = Math.ceil(wide.max / step - 1e-9);
  const at = multiples(step, first, last);
  return {
    range: { min: at[0] ?? 0, max: at.at(-1) ?? 1 },
    ticks: decimalTicks(at, step, format),
  };
}

function durationTicks(range: Range, count: number): readonly Tick[] {
  const span = range.max - range.min;
  const clock = [...CLOCK_STEPS, ...DAY_STEPS].find((step) => step * count >= span);
  const step =
    span < count ? decimalStep(span, count) : (clock ?? decimalStep(span / DAY, count) * DAY);
  const isShort = range.max < 2 * MINUTE;
  return within(range, step).map((at) => ({
    at,
    label: isShort ? `${at} s` : formatDuration(at),
  }));
}

/** Something around a single value, so that it has a place. */
function widened(range: Range, format: PositionAxis['format']): Range {
  if (!isFlat(range) && range.max > range.min) return range;
  const middle = (range.min + range.max) / 2;
  const margin = format === 'number' ? Math.max(1, Math.abs(middle) / 10) : HOUR / 2;
  return { min: middle - margin, max: middle + margin };
}

/**
 * An axis of positions: exactly `range`, with at most `count` + 1 ticks within.
 * @throws RangeError for a time that no calendar has
 */
export function positionAxis(range: Range, count: number, { format }: PositionAxis): Axis {
  if (format === 'time' && Math.max(-range.min, range.max) > MAX_TIME - DAY) {
    throw new RangeError(`a plot cannot show the time ${Math.max(-range.min, range.max)}`);
  }
  const wide = widened(range, format);
  switch (format) {
    case 'time':
      return { range: wide, ticks: timeTicks(wide, count) };
    case 'duration':
      return { range: wide, ticks: durationTicks(wide, count) };
    case 'number': {
      const step = decimalStep(wide.max - wide.min, count);
      return { range: wide, ticks: decimalTicks(within(wide, step), step) };
    }
    default:
      return format satisfies never;
  }
}
