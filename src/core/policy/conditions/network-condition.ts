/**
 * Client networks: in CIDR notation, or as a published policy packs them.
 *
 *   "192.0.2.0/24"            one network
 *   { "packed4": "<base64>" }   sorted ranges of IPv4 (`packRanges`); `packed6` for IPv6
 */
import {
  areNarrow,
  createRanges,
  packRanges,
  unpackRanges,
  type NetworkRanges,
} from '../../client/network-ranges.ts';
import {
  formatNetwork,
  parseNetwork,
  type Network,
  type NetworkProblem,
} from '../../client/network.ts';
import { createNetworkSet } from '../../client/network-set.ts';
import { decodeBase64url, encodeBase64url } from '../../wire/base64url.ts';
import type { Decoded } from '../policy-problem.ts';
import { readTable } from '../policy-problem.ts';
import type { NetworkEntry } from '../rule.ts';
import type { ConditionKind } from './condition-kind.ts';

const ADVICE: Readonly<Record<NetworkProblem, string>> = {
  'not-a-network': 'write one network in CIDR notation, such as "192.0.2.0/24" or "2001:db8::/32"',
  'prefix-out-of-range': 'use a prefix length of 0 to 32 for IPv4, 0 to 128 for IPv6',
  'host-bits-set': 'clear the bits below the prefix length, or use a longer prefix',
};
const PACKED_ADVICE = 'write networks in CIDR notation: packed ones are written by "policy push"';

/** What `policy push` writes for a long list. */
export interface PackedNetworks {
  readonly packed4?: string;
  readonly packed6?: string;
}

/** Two entries at most: the ranges of each family. */
export function packNetworkList(networks: readonly Network[]): readonly PackedNetworks[] {
  const v4 = createRanges(networks, 4);
  const v6 = createRanges(networks, 6);
  return [
    ...(v4.count > 0 ? [{ packed4: encodeBase64url(packRanges(v4)) }] : []),
    ...(v6.count > 0 ? [{ packed6: encodeBase64url(packRanges(v6)) }] : []),
  ];
}

/** What ranges were unpacked from: a policy is digested by it, so it is not encoded again. */
const texts = new WeakMap<NetworkRanges, string>();

function textOf(ranges: NetworkRanges): string {
  return texts.get(ranges) ?? encodeBase64url(packRanges(ranges));
}

function decodePacked(value: unknown): Decoded<NetworkRanges> {
  const [entry, ...others] = readTable(value) ?? [];
  const [key, text] = entry ?? [];
  const version = key === 'packed4' ? 4 : key === 'packed6' ? 6 : undefined;
  if (version === undefined || typeof text !== 'string' || others.length > 0) {
    return { ok: false, message: ADVICE['not-a-network'] };
  }
  const bytes = decodeBase64url(text);
  const ranges = bytes === undefined ? undefined : unpackRanges(bytes, version);
  if (ranges === undefined) return { ok: false, message: PACKED_ADVICE };
  // One sequence of bytes has one accepted spelling, so this is what encoding would give.
  texts.set(ranges, text);
  return { ok: true, value: ranges };
}

export function isRanges(entry: NetworkEntry): entry is NetworkRanges {
  return 'count' in entry;
}

/** At most an /8 of IPv4 or a /16 of IPv6: two halves of the internet do not confine anybody. */
function isNarrow(entry: NetworkEntry): boolean {
  if (isRanges(entry)) return areNarrow(entry, { v4Addresses: 2 ** 24, v6Bits: 16 });
  return entry.bits >= (entry.version === 4 ? 8 : 16);
}

export const networkCondition: ConditionKind<NetworkEntry> = {
  maxEntries: 100_000,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'object' && value !== null) return decodePacked(value);
    const parsed = parseNetwork(typeof value === 'string' ? value : '');
    if (parsed.ok) return { ok: true, value: parsed.network };
    return { ok: false, message: ADVICE[parsed.problem] };
  },
  formatEntry: (entry) =>
    isRanges(entry) ? `packed${entry.version} ${textOf(entry)}` : formatNetwork(entry),
  confines: isNarrow,
  compile(entries, { whenUnknown }) {
    const networks = entries.filter((entry): entry is Network => !isRanges(entry));
    const set = createNetworkSet(networks, entries.filter(isRanges));
    return ({ client }) =>
      client.address === undefined ? whenUnknown : set.contains(client.address);
  },
};
