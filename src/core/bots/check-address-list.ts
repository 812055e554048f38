/**
 * Whether a freshly published list may replace the last good one.
 *
 * Owns the checks (SECURITY-BAR D03): what a list allows is decided by whoever controls its URL, so
 * a list that names half of the Internet, or a network that is nobody's, is not believed.
 */
import { createNetworkSet } from '../client/network-set.ts';
import { networkContains, parseNetwork } from '../client/network.ts';
import type { Network } from '../client/network.ts';

export type ListRefusal =
  | 'empty'
  /** A private, loopback, link-local, multicast, documentation or shared network. */
  | 'not-public'
  /** Shorter than /8 or /16. */
  | 'too-wide'
  /** All networks together: more than a /8 or a /16. */
  | 'too-much-space'
  | 'shrunk'
  | 'grown';

/** Without an operator's word, a list changes by no more than this factor. */
export const MAX_CHANGE = 4;

const SHORTEST = { 4: 8, 6: 16 } as const;

/** IANA special-purpose registries (RFC 6890), multicast and what is reserved. */
const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
];
/** Everything else in IPv6 is not global unicast (RFC 4291 2.4). */
const GLOBAL_UNICAST = '2000::/3';

function networkOfText(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new TypeError(`${text}: ${parsed.problem}`);
  return parsed.network;
}

const SPECIAL_NETWORKS = SPECIAL.map(networkOfText);
const SPECIAL_SET = createNetworkSet(SPECIAL_NETWORKS);
const LONGEST_SPECIAL = { 4: 24, 6: 32 } as const;
const UNICAST = networkOfText(GLOBAL_UNICAST);

function overlaps(a: Network, b: Network): boolean {
  return a.bits <= b.bits ? networkContains(a, b) : networkContains(b, a);
}

function isPublic(network: Network): boolean {
  if (network.version === 6 && !networkContains(UNICAST, network)) return false;
  // Only a network as wide as a special one can have one inside it; most are hosts.
  if (network.bits >= LONGEST_SPECIAL[network.version]) return !SPECIAL_SET.contains(network);
  return !SPECIAL_NETWORKS.some((special) => overlaps(special, network));
}

/** Addresses of one family, those that two networks share counted twice. Exact enough to compare. */
function spaceOf(networks: readonly Network[], version: 4 | 6): number {
  const width = version === 4 ? 32 : 128;
  return networks
    .filter((network) => network.version === version)
    .reduce((sum, { bits }) => sum + 2 ** (width - bits), 0);
}

function checkChange(before: number, after: number, factor: number): ListRefusal | undefined {
  if (before === 0) return undefined;
  if (after * factor < before) return 'shrunk';
  return after > before * factor ? 'grown' : undefined;
}

export interface ListChange {
  readonly networks: readonly Network[];
  /** The last good list; empty where there was none. */
  readonly lastGood: readonly Network[];
  /** 4, or what the operator says; Infinity accepts any change. */
  readonly maxChange: number;
}

/** Why the list is not believed, or `undefined`. Count and address space of each family count. */
export function checkAddressList(change: ListChange): ListRefusal | undefined {
  const { networks, lastGood, maxChange } = change;
  if (networks.length === 0) return 'empty';
  if (networks.some(({ version, bits }) => bits < SHORTEST[version])) return 'too-wide';
  if (!networks.every(isPublic)) return 'not-public';
  for (const version of [4, 6] as const) {
    const limit = 2 ** ((version === 4 ? 32 : 128) - SHORTEST[version]);
    if (spaceOf(networks, version) > limit) return 'too-much-space';
  }
  const pairs = [
    [lastGood.length, networks.length],
    [spaceOf(lastGood, 4), spaceOf(networks, 4)],
    [spaceOf(lastGood, 6), spaceOf(networks, 6)],
  ] as const;
  for (const [before, after] of pairs) {
    const problem = checkChange(before, after, maxChange);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
