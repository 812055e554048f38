/**
 * Addresses of visitors: households, mobile carriers behind shared addresses, rented machines, bots.
 *
 * Owns the drawing. Must not know behaviours, but for one question: whether people or machines are
 * behind an address. A pair of address and agent has one truth, so the two never share an address,
 * though they share every network.
 */
import { readSnapshot } from '../bots/bot-lists.ts';
import { isListName } from '../bots/address-lists.ts';
import { unpackNetworks } from '../bots/pack-networks.ts';
import { formatAddress } from '../client/address.ts';
import { parseNetwork, type Network } from '../client/network.ts';
import type { RandomSource } from '../random-source.ts';
import { CARRIERS, type Carrier, type CarrierKind } from './carriers.ts';
import { mix } from './site.ts';

export type Tenant = 'people' | 'machines';

/** Where a visitor is at home: further addresses of the same line come from it. */
export interface Line {
  readonly asn: number;
  readonly country: string;
  readonly utcHours: number;
  readonly kind: CarrierKind;
  /** Of an IPv6 line: its /64. */
  readonly prefix: Network | undefined;
  /** Of an IPv4 line, and of carriers that hand out another address each time: the last one. */
  readonly address: string;
}

export interface AddressSpace {
  line(random: RandomSource, kind: CarrierKind, tenant: Tenant): Line;
  /** The address of a device on a line, until it takes another one. */
  addressOn(line: Line, random: RandomSource): string;
  /** An address of a published list; `undefined` where the snapshot has none. */
  listed(random: RandomSource, list: string): string | undefined;
  /** Share of each whole hour of UTC offset among households and carriers of mobile phones. */
  readonly offsets: readonly (readonly [utcHours: number, share: number])[];
}

/** One address in so many may be a machine's. */
const MACHINE_SHARE = 5;
/** Addresses of a mobile carrier's network that its customers share. */
const SHARED_HOSTS = 1500;

function networkOf(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new RangeError(`no network: ${text}`);
  return parsed.network;
}

type DrawByte = () => number;

/** `network` with the bits up to `untilBits` (of 128) drawn. */
function drawWithin(network: Network, untilBits: number, draw: DrawByte): Uint8Array {
  const from = network.version === 4 ? network.bits + 96 : network.bits;
  const bytes = network.bytes.slice();
  for (let at = from >> 3; at < untilBits >> 3; at += 1) {
    const mask = 0xff >> Math.max(0, from - at * 8);
    bytes[at] = ((bytes[at] ?? 0) & ~mask) | (draw() & mask);
  }
  return bytes;
}

const anyByte =
  (random: RandomSource): DrawByte =>
  () =>
    random.integer(256);

/** The same bytes for the same number: one of few hosts. */
function bytesOf(host: number): DrawByte {
  let at = 0;
  return () => {
    at += 1;
    return mix(host, at) & 255;
  };
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 17;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0;
  return mix(hash, 3);
}

interface Place {
  readonly carrier: Carrier;
  readonly v4: readonly Network[];
  readonly v6: Network | undefined;
  readonly upTo: number;
}

function placesOf(kind: CarrierKind, random: RandomSource): readonly Place[] {
  const own = CARRIERS.filter((carrier) => carrier.kind === kind);
  const shares = own.map(({ share }) => share * random.logNormal(1, 0.4));
  const sum = shares.reduce((total, share) => total + share, 0);
  let upTo = 0;
  return own.map((carrier, at) => {
    upTo += (shares[at] ?? 0) / sum;
    const v6 = carrier.v6 === undefined ? undefined : networkOf(carrier.v6);
    return { carrier, v4: carrier.v4.map(networkOf), v6, upTo };
  });
}

function drawV4({ carrier, v4 }: Place, random: RandomSource): Uint8Array {
  const network = random.pick(v4);
  const isShared = carrier.kind === 'mobile';
  const draw = isShared ? bytesOf(random.integer(SHARED_HOSTS)) : anyByte(random);
  const bytes = drawWithin(network, 128, draw);
  bytes[15] = 1 + ((bytes[15] ?? 0) % 254);
  return bytes;
}

/** @param random decides how many come from where */
export function createAddressSpace(random: RandomSource): AddressSpace {
  const places = {
    household: placesOf('household', random),
    mobile: placesOf('mobile', random),
    hosting: placesOf('hosting', random),
    vpn: placesOf('vpn', random),
  };
  const snapshot = readSnapshot();
  const lists = new Map<string, readonly Network[]>();

  function networksOf(list: string): readonly Network[] {
    const known = lists.get(list);
    if (known !== undefined) return known;
    const packed = isListName(list) ? snapshot.get(list)?.packed : undefined;
    const networks = (packed === undefined ? undefined : unpackNetworks(packed)) ?? [];
    lists.set(list, networks);
    return networks;
  }

  function drawLine(draw: RandomSource, kind: CarrierKind, tenant: Tenant): Line {
    const at = draw.next();
    const place = places[kind].find(({ upTo }) => at < upTo) ?? places[kind][0];
    if (place === undefined) throw new RangeError(`no carrier: ${kind}`);
    const { asn, country, utcHours } = place.carrier;
    for (;;) {
      const isV6 = place.v6 !== undefined && draw.next() < (kind === 'hosting' ? 0.12 : 0.55);
      const bytes =
        isV6 && place.v6 ? drawWithin(place.v6, 64, anyByte(draw)) : drawV4(place, draw);
      if ((hashBytes(bytes) % MACHINE_SHARE === 0) !== (tenant === 'machines')) continue;
      const prefix = isV6 ? { version: 6 as const, bits: 64, bytes } : undefined;
      const address = formatAddress({ version: isV6 ? 6 : 4, bytes });
      return { asn, country, utcHours, kind, prefix, address };
    }
  }

  const offsets = new Map<number, number>();
  for (const kind of ['household', 'mobile'] as const) {
    let last = 0;
    for (const { carrier, upTo } of places[kind]) {
      const share = (upTo - last) / 2;
      last = upTo;
      offsets.set(carrier.utcHours, (offsets.get(carrier.utcHours) ?? 0) + share);
    }
  }

  return {
    line: drawLine,
    addressOn({ prefix, address }, draw) {
      if (prefix === undefined) return address;
      return formatAddress({ version: 6, bytes: drawWithin(prefix, 128, anyByte(draw)) });
    },
    listed(draw, list) {
      const networks = networksOf(list);
      if (networks.length === 0) return undefined;
      const network = draw.pick(networks);
      // A crawler uses few hosts of a large network.
      const bytes = drawWithin(network, 128, bytesOf(draw.integer(12)));
      return formatAddress({ version: network.version, bytes });
    },
    offsets: [...offsets],
  };
}
