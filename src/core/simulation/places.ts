/**
 * Networks and autonomous systems that clients of a simulation live in.
 *
 * Owns their names, which belong to nobody: 2001:db8::/32 (RFC 3849), AS 64496 to 64511 (RFC 5398).
 */
import type { Place } from './simulated-gate.ts';

const VISITOR_ASNS = 8;
const FIRST_ASN = 64_496;
/** Networks of one group of clients; the next group's begin behind them. */
const NETWORKS_PER_GROUP = 2 ** 19;
const NETWORKS = 2 ** 24;
/** Stands for all hosting networks: one that `hosting-networks.ts` lists. */
const HOSTING_ASN = 14_061;

/** The `index`-th of the 16,777,216 networks of /56 below 2001:db8::/32. */
export function networkName(index: number): string {
  const at = index % NETWORKS;
  return `2001:db8:${(at >> 8).toString(16)}:${((at & 0xff) << 8).toString(16)}::/56`;
}

/** An address in it. */
export function addressIn(network: string): string {
  return network.replace('::/56', '::1');
}

/** A place of visitors, or of whoever lives beside them. */
export function visitorPlace(index: number, locations: number): Place {
  const network = networkName(index);
  return {
    network,
    asn: FIRST_ASN + (index % VISITOR_ASNS),
    isHosting: false,
    location: index % locations,
    pacingKey: network,
  };
}

/** A place of the `group`-th attacker, from 0. */
export function attackerPlace(
  index: number,
  { group, isHosting, locations }: { group: number; isHosting: boolean; locations: number },
): Place {
  const within = index % NETWORKS_PER_GROUP;
  const network = networkName((group + 1) * NETWORKS_PER_GROUP + within);
  const asn = isHosting ? HOSTING_ASN : FIRST_ASN + (index % VISITOR_ASNS);
  return {
    network,
    asn,
    isHosting,
    location: index % locations,
    pacingKey: isHosting ? `AS${asn}` : network,
  };
}
