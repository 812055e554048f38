/**
 * Networks: an address and a prefix length (CIDR, RFC 4632, RFC 4291 2.3).
 *
 * Owns their grammar, canonical text and membership. Must not know what a network is used for.
 *
 * Families never mix: `::/0` is all of IPv6 and nothing of IPv4, `0.0.0.0/0` the reverse. IPv6
 * notations of IPv4 (see `address.ts`) with 96 bits or more are the IPv4 network that they name.
 */
import { formatAddress, parseAddress, type Address } from './address.ts';

export interface Network {
  readonly version: 4 | 6;
  /** Prefix length: 0..32 for version 4, 0..128 for version 6. */
  readonly bits: number;
  /** First address, 16 bytes as in `Address`; every bit below the prefix is 0. */
  readonly bytes: Uint8Array;
}

/** Prefix lengths by family: `v4Bits` 0..32, `v6Bits` 0..128. */
export interface PrefixLengths {
  readonly v4Bits: number;
  readonly v6Bits: number;
}

export type NetworkProblem = 'not-a-network' | 'prefix-out-of-range' | 'host-bits-set';

export type ParsedNetwork =
  | { readonly ok: true; readonly network: Network }
  | { readonly ok: false; readonly problem: NetworkProblem };

/** IPv4 lies in the last 32 of 128 bits. */
const MAPPED_BITS = 96;

/** A copy with every bit after the first `bits` of 128 cleared. */
function maskBytes(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8);
    return byte & (0xff << (8 - kept));
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}

function bitsOf128(version: 4 | 6, bits: number): number {
  return version === 4 ? bits + MAPPED_BITS : bits;
}

/**
 * `address/length`, or a bare address for that one host. Problems: not a network at all; a length
 * outside the family's range; bits set below the prefix, which is a typing error more often than
 * not, so nothing is cleared in silence.
 */
export function parseNetwork(text: string): ParsedNetwork {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === undefined) return { ok: false, problem: 'not-a-network' };
  const full = address.version === 4 ? 32 : 128;
  if (slash === -1) {
    return { ok: true, network: { version: address.version, bits: full, bytes: address.bytes } };
  }
  const bitsText = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bitsText)) return { ok: false, problem: 'not-a-network' };
  const isMappedText = address.version === 4 && addressText.includes(':');
  const bits = Number(bitsText) - (isMappedText ? MAPPED_BITS : 0);
  if (bits < 0 || bits > full) return { ok: false, problem: 'prefix-out-of-range' };
  const bytes = maskBytes(address.bytes, bitsOf128(address.version, bits));
  if (!sameBytes(bytes, address.bytes)) return { ok: false, problem: 'host-bits-set' };
  return { ok: true, network: { version: address.version, bits, bytes } };
}

/** Canonical text such as `192.0.2.0/24` or `2001:db8::/56`. */
export function formatNetwork(network: Network): string {
  return `${formatAddress(network)}/${network.bits}`;
}

/** Canonical text of the network of `address` at its family's prefix length. */
export function networkOf(address: Address, lengths: PrefixLengths): string {
  const bits = address.version === 4 ? lengths.v4Bits : lengths.v6Bits;
  const bytes = maskBytes(address.bytes, bitsOf128(address.version, bits));
  return formatNetwork({ version: address.version, bits, bytes });
}

/** Whether `address` is of the network's family and inside its prefix. */
export function networkContains(network: Network, address: Address): boolean {
  if (network.version !== address.version) return false;
  const bits = bitsOf128(network.version, network.bits);
  return sameBytes(maskBytes(address.bytes, bits), network.bytes);
}

/** The last address of a network, as 16 bytes. */
export function lastBytes(network: Network): Uint8Array {
  const bits = bitsOf128(network.version, network.bits);
  return network.bytes.map((byte, index) => {
    const kept = Math.min(Math.max(bits - index * 8, 0), 8);
    return byte | (0xff >> kept);
  });
}
