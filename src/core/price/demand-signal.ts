/**
 * The demand of the period that runs.
 *
 * Owns the sums per network; must not know passes, nor what follows for prices.
 */
import { decodeList, isCount, isText, membersOf } from './count-grammar.ts';
import type { NetworkRate } from './network-price.ts';
import { SILENCE, type PriceSignal } from './price-controller.ts';
import { decodeOrigin, MAX_NETWORK_CHARACTERS, type OriginCounts } from './price-report.ts';
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
  snapshot(): unknown;
}

function decodeRate(value: unknown): readonly [string, NetworkRate] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [network, asn, spent, demand]: readonly unknown[] = value;
  if (!isText(network, MAX_NETWORK_CHARACTERS) || !isCount(spent) || !isCount(demand))
    return undefined;
  return [network, { asn: isCount(asn) ? asn : undefined, spent, demand }];
}

function restoreSums(stored: unknown): typeof SILENCE {
  const { spent, demand, origin } = membersOf(stored);
  const counts = decodeOrigin(origin);
  if (!isCount(spent) || !isCount(demand) || counts === undefined) return SILENCE;
  return { ...SILENCE, spent, demand, origin: counts };
}

/** @param stored what `snapshot` gave; anything else begins anew */
export function createDemandSignal(stored?: unknown): DemandSignal {
  const rates = decodeList(membersOf(stored)['networks'], MAX_STORED_NETWORKS, decodeRate);
  let networks = new Map(rates);
  let sums = restoreSums(stored);
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
      const list = [...heaviest].map(([network, rate]) => [
        network,
        rate.asn ?? null,
        rate.spent,
        rate.demand,
      ]);
      return { spent, demand, origin, networks: list };
    },
  };
}
