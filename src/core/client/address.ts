/**
 * One IP address as 16 bytes, whatever its spelling.
 *
 * Owns the strict grammar and the canonical text of addresses (RFC 4291, RFC 5952).
 * Must not know networks, headers or where an address came from.
 *
 *   IPv4 a.b.c.d            00 x 10, ff ff, a b c d   (v4-mapped, RFC 4291 2.5.5.2)
 *   IPv6                    the address itself
 *
 * Two IPv6 spellings carry an IPv4 client and are read as that client, so that a rule or a
 * ceiling for its network cannot be escaped by the notation:
 *
 * - v4-mapped `::ffff:0:0/96`;
 * - NAT64 `64:ff9b::/96` (RFC 6052). The prefix appears as a source only behind a translator on
 *   the server's side, never on a public route, and names exactly one IPv4 host. Left as IPv6,
 *   the whole IPv4 Internet would share one /56.
 *
 * The local-use NAT64 prefix `64:ff9b:1::/48`, 6to4, Teredo and the obsolete `::a.b.c.d` stay
 * IPv6: where they hold an IPv4 address depends on somebody else's configuration.
 */

export interface Address {
  readonly version: 4 | 6;
  /** 16 bytes in network order; never written to after parsing. */
  readonly bytes: Uint8Array;
}

/** Longest spelling: eight groups of four digits, the last two as dotted IPv4. */
const MAX_TEXT = 45;
const OCTET = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
/** No leading zeros: some readers take them as octal, so `010.0.0.1` names two hosts. */
const IPV4 = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);
const GROUP = /^[\da-f]{1,4}$/i;

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0xffff];
const NAT64_PREFIX = [0x64, 0xff9b, 0, 0, 0, 0];

function readIpv4(text: string): readonly [number, number] | undefined {
  const octets = IPV4.exec(text);
  if (octets === null) return undefined;
  const [, a, b, c, d] = octets;
  return [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)];
}

/** The groups of one side of `::`; the last may be dotted IPv4 where that ends the address. */
function readGroups(text: string, endsAddress: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = endsAddress && index === parts.length - 1 ? readIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(...ipv4);
  }
  return groups;
}

function readIpv6(text: string): readonly number[] | undefined {
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = readGroups(text, true);
    return groups?.length === 8 ? groups : undefined;
  }
  if (text.lastIndexOf('::') !== gap) return undefined;
  const head = readGroups(text.slice(0, gap), false);
  const tail = readGroups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function startsWith(groups: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((group, index) => groups[index] === group);
}

function fromGroups(groups: readonly number[]): Address {
  const isIpv4 = startsWith(groups, MAPPED_PREFIX) || startsWith(groups, NAT64_PREFIX);
  const canonical = isIpv4 ? [...MAPPED_PREFIX, ...groups.slice(6)] : groups;
  const bytes = Uint8Array.from(canonical.flatMap((group) => [group >> 8, group & 0xff]));
  return { version: isIpv4 ? 4 : 6, bytes };
}

/**
 * Exactly one IPv4 or IPv6 address; `undefined` for anything else: lists, ports, brackets, zone
 * ids, surrounding space, leading zeros in IPv4, prefix lengths.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_TEXT) return undefined;
  if (text.includes(':')) {
    const groups = readIpv6(text);
    return groups === undefined ? undefined : fromGroups(groups);
  }
  const ipv4 = readIpv4(text);
  return ipv4 === undefined ? undefined : fromGroups([...MAPPED_PREFIX, ...ipv4]);
}

/** Start and length of the first longest run of two or more zero groups (RFC 5952 4.2). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

/** Canonical text: dotted IPv4, or IPv6 as RFC 5952 section 4 writes it. */
export function formatAddress(address: Address): string {
  if (address.version === 4) return address.bytes.subarray(12).join('.');
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push((address.bytes[at] ?? 0) * 256 + (address.bytes[at + 1] ?? 0));
  }
  const hex = groups.map((group) => group.toString(16));
  const { start, length } = longestZeroRun(groups);
  if (start === -1) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
