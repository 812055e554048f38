/** Charges that ask for patience first: refused where waiting buys no request. */
import { describe, expect, it } from 'vitest';
import { findUnpayableCharges } from '../../src/core/policy/charge-terms.ts';
import { PATIENCE_CREDIT } from '../../src/core/puzzle/patience.ts';
import { decodeSettings } from '../../src/core/settings.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';

function problemsOf(overrides: Record<string, unknown>, variables: Record<string, unknown> = {}) {
  const RULES = [
    { name: 'gentle', action: 'charge', path: ['/a'], puzzle: 'patience', ...overrides },
  ];
  const reading = decodeSettings({ TOLL_SECRET: SECRET, RULES, ...variables });
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

describe('a charge that asks for patience', () => {
  it('is taken where the small credit pays for a request, and refused above', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ requestPrice: PATIENCE_CREDIT })).toEqual([]);
    expect(problemsOf({ requestPrice: PATIENCE_CREDIT + 1 })).toEqual(['RULES[0].puzzle']);
    expect(problemsOf({ requestPrice: PATIENCE_CREDIT + 1, puzzle: 'work' })).toEqual([]);
  });

  it('is refused above the lowest tier', () => {
    expect(problemsOf({ tier: 1 })).toEqual(['RULES[0].puzzle']);
    expect(problemsOf({ tier: 1, puzzle: 'work' })).toEqual([]);
  });

  it('is measured by the price that it inherits', () => {
    const dear = { REQUEST_PRICE: PATIENCE_CREDIT + 1 };
    expect(problemsOf({}, dear)).toEqual(['RULES[0].puzzle']);
    expect(problemsOf({ requestPrice: 1 }, dear)).toEqual([]);
  });

  it('is told what to do instead', () => {
    const rule = {
      name: 'a',
      when: {},
      action: { kind: 'charge' as const, overrides: { tier: 2, puzzle: 'patience' as const } },
    };
    const reading = decodeSettings({ TOLL_SECRET: SECRET });
    if (!reading.ok) throw new Error('settings');
    expect(findUnpayableCharges([rule], reading.settings.terms)).toEqual([
      {
        path: 'RULES[0].puzzle',
        message:
          'ask for "work", or make tier 0 and requestPrice at most 131072: waiting buys no more',
      },
    ]);
  });
});
