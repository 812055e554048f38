/**
 * A set of networks compiled for look-up.
 *
 * Owns the sorted ranges and the binary search. CIDR networks nest or are disjoint, never overlap
 * in part, so dropping the nested ones leaves disjoint ranges; flat bytes keep 100,000 of them in
 * a few megabytes and make no garbage per look-up.
 */
import type { Address } from './address.ts';
import { lastBytes, type Network } from './network.ts';

const ROW = 16;

export interface NetworkSet {
  /** Ranges kept after dropping those inside another. */
  readonly size: number;
  contains(address: Address): boolean;
}

interface Ranges {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
  readonly count: number;
}

/** Sign of `row` number `index` of a flat table against 16 bytes. */
function compareRow(table: Uint8Array, index: number, bytes: Uint8Array): number {
  const base = index * ROW;
  for (let at = 0; at < ROW; at += 1) {
    const difference = (table[base + at] ?? 0) - (bytes[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compileRanges(networks: readonly Network[]): Ranges {
  const sorted = networks.toSorted((a, b) => compareRow(a.bytes, 0, b.bytes) || a.bits - b.bits);
  const first = new Uint8Array(sorted.length * ROW);
  const last = new Uint8Array(sorted.length * ROW);
  let count = 0;
  for (const network of sorted) {
    const isNested = count > 0 && compareRow(last, count - 1, network.bytes) >= 0;
    if (isNested) continue;
    first.set(network.bytes, count * ROW);
    last.set(lastBytes(network), count * ROW);
    count += 1;
  }
  return { first: first.slice(0, count * ROW), last: last.slice(0, count * ROW), count };
}

function rangesContain(ranges: Ranges, bytes: Uint8Array): boolean {
  let low = 0;
  let high = ranges.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRow(ranges.first, middle, bytes) <= 0) low = middle + 1;
    else high = middle;
  }
  return low > 0 && compareRow(ranges.last, low - 1, bytes) >= 0;
}

/** Compiles networks once; membership afterwards costs O(log n) comparisons of 16 bytes. */
export function createNetworkSet(networks: readonly Network[]): NetworkSet {
  const v4 = compileRanges(networks.filter((network) => network.version === 4));
  const v6 = compileRanges(networks.filter((network) => network.version === 6));
  return {
    size: v4.count + v6.count,
    contains: (address) => rangesContain(address.version === 4 ? v4 : v6, address.bytes),
  };
}
