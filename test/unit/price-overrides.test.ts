/** The operator's own figures over those that ship. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIGURES, overrideFigures, type Figures } from '../../src/core/price/price-overrides.ts';
import { SEEDED } from '../support/price-arbitraries.ts';

const DATE = '2026-11';

function figuresOf(value: unknown): Figures {
  const reading = overrideFigures(value, DATE);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.figures;
}

function problemsOf(value: unknown): readonly string[] {
  const reading = overrideFigures(value, DATE);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('overrideFigures', () => {
  it('overrides exactly the entry and the member that it names', () => {
    const names = FIGURES.attackers.map(({ name }) => name);
    const rent = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...names), rent, (name, dollarsPerHour) => {
        const figures = figuresOf({ attackers: { [name]: { dollarsPerHour } } });
        for (const [index, before] of FIGURES.attackers.entries()) {
          const after = figures.attackers[index];
          if (before.name !== name) expect(after).toBe(before);
          else {
            const source = { title: "the operator's own figure", date: DATE };
            expect(after).toEqual({
              ...before,
              dollarsPerHour,
              sources: [source, ...before.sources],
            });
          }
        }
        expect(figures.visitors).toBe(FIGURES.visitors);
        expect(figures.addresses).toBe(FIGURES.addresses);
        expect(figures.platform).toBe(FIGURES.platform);
      }),
      SEEDED,
    );
  });

  it('takes members of every table, and the source that is stated', () => {
    const figures = figuresOf({
      addresses: { residential: { dollarsPerGigabyte: 3, isHosting: true, source: 'our invoice' } },
      platform: { requests: { dollarsPerMillion: 0.15 } },
      visitors: { 'no-jit': { share: 0.02 }, 'low-end-phone': { share: 0.15 } },
    });
    const residential = figures.addresses.find(({ name }) => name === 'residential');
    expect(residential).toMatchObject({ dollarsPerGigabyte: 3, isHosting: true });
    expect(residential?.sources[0]).toEqual({ title: 'our invoice', date: DATE });
    expect(figures.platform[0]?.dollarsPerMillion).toBe(0.15);
  });

  it('changes nothing where nothing is stated', () => {
    expect(figuresOf({})).toEqual(FIGURES);
    expect(figuresOf({ attackers: {} }).attackers).toEqual(FIGURES.attackers);
  });

  it('refuses unknown names and members, each with its place', () => {
    expect(problemsOf({ attacker: {} })).toEqual([
      'attacker: is unknown: use attackers, visitors, addresses, platform',
    ]);
    expect(problemsOf({ attackers: { 'rtx-5090': { dollarsPerHour: 1 } } })[0]).toMatch(
      /^attackers\["rtx-5090"\]: is no entry: use rtx-4090, /,
    );
    expect(problemsOf({ attackers: { h100: { dollarsPerMonth: 1 } } })).toEqual([
      'attackers.h100.dollarsPerMonth: is no member of such an entry: use attemptsPerSecond, dollarsPerHour, source',
    ]);
    expect(problemsOf({ attackers: { h100: { toString: 1 } } })).toHaveLength(1);
    expect(problemsOf({ attackers: { h100: { name: 'x' } } })).toHaveLength(1);
  });

  it.each([
    {
      place: ['attackers', 'h100', 'attemptsPerSecond'],
      good: [1, 1e18],
      bad: [0, 0.5, 1e19, '1', null, Number.NaN],
    },
    {
      place: ['attackers', 'h100', 'dollarsPerHour'],
      good: [0, 1e6],
      bad: [-0.01, 1e6 + 1, Infinity],
    },
    { place: ['addresses', 'mobile', 'dollarsPerGigabyte'], good: [0, 1e6], bad: [-1] },
    { place: ['addresses', 'mobile', 'isHosting'], good: [true, false], bad: [0, 'true'] },
    { place: ['visitors', 'webgpu', 'share'], good: [0], bad: [-0.1, 1.1] },
    { place: ['platform', 'requests', 'dollarsPerMillion'], good: [0, 1e6], bad: [-1] },
  ] as const)('keeps $place within its range', ({ place: [table, name, member], good, bad }) => {
    const count = (value: unknown): number =>
      problemsOf({ [table]: { [name]: { [member]: value } } }).length;
    for (const value of good) expect([value, count(value)]).toEqual([value, 0]);
    for (const value of bad) expect([value, count(value)]).toEqual([value, 1]);
  });

  it('refuses what is no table, and shares that do not add up', () => {
    for (const value of [null, [], 'x', 3, { attackers: [] }, { attackers: { h100: 4 } }]) {
      expect(problemsOf(value).length).toBeGreaterThan(0);
    }
    expect(problemsOf({ visitors: { 'no-jit': { share: 0.5 } } })).toEqual([
      'visitors: must have shares that add up to 1: state those of all entries',
    ]);
  });

  it('bounds the text of a source, at 200 characters and one more', () => {
    const withSource = (source: unknown) => problemsOf({ attackers: { h100: { source } } });
    expect(withSource('x'.repeat(200))).toEqual([]);
    for (const source of ['x'.repeat(201), '', ' ', 3]) expect(withSource(source)).toHaveLength(1);
  });
});
