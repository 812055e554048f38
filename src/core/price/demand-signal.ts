/**
 * The demand of the period that runs.
 *
 * Owns the sums per network; must not know passes, nor what follows for prices.
 */
import { isCount, isListOf, isNullOr, isRecord } from './count-grammar.ts';
import type { NetworkRate } from './network-price.ts';
import { SILENCE, type PriceSignal } from './price-controller.ts';
import { isNetworkName, isOriginCounts, type OriginCounts } from './price-report.ts';
import { addCounts } from './hour-book.ts';
import { keepHeaviest } from './top-entries.ts';

/** Networks with demand in one period; beyond that the lightest half is no longer told apart. */
export const MAX_SEEN_NETWORKS = 10_000;
/** Of those, what outlives a restart within the period. */
const MAX_STORED_NETWORKS = 1000;

export interface DemandSignal {
  /** Adds attempts of `network`. */
  addDemand(network: string, rate: NetworkRate): void;
  addOrigin(counts: OriginCounts): void;
  /** What has been added since; begins anew. */
  end(): PriceSignal;
  /** For storage: JSON-able, less than 100,000 characters. An object that is called seldom restarts each time. */
  snapshot(): StoredSignal;
}

/** Network, autonomous system, spent, demand. */
type StoredRate = readonly [string, number | null, number, number];

interface StoredSignal extends Omit<typeof SILENCE, 'networks'> {
  readonly networks: readonly StoredRate[];
}

const isStoredSignal = isRecord<StoredSignal>({
  spent: isCount,
  demand: isCount,
  origin: isOriginCounts,
  networks: isListOf(
    MAX_STORED_NETWORKS,
    isRecord<StoredRate>([isNetworkName, isNullOr(isCount), isCount, isCount]),
  ),
});

function restoreRate([network, asn, spent, demand]: StoredRate): readonly [string, NetworkRate] {
  return [network, { asn: asn ?? undefined, spent, demand }];
}

/** @param stored what `snapshot` gave; anything else begins anew */
export function createDemandSignal(stored?: unknown): DemandSignal {
  const restored = isStoredSignal(stored) ? stored : undefined;
  let networks = new Map(restored?.networks.map(restoreRate));
  let sums = { ...SILENCE, ...restored, networks: SILENCE.networks };
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
    snapshot() {
      const heaviest = new Map(networks);
      keepHeaviest(heaviest, MAX_STORED_NETWORKS, (rate) => rate.demand);
      const { spent, demand, origin } = sums;
      const list = [...heaviest].map(
        ([network, rate]) => [network, rate.asn ?? null, rate.spent, rate.demand] as const,
      );
      return { spent, demand, origin, networks: list };
    },
  };
}
