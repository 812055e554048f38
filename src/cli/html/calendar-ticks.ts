/**
 * Ticks of times, in UTC.
 *
 * Owns the calendar: hours, days, weeks from Monday on, months and years; must not know what happened then.
 */
import {
  CLOCK_STEPS,
  DAY,
  DAY_STEPS,
  decimalStep,
  MINUTE,
  multiples,
  within,
  type Range,
  type Tick,
} from './ticks.ts';

const MONTH = 30.436_875 * DAY;
const MONTH_STEPS = [1, 3, 6];
const MONTH_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

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

function datesWithin({ min, max }: Range, dates: readonly Date[]): readonly Date[] {
  return dates.filter((date) => date.getTime() >= min * 1000 && date.getTime() <= max * 1000);
}

function monthTicks(range: Range, months: number): readonly Tick[] {
  const first = Math.floor(range.min / MONTH / months) - 1;
  const last = Math.ceil(range.max / MONTH / months) + 1;
  const starts = multiples(months, first, last).map((month) => new Date(Date.UTC(1970, month)));
  return withYears(datesWithin(range, starts), (date) => MONTH_NAMES[date.getUTCMonth()] ?? '');
}

function yearStart(year: number): Date {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  date.setUTCFullYear(year);
  return date;
}

function yearOf(at: number): number {
  return new Date(at * 1000).getUTCFullYear();
}

function yearTicks(range: Range, years: number): readonly Tick[] {
  const first = Math.floor(yearOf(range.min) / years);
  const last = Math.ceil(yearOf(range.max) / years);
  const starts = multiples(years, first, last).map(yearStart);
  return datesWithin(range, starts).map((date) => ({
    at: date.getTime() / 1000,
    label: String(date.getUTCFullYear()),
  }));
}

/** At most `count` + 1 ticks, at most 8.64e12 seconds from 1970. */
export function timeTicks(range: Range, count: number): readonly Tick[] {
  const fits = (step: number): boolean => (range.max - range.min) / step <= count;
  const clock = CLOCK_STEPS.find(fits);
  if (clock !== undefined) return clockTicks(range, clock);
  const days = DAY_STEPS.find(fits);
  if (days !== undefined) return dayTicks(range, days);
  const months = MONTH_STEPS.find((step) => fits(step * MONTH));
  if (months !== undefined) return monthTicks(range, months);
  const years = (range.max - range.min) / (12 * MONTH);
  return yearTicks(range, Math.max(1, Math.ceil(decimalStep(years, count))));
}
