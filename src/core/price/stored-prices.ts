/**
 * Prices as they are stored.
 *
 * Owns the stored form alone: what a restart may forget (how demand answered to prices) is left out.
 */
import { isBits, isCount, isListOf, isNullOr, isRecord } from './count-grammar.ts';
import { CALM_NETWORK, type NetworkState } from './network-price.ts';
import { createPriceState, MAX_RAISED_NETWORKS, type PriceState } from './price-controller.ts';
import { isGlobalBits, isNetworkName, MAX_PRICED_ASNS } from './price-report.ts';

/** Network, system (`null` where JSON has no `undefined`), bits, periods curbed and calm. */
type StoredNetwork = readonly [string, number | null, number, number, number];

interface StoredPrices {
  readonly sinceMs: number;
  readonly globalBits: number;
  readonly calmPeriods: number;
  readonly baselineMs: number | null;
  readonly networks: readonly StoredNetwork[];
  readonly asns: readonly (readonly [number, number])[];
}

const isStoredPrices = isRecord<StoredPrices>({
  sinceMs: isCount,
  globalBits: isGlobalBits,
  calmPeriods: isCount,
  baselineMs: isNullOr(isCount),
  networks: isListOf(
    MAX_RAISED_NETWORKS,
    isRecord<StoredNetwork>([isNetworkName, isNullOr(isCount), isBits, isCount, isCount]),
  ),
  asns: isListOf(MAX_PRICED_ASNS, isRecord<readonly [number, number]>([isCount, isBits])),
});

/** JSON-able, less than 300,000 characters. */
export function storePrices(state: PriceState): StoredPrices {
  const { sinceMs, globalBits, calmPeriods, baselineMs = null } = state;
  const networks = [...state.networks].map(
    ([network, own]) =>
      [network, own.asn ?? null, own.bits, own.curbPeriods, own.calmPeriods] as const,
  );
  return { sinceMs, globalBits, calmPeriods, baselineMs, networks, asns: [...state.asns] };
}

/** @param stored what `storePrices` gave; anything else gives base prices */
export function restorePrices(stored: unknown): PriceState {
  if (!isStoredPrices(stored)) return createPriceState(0);
  const { networks, asns, baselineMs, ...state } = stored;
  const raised = networks.map(([network, asn, bits, curbPeriods, calmPeriods]) => {
    const known: NetworkState = {
      ...CALM_NETWORK,
      bits,
      curbPeriods,
      calmPeriods,
      asn: asn ?? undefined,
    };
    return [network, known] as const;
  });
  return {
    ...state,
    baselineMs: baselineMs ?? undefined,
    networks: new Map(raised),
    asns: new Map(asns),
  };
}
