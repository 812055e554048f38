/**
 * A set of networks compiled for look-up.
 *
 * Owns the choice of the family; the search is the affair of `network-ranges.ts`.
 */
import type { Address } from './address.ts';
import type { Network } from './network.ts';
import { createRanges, rangesContain, type NetworkRanges } from './network-ranges.ts';

export interface NetworkSet {
  /** Ranges kept after dropping those inside another. */
  readonly size: number;
  contains(address: Address): boolean;
}

/**
 * Compiles networks once; membership afterwards costs O(log n) comparisons.
 * @param packed ranges that are ready already
 */
export function createNetworkSet(
  networks: readonly Network[],
  packed: readonly NetworkRanges[] = [],
): NetworkSet {
  const own = networks.length === 0 ? [] : [createRanges(networks, 4), createRanges(networks, 6)];
  const all = [...own, ...packed].filter(({ count }) => count > 0);
  const v4 = all.filter(({ version }) => version === 4);
  const v6 = all.filter(({ version }) => version === 6);
  return {
    size: all.reduce((sum, { count }) => sum + count, 0),
    contains: ({ version, bytes }) =>
      (version === 4 ? v4 : v6).some((ranges) => rangesContain(ranges, bytes)),
  };
}
