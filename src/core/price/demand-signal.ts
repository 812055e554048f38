/**
 * The demand of the period that runs.
 *
 * Owns the sums per network; must not know passes, nor what follows for prices.
 */
import type { NetworkRate } from './network-price.ts';
import { SILENCE, type PriceSignal } from './price-controller.ts';
import type { OriginCounts } from './price-report.ts';
import { addCounts } from './hour-book.ts';
import { keepHeaviest } from './top-entries.ts';

/** Networks with demand in one period; beyond that the lightest half is no longer told apart. */
export const MAX_SEEN_NETWORKS = 10_000;

export interface DemandSignal {
  /** Adds attempts of `network`. */
  addDemand(network: string, rate: NetworkRate): void;
  addOrigin(counts: OriginCounts): void;
  /** What has been added since; begins anew. */
  end(): PriceSignal;
}

export function createDemandSignal(): DemandSignal {
  let networks = new Map<string, NetworkRate>();
  let sums = SILENCE;
  return {
    addDemand(network, { asn, spent, demand }) {
      const known = networks.get(network) ?? { spent: 0, demand: 0 };
      networks.set(network, { asn, spent: known.spent + spent, demand: known.demand + demand });
      sums = { ...sums, spent: sums.spent + spent, demand: sums.demand + demand };
      if (networks.size > MAX_SEEN_NETWORKS) {
        keepHeaviest(networks, MAX_SEEN_NETWORKS / 2, (rate) => rate.demand);
      }
    },
    addOrigin(counts) {
      sums = { ...sums, origin: addCounts(sums.origin, counts) };
    },
    end() {
      const signal = { ...sums, networks };
      networks = new Map();
      sums = SILENCE;
      return signal;
    },
  };
}
