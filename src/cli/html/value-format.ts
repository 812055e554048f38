/**
 * Values of a plot as text: for tables, and short for the ticks of one axis.
 *
 * Owns units and digits; must not know where the text goes.
 */
import type { ValueFormat } from './plot.ts';

/** A unit and how many of the base unit it is. */
interface Unit {
  readonly suffix: string;
  readonly factor: number;
}

const BYTES: readonly Unit[] = [
  { suffix: ' B', factor: 1 },
  { suffix: ' kB', factor: 1e3 },
  { suffix: ' MB', factor: 1e6 },
  { suffix: ' GB', factor: 1e9 },
  { suffix: ' TB', factor: 1e12 },
  { suffix: ' PB', factor: 1e15 },
];
const COUNTS: readonly Unit[] = [
  { suffix: '', factor: 1 },
  { suffix: ' k', factor: 1e3 },
  { suffix: ' M', factor: 1e6 },
  { suffix: ' G', factor: 1e9 },
  { suffix: ' T', factor: 1e12 },
];
const SECOND: Unit = { suffix: ' s', factor: 1 };
const SECONDS: readonly Unit[] = [
  { suffix: ' µs', factor: 1e-6 },
  { suffix: ' ms', factor: 1e-3 },
  SECOND,
  { suffix: ' min', factor: 60 },
  { suffix: ' h', factor: 3600 },
  { suffix: ' d', factor: 86_400 },
];
/** From here on, and below 1 / 10,000, digits alone are hard to read. */
const TOO_LARGE = 1e15;
const TOO_SMALL = 1e-4;
const MANY_DIGITS = 4;
const SMALLEST_DOLLARS = 1e-6;
/** Ticks of counts are written in thousands once one needs five digits. */
const SHORT_COUNT = 10_000;

/** At most `digits` significant ones, but every digit before the point. */
function formatDigits(value: number, digits = MANY_DIGITS): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= TOO_LARGE || size < TOO_SMALL)) {
    return String(Number(value.toPrecision(digits)));
  }
  if (size >= 10 ** digits / 10) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return value.toLocaleString('en-US', { maximumSignificantDigits: digits });
}

/** The largest unit of which `size` is at least `least`; the smallest where there is none. */
function unitOf(size: number, units: readonly Unit[], least: number): Unit {
  const [smallest = { suffix: '', factor: 1 }] = units;
  return units.findLast(({ factor }) => size >= factor * least) ?? smallest;
}

function inUnit(value: number, { suffix, factor }: Unit, digits?: number): string {
  return `${formatDigits(value / factor, digits)}${suffix}`;
}

function formatDollars(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (size !== 0 && size < SMALLEST_DOLLARS) return `${sign}$${formatDigits(size)}`;
  if (size >= 10_000 || Number.isInteger(size)) return `${sign}$${formatDigits(size)}`;
  const digits = size.toLocaleString(
    'en-US',
    size >= 0.1
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 3 },
  );
  return `${sign}$${digits}`;
}

/**
 * `value`, finite, with its unit and up to four significant digits, or `digits`, but for whole
 * numbers: "1,234", "12.5 MB", "$0.0042".
 */
export function formatValue(
  value: number,
  format: ValueFormat = 'number',
  digits: number = MANY_DIGITS,
): string {
  const size = Math.abs(value);
  switch (format) {
    case 'number':
      return formatDigits(value, digits);
    case 'bytes':
      return inUnit(value, unitOf(size, BYTES, 1), digits);
    case 'dollars':
      return formatDollars(value);
    case 'seconds':
      return inUnit(value, secondsUnit(size), digits);
    case 'bits':
      return `${formatDigits(value, digits)} ${value === 1 ? 'bit' : 'bits'}`;
    default:
      return format satisfies never;
  }
}

/** 90 s reads better than 1.5 min, 90 min better than 1.5 h. */
function secondsUnit(size: number): Unit {
  if (size === 0) return SECOND;
  return size < 1 ? unitOf(size, SECONDS, 1) : unitOf(size, SECONDS.slice(2), 2);
}

function tickUnit(size: number, format: ValueFormat): Unit {
  switch (format) {
    case 'bytes':
      return unitOf(size, BYTES, 1);
    case 'seconds':
      return secondsUnit(size);
    case 'bits':
    case 'number':
    case 'dollars':
      return size < SHORT_COUNT ? { suffix: '', factor: 1 } : unitOf(size, COUNTS, 1);
    default:
      return format satisfies never;
  }
}

/** How ticks at multiples of `step` up to `size` (the greatest amount among them) are written. */
export function createTickFormat(
  { step, size }: { readonly step: number; readonly size: number },
  format: ValueFormat = 'number',
): (value: number) => string {
  const unit = tickUnit(size, format);
  const scaled = step / unit.factor;
  // 2.5 needs a digit more than its magnitude says.
  const decimals = [0, 1, 2, 3, 4, 5].find((digits) => {
    const ticks = scaled * 10 ** digits;
    return Math.abs(ticks - Math.round(ticks)) < 1e-6;
  });
  const isPlain = decimals !== undefined && size / unit.factor < TOO_LARGE;
  return (value) => {
    const amount = Math.abs(value) / unit.factor;
    const written = isPlain ? amount.toFixed(decimals) : String(Number(amount.toPrecision(3)));
    const digits = Number(written) === 0 ? '0' : written;
    const sign = value < 0 && digits !== '0' ? '-' : '';
    const hasUnit = digits !== '0' || format === 'bytes' || format === 'seconds';
    if (format === 'dollars') return `${sign}$${digits}${hasUnit ? unit.suffix.trim() : ''}`;
    return `${sign}${digits}${hasUnit ? unit.suffix : ''}`;
  };
}

/** "2026-11-22 14:05", with seconds where there are some; UTC. */
export function formatTime(unixSeconds: number): string {
  const iso = new Date(unixSeconds * 1000).toISOString();
  const [date = '', time = ''] = iso.replace(/\.\d+Z$/, '').split('T');
  return `${date} ${time.endsWith(':00') ? time.slice(0, 5) : time}`;
}

/** "0 s", "90 s", "1 h 30 min", "2 d 6 h": a time since a start. */
export function formatDuration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 120) return formatValue(seconds, 'seconds');
  const units = SECONDS.slice(2).toReversed();
  const parts: string[] = [];
  let rest = Math.round(size);
  for (const { suffix, factor } of units) {
    const amount = Math.floor(rest / factor);
    if (amount > 0 && parts.length < 2) parts.push(`${amount.toLocaleString('en-US')}${suffix}`);
    rest -= amount * factor;
  }
  return `${seconds < 0 ? '-' : ''}${parts.join(' ')}`;
}
