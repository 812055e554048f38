/** Dollars, seconds and counts as people read them. */

/** "0.000034", "0.40", "12.50": two significant digits below 1, cents above. */
export function formatDollars(dollars: number): string {
  if (!Number.isFinite(dollars)) return 'no end';
  if (dollars === 0) return '0';
  if (dollars >= 1)
    return dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  // 18 places: what is smaller is nothing.
  return dollars.toLocaleString('en-US', {
    minimumSignificantDigits: 2,
    maximumSignificantDigits: 2,
  });
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

function places(value: number): string {
  const most = value < 1 ? 2 : 1;
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? most : 0 });
}

/** "0.05 s", "7.3 s", "42 s", "3.1 min", "3.0 h", "12 days", "4 years". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'for ever';
  if (seconds > 0 && seconds < 0.01) return '< 0.01 s';
  if (seconds < 2 * MINUTE) return `${places(seconds)} s`;
  if (seconds < 2 * HOUR) return `${places(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${places(seconds / HOUR)} h`;
  return seconds < 2 * YEAR ? `${places(seconds / DAY)} days` : `${places(seconds / YEAR)} years`;
}

/** "524,288"; "1.1e+11" from a thousand million on. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return 'no end';
  if (count >= 1e9) return count.toExponential(1);
  const most = count < 1 ? 2 : 1;
  return count.toLocaleString('en-US', { maximumFractionDigits: count < 1000 ? most : 0 });
}
