import { describe, expect, it } from 'vitest';
import { differences, turnsFor } from '../bench/policy/decisions.ts';
import { growthExponent } from '../bench/policy/growth.ts';
import { generateNetworks, generateRules, publish } from '../bench/policy/policies.ts';
import { parseRunMicros } from '../bench/policy/cpu-time.ts';
import { createRandom } from '../bench/policy/random.ts';
import { createRequestMix, MIX_SIZE } from '../bench/policy/request-mix.ts';
import { formatTally, formatText, nameLaw } from '../bench/policy/results.ts';
import { parsePolicyOptions } from '../bench/policy.ts';
import {
  MAX_STORED_LENGTH,
  readStoredPolicy,
} from '../../src/core/policy/document/stored-policy.ts';
import { policyBase } from '../support/policy-fixtures.ts';

describe('the options of bench policy', () => {
  it('have defaults', () => {
    expect(parsePolicyOptions([])).toEqual({
      rounds: 15,
      parts: ['decide', 'gate', 'load', 'growth'],
      anubis: undefined,
      isJson: false,
      isProfile: false,
    });
    expect(parsePolicyOptions(['--help'])).toBeUndefined();
  });

  it('are refused where they are none', () => {
    expect(parsePolicyOptions(['--only', 'load,decide'])?.parts).toEqual(['decide', 'load']);
    expect(parsePolicyOptions(['--rounds', '1'])?.rounds).toBe(1);
    expect(() => parsePolicyOptions(['--rounds', '0'])).toThrow('--rounds takes');
    expect(() => parsePolicyOptions(['--only', 'speed'])).toThrow('not speed');
    expect(() => parsePolicyOptions(['--fast'])).toThrow('--fast');
  });
});

describe('the mix of requests', () => {
  it('is the same in every run, of three kinds and both families', () => {
    const mix = createRequestMix();
    expect(mix).toHaveLength(MIX_SIZE);
    expect(MIX_SIZE).toBeGreaterThanOrEqual(500);
    expect(createRequestMix()).toEqual(mix);
    const count = (holds: (request: (typeof mix)[number]) => boolean) => mix.filter(holds).length;
    expect(count(({ headers }) => 'Sec-Fetch-Mode' in headers)).toBe(300);
    expect(count(({ address }) => address.includes(':'))).toBeGreaterThan(100);
    expect(count(({ identity }) => identity.verified.length > 0)).toBeGreaterThan(30);
    expect(count(({ identity }) => identity.unproven.length > 0)).toBeGreaterThan(10);
    expect(new Set(mix.map(({ headers }) => headers['User-Agent'])).size).toBeGreaterThan(250);
  });

  it('is drawn by a generator that keeps to its bound', () => {
    const random = createRandom(1);
    const drawn = Array.from({ length: 2000 }, () => random.below(7));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});

describe('generated policies', () => {
  it.each([
    ['256 rules', generateRules(256)],
    ['100,000 networks', generateNetworks(100_000)],
  ])('of %s can be published and loaded', (_, document) => {
    const { packed } = publish(document);
    expect(packed.length).toBeLessThan(MAX_STORED_LENGTH);
    expect(readStoredPolicy(packed, policyBase()).kind).toBe('policy');
  });
});

describe('the arithmetic', () => {
  it('takes turns for a quarter of a second, within bounds', () => {
    expect(turnsFor(1000, 100)).toBe(25_000);
    expect(turnsFor(1e9, 100)).toBe(100);
    expect(turnsFor(0, 100)).toBe(4_000_000);
  });

  it('takes the loop off round by round', () => {
    expect(differences([5, 7], [1, 2])).toEqual([4, 5]);
  });

  it('names the law by its exponent', () => {
    expect(growthExponent([10, 3], [1000, 300])).toBeCloseTo(1);
    expect(growthExponent([10, 3], [1000, 3])).toBeCloseTo(0);
    expect([0, 0.5, 1, 1.5].map(nameLaw)).toEqual([
      'constant or log n',
      'less than n',
      'n',
      'more than n',
    ]);
  });

  it('reads nanoseconds of a thread', () => {
    expect(parseRunMicros('282291785 287022952 99')).toBe(282_291.785);
    expect(() => parseRunMicros('')).toThrow('known form');
  });
});

describe('the text', () => {
  it('says shares of decisions, and leaves out parts that were not measured', () => {
    expect(formatTally({ allow: 1, charge: 3, deny: 0, none: 0 })).toBe('allow 25 %, charge 75 %');
    expect(formatTally(undefined)).toBe('-');
    const cpuMicros = { median: 2, min: 1, max: 3 };
    const gate = [{ policy: 'none', cpuMicros, addedMicros: undefined }];
    const text = formatText({ run: { rounds: 1 }, gate });
    expect(text).toContain('none    2.0 (1.0..3.0)  -');
    expect(text).not.toContain('Growth');
  });
});
