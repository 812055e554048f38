/**
 * Sorted, disjoint ranges of addresses of one family: what a look-up searches.
 *
 * Owns their making, packing and search. Rows of 32-bit words, one for IPv4 and four for IPv6, in
 * flat arrays: 100,000 ranges of IPv4 are 800 KB, a look-up makes no garbage, and the packed form
 * is the arrays themselves, so that nothing is parsed when a published policy is loaded.
 */
import { lastBytes, type Network } from './network.ts';

export interface NetworkRanges {
  readonly version: 4 | 6;
  readonly count: number;
  /** `count` rows of words, ascending. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

/** Words of a row. */
function widthOf(version: 4 | 6): number {
  return version === 4 ? 1 : 4;
}

/** Writes the words of 16 bytes (an `Address`) to row 0 of `row`. */
function readWords(bytes: Uint8Array, version: 4 | 6, row: Uint32Array): void {
  const width = widthOf(version);
  for (let at = 0; at < width; at += 1) {
    const from = 16 - 4 * (width - at);
    row[at] =
      ((bytes[from] ?? 0) << 24) |
      ((bytes[from + 1] ?? 0) << 16) |
      ((bytes[from + 2] ?? 0) << 8) |
      (bytes[from + 3] ?? 0);
  }
}

/** Sign of row `a` of `left` against row `b` of `right`. */
function compareRows(
  [left, a]: readonly [Uint32Array, number],
  [right, b]: readonly [Uint32Array, number],
  width: number,
): number {
  for (let at = 0; at < width; at += 1) {
    const difference = (left[a * width + at] ?? 0) - (right[b * width + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Row {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  readonly bits: number;
}

function rowOf(network: Network): Row {
  const { version, bits } = network;
  const first = new Uint32Array(widthOf(version));
  const last = new Uint32Array(widthOf(version));
  readWords(network.bytes, version, first);
  readWords(lastBytes(network), version, last);
  return { first, last, bits };
}

/**
 * The ranges of those `networks` that are of `version`. CIDR networks nest or are disjoint, never
 * overlap in part, so dropping the nested ones leaves disjoint ranges.
 */
export function createRanges(networks: readonly Network[], version: 4 | 6): NetworkRanges {
  const width = widthOf(version);
  const rows = networks
    .filter((network) => network.version === version)
    .map(rowOf)
    .toSorted((a, b) => compareRows([a.first, 0], [b.first, 0], width) || a.bits - b.bits);
  const first = new Uint32Array(rows.length * width);
  const last = new Uint32Array(rows.length * width);
  let count = 0;
  for (const row of rows) {
    const isNested = count > 0 && compareRows([last, count - 1], [row.first, 0], width) >= 0;
    if (isNested) continue;
    first.set(row.first, count * width);
    last.set(row.last, count * width);
    count += 1;
  }
  return {
    version,
    count,
    first: first.slice(0, count * width),
    last: last.slice(0, count * width),
  };
}

/** Index of the last range that begins at `word` or before it, -1 where none does. */
function findV4(first: Uint32Array, count: number, word: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((first[middle] ?? 0) <= word) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The words of the address that is looked up; one look-up at a time. */
const wanted = { 4: new Uint32Array(1), 6: new Uint32Array(4) };

/** Whether 16 bytes (an `Address` of the ranges' family) lie in one of `ranges`. */
export function rangesContain(ranges: NetworkRanges, bytes: Uint8Array): boolean {
  const { version, first, last, count } = ranges;
  const width = widthOf(version);
  const row = wanted[version];
  readWords(bytes, version, row);
  if (version === 4) {
    const word = row[0] ?? 0;
    const at = findV4(first, count, word);
    return at >= 0 && (last[at] ?? 0) >= word;
  }
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRows([first, middle], [row, 0], width) <= 0) low = middle + 1;
    else high = middle;
  }
  return low > 0 && compareRows([last, low - 1], [row, 0], width) >= 0;
}

/** Little-endian words, firsts and then lasts: what every platform that runs workerd has in memory. */
export function packRanges({ first, last }: NetworkRanges): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * (first.length + last.length));
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [...first, ...last].entries()) view.setUint32(4 * index, word, true);
  return bytes;
}

/** Whether rows ascend and none overlaps the next; of IPv4, where lists are long. */
function ascendV4(first: Uint32Array, last: Uint32Array): boolean {
  let before = -1;
  for (let index = 0; index < first.length; index += 1) {
    const from = first[index] ?? 0;
    const to = last[index] ?? 0;
    if (from <= before || to < from) return false;
    before = to;
  }
  return true;
}

function ascendV6(first: Uint32Array, last: Uint32Array): boolean {
  const width = widthOf(6);
  for (let index = 0; index < first.length / width; index += 1) {
    if (compareRows([first, index], [last, index], width) > 0) return false;
    const follows = index === 0 || compareRows([last, index - 1], [first, index], width) < 0;
    if (!follows) return false;
  }
  return true;
}

/** `undefined` for bytes that are no ranges: a row cut short, ranges out of order or overlapping. */
export function unpackRanges(
  bytes: Uint8Array<ArrayBuffer>,
  version: 4 | 6,
): NetworkRanges | undefined {
  const width = widthOf(version);
  if (bytes.length === 0 || bytes.length % (8 * width) !== 0) return undefined;
  const count = bytes.length / (8 * width);
  // A copy of its own: words have to be aligned.
  const words = new Uint32Array(bytes.slice().buffer);
  const first = words.subarray(0, count * width);
  const last = words.subarray(count * width);
  const ascends = version === 4 ? ascendV4(first, last) : ascendV6(first, last);
  if (!ascends) return undefined;
  return { version, count, first, last };
}

/** Whether no range is wider than `v4Addresses`, or for IPv6 than a network of `v6Bits`. */
export function areNarrow(
  { version, count, first, last }: NetworkRanges,
  { v4Addresses, v6Bits }: { readonly v4Addresses: number; readonly v6Bits: number },
): boolean {
  for (let index = 0; index < count; index += 1) {
    if (version === 4) {
      if ((last[index] ?? 0) - (first[index] ?? 0) >= v4Addresses) return false;
    } else {
      const from = (first[4 * index] ?? 0) >>> (32 - v6Bits);
      const to = (last[4 * index] ?? 0) >>> (32 - v6Bits);
      if (from !== to) return false;
    }
  }
  return true;
}
