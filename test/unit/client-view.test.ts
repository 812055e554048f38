import { describe, expect, it } from 'vitest';
import { createClientView, type ClientFacts } from '../../src/core/client/client-view.ts';
import { HOSTING_ASNS, isHostingNetwork } from '../../src/core/client/hosting-networks.ts';
import { HOSTING_REGISTRY } from '../../src/core/client/hosting-registry.ts';

const FACTS: ClientFacts = {
  connectingIp: '192.0.2.7',
  userAgent: 'Example/1.0',
  asn: 64_500,
  country: 'DE',
};

describe('address and networks', () => {
  it('D02: gives one canonical view for every spelling of an address', () => {
    const plain = createClientView(FACTS);
    expect(plain).toMatchObject({
      addressText: '192.0.2.7',
      network: '192.0.2.0/24',
      pacingNetwork: '192.0.2.7/32',
      isHosting: false,
    });
    for (const connectingIp of [
      '::ffff:192.0.2.7',
      '0:0:0:0:0:FFFF:c000:207',
      '64:ff9b::c000:207',
    ]) {
      expect(createClientView({ ...FACTS, connectingIp })).toEqual(plain);
    }
    const v6 = createClientView({ ...FACTS, connectingIp: '2001:db8:1:22ff::9' });
    expect(v6).toMatchObject({
      network: '2001:db8:1:2200::/56',
      pacingNetwork: '2001:db8:1:2200::/56',
    });
  });

  it.each([
    undefined,
    '',
    'unknown',
    '192.0.2.7, 192.0.2.8',
    '192.0.2.7:443',
    'fe80::1%eth0',
    ' 192.0.2.7',
  ])('D01: %j is the unknown client, treated as hosting', (connectingIp) => {
    expect(createClientView({ ...FACTS, connectingIp })).toMatchObject({
      address: undefined,
      addressText: 'unknown',
      network: 'unknown',
      pacingNetwork: 'unknown',
      isHosting: true,
    });
  });
});

describe('facts of the platform', () => {
  it.each([
    [1, 1],
    [4_294_967_295, 4_294_967_295],
    [0, undefined],
    [4_294_967_296, undefined],
    [-1, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    ['64500', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('D06: reads the ASN %j as %j', (asn, expected) => {
    expect(createClientView({ ...FACTS, asn }).asn).toBe(expected);
  });

  it.each([
    ['DE', 'DE'],
    ['T1', 'T1'],
    ['XX', 'XX'],
    ['de', undefined],
    ['DEU', undefined],
    ['1T', undefined],
    ['D', undefined],
    ['DE\n', undefined],
    [49, undefined],
    [['DE'], undefined],
    [undefined, undefined],
  ])('D06: reads the country %j as %j', (country, expected) => {
    expect(createClientView({ ...FACTS, country }).country).toBe(expected);
  });

  it('keeps the whole user agent for binding and 512 characters for rules', () => {
    const userAgent = `${'a'.repeat(512)}BOT`;
    const view = createClientView({ ...FACTS, userAgent });
    expect(view.userAgent).toBe(userAgent);
    expect(view.agentForRules).toBe('a'.repeat(512));
    expect(createClientView({ ...FACTS, userAgent: undefined }).userAgent).toBe('');
  });

  it('knows hosting networks by number', () => {
    const listed = HOSTING_REGISTRY.map(([asn]) => asn).toSorted((a, b) => a - b);
    expect([...HOSTING_ASNS]).toEqual(listed);
    expect(new Set(listed).size).toBe(listed.length);
    expect(isHostingNetwork(24_940)).toBe(true);
    expect(isHostingNetwork(3320)).toBe(false);
    expect(createClientView({ ...FACTS, asn: 16_509 }).isHosting).toBe(true);
  });
});
