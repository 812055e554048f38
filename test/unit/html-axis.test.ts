/** Axes of plots: round ticks of values and of times, whatever the range. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionAxis, rangeOf, valueAxis } from '../../src/cli/html/axis.ts';

const DAY = 86_400;
const START = Date.UTC(2026, 10, 15) / 1000;
const labels = (ticks: readonly { readonly label: string }[]): readonly string[] =>
  ticks.map(({ label }) => label);
const timeLabels = (min: number, max: number, count: number): readonly string[] =>
  positionAxis({ min, max }, count, { label: '', format: 'time' }).ticks.map(
    ({ label, below }) => label + (below === undefined ? '' : `/${below}`),
  );

describe('ticks of values', () => {
  it.each([
    [{ min: 0, max: 7 }, 'number', ['0', '2', '4', '6', '8']],
    [{ min: 0, max: 0.9 }, 'number', ['0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [{ min: -7, max: 3 }, 'number', ['-8', '-6', '-4', '-2', '0', '2', '4']],
    [{ min: 0, max: 12_000 }, 'number', ['0', '2.5 k', '5.0 k', '7.5 k', '10.0 k', '12.5 k']],
    [{ min: 0, max: 2_500_000 }, 'number', ['0', '0.5 M', '1.0 M', '1.5 M', '2.0 M', '2.5 M']],
    [{ min: 1_000_000, max: 1_000_010 }, 'number', undefined],
    [{ min: 0, max: 3_100_000_000 }, 'bytes', ['0 GB', '1 GB', '2 GB', '3 GB', '4 GB']],
    [{ min: 0, max: 0.0042 }, 'dollars', ['$0', '$0.001', '$0.002', '$0.003', '$0.004', '$0.005']],
    [{ min: -40_000, max: 0 }, 'dollars', ['-$40k', '-$30k', '-$20k', '-$10k', '$0']],
    [{ min: 0, max: 0.4 }, 'seconds', ['0 ms', '100 ms', '200 ms', '300 ms', '400 ms']],
    [{ min: 0, max: 280 }, 'seconds', ['0 min', '1 min', '2 min', '3 min', '4 min', '5 min']],
    [{ min: 0, max: 8 * 3600 }, 'seconds', ['0 h', '2 h', '4 h', '6 h', '8 h']],
    [{ min: 0, max: 1.5 }, 'bits', ['0', '0.5', '1.0', '1.5']],
  ] as const)('of %o as %s are round', (range, format, expected) => {
    const axis = valueAxis(range, 5, format);
    if (expected !== undefined) expect(labels(axis.ticks)).toEqual(expected);
    expect(axis.range.min).toBeLessThanOrEqual(range.min);
    expect(axis.range.max).toBeGreaterThanOrEqual(range.max);
  });

  it('start at 0 unless the values lie far from it and close together', () => {
    expect(valueAxis({ min: 80, max: 100 }, 5).range.min).toBe(0);
    expect(valueAxis({ min: 81, max: 100 }, 5).range.min).toBeGreaterThan(0);
    expect(valueAxis({ min: -100, max: -81 }, 5).range.max).toBeLessThan(0);
  });

  it('have room around equal values, and around nothing but 0', () => {
    expect(valueAxis({ min: 5, max: 5 }, 5).range).toEqual({ min: 0, max: 5 });
    expect(valueAxis({ min: -5, max: -5 }, 5).range).toEqual({ min: -5, max: 0 });
    expect(valueAxis({ min: 0, max: 0 }, 5).range).toEqual({ min: 0, max: 1 });
  });

  it('are few, ascending, distinct and finite for every range, and so are their labels', () => {
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    const format = fc.constantFrom('number', 'bytes', 'dollars', 'seconds', 'bits');
    fc.assert(
      fc.property(value, value, format, (a, b, unit) => {
        const range = rangeOf([a, b]);
        if (range === undefined) throw new Error('there are two values');
        const axis = valueAxis(range, 5, unit);
        // Less than a pixel: rounding of the ticks themselves.
        const slack = Math.max(Math.abs(range.min), Math.abs(range.max)) * 1e-8;
        const at = axis.ticks.map((tick) => tick.at);
        expect(at.length).toBeGreaterThanOrEqual(2);
        expect(at.length).toBeLessThanOrEqual(8);
        expect(at).toEqual([...new Set(at)].toSorted((x, y) => x - y));
        expect(at.every(Number.isFinite)).toBe(true);
        expect(labels(axis.ticks).join()).not.toMatch(/NaN|Infinity|undefined/);
        expect(axis.range.min).toBeLessThanOrEqual(range.min + slack);
        expect(axis.range.max).toBeGreaterThanOrEqual(range.max - slack);
      }),
      { numRuns: 500 },
    );
  });
});

describe('ticks of time', () => {
  it.each([
    [30, ['00:00:00/15 Nov', '00:00:10', '00:00:20', '00:00:30']],
    [1800, ['00:00/15 Nov', '00:10', '00:20', '00:30']],
    [DAY, ['00:00/15 Nov', '06:00', '12:00', '18:00', '00:00/16 Nov']],
    [4 * DAY, ['15 Nov/2026', '16 Nov', '17 Nov', '18 Nov', '19 Nov']],
    [7 * DAY, ['15 Nov/2026', '17 Nov', '19 Nov', '21 Nov']],
    [28 * DAY, ['16 Nov/2026', '23 Nov', '30 Nov', '7 Dec']],
    [100 * DAY, ['Dec/2026', 'Jan/2027', 'Feb']],
    [365 * DAY, ['Jan/2027', 'Apr', 'Jul', 'Oct']],
    [4 * 365 * DAY, ['2027', '2028', '2029', '2030']],
    [90 * 365 * DAY, ['2050', '2075', '2100']],
  ])('over %d seconds stand at round times of the calendar', (span, expected) => {
    expect(timeLabels(START, START + span, 4)).toEqual(expected);
  });

  it('lie within any range that a calendar has, few and ascending', () => {
    const time = fc.double({ min: -7e12, max: 7e12, noNaN: true });
    fc.assert(
      fc.property(time, fc.double({ min: 0, max: 1e12, noNaN: true }), (min, span) => {
        const axis = positionAxis({ min, max: min + span }, 9, { label: '', format: 'time' });
        const at = axis.ticks.map((tick) => tick.at);
        expect(at.length).toBeLessThanOrEqual(11);
        expect(at).toEqual([...new Set(at)].toSorted((x, y) => x - y));
        for (const one of at) {
          expect(one).toBeGreaterThanOrEqual(axis.range.min - 1e-3);
          expect(one).toBeLessThanOrEqual(axis.range.max + 1e-3);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('give a single moment an hour around it', () => {
    const axis = positionAxis({ min: START, max: START }, 4, { label: '', format: 'time' });
    expect(axis.range).toEqual({ min: START - 1800, max: START + 1800 });
  });

  it('refuse a time that no calendar has', () => {
    const axis = (max: number) => positionAxis({ min: 0, max }, 4, { label: '', format: 'time' });
    expect(() => axis(8.6e12)).not.toThrow();
    expect(() => axis(8.65e12)).toThrow(RangeError);
  });

  it('count from a start where there is no date', () => {
    const axis = (max: number) =>
      labels(positionAxis({ min: 0, max }, 4, { label: '', format: 'duration' }).ticks);
    expect(axis(40)).toEqual(['0 s', '10 s', '20 s', '30 s', '40 s']);
    expect(axis(6 * 3600)).toEqual(['0 s', '2 h', '4 h', '6 h']);
    expect(axis(5400)).toEqual(['0 s', '30 min', '1 h', '1 h 30 min']);
    expect(axis(400 * DAY)).toEqual(['0 s', '100 d', '200 d', '300 d', '400 d']);
  });
});
