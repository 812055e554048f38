/**
 * Prices as they are stored.
 *
 * Owns the stored form alone: what a restart may forget (how demand answered to prices) is left out.
 */
import { decodeList, isBits, isCount, isText, membersOf } from './count-grammar.ts';
import { CALM_NETWORK, type NetworkState } from './network-price.ts';
import { createPriceState, MAX_RAISED_NETWORKS, type PriceState } from './price-controller.ts';
import { MAX_GLOBAL_BITS } from './price-limits.ts';
import { MAX_NETWORK_CHARACTERS, MAX_PRICED_ASNS } from './price-report.ts';

function decodeNetwork(value: unknown): readonly [string, NetworkState] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [network, asn, bits, isCurbed]: readonly unknown[] = value;
  if (!isText(network, MAX_NETWORK_CHARACTERS) || !isBits(bits)) return undefined;
  const known = { bits, isCurbed: isCurbed === true, asn: isCount(asn) ? asn : undefined };
  return [network, { ...CALM_NETWORK, ...known }];
}

function decodeAsn(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [asn, bits]: readonly unknown[] = value;
  return isCount(asn) && isBits(bits) ? [asn, bits] : undefined;
}

/** JSON-able, less than 300,000 characters. */
export function storePrices(state: PriceState): unknown {
  const { sinceMs, globalBits, calmPeriods, baselineMs } = state;
  const networks = [...state.networks].map(([network, { asn, bits, isCurbed }]) => [
    network,
    asn ?? null,
    bits,
    isCurbed,
  ]);
  return { sinceMs, globalBits, calmPeriods, baselineMs, networks, asns: [...state.asns] };
}

/** @param stored what `storePrices` gave; anything else gives base prices */
export function restorePrices(stored: unknown): PriceState {
  const members = membersOf(stored);
  const { sinceMs, globalBits, calmPeriods, baselineMs } = members;
  const networks = decodeList(members['networks'], MAX_RAISED_NETWORKS, decodeNetwork);
  const asns = decodeList(members['asns'], MAX_PRICED_ASNS, decodeAsn);
  const isWhole =
    isCount(sinceMs) && isCount(calmPeriods) && isBits(globalBits) && globalBits <= MAX_GLOBAL_BITS;
  if (!isWhole || networks === undefined || asns === undefined) return createPriceState(0);
  return {
    sinceMs,
    globalBits,
    calmPeriods,
    baselineMs: isCount(baselineMs) ? baselineMs : undefined,
    networks: new Map(networks),
    asns: new Map(asns),
  };
}
