/**
 * Times as logs write them, as milliseconds since the Unix epoch.
 *
 * Owns their grammars: Apache's `22/Nov/2026:06:31:01 +0000`, ISO 8601, and numbers since the epoch
 * in any unit. Must not ask a clock. Calendar arithmetic after H. Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms" (days_from_civil), for `Date` is the platform's.
 */

const MONTHS: Readonly<Record<string, number>> = {
  Jan: 1,
  Feb: 2,
  Mar: 3,
  Apr: 4,
  May: 5,
  Jun: 6,
  Jul: 7,
  Aug: 8,
  Sep: 9,
  Oct: 10,
  Nov: 11,
  Dec: 12,
};

const DAY_MS = 86_400_000;
/** 1990-01-01 and 2100-01-01: what lies outside is no time of a request. */
const EARLIEST_MS = 631_152_000_000;
const LATEST_MS = 4_102_444_800_000;

/** A clock time without its zone. */
export interface CivilTime {
  readonly year: number;
  /** 1..12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0..60. */
  readonly second: number;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function isPlausible(timeMs: number): boolean {
  return timeMs >= EARLIEST_MS && timeMs < LATEST_MS;
}

/** Whether the month has this day. */
function hasDay(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return false;
  if (day <= 28) return true;
  const next = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
  return daysFromCivil(year, month, day) < next;
}

function fromCivil(time: CivilTime, offsetMinutes: number): number | undefined {
  const { year, month, day, hour, minute, second } = time;
  // NaN is in no range.
  if (!hasDay(year, month, day) || !(hour <= 23) || !(minute <= 59) || !(second <= 60))
    return undefined;
  const minutes = hour * 60 + minute - offsetMinutes;
  const timeMs = daysFromCivil(year, month, day) * DAY_MS + minutes * 60_000 + second * 1000;
  return isPlausible(timeMs) ? timeMs : undefined;
}

/** Two digits at `at`; NaN for anything else. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Minutes of `+hhmm` or `+hh:mm`; NaN for anything else. */
function offsetOf(text: string): number {
  const sign = text.charCodeAt(0) === 43 ? 1 : text.charCodeAt(0) === 45 ? -1 : Number.NaN;
  const hasColon = text.length === 6 && text.charCodeAt(3) === 58;
  if (text.length !== 5 && !hasColon) return Number.NaN;
  return sign * (pair(text, 1) * 60 + pair(text, hasColon ? 4 : 3));
}

/** `22/Nov/2026:06:31:01 +0000`, as Apache and nginx (`$time_local`) write it. */
export function parseClfTime(text: string): number | undefined {
  const month = MONTHS[text.slice(3, 6)];
  const offset = offsetOf(text.slice(21));
  if (month === undefined || Number.isNaN(offset) || text.charCodeAt(20) !== 32) return undefined;
  const time = {
    year: pair(text, 7) * 100 + pair(text, 9),
    month,
    day: pair(text, 0),
    hour: pair(text, 12),
    minute: pair(text, 15),
    second: pair(text, 18),
  };
  return fromCivil(time, offset);
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** `2026-11-22T06:31:01.25+01:00`; without a zone it is read as UTC. */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '0', zone = 'Z'] = match;
  const time = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  };
  const seconds = fromCivil(time, zone === 'Z' ? 0 : offsetOf(zone));
  return seconds === undefined ? undefined : seconds + Math.floor(Number(`0.${fraction}`) * 1000);
}

/** A number since the epoch in seconds, milliseconds, microseconds or nanoseconds, by its size. */
export function parseEpoch(value: number): number | undefined {
  const timeMs =
    value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
  return isPlausible(timeMs) ? Math.floor(timeMs) : undefined;
}

/** Any of the three, as JSON has them. */
export function parseLogTime(value: unknown): number | undefined {
  if (typeof value === 'number') return parseEpoch(value);
  if (typeof value !== 'string') return undefined;
  if (value.charCodeAt(4) === 45) return parseIsoTime(value);
  if (value.charCodeAt(2) === 47) return parseClfTime(value);
  // Apache's `%t` brings its brackets along, into JSON as well.
  if (value.startsWith('[') && value.endsWith(']')) return parseClfTime(value.slice(1, -1));
  return /^\d{9,20}(?:\.\d{1,9})?$/.test(value) ? parseEpoch(Number(value)) : undefined;
}
