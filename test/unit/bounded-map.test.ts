/** The per-isolate cache never grows beyond its bounds (bar 26). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/core/bounded-map.ts';

/** What an entry is accounted for beside its value: 64 bytes and two per character of its key. */
function entryBytes(key: string, valueBytes: number): number {
  return 64 + 2 * key.length + valueBytes;
}

describe('BoundedMap', () => {
  it('H05: holds as many entries as allowed, and drops the one written first for one more', () => {
    const map = new BoundedMap<number>({ maxEntries: 3, maxBytes: 1_000_000 });
    for (const [value, key] of ['a', 'b', 'c'].entries()) map.set(key, value, 8);
    expect(map.size).toBe(3);
    expect(map.get('a')).toBe(0);
    map.set('d', 3, 8);
    expect(map.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([undefined, 1, 2, 3]);
  });

  it('H05: holds as many bytes as allowed, and drops the oldest entries for one more byte', () => {
    const each = entryBytes('k1', 100);
    const map = new BoundedMap<number>({ maxEntries: 100, maxBytes: 3 * each });
    for (const key of ['k1', 'k2', 'k3']) map.set(key, 1, 100);
    expect([map.size, map.bytes]).toEqual([3, 3 * each]);
    map.set('k3', 1, 101);
    expect([map.size, map.get('k1'), map.bytes]).toEqual([2, undefined, 2 * each + 1]);
    map.set('k4', 1, 2 * each - 64 - 4);
    expect([map.size, map.get('k2'), map.get('k3')]).toEqual([1, undefined, undefined]);
  });

  it('H05: an entry that fits exactly is kept, one that can never fit is not, and takes nothing with it', () => {
    const map = new BoundedMap<string>({ maxEntries: 10, maxBytes: 200 });
    map.set('a', 'kept', 200 - 64 - 2);
    expect([map.get('a'), map.bytes]).toEqual(['kept', 200]);
    map.set('b', 'too large', 200 - 64 - 2 + 1);
    expect([map.get('b'), map.get('a'), map.bytes]).toEqual([undefined, 'kept', 200]);
  });

  it('H05: writing a key again replaces its value and its account, and makes it the newest', () => {
    const map = new BoundedMap<number>({ maxEntries: 2, maxBytes: 10_000 });
    map.set('a', 1, 500);
    map.set('b', 2, 8);
    map.set('a', 3, 8);
    expect([map.size, map.bytes]).toEqual([2, 2 * entryBytes('a', 8)]);
    map.set('c', 4, 8);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  });

  it('H05: a value that outgrew the bounds leaves no stale one behind', () => {
    const map = new BoundedMap<string>({ maxEntries: 2, maxBytes: 200 });
    map.set('a', 'old', 8);
    map.set('a', 'new and too large', 1000);
    expect([map.get('a'), map.size, map.bytes]).toEqual([undefined, 0, 0]);
  });

  it('H05: deleting gives the bytes back, once', () => {
    const map = new BoundedMap<number>({ maxEntries: 2, maxBytes: 1000 });
    map.set('a', 1, 8);
    map.delete('b');
    expect(map.bytes).toBe(entryBytes('a', 8));
    map.delete('a');
    map.delete('a');
    expect([map.size, map.bytes]).toEqual([0, 0]);
  });

  it('H05: keys with names of Object.prototype are keys like others', () => {
    const map = new BoundedMap<number>({ maxEntries: 10, maxBytes: 10_000 });
    for (const key of ['__proto__', 'constructor', '']) expect(map.get(key)).toBeUndefined();
    map.set('__proto__', 1, 8);
    expect([map.get('__proto__'), map.get('constructor'), map.size]).toEqual([1, undefined, 1]);
  });

  it('H05: 100,000 distinct keys stay within both bounds at every step', () => {
    const map = new BoundedMap<number>({ maxEntries: 500, maxBytes: 60_000 });
    let largest = 0;
    let heaviest = 0;
    for (let at = 0; at < 100_000; at += 1) {
      map.set(`key ${at}`, at, at % 200);
      largest = Math.max(largest, map.size);
      heaviest = Math.max(heaviest, map.bytes);
    }
    expect(largest).toBeLessThanOrEqual(500);
    expect(largest).toBeGreaterThan(200);
    expect(heaviest).toBeLessThanOrEqual(60_000);
    expect(heaviest).toBeGreaterThan(59_000);
    expect(map.get('key 99999')).toBe(99_999);
  });

  it('H05: its account is always the sum of what it holds', () => {
    const key = fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'eeeee');
    const step = fc.record({ key, bytes: fc.integer({ min: 0, max: 400 }), drop: fc.boolean() });
    const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new BoundedMap<number>({ maxEntries: 3, maxBytes: 600 });
      for (const { key: name, bytes, drop } of steps) {
        if (drop) map.delete(name);
        else map.set(name, bytes, bytes);
        const held = ['a', 'bb', 'ccc', 'dddd', 'eeeee'].filter(
          (one) => map.get(one) !== undefined,
        );
        const sum = held.reduce((total, one) => total + entryBytes(one, map.get(one) ?? 0), 0);
        expect([map.size, map.bytes]).toEqual([held.length, sum]);
        expect(map.size <= 3 && map.bytes <= 600).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 2000, seed: 20_261_101 });
  });
});
