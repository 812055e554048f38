/** Settings of the price: ranges, defaults, and the limits that follow. */
import { describe, expect, it } from 'vitest';
import { priceLimitsOf } from '../../src/core/settings-price.ts';
import { decodeSettings, type Settings } from '../../src/core/settings.ts';

const TOLL_SECRET = '3q2-7wR1cZk0v8LhXo5TqJ4mYbN6sUeFgA9iDpKxWzM';

function read(variables: Readonly<Record<string, unknown>>): Settings {
  const reading = decodeSettings({ TOLL_SECRET, ...variables });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.settings;
}

function problemsOf(variables: Readonly<Record<string, unknown>>): readonly string[] {
  const reading = decodeSettings({ TOLL_SECRET, ...variables });
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

describe('settings of the price', () => {
  it('are read from numbers and from text', () => {
    const { price } = read({
      NETWORK_TARGET: '60',
      SITE_TARGET: 6000,
      VISITOR_SECONDS: '1.5',
      VISITOR_SECONDS_P95: 4,
      YIELD_PER_THOUSAND: '0.40',
      PRICE_CALLS_PER_DAY: 1_000_000,
      REPORT_WEBHOOK: 'https://hooks.example.com/T0/B0?key=x',
    });
    expect(price).toEqual({
      networkTarget: 60,
      siteTarget: 6000,
      budget: { medianSeconds: 1.5, p95Seconds: 4 },
      yieldPerThousand: 0.4,
      callsPerDay: 1_000_000,
      reportWebhook: 'https://hooks.example.com/T0/B0?key=x',
    });
  });

  it.each([
    ['NETWORK_TARGET', [1, 1e9], [0, 1e9 + 1, 1.5, '-1']],
    ['SITE_TARGET', [1, 1e9], [0, 1e9 + 1]],
    ['VISITOR_SECONDS', [0.1, '10'], [0.09, 601, '1e1', '', ' 1', '1.']],
    ['VISITOR_SECONDS_P95', [3, 600], [600.1, true, Number.NaN]],
    ['YIELD_PER_THOUSAND', [0, 1_000_000, '0.000000001'], [-0.1, 1_000_001, '$1']],
    ['PRICE_CALLS_PER_DAY', [100, 1e9], [99, 1e9 + 1]],
    [
      'REPORT_WEBHOOK',
      ['https://example.com', 'https://example.com:8443/a?b'],
      [
        'http://example.com/',
        'https://user@example.com/',
        'https://exa mple.com/',
        'https://example.com/ä',
        `https://example.com/${'x'.repeat(2001)}`,
        7,
      ],
    ],
  ])('E08: %s is bounded', (name, good, bad) => {
    for (const value of good) expect([value, problemsOf({ [name]: value })]).toEqual([value, []]);
    for (const value of bad)
      expect([value, problemsOf({ [name]: value })]).toEqual([value, [name]]);
  });

  it('allow 95 of 100 visitors no less time than the one in the middle', () => {
    expect(problemsOf({ VISITOR_SECONDS: 5, VISITOR_SECONDS_P95: 5 })).toEqual([]);
    expect(problemsOf({ VISITOR_SECONDS: 5, VISITOR_SECONDS_P95: 4.9 })).toEqual([
      'VISITOR_SECONDS_P95',
    ]);
  });

  it('never repeat a webhook in what is wrong with it: whoever knows it may post there', () => {
    const reading = decodeSettings({ TOLL_SECRET, REPORT_WEBHOOK: 'http://hooks/KEY' });
    expect(JSON.stringify(reading)).not.toContain('KEY');
  });

  it('become limits in attempts, at the base price', () => {
    const limits = priceLimitsOf(read({ NETWORK_TARGET: 10, REQUEST_PRICE: 100 }));
    expect(limits).toMatchObject({
      networkTarget: 1000,
      siteTarget: 3_000_000,
      callsPerDay: 50_000,
      minIntervalSeconds: 15,
    });
    // 3 s of 10 MH/s, or 10 s of 2.5 MH/s over 1.34, for half a million attempts.
    expect(limits.capBits).toBe(5.125);
    expect(priceLimitsOf(read({ VISITOR_SECONDS: 0.1 })).capBits).toBe(0.875);
    expect(
      priceLimitsOf(read({ MIN_SOLUTIONS: 256, ATTEMPTS_PER_SOLUTION: 2 ** 26 })).capBits,
    ).toBe(0);
  });
});
