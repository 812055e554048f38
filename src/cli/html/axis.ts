/**
 * Axes: which stretch of values one shows, and where its ticks are.
 *
 * Owns round numbers, of decimal values, of durations and of the calendar (UTC); must not know
 * pixels.
 */
import type { PositionAxis, ValueFormat } from './plot.ts';
import { createTickFormat, formatDuration } from './value-format.ts';

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

export interface Axis {
  readonly range: Range;
  readonly ticks: readonly Tick[];
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const MONTH = 30.436_875 * DAY;
/** Unix seconds that a `Date` can hold. */
const MAX_TIME = 8.64e12;
/** Larger values make differences that are no finite numbers; smaller ones make steps of 0. */
const MAX_VALUE = 1e300;
const MIN_VALUE = 1e-290;
/** Below this part of the values, a difference is lost in their rounding. */
const LEAST_SPREAD = 1e-9;

const SIXTIETHS = [1, 2, 5, 10, 15, 30];
const CLOCK_STEPS = [
  ...SIXTIETHS,
  ...SIXTIETHS.map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
const DAY_STEPS = [1, 2, 7, 14, 28].map((days) => days * DAY);
const MONTH_STEPS = [1, 3, 6];
const MONTH_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

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
  const isNear = isFlat(range) || distance < 4 * (max - min);
  const wide = isNear ? { min: Math.min(0, min), max: Math.max(0, max) } : range;
  return wide.min === wide.max ? { min: 0, max: 1 } : wide;
}

/** The round step (1, 2, 2.5 or 5 times a power of ten) that divides `span` at most `count` times. */
function decimalStep(span: number, count: number): number {
  const least = span / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9));
  return (factor ?? 10) * power;
}

/** Seconds from a minute on are divided as clocks are. */
function valueStep(span: number, count: number, format: ValueFormat): number {
  const clock = [...CLOCK_STEPS, DAY].find((step) => step * count >= span);
  const isClock = format === 'seconds' && clock !== undefined && span >= 2 * MINUTE;
  return isClock ? clock : decimalStep(span, count);
}

/** Multiples of `step` from `first` times to `last` times, without the dust of binary fractions. */
function multiples(step: number, first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
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

function within({ min, max }: Range, step: number): readonly number[] {
  return multiples(step, Math.ceil(min / step - 1e-9), Math.floor(max / step + 1e-9));
}

function clockTicks(range: Range, step: number): readonly Tick[] {
  let day = '';
  return within(range, step).map((at) => {
    const date = new Date(at * 1000);
    const label = date.toISOString().slice(11, step < MINUTE ? 19 : 16);
    const today = `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]}`;
    const isNew = today !== day;
    day = today;
    return isNew ? { at, label, below: today } : { at, label };
  });
}

function withYears(dates: readonly Date[], write: (date: Date) => string): readonly Tick[] {
  let year = Number.NaN;
  return dates.map((date) => {
    const isNew = date.getUTCFullYear() !== year;
    year = date.getUTCFullYear();
    const tick = { at: date.getTime() / 1000, label: write(date) };
    return isNew ? { ...tick, below: String(year) } : tick;
  });
}

function dayTicks(range: Range, step: number): readonly Tick[] {
  // Weeks begin on Mondays: 1970-01-05 was one.
  const shift = step % (7 * DAY) === 0 ? 4 * DAY : 0;
  const shifted = within({ min: range.min - shift, max: range.max - shift }, step);
  const dates = shifted.map((at) => new Date((at + shift) * 1000));
  return withYears(dates, (date) => `${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()]}`);
}

/** Month `index` counted from 1970-01. */
function monthStart(index: number): Date {
  return new Date(Date.UTC(1970, index));
}

function monthTicks(range: Range, months: number): readonly Tick[] {
  const first = Math.floor(range.min / MONTH / months) - 1;
  const last = Math.ceil(range.max / MONTH / months) + 1;
  const dates = multiples(months, first, last)
    .map(monthStart)
    .filter((date) => date.getTime() >= range.min * 1000 && date.getTime() <= range.max * 1000);
  if (months % 12 !== 0) return withYears(dates, (date) => MONTH_NAMES[date.getUTCMonth()] ?? '');
  return dates.map((date) => ({
    at: date.getTime() / 1000,
    label: String(date.getUTCFullYear()),
  }));
}

function timeTicks(range: Range, count: number): readonly Tick[] {
  const fits = (step: number): boolean => (range.max - range.min) / step <= count;
  const clock = CLOCK_STEPS.find(fits);
  if (clock !== undefined) return clockTicks(range, clock);
  const days = DAY_STEPS.find(fits);
  if (days !== undefined) return dayTicks(range, days);
  const months = MONTH_STEPS.find((step) => fits(step * MONTH));
  if (months !== undefined) return monthTicks(range, months);
  const years = (range.max - range.min) / (12 * MONTH);
  return monthTicks(range, 12 * Math.max(1, Math.ceil(decimalStep(years, count))));
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
