/**
 * Times as access logs write them, in UTC.
 *
 * Owns the calendar (H. Hinnant, "chrono-compatible low-level date algorithms", 2013): `core` has
 * no clock and no `Date`. Years 1970 to 9999.
 */

const SECOND_MS = 1000;
const DAY_SECONDS = 86_400;
/** From 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT_DAYS = 719_468;
const ERA_DAYS = 146_097;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

interface CivilDay {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  readonly day: number;
}

function civilDayOf(days: number): CivilDay {
  const shifted = days + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const ofEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

function clockOf(secondOfDay: number): string {
  const hours = Math.floor(secondOfDay / 3600);
  const minutes = Math.floor((secondOfDay % 3600) / 60);
  return `${two(hours)}:${two(minutes)}:${two(secondOfDay % 60)}`;
}

/** Text of the second of a time; keeps the last one, as lines come in the order of time. */
function bySecond(write: (day: CivilDay, clock: string) => string): (timeMs: number) => string {
  let lastSecond = Number.NaN;
  let lastText = '';
  return (timeMs) => {
    const second = Math.floor(timeMs / SECOND_MS);
    if (second !== lastSecond) {
      lastSecond = second;
      const days = Math.floor(second / DAY_SECONDS);
      lastText = write(civilDayOf(days), clockOf(second - days * DAY_SECONDS));
    }
    return lastText;
  };
}

/** `09/Nov/2026:13:05:00 +0000` */
export function createLogTimeFormat(): (timeMs: number) => string {
  return bySecond(
    ({ year, month, day }, clock) => `${two(day)}/${MONTHS[month - 1]}/${year}:${clock} +0000`,
  );
}

/** `2026-11-09T13:05:00` and what stands for UTC. */
export function createIsoTimeFormat(zone: 'Z' | '+00:00' | '+0000'): (timeMs: number) => string {
  return bySecond(
    ({ year, month, day }, clock) => `${year}-${two(month)}-${two(day)}T${clock}${zone}`,
  );
}
