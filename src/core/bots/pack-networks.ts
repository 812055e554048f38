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
/** `::ffff:0:0`; overwritten whole for version 6. */
const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0);

function prefixOf({ version, bits, bytes }: Network): bigint {
  let value = 0n;
  for (const byte of version === 4 ? bytes.subarray(12) : bytes)
    value = value * 256n + BigInt(byte);
  return value >> BigInt((version === 4 ? 32 : 128) - bits);
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

/** A number of 128 bits as four words, the lowest first: BigInt costs ten times as much. */
type Words = Uint32Array;

const WORD = 2 ** 32;

/** @throws RangeError where the sum has more than 128 bits; caught below */
function addWord(words: Words, index: number, amount: number): void {
  let carry = amount;
  for (let at = index; carry > 0; at += 1) {
    const word = words[at];
    if (word === undefined) throw new RangeError('no prefix');
    words[at] = word + carry;
    carry = word + carry >= WORD ? 1 : 0;
  }
}

/** Eight bits from `offset` on; what lies below bit 0 is 0. */
function byteAt(words: Words, offset: number): number {
  if (offset <= -8) return 0;
  if (offset < 0) return ((words[0] ?? 0) << -offset) & 255;
  const index = offset >>> 5;
  const shift = offset & 31;
  const high = shift > 24 ? (words[index + 1] ?? 0) << (32 - shift) : 0;
  return (((words[index] ?? 0) >>> shift) | high) & 255;
}

function fits(words: Words, bits: number): boolean {
  for (let index = Math.floor(bits / 32); index < words.length; index += 1) {
    const limit = Math.max(0, bits - 32 * index);
    if ((words[index] ?? 0) >= 2 ** limit) return false;
  }
  return true;
}

function networkFrom(version: 4 | 6, bits: number, prefix: Words): Network {
  const width = version === 4 ? 32 : 128;
  const bytes = MAPPED_PREFIX.slice();
  for (let at = 0; at < width / 8; at += 1) bytes[15 - at] = byteAt(prefix, 8 * at - width + bits);
  return { version, bits, bytes };
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

  /** Adds the number that comes next. @throws RangeError past the end or above 128 bits */
  addTo(words: Words): void {
    for (let group = 0; group < MAX_GROUPS; group += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      const index = (7 * group) >>> 5;
      const amount = (byte & 127) * 2 ** ((7 * group) & 31);
      addWord(words, index, amount % WORD);
      addWord(words, index + 1, Math.floor(amount / WORD));
      if (byte < 128) return;
    }
    throw new RangeError('no number');
  }

  /** A number below 2^32. */
  count(): number {
    const words = new Uint32Array(4);
    this.addTo(words);
    if (!fits(words, 32)) throw new RangeError('no count');
    return words[0] ?? 0;
  }
}

function unpackGroup(reader: Reader, version: 4 | 6, networks: Network[]): void {
  const bits = reader.count();
  if (bits > (version === 4 ? 32 : 128)) throw new RangeError('no prefix length');
  const count = reader.count();
  const prefix = new Uint32Array(4);
  for (let n = 0; n < count; n += 1) {
    reader.addTo(prefix);
    if (!fits(prefix, bits)) throw new RangeError('no prefix');
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
      const groups = reader.count();
      for (let n = 0; n < groups; n += 1) unpackGroup(reader, version, networks);
    }
  } catch {
    return undefined;
  }
  return reader.isAtEnd ? networks : undefined;
}
