import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../src/core/client/address.ts';
import { createNetworkSet } from '../../src/core/client/network-set.ts';
import {
  formatNetwork,
  networkContains,
  networkOf,
  parseNetwork,
  type Network,
} from '../../src/core/client/network.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`test address does not parse: ${text}`);
  return parsed;
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`test network does not parse: ${text}`);
  return parsed.network;
}

/** Spellings that name the IPv4 host a.b.c.d. */
function ipv4Spellings(text: string): readonly string[] {
  const octets = text.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const high = (a * 256 + b).toString(16);
  const low = (c * 256 + d).toString(16);
  const tails = [text, `${high}:${low}`, `${high}:${low}`.toUpperCase()];
  const padded = `${high.padStart(4, '0')}:${low.padStart(4, '0')}`;
  const prefixes = [
    '::ffff:',
    '::FFFF:',
    '::fFfF:',
    '0::ffff:',
    '0:0::ffff:',
    '::0:ffff:',
    '::0:0:ffff:',
    '0:0:0:0:0:ffff:',
    '0000:0000:0000:0000:0000:ffff:',
    '64:ff9b::',
    '64:FF9B::',
    '0064:ff9b:0:0:0:0:',
  ];
  return [text, ...prefixes.flatMap((prefix) => [...tails, padded].map((tail) => prefix + tail))];
}

/** Spellings of an IPv6 host given as eight groups. */
function ipv6Spellings(groups: readonly string[]): readonly string[] {
  const full = groups.map((group) => group.padStart(4, '0'));
  const forms = [groups.join(':'), full.join(':')];
  for (let start = 0; start < 8; start += 1) {
    for (let end = start + 1; end <= 8; end += 1) {
      if (groups.slice(start, end).some((group) => group !== '0')) break;
      forms.push(`${groups.slice(0, start).join(':')}::${groups.slice(end).join(':')}`);
      forms.push(`${full.slice(0, start).join(':')}::${full.slice(end).join(':')}`);
    }
  }
  return forms.flatMap((form) => [form, form.toUpperCase()]);
}

/** What merely resembles `text`, and what other readers accept for it. */
function malformed(text: string): readonly string[] {
  return [
    ` ${text}`,
    `${text} `,
    `${text}\n`,
    `${text}\0`,
    `${text}%eth0`,
    `${text}%25lo`,
    `[${text}]`,
    `[${text}]:443`,
    `${text}/32`,
    `${text},${text}`,
    `${text}, 10.0.0.1`,
    `10.0.0.1, ${text}`,
    `"${text}"`,
    `http://${text}`,
    `-${text}`,
    `+${text}`,
    `${text}.`,
    `.${text}`,
    `${text}:443:`,
  ];
}

const MALFORMED_IPV4 = [
  '010.0.0.1',
  '10.0.0.01',
  '10.00.0.1',
  '0x0a.0.0.1',
  '10.1',
  '10.0.1',
  '167772161',
  '0xa000001',
  '012.0.0.1',
  '10.0.0.256',
  '10.0.0.1.1',
  '10.0.0.',
  '10..0.1',
  '10.0.0.1:80',
  '10.0.0.-1',
  '10.0.0.1e0',
  '１0.0.0.1',
  '10。0。0。1',
  '::ffff:010.0.0.1',
  '::ffff:10.0.0.01',
  '::ffff:10.0.0.1%1',
  '::ffff:10.0.0',
  '10.0.0.1::',
  '10.0.0.1::ffff',
  '::10.0.0.1:1',
  '1:2:3:4:5:6:7:10.0.0.1',
];
const MALFORMED_IPV6 = [
  '',
  ':',
  ':::',
  '1::2::3',
  '::1::',
  ':1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '::1:2:3:4:5:6:7:8',
  '2001:db8::g',
  '2001:db8::12345',
  '02001:db8::1',
  '2001:db8::1%0',
  'fe80::1%eth0',
  '2001:db8:::1',
  '2001.db8::1',
  '::ffff:1.2.3.4.5',
  '0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1',
];

const IPV4_CASES = [
  { cidr: '192.0.2.0/24', inside: '192.0.2.255', outside: '192.0.3.0' },
  { cidr: '10.0.0.0/8', inside: '10.255.255.255', outside: '11.0.0.0' },
  { cidr: '198.51.100.7/32', inside: '198.51.100.7', outside: '198.51.100.6' },
  { cidr: '203.0.113.64/26', inside: '203.0.113.127', outside: '203.0.113.128' },
  { cidr: '128.0.0.0/1', inside: '128.0.0.0', outside: '127.255.255.255' },
];
const IPV6_CASES = [
  { cidr: '2001:db8::/32', inside: '2001:db8:0:0:0:0:0:1', outside: '2001:db9:0:0:0:0:0:1' },
  {
    cidr: '2001:db8:0:ff00::/56',
    inside: '2001:db8:0:ffff:0:0:0:0',
    outside: '2001:db8:0:fe00:0:0:0:0',
  },
  { cidr: '2001:db8::1/128', inside: '2001:db8:0:0:0:0:0:1', outside: '2001:db8:0:0:0:0:0:0' },
  { cidr: 'fe80::/10', inside: 'febf:0:0:0:0:0:0:0', outside: 'fec0:0:0:0:0:0:0:0' },
];

describe('spellings of one host', () => {
  it.each(IPV4_CASES)('D02: 30 spellings match $cidr, 30 of a neighbour do not', (row) => {
    const net = network(row.cidr);
    const set = createNetworkSet([network('172.16.0.0/12'), net]);
    const inside = ipv4Spellings(row.inside);
    const outside = ipv4Spellings(row.outside);
    expect(inside.length).toBeGreaterThanOrEqual(30);
    for (const text of inside) {
      expect(networkContains(net, address(text)), text).toBe(true);
      expect(set.contains(address(text)), text).toBe(true);
      expect(formatAddress(address(text))).toBe(row.inside);
    }
    for (const text of outside) {
      expect(networkContains(net, address(text)), text).toBe(false);
      expect(set.contains(address(text)), text).toBe(false);
    }
  });

  it.each(IPV6_CASES)('D02: every spelling matches $cidr, none of a neighbour does', (row) => {
    const net = network(row.cidr);
    const set = createNetworkSet([network('192.0.2.0/24'), net]);
    const inside = ipv6Spellings(row.inside.split(':'));
    const outside = ipv6Spellings(row.outside.split(':'));
    expect(inside.length + outside.length).toBeGreaterThanOrEqual(60);
    for (const text of inside) {
      expect(networkContains(net, address(text)), text).toBe(true);
      expect(set.contains(address(text)), text).toBe(true);
    }
    for (const text of outside) {
      expect(networkContains(net, address(text)), text).toBe(false);
      expect(set.contains(address(text)), text).toBe(false);
    }
  });

  it('D01 D02: what is not exactly one address is refused', () => {
    const refused = [
      ...MALFORMED_IPV4,
      ...MALFORMED_IPV6,
      ...malformed('192.0.2.1'),
      ...malformed('2001:db8::1'),
      ...malformed('::ffff:192.0.2.1'),
    ];
    expect(refused.length).toBeGreaterThan(90);
    for (const text of refused) expect(parseAddress(text), JSON.stringify(text)).toBeUndefined();
  });

  it('keeps local NAT64, 6to4 and the obsolete ::a.b.c.d as IPv6', () => {
    for (const text of [
      '64:ff9b:1::c000:201',
      '2002:c000:201::1',
      '::192.0.2.1',
      '64:ff9b::1:0:0',
    ]) {
      expect(address(text).version, text).toBe(6);
    }
  });
});

describe('canonical text', () => {
  it.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('formats %s as %s (RFC 5952)', (text, canonical) => {
    expect(formatAddress(address(text))).toBe(canonical);
  });

  it('D02: parsing what was formatted gives the same 16 bytes', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.oneof(bytes, sparse), (random) => {
        const groups = Array.from({ length: 8 }, (_, index) =>
          ((random[index * 2] ?? 0) * 256 + (random[index * 2 + 1] ?? 0)).toString(16),
        );
        const parsed = address(groups.join(':'));
        expect(parseAddress(formatAddress(parsed))).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => formatAddress(address(text)) === text),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const parsed = address(text);
        expect(parseAddress(formatAddress(parsed))).toEqual(parsed);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const parsed = parseAddress(text);
        if (parsed !== undefined) expect(parseAddress(formatAddress(parsed))).toEqual(parsed);
        parseNetwork(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('networks', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24', '192.0.2.77/32'],
    ['::ffff:192.0.2.77', '192.0.2.0/24', '192.0.2.77/32'],
    ['2001:db8:1:22ff::1', '2001:db8:1:2200::/56', '2001:db8:1:2200::/56'],
  ])('names the network of %s', (text, ceiling, pacing) => {
    expect(networkOf(address(text), { v4Bits: 24, v6Bits: 56 })).toBe(ceiling);
    expect(networkOf(address(text), { v4Bits: 32, v6Bits: 56 })).toBe(pacing);
  });

  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['2001:DB8::', '2001:db8::/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['64:ff9b::c000:200/120', '192.0.2.0/24'],
    ['2001:db8::/32', '2001:db8::/32'],
  ])('parses %s as %s', (text, canonical) => {
    expect(formatNetwork(network(text))).toBe(canonical);
  });

  it.each([
    ['192.0.2.1/24', 'host-bits-set'],
    ['2001:db8::1/127', 'host-bits-set'],
    ['0.0.0.1/0', 'host-bits-set'],
    ['192.0.2.0/33', 'prefix-out-of-range'],
    ['2001:db8::/129', 'prefix-out-of-range'],
    ['::ffff:0:0/95', 'prefix-out-of-range'],
    ['192.0.2.0/', 'not-a-network'],
    ['192.0.2.0/024', 'not-a-network'],
    ['192.0.2.0/+24', 'not-a-network'],
    ['192.0.2.0/24/24', 'not-a-network'],
    ['192.0.2.0/255.255.255.0', 'not-a-network'],
    ['192.0.2.0 /24', 'not-a-network'],
    ['/24', 'not-a-network'],
    ['', 'not-a-network'],
  ])('refuses %j: %s', (text, problem) => {
    expect(parseNetwork(text)).toEqual({ ok: false, problem });
  });
});

describe('membership', () => {
  it('families never mix', () => {
    expect(networkContains(network('::/0'), address('192.0.2.1'))).toBe(false);
    expect(networkContains(network('0.0.0.0/0'), address('2001:db8::1'))).toBe(false);
    expect(createNetworkSet([network('::/0')]).contains(address('192.0.2.1'))).toBe(false);
  });

  it('D02: a compiled set agrees with testing each network', () => {
    const cidr = fc
      .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.boolean())
      .map(([text, bits, asIpv6]) =>
        asIpv6
          ? networkOf(address(`2001:db8::${text}`), { v4Bits: 0, v6Bits: 96 + bits })
          : networkOf(address(text), { v4Bits: bits, v6Bits: 0 }),
      );
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 30 }), fc.array(fc.ipV4()), (cidrs, hosts) => {
        const networks = cidrs.map(network);
        const set = createNetworkSet(networks);
        const edges = networks.map((net): Address => ({ version: net.version, bytes: net.bytes }));
        const probes = [
          ...edges,
          ...hosts.flatMap((host) => [address(host), address(`2001:db8::${host}`)]),
        ];
        for (const probe of probes) {
          expect(set.contains(probe)).toBe(networks.some((net) => networkContains(net, probe)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('drops nested networks and looks thousands up', () => {
    const nested = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32', '10.0.0.0/8'].map(network);
    expect(createNetworkSet(nested).size).toBe(1);
    const many = Array.from({ length: 10_000 }, (_, index) =>
      network(`${11 + (index >> 13)}.${(index >> 5) & 255}.${(index & 31) * 8}.0/24`),
    );
    const set = createNetworkSet(many);
    expect(set.size).toBe(10_000);
    expect(set.contains(address('11.5.8.200'))).toBe(true);
    expect(set.contains(address('11.5.9.200'))).toBe(false);
  });
});
