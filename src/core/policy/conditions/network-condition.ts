/** Client networks in CIDR notation. */
import {
  formatNetwork,
  parseNetwork,
  type Network,
  type NetworkProblem,
} from '../../client/network.ts';
import { createNetworkSet } from '../../client/network-set.ts';
import type { ConditionKind } from './condition-kind.ts';

const ADVICE: Readonly<Record<NetworkProblem, string>> = {
  'not-a-network': 'write one network in CIDR notation, such as "192.0.2.0/24" or "2001:db8::/32"',
  'prefix-out-of-range': 'use a prefix length of 0 to 32 for IPv4, 0 to 128 for IPv6',
  'host-bits-set': 'clear the bits below the prefix length, or use a longer prefix',
};

/** At most an /8 of IPv4 or a /16 of IPv6: two halves of the internet do not confine anybody. */
function isNarrow({ bits, version }: Network): boolean {
  return bits >= (version === 4 ? 8 : 16);
}

export const networkCondition: ConditionKind<Network> = {
  maxEntries: 4096,
  scope: 'request',
  decodeEntry(value) {
    const parsed = parseNetwork(typeof value === 'string' ? value : '');
    if (parsed.ok) return { ok: true, value: parsed.network };
    return { ok: false, message: ADVICE[parsed.problem] };
  },
  formatEntry: formatNetwork,
  confines: isNarrow,
  compile(networks, { whenUnknown }) {
    const set = createNetworkSet(networks);
    return ({ client }) =>
      client.address === undefined ? whenUnknown : set.contains(client.address);
  },
};
