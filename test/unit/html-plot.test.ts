/** Plots of reports: values as text, what is left out, what is refused, and that nothing but text is text. */
import { describe, expect, it } from 'vitest';
import { renderPlot } from '../../src/cli/html/plot-figure.ts';
import type { AreaPlot, BarPlot, LinePlot, Plot } from '../../src/cli/html/plot.ts';
import { describePlot, tabulatePlot } from '../../src/cli/html/plot-data.ts';
import { BUCKETS, downsample, stacked } from '../../src/cli/html/series-points.ts';
import {
  createTickFormat,
  formatDuration,
  formatTime,
  formatValue,
} from '../../src/cli/html/value-format.ts';

type Points = LinePlot['series'][number]['points'];

const DAY = 86_400;
const START = Date.UTC(2026, 10, 15) / 1000;

const lines = (...all: readonly Points[]): LinePlot => ({
  kind: 'lines',
  title: 'Requests',
  x: { label: 'time', format: 'number' },
  y: { label: 'requests' },
  series: all.map((points, index) => ({ name: `series ${index + 1}`, points })),
});
const areas = (...all: readonly Points[]): AreaPlot => ({ ...lines(...all), kind: 'areas' });
const bars = (...values: readonly number[]): BarPlot => ({
  kind: 'bars',
  title: 'Networks',
  y: { label: 'requests' },
  bars: values.map((value, index) => ({ label: `bar ${index + 1}`, value })),
});
const render = (plot: Plot): string => renderPlot(plot, 'p').toString();
describe('values as text', () => {
  it.each([
    ['number', 1_234_567, '1,234,567'],
    ['number', 0.123_456, '0.1235'],
    ['number', 1.5e-7, '1.5e-7'],
    ['number', 2e18, '2000000000000000000'],
    ['number', -12.5, '-12.5'],
    ['bytes', 999, '999 B'],
    ['bytes', 1000, '1 kB'],
    ['bytes', 30_412_345_678, '30.41 GB'],
    ['dollars', 1234.5, '$1,234.50'],
    ['dollars', 0.5, '$0.50'],
    ['dollars', 0.0042, '$0.0042'],
    ['dollars', 0.000_001_2, '$0.0000012'],
    ['dollars', 1.2e-7, '$1.2e-7'],
    ['dollars', -3, '-$3'],
    ['seconds', 0, '0 s'],
    ['seconds', 0.25, '250 ms'],
    ['seconds', 0.000_02, '20 µs'],
    ['seconds', 90, '90 s'],
    ['seconds', 120, '2 min'],
    ['seconds', 3 * DAY, '3 d'],
    ['bits', 1, '1 bit'],
    ['bits', 2.125, '2.125 bits'],
  ] as const)('%s: %d is %s', (format, value, expected) => {
    expect(formatValue(value, format)).toBe(expected);
  });

  it('have fewer digits where there is less room, but all of a whole number', () => {
    expect(formatValue(281.84, 'seconds', 3)).toBe('4.7 min');
    expect(formatValue(0.281_84, 'seconds', 3)).toBe('282 ms');
    expect(formatValue(1234.5, 'number', 3)).toBe('1,235');
    expect(formatValue(999.4, 'number', 3)).toBe('999');
  });

  it('name times and durations', () => {
    expect(formatTime(START + 3600)).toBe('2026-11-15 01:00');
    expect(formatTime(START + 61)).toBe('2026-11-15 00:01:01');
    expect(formatDuration(119)).toBe('119 s');
    expect(formatDuration(5400)).toBe('1 h 30 min');
    expect(formatDuration(2 * DAY + 3600 + 60)).toBe('2 d 1 h');
    expect(formatDuration(-7200)).toBe('-2 h');
  });

  it('never write a negative zero', () => {
    expect(createTickFormat({ step: 1, size: 3 })(-1e-12)).toBe('0');
  });
});

describe('points', () => {
  const noise = (count: number): Points =>
    Array.from({ length: count }, (_, index) => [index, (Math.sin(index * 12.9898) * 43_758) % 1]);

  it('are all kept up to twice the stretches of an axis', () => {
    const points = noise(2 * BUCKETS);
    expect(downsample(points, { min: 0, max: 2 * BUCKETS - 1 })).toBe(points);
  });

  it('beyond that keep the ends, and the least and the greatest value of every stretch', () => {
    const points = noise(20_000);
    const range = { min: 0, max: 19_999 };
    const kept = downsample(points, range);
    expect(kept.length).toBeLessThanOrEqual(2 * BUCKETS + 2);
    expect(kept.length).toBeGreaterThan(BUCKETS);
    expect(kept[0]).toBe(points[0]);
    expect(kept.at(-1)).toBe(points.at(-1));
    const extremes = (all: Points, bucket: number) => {
      const own = all.filter(
        ([x]) => Math.min(BUCKETS - 1, Math.floor((x / 19_999) * BUCKETS)) === bucket,
      );
      const ys = own.map(([, y]) => y);
      return [Math.min(...ys), Math.max(...ys)];
    };
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      expect(extremes(kept, bucket)).toEqual(extremes(points, bucket));
    }
  });

  it('keep a single spike among very many', () => {
    const points = Array.from({ length: 50_000 }, (_, x) => [x, x === 31_415 ? 9 : 1] as const);
    const table = tabulatePlot(lines(points));
    expect(downsample(points, { min: 0, max: 49_999 })).toContainEqual([31_415, 9]);
    expect(table.rows).toContainEqual(['31,415', '9']);
    expect(table.rows.length).toBeLessThanOrEqual(120);
    expect(table.caption).toBe(
      'Requests: requests (119 of 50,000 rows, with the extremes of every series)',
    );
  });

  it('may come in any order', () => {
    const [a, b, c] = [
      [0, 5],
      [1, 3],
      [2, 1],
    ] as const;
    expect(render(lines([c, a, b]))).toBe(render(lines([a, b, c])));
    expect(render(areas([c, a, b]))).toBe(render(areas([a, b, c])));
  });

  it('of areas add up where they have an x in common, and count as 0 elsewhere', () => {
    const [first, second] = stacked(
      lines(
        [
          [0, 1],
          [2, 4],
        ],
        [
          [0, 2],
          [1, 3],
        ],
      ).series,
    );
    expect(first?.points).toEqual([
      [0, 1],
      [1, 0],
      [2, 4],
    ]);
    expect(second?.points).toEqual([
      [0, 3],
      [1, 3],
      [2, 4],
    ]);
  });
});

describe('a plot', () => {
  it('without series, points or bars says that there is nothing', () => {
    for (const plot of [lines(), lines([]), areas(), areas([], []), bars()]) {
      expect(render(plot)).toContain('There is nothing to show.');
      expect(render(plot)).not.toContain('<svg');
    }
  });

  it.each([
    ['one point', lines([[3, 4]])],
    ['one point of areas', areas([[3, 4]])],
    [
      'equal values',
      lines([
        [0, 7],
        [1, 7],
        [2, 7],
      ]),
    ],
    [
      'nothing but 0',
      areas([
        [0, 0],
        [1, 0],
      ]),
    ],
    [
      'negative values',
      lines([
        [0, -7],
        [1, 3],
      ]),
    ],
    [
      'huge values',
      lines([
        [0, -1e300],
        [1, 1e300],
      ]),
    ],
    [
      'tiny values',
      lines([
        [0, 1e-300],
        [1, 5e-324],
      ]),
    ],
    [
      'a tiny range far away',
      lines([
        [1e15, 1e15],
        [1e15 + 1, 1e15 + 1],
      ]),
    ],
    ['negative bars', bars(-3, 0, 5)],
    ['bars of 0', bars(0, 0)],
    ['huge bars', bars(1e300, -1e300)],
  ] as const)('of %s has coordinates that are numbers', (_, plot) => {
    const drawing = render(plot);
    expect(drawing).toContain('<svg role="img"');
    expect(drawing).not.toMatch(/NaN|Infinity|undefined/);
    expect(drawing).not.toMatch(/width="-/);
  });

  it.each([Number.NaN, Infinity, -Infinity, 1.1e300])('refuses %d', (value) => {
    for (const plot of [
      lines([[0, value]]),
      lines([[value, 0]]),
      areas([[0, value]]),
      bars(value),
      { ...lines([[0, 0]]), marks: [{ label: 'm', value }] },
    ]) {
      expect(() => render(plot)).toThrow(RangeError);
    }
  });

  it('of areas refuses what is below 0', () => {
    expect(() => render(areas([[0, -1]]))).toThrow('an area cannot show -1');
  });

  it('of bars refuses parts that are more than their bar, and shows a rest without a name', () => {
    const bar = (...values: readonly number[]): BarPlot => ({
      ...bars(),
      bars: [{ label: 'x', value: 3, parts: values.map((value) => ({ name: 'p', value })) }],
    });
    expect(() => render(bar(0.1, 0.2, 2.7))).not.toThrow();
    expect(() => render(bar(1, 2.1))).toThrow('must be 0 or more and at most 3 together');
    expect(() => render(bar(4, -1))).toThrow(RangeError);
    expect(render(bar(1.5))).toMatch(
      /"bar rest" x="0%" width="100%".*"bar s0 d0" x="0%" width="50%"/,
    );
    expect(render(bar())).toContain('"bar rest" x="0%" width="100%"');
  });

  it('says once that times are UTC', () => {
    const plot = (label: string): LinePlot => ({
      ...lines([[0, 1]]),
      x: { label, format: 'time' },
    });
    expect(render(plot('hour'))).toContain('<bdi>hour (UTC)</bdi>');
    expect(render(plot('hour (UTC)'))).toContain('<bdi>hour (UTC)</bdi>');
    expect(render(lines([[0, 1]]))).not.toContain('UTC');
  });

  it('draws a curve through its points', () => {
    const drawing = render(
      lines([
        [0, 0],
        [1, 5],
        [2, 10],
      ]),
    );
    expect(drawing).toContain('d="M0 1000l500-500 500-500"');
  });

  it('draws bars as long as their values', () => {
    const drawing = render(bars(10, 2.5, -2.5));
    const widths = [...drawing.matchAll(/class="bar [^"]*" x="([\d.]+)%" width="([\d.]+)%"/g)];
    expect(widths.map(([, x, width]) => [x, width])).toEqual([
      ['20', '80'],
      ['20', '20'],
      ['0', '20'],
    ]);
  });

  it('tells series apart without colours: no two of 40 have dash and marker in common', () => {
    const drawing = render(
      lines(...Array.from({ length: 40 }, (_, s) => [[0, s] as const, [1, s] as const])),
    );
    const keys = [...drawing.matchAll(/class="key line s\d (d\d)".*?href="(#m\d)"/g)];
    expect(new Set(keys.map(([, dash = '', shape = '']) => dash + shape)).size).toBe(40);
  });

  it('has a title, a description and its data as a table', () => {
    const plot = {
      ...lines([
        [0, 1],
        [1, 9],
      ]),
      marks: [{ label: 'limit', value: 5 }],
    };
    const drawing = render(plot);
    expect(drawing).toContain('aria-labelledby="p-title" aria-describedby="p-desc"');
    expect(drawing).toContain('<title id="p-title">Requests</title>');
    expect(describePlot(plot)).toBe(
      'Line plot of requests. series 1: from 1 (at 0) to 9 (at 1). limit: 5. The data stand in the table below.',
    );
    expect(drawing).toContain('<tr><th scope="row">1<td class="end">9');
    expect(drawing).toContain('limit: 5');
  });

  it('stays within its bounds of bars', () => {
    const drawing = render(bars(...Array.from({ length: 41 }, (_, index) => index)));
    expect(drawing.match(/class="bar /g)).toHaveLength(40);
    expect(drawing).toContain('1 more are not drawn.');
    expect(drawing).toContain('bar 41');
    const all = tabulatePlot(bars(...Array.from({ length: 401 }, () => 1)));
    expect(all.rows).toHaveLength(400);
    expect(all.caption).toContain('the first 400 of 401 rows');
  });

  it('cuts long labels of bars, and keeps them whole in the table', () => {
    const label = 'x'.repeat(200);
    const drawing = render({ ...bars(), bars: [{ label, value: 1 }] });
    expect(drawing).toContain(`class="label few" y="13">${'x'.repeat(31)}…</text>`);
    expect(drawing).toContain(`class="label many" y="13">${'x'.repeat(89)}…</text>`);
    expect(drawing.split(label)).toHaveLength(3);
  });
});
