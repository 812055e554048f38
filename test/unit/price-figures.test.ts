/** The tables that prices rest on: every figure has a source and a date. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/core/price/economics.ts';
import { platformDollars } from '../../src/core/price/platform-prices.ts';
import { FIGURES } from '../../src/core/price/price-overrides.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from '../../src/core/price/visitor-rates.ts';

interface Entry {
  readonly name: string;
  readonly label: string;
  readonly sources: readonly Source[];
}

const TABLES: readonly (readonly [string, readonly Entry[]])[] = Object.entries(FIGURES);
const THIS_MONTH = '2026-11';

describe.each(TABLES)('the table of %s', (_, entries) => {
  it.each(entries)('has a title, a date that is not in the future, for $name', ({ sources }) => {
    expect(sources.length).toBeGreaterThanOrEqual(1);
    for (const { title, date, url } of sources) {
      expect(title.length).toBeGreaterThan(10);
      expect(date).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])$/);
      expect(date <= THIS_MONTH).toBe(true);
      if (url !== undefined) expect(url).toMatch(/^https:\/\/[a-z0-9.-]+\//);
    }
  });

  it('says where a figure is neither published nor measured: no entry rests on a bare claim', () => {
    for (const { sources } of entries) {
      const isStated = sources.some(
        ({ title, url }) => url !== undefined || /^(?:estimate|assumption|measured)\b/.test(title),
      );
      expect(isStated).toBe(true);
    }
  });

  it('has names in kebab case, each once, and labels that fit a column', () => {
    const names = entries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, label } of entries) {
      expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(label.length).toBeLessThanOrEqual(30);
    }
  });
});

describe('the figures', () => {
  it('are the published ones where they are published', () => {
    const find = (name: string) => FIGURES.attackers.find((each) => each.name === name);
    expect(find('rtx-4090')?.attemptsPerSecond).toBeCloseTo(21_975.5e6, -8);
    expect(find('h100')?.attemptsPerSecond).toBeCloseTo(16_165.9e6, -8);
    expect(find('rtx-3090')?.attemptsPerSecond).toBeCloseTo(9713.2e6, -8);
  });

  it('name the kinds of attackers and addresses that the issue asks for', () => {
    const text = JSON.stringify(FIGURES.attackers);
    for (const kind of ['RTX 4090', 'RTX 3090', 'H100', 'native code', 'browsers', 'phone farm'])
      expect(text).toContain(kind);
    const supplies = FIGURES.addresses.map(({ label }) => label).join();
    for (const kind of ['datacentre', 'residential', 'mobile']) expect(supplies).toContain(kind);
  });

  it('stand in order: attempts from the cheapest, gigabytes from the cheapest, visitors from the fastest', () => {
    const prices = FIGURES.attackers.map((each) => each.dollarsPerHour / each.attemptsPerSecond);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    const bytes = FIGURES.addresses.map(({ dollarsPerGigabyte }) => dollarsPerGigabyte);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const rates = FIGURES.visitors.map(({ attemptsPerSecond }) => attemptsPerSecond);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it('divide all visitors among devices, and count nobody on what was never measured', () => {
    expect(FIGURES.visitors.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(FIGURES.visitors.find(({ name }) => name === 'webgpu')?.share).toBe(0);
  });

  it('have the two rates of the visitor budget where half and 95 % of visitors are faster', () => {
    const share = (rate: number): number =>
      FIGURES.visitors
        .filter(({ attemptsPerSecond }) => attemptsPerSecond >= rate)
        .reduce((sum, each) => sum + each.share, 0);
    expect(share(MEDIAN_PHONE_ATTEMPTS_PER_SECOND)).toBeGreaterThanOrEqual(0.5);
    expect(share(P95_DEVICE_ATTEMPTS_PER_SECOND)).toBeGreaterThanOrEqual(0.95);
    expect(share(P95_DEVICE_ATTEMPTS_PER_SECOND + 1)).toBeLessThan(0.95);
  });
});

describe('platformDollars', () => {
  it('adds up the bill of the paid plan', () => {
    expect(platformDollars({})).toBe(0);
    expect(platformDollars({ requests: 1e6 })).toBeCloseTo(0.3, 9);
    expect(platformDollars({ requests: 1000, 'kv-writes': 1000 })).toBeCloseTo(0.0053, 9);
  });
});
