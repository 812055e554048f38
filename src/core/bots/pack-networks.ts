/**
 * Networks packed into text, for the snapshot in the bundle and the lists in KV.
 *
 * Owns the format. Must not know what a network is for.
 *
 *   base64url of  family*  family = count of prefix lengths, for version 4 and then for version 6
 *   length group  = prefix length, count of networks, differences between the sorted prefixes
 *   each number   = little-endian groups of 7 bits, the high bit set where another follows
 *
 * A prefix is the address without the bits that are 0 anyway, so neighbours differ by 1: a /64
 * beside another costs one byte, a scattered IPv4 host four. 1,700 networks are 6 KB.
 */
import type { Network } from '../client/network.ts';
import { decodeBase64url, encodeBase64url } from '../wire/base64url.ts';

/** More than any list may hold. */
const MAX_PACKED_LENGTH = 400_000;
/** 128 bits in groups of 7. */
const MAX_GROUPS = 19;
const MAPPED_BYTES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function prefixOf({ version, bits, bytes }: Network): bigint {
  let value = 0n;
  for (const byte of version === 4 ? bytes.subarray(12) : bytes)
    value = value * 256n + BigInt(byte);
  return value >> BigInt((version === 4 ? 32 : 128) - bits);
}

function networkFrom(version: 4 | 6, bits: number, prefix: bigint): Network {
  const width = version === 4 ? 32 : 128;
  let value = prefix << BigInt(width - bits);
  const bytes = Uint8Array.from({ length: 16 }, (_, at) => MAPPED_BYTES[at] ?? 0);
  for (let at = 15; at >= 16 - width / 8; at -= 1) {
    bytes[at] = Number(value & 255n);
    value >>= 8n;
  }
  return { version, bits, bytes };
}

function pushNumber(bytes: number[], number: bigint): void {
  let left = number;
  while (left >= 128n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  bytes.push(Number(left));
}

function packFamily(bytes: number[], networks: readonly Network[]): void {
  const groups = Map.groupBy(networks, ({ bits }) => bits);
  pushNumber(bytes, BigInt(groups.size));
  for (const [bits, members] of [...groups].toSorted(([a], [b]) => a - b)) {
    const distinct = [...new Set(members.map(prefixOf))];
    const prefixes = distinct.toSorted((a, b) => (a < b ? -1 : 1));
    pushNumber(bytes, BigInt(bits));
    pushNumber(bytes, BigInt(prefixes.length));
    let last = 0n;
    for (const prefix of prefixes) {
      pushNumber(bytes, prefix - last);
      last = prefix;
    }
  }
}

/** One text for one set of networks: sorted, each once. */
export function packNetworks(networks: readonly Network[]): string {
  const bytes: number[] = [];
  for (const version of [4, 6]) {
    packFamily(
      bytes,
      networks.filter((network) => network.version === version),
    );
  }
  return encodeBase64url(Uint8Array.from(bytes));
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws RangeError past the end, or for a number of more than 128 bits; caught below */
  number(): bigint {
    let value = 0n;
    for (let group = 0; group < MAX_GROUPS; group += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value |= BigInt(byte & 127) << BigInt(7 * group);
      if (byte < 128) return value;
    }
    throw new RangeError('no number');
  }
}

function unpackGroup(reader: Reader, version: 4 | 6, networks: Network[]): void {
  const bits = Number(reader.number());
  if (bits > (version === 4 ? 32 : 128)) throw new RangeError('no prefix length');
  const count = Number(reader.number());
  let prefix = 0n;
  for (let n = 0; n < count; n += 1) {
    prefix += reader.number();
    if (prefix >> BigInt(bits) !== 0n) throw new RangeError('no prefix');
    networks.push(networkFrom(version, bits, prefix));
  }
}

/** The networks of `packNetworks`; `undefined` for any text that it does not write. */
export function unpackNetworks(packed: string): readonly Network[] | undefined {
  if (packed.length > MAX_PACKED_LENGTH) return undefined;
  const bytes = decodeBase64url(packed);
  if (bytes === undefined) return undefined;
  const reader = new Reader(bytes);
  const networks: Network[] = [];
  try {
    for (const version of [4, 6] as const) {
      const groups = Number(reader.number());
      for (let n = 0; n < groups; n += 1) unpackGroup(reader, version, networks);
    }
  } catch {
    return undefined;
  }
  return reader.isAtEnd ? networks : undefined;
}
