/** Reproducible randomness: the same again for the same seed, and fair enough to draw from. */
import { describe, expect, it } from 'vitest';
import { createRandomSource, type RandomSource } from '../../src/core/random-source.ts';

const DRAWS = 50_000;

function drawn(source: RandomSource, count = 8): readonly number[] {
  return Array.from({ length: count }, () => source.next());
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a random source', () => {
  it('gives the same draws for the same seed, and others for another', () => {
    expect(drawn(createRandomSource(7))).toEqual(drawn(createRandomSource(7)));
    expect(drawn(createRandomSource(7))).not.toEqual(drawn(createRandomSource(8)));
  });

  it('is the generator that it names: these are its first words, as a second implementation computed them', () => {
    const source = createRandomSource(1);
    const words = Array.from({ length: 3 }, () => source.integer(2 ** 32));
    expect(words).toEqual([3_006_507_191, 776_780_612, 2_282_509_535]);
  });

  it('forks by name alone, whatever was drawn before', () => {
    const one = createRandomSource(7);
    const other = createRandomSource(7);
    drawn(other, 100);
    expect(drawn(one.fork('visitors'))).toEqual(drawn(other.fork('visitors')));
    expect(drawn(one.fork('visitors'))).not.toEqual(drawn(one.fork('attackers')));
  });

  it('draws uniformly: every sixteenth of [0, 1) comes as often, within five deviations', () => {
    const source = createRandomSource(3);
    const bins = Array.from({ length: 16 }, () => 0);
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const value = source.next();
      expect(value >= 0 && value < 1).toBe(true);
      const bin = Math.floor(value * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const expected = DRAWS / 16;
    for (const bin of bins) expect(Math.abs(bin - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('draws whole numbers below the bound, each of them', () => {
    const source = createRandomSource(4);
    const seen = new Set(Array.from({ length: 1000 }, () => source.integer(6)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(source.integer(1)).toBe(0);
  });

  it('picks what is there, and says so where nothing is', () => {
    const source = createRandomSource(5);
    expect(['a', 'b']).toContain(source.pick(['a', 'b']));
    expect(() => source.pick([])).toThrow(RangeError);
  });

  it('has the means that it names', () => {
    const source = createRandomSource(6);
    const waits = Array.from({ length: DRAWS }, () => source.exponential(30));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(meanOf(waits) - 30)).toBeLessThan(1);
    const sizes = Array.from({ length: DRAWS }, () => source.logNormal(1000, 0.8));
    const middle = sizes.toSorted((a, b) => a - b)[DRAWS / 2] ?? 0;
    expect(Math.abs(middle - 1000)).toBeLessThan(25);
    const logarithms = sizes.map((size) => Math.log(size / 1000));
    const deviation = Math.sqrt(meanOf(logarithms.map((value) => value ** 2)));
    expect(Math.abs(deviation - 0.8)).toBeLessThan(0.02);
  });
});
