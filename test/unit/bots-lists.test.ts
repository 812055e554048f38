/** D03: published address lists: reading, checking, packing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESS_LISTS, LIST_NAMES, listsDueAt } from '../../src/core/bots/address-lists.ts';
import {
  decodeBotLists,
  formatBotLists,
  mergeBotLists,
  readSnapshot,
} from '../../src/core/bots/bot-lists.ts';
import { checkAddressList } from '../../src/core/bots/check-address-list.ts';
import { packNetworks, unpackNetworks } from '../../src/core/bots/pack-networks.ts';
import { MAX_LIST_NETWORKS, parseAddressList } from '../../src/core/bots/parse-address-list.ts';
import { formatNetwork, parseNetwork } from '../../src/core/client/network.ts';
import type { Network } from '../../src/core/client/network.ts';

function networks(...texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    const parsed = parseNetwork(text);
    if (!parsed.ok) throw new Error(text);
    return parsed.network;
  });
}

/** `count` hosts of 11.0.0.0/8. */
const hosts = (count: number): readonly Network[] =>
  networks(
    ...Array.from({ length: count }, (_, n) => `11.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
  );

const format = (list: readonly Network[]): readonly string[] => list.map(formatNetwork);

describe('published lists', () => {
  it('D03: are read in the format of Google, Bing, OpenAI, Apple and others', () => {
    const text = JSON.stringify({
      creationTime: '2026-11-22T00:00:00.000000',
      prefixes: [{ ipv4Prefix: '66.249.64.0/27' }, { ipv6Prefix: '2001:4860:4801:10::/64' }],
    });
    const parsed = parseAddressList(text, 'prefixes');
    expect(parsed.ok && format(parsed.networks)).toEqual([
      '66.249.64.0/27',
      '2001:4860:4801:10::/64',
    ]);
  });

  it('D03: are read as strings and as lines, a bare address as one host', () => {
    const strings = parseAddressList('["45.32.74.41", "2001:19f0::/64"]', 'strings');
    expect(strings.ok && format(strings.networks)).toEqual(['45.32.74.41/32', '2001:19f0::/64']);
    const lines = parseAddressList('# UptimeRobot\r\n3.12.251.153\r\n\n2a01:4f9::1 # x\n', 'lines');
    expect(lines.ok && format(lines.networks)).toEqual(['3.12.251.153/32', '2a01:4f9::1/128']);
  });

  it.each([
    ['{', 'prefixes', 'not-json'],
    ['<!doctype html>', 'prefixes', 'not-json'],
    ['[]', 'prefixes', 'not-this-format'],
    ['null', 'prefixes', 'not-this-format'],
    ['{"prefixes": {}}', 'prefixes', 'not-this-format'],
    ['{"prefixes": []}', 'prefixes', 'empty'],
    ['{"prefixes": [{"ipv4Prefix": "1.2.3.4/24"}]}', 'prefixes', 'not-a-network'],
    ['{"prefixes": [{"ipv4Prefix": 1}]}', 'prefixes', 'not-a-network'],
    ['{"prefixes": [{}]}', 'prefixes', 'not-a-network'],
    ['{"prefixes": ["1.2.3.4"]}', 'prefixes', 'not-a-network'],
    ['{"prefixes": [{"ipv4Prefix": "1.2.3.4", "ipv6Prefix": "::"}]}', 'prefixes', 'not-a-network'],
    ['{"__proto__": {"prefixes": [{"ipv4Prefix": "1.2.3.4"}]}}', 'prefixes', 'not-this-format'],
    ['{}', 'strings', 'not-this-format'],
    ['[1]', 'strings', 'not-a-network'],
    ['["a.example"]', 'strings', 'not-a-network'],
    ['', 'lines', 'empty'],
    ['<!doctype html>', 'lines', 'not-a-network'],
    ['1.2.3.4\n1.2.3.999', 'lines', 'not-a-network'],
  ] as const)('D03: %s as %s: %s', (text, shape, problem) => {
    expect(parseAddressList(text, shape)).toEqual({ ok: false, problem });
  });

  it('D03: 20,000 networks are read, 20,001 are not', () => {
    const lines = (count: number): string => format(hosts(count)).join('\n');
    expect(parseAddressList(lines(MAX_LIST_NETWORKS), 'lines').ok).toBe(true);
    const more = parseAddressList(lines(MAX_LIST_NETWORKS + 1), 'lines');
    expect(more).toEqual({ ok: false, problem: 'too-many-networks' });
  });

  it('D03: no text makes a reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const shape of ['prefixes', 'strings', 'lines'] as const)
          parseAddressList(text, shape);
        unpackNetworks(text);
        decodeBotLists(text);
      }),
      { numRuns: 3000, seed: 3 },
    );
  });
});

describe('a refreshed list', () => {
  const check = (list: readonly Network[], lastGood: readonly Network[] = []) =>
    checkAddressList({ networks: list, lastGood, maxChange: 4 });

  it.each([
    '0.0.0.0/8',
    '10.1.2.3',
    '100.64.0.0/16',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.0/12',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.0/24',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.0/24',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '100.0.0.0/8',
    '::1',
    'fe80::1',
    'fc00::/64',
    'fd00::1',
    'ff02::1',
    '2001:db8::/48',
    '2001::/32',
    '2002:a00::/24',
    '64:ff9b:1::/48',
    '4000::/16',
    '3fff::1',
  ])('D03: %s is not public', (text) => {
    expect(check(networks('66.249.64.0/27', text))).toBe('not-public');
  });

  it.each([
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '11.0.0.0/8',
    '192.0.1.0',
    '192.0.3.0',
    '223.255.255.255',
    '2000::/16',
    '2001:4860::/32',
    '2001:db9::',
  ])('D03: %s is', (text) => {
    expect(check(networks(text))).toBeUndefined();
  });

  it('D03: no network is wider than /8 or /16, nor all of them together', () => {
    expect(check(networks('11.0.0.0/8'))).toBeUndefined();
    expect(check(networks('12.0.0.0/7'))).toBe('too-wide');
    expect(check(networks('0.0.0.0/0'))).toBe('too-wide');
    expect(check(networks('2a00::/16'))).toBeUndefined();
    expect(check(networks('2a00::/15'))).toBe('too-wide');
    expect(check(networks('11.0.0.0/9', '12.0.0.0/9'))).toBeUndefined();
    expect(check(networks('11.0.0.0/9', '12.0.0.0/9', '13.0.0.1'))).toBe('too-much-space');
    expect(check(networks('2a00::/16', '2b00::/64'))).toBe('too-much-space');
  });

  it('D03: an empty one is refused', () => {
    expect(check([])).toBe('empty');
  });

  it('D03: shrinks or grows by a factor of 4 and no more, in networks and in space', () => {
    expect(check(hosts(25), hosts(100))).toBeUndefined();
    expect(check(hosts(24), hosts(100))).toBe('shrunk');
    expect(check(hosts(400), hosts(100))).toBeUndefined();
    expect(check(hosts(401), hosts(100))).toBe('grown');
    expect(check(networks('11.0.0.0/22'), networks('11.0.0.0/24'))).toBeUndefined();
    expect(check(networks('11.0.0.0/21'), networks('11.0.0.0/24'))).toBe('grown');
    expect(check(networks('2a00::/64'), networks('2a00::/62'))).toBeUndefined();
    expect(check(networks('2a00::/64'), networks('2a00::/61'))).toBe('shrunk');
  });

  it('D03: by more with an operator’s word', () => {
    const change = { networks: hosts(401), lastGood: hosts(100) };
    expect(checkAddressList({ ...change, maxChange: 5 })).toBeUndefined();
    expect(
      checkAddressList({ ...change, networks: hosts(1), maxChange: Number.POSITIVE_INFINITY }),
    ).toBeUndefined();
  });
});

describe('turns of an hourly trigger', () => {
  it('D03: reach every published list once in six hours, a few at a time', () => {
    const turns = Array.from({ length: 6 }, (_, hour) => listsDueAt(1_800_000_000 + hour * 3600));
    const published = LIST_NAMES.filter((name) => ADDRESS_LISTS[name].urls.length > 0);
    expect(turns.flat().toSorted()).toEqual(published.toSorted());
    expect(Math.max(...turns.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });
});

describe('packed networks', () => {
  it('D03: come back sorted, each once, whatever they are', () => {
    const v4 = fc.tuple(fc.nat(0xffff_ffff), fc.integer({ min: 0, max: 32 })).map(([n, bits]) => {
      const kept = bits === 0 ? 0 : (n >>> (32 - bits)) * 2 ** (32 - bits);
      const octets = [24, 16, 8, 0].map((shift) => Math.floor(kept / 2 ** shift) % 256);
      return `${octets.join('.')}/${bits}`;
    });
    const v6 = fc
      .tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.integer({ min: 0, max: 128 }))
      .map(([n, bits]) => {
        const kept = (n >> BigInt(128 - bits)) << BigInt(128 - bits);
        const hex = kept.toString(16).padStart(32, '0');
        return `${hex.match(/.{4}/g)?.join(':')}/${bits}`;
      });
    const list = fc.array(fc.oneof(v4, v6), { maxLength: 40 });
    fc.assert(
      fc.property(list, (texts) => {
        // A v6 text may name a v4 network; one too wide for that is no network at all.
        const all = texts.flatMap((text) => {
          const parsed = parseNetwork(text);
          return parsed.ok ? [parsed.network] : [];
        });
        const unpacked = unpackNetworks(packNetworks(all)) ?? [];
        expect(new Set(format(unpacked))).toEqual(new Set(format(all)));
        expect(packNetworks(unpacked.toReversed())).toBe(packNetworks(all));
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it.each([
    ['nothing', ''],
    ['no second family', 'AA'],
    ['more than is there', 'AQEB'],
    ['a prefix length of 33', 'ASEBAQA'],
    ['a prefix that does not fit', 'AQgBgAIA'],
    ['a number without an end', '____________________________'],
    ['text that is not base64url', 'AA=='],
    ['bytes after the end', 'AAAA'],
  ])('D03: %s is no packed text', (_, text) => {
    expect(unpackNetworks(text)).toBeUndefined();
  });

  it('D03: the empty set is', () => {
    expect(unpackNetworks(packNetworks([]))).toEqual([]);
  });
});

describe('the document of lists', () => {
  const list = { asOfSeconds: 10, packed: packNetworks(networks('66.249.64.0/27')) };

  it('D03: comes back as it was written', () => {
    const text = formatBotLists(readSnapshot()) ?? '';
    expect(text.length).toBeLessThan(10_000);
    const lists = decodeBotLists(text);
    expect(formatBotLists(lists ?? new Map())).toBe(text);
  });

  it.each([
    ['another schema', { schema: 2, lists: {} }],
    ['no lists', { schema: 1 }],
    ['a list', []],
    ['a date that is none', { schema: 1, lists: { bingbot: { asOf: '1', networks: '' } } }],
    ['networks that are none', { schema: 1, lists: { bingbot: { asOf: 1, networks: '!' } } }],
    ['an empty list', { schema: 1, lists: { bingbot: { asOf: 1, networks: packNetworks([]) } } }],
  ])('D03: with %s is refused', (_, document) => {
    expect(decodeBotLists(JSON.stringify(document))).toBeUndefined();
  });

  it('D03: of a later version is read as far as it is known', () => {
    const text = JSON.stringify({ schema: 1, lists: { newbot: 1 } });
    expect(decodeBotLists(text)).toEqual(new Map());
  });

  it('D03: the newer of two lists holds, by itself', () => {
    const [older, newer] = [list, { ...list, asOfSeconds: 11 }];
    const merged = mergeBotLists(
      new Map([
        ['bingbot', older],
        ['ccbot', newer],
      ]),
      new Map([
        ['bingbot', newer],
        ['ccbot', older],
      ]),
    );
    expect(merged).toEqual(
      new Map([
        ['bingbot', newer],
        ['ccbot', newer],
      ]),
    );
    expect(mergeBotLists(new Map([['bingbot', list]]), new Map())).toEqual(
      new Map([['bingbot', list]]),
    );
  });
});
