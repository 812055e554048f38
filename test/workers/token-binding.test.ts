/** The binding of a token to the client that asked for it (B08). */
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import type { ClientFacts, ClientView } from '../../src/core/client/client-view.ts';
import { createBinding, matchesBinding, parseBinding } from '../../src/core/token/binding.ts';
import type { Binding, BindingMode } from '../../src/core/token/binding.ts';
import { deriveKeyRing } from '../../src/core/token/key-ring.ts';
import type { KeyGeneration } from '../../src/core/token/key-ring.ts';
import { OTHER_SECRET, SECRET } from '../support/token-fixtures.ts';

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64)';
/** From the range for documentation (RFC 5398): no hosting network. */
const ASN = 64_500;
/** Amazon, a hosting network. */
const HOSTING_ASN = 16_509;

let generation: KeyGeneration;

beforeAll(async () => {
  generation = (await deriveKeyRing(SECRET)).current;
});

function view(connectingIp: string | undefined, facts: Partial<ClientFacts> = {}): ClientView {
  return createClientView({ connectingIp, userAgent: AGENT, asn: ASN, country: 'DE', ...facts });
}

function bind(client: ClientView, mode: BindingMode = 'network'): Promise<Binding> {
  return createBinding(generation, client, mode);
}

async function matches(binding: Binding, client: ClientView): Promise<boolean> {
  return matchesBinding(generation, binding, client);
}

describe('binding to the network', () => {
  it('B08: the same /24 passes, the next one does not', async () => {
    const binding = await bind(view('192.0.2.7'));
    for (const address of ['192.0.2.7', '192.0.2.0', '192.0.2.255', '::ffff:192.0.2.9']) {
      expect([address, await matches(binding, view(address))]).toEqual([address, true]);
    }
    for (const address of ['192.0.1.255', '192.0.3.0', '198.51.100.7', '193.0.2.7']) {
      expect([address, await matches(binding, view(address))]).toEqual([address, false]);
    }
  });

  it('B08: the same /56 passes, the next one does not', async () => {
    const binding = await bind(view('2001:db8:1:2200::1'));
    for (const address of ['2001:db8:1:2200::', '2001:db8:1:22ff:ffff:ffff:ffff:ffff']) {
      expect([address, await matches(binding, view(address))]).toEqual([address, true]);
    }
    for (const address of ['2001:db8:1:21ff::1', '2001:db8:1:2300::1', '2001:db8:2:2200::1']) {
      expect([address, await matches(binding, view(address))]).toEqual([address, false]);
    }
  });

  it('B08: a switch from IPv4 to IPv6 needs one more challenge', async () => {
    const four = view('192.0.2.7');
    const six = view('2001:db8::1');
    expect(await matches(await bind(four), six)).toBe(false);
    expect(await matches(await bind(six), four)).toBe(false);
    expect(await matches(await bind(six), six)).toBe(true);
  });

  it('B08: another user agent is another client, to the last character', async () => {
    const binding = await bind(view('192.0.2.7'));
    for (const userAgent of [`${AGENT} `, AGENT.slice(0, -1), AGENT.toLowerCase(), '', undefined]) {
      expect(await matches(binding, view('192.0.2.7', { userAgent }))).toBe(false);
    }
    const long = 'a'.repeat(5000);
    const longBinding = await bind(view('192.0.2.7', { userAgent: long }));
    expect(await matches(longBinding, view('192.0.2.7', { userAgent: long }))).toBe(true);
    expect(await matches(longBinding, view('192.0.2.7', { userAgent: `${long}b` }))).toBe(false);
  });

  it('B08: user agents of any characters bind without throwing, lone surrogates included', async () => {
    const agents = ['\ud800', '\udc00', 'é', '\u{1f600}', '\0', '\u00e9\u0301'];
    const digests = await Promise.all(
      agents.map(async (userAgent) => (await bind(view('192.0.2.7', { userAgent }))).ua),
    );
    expect(new Set(digests).size).toBe(agents.length);
  });

  it('B08: unknown clients share one network, which no known one has', async () => {
    const binding = await bind(view(undefined));
    expect(await matches(binding, view('not an address'))).toBe(true);
    expect(await matches(binding, view('192.0.2.7'))).toBe(false);
  });
});

describe('roaming', () => {
  it('B08: follows ASN and country to another network and another family', async () => {
    const binding = await bind(view('192.0.2.7'), 'roaming');
    expect(await matches(binding, view('198.51.100.7'))).toBe(true);
    expect(await matches(binding, view('2001:db8::1'))).toBe(true);
    expect(await matches(binding, view('192.0.2.9', { asn: 64_501, country: 'FR' }))).toBe(true);
  });

  it('B08: needs both ASN and country, and the user agent in any case', async () => {
    const binding = await bind(view('192.0.2.7'), 'roaming');
    const others: Partial<ClientFacts>[] = [
      { asn: 64_501 },
      { country: 'FR' },
      { asn: undefined },
      { country: undefined },
      { asn: 6450, country: '0 DE' },
      { userAgent: 'other' },
    ];
    for (const facts of others) {
      expect(await matches(binding, view('198.51.100.7', facts))).toBe(false);
    }
  });

  it('B08: is never given to a hosting network, an unknown address or an absent ASN', async () => {
    const clients = [
      view('192.0.2.7', { asn: HOSTING_ASN }),
      view(undefined),
      view('192.0.2.7', { asn: undefined }),
    ];
    for (const client of clients) {
      expect(Object.keys(await bind(client, 'roaming'))).toEqual(['net', 'ua']);
    }
  });

  it('B08: is not honoured for a hosting network, even with a binding that would match', async () => {
    const resident = view('192.0.2.7', { asn: HOSTING_ASN });
    const binding = await bind({ ...resident, isHosting: false }, 'roaming');
    expect(binding.as).toBeDefined();
    expect(await matches(binding, view('198.51.100.7', { asn: HOSTING_ASN }))).toBe(false);
    expect(
      await matches(binding, { ...view('198.51.100.7', { asn: HOSTING_ASN }), isHosting: false }),
    ).toBe(true);
  });

  it('B08: a binding to the network alone never roams', async () => {
    const binding = await bind(view('192.0.2.7'), 'network');
    expect(Object.keys(binding)).toEqual(['net', 'ua']);
    expect(await matches(binding, view('198.51.100.7'))).toBe(false);
  });
});

describe('the digests', () => {
  it('B08: say nothing without the secret: 16 characters, another for every secret and name', async () => {
    const other = (await deriveKeyRing(OTHER_SECRET)).current;
    const client = { ...view('192.0.2.7', { userAgent: '192.0.2.0/24' }), network: '192.0.2.0/24' };
    const one = await createBinding(generation, client, 'roaming');
    const two = await createBinding(other, client, 'roaming');
    const digests = [one.net, one.ua, one.as, two.net, two.ua, two.as];
    expect(new Set(digests).size).toBe(6);
    for (const digest of digests) expect(digest).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(await matchesBinding(other, one, client)).toBe(false);
  });

  it('B08: the claim is read exactly as drawn', () => {
    expect(parseBinding({ net: 'a', ua: 'b' })).toEqual({ net: 'a', ua: 'b' });
    expect(parseBinding({ net: 'a', ua: 'b', as: 'c' })).toEqual({ net: 'a', ua: 'b', as: 'c' });
    const wrong: unknown[] = [
      undefined,
      null,
      'x',
      1,
      [],
      {},
      { net: 'a' },
      { ua: 'b' },
      {
        net: 1,
        ua: 'b',
      },
      {
        net: 'a',
        ua: null,
      },
      {
        net: 'a',
        ua: 'b',
        as: 1,
      },
      {
        net: 'a',
        ua: 'b',
        x: 'y',
      },
      {
        net: 'a',
        ua: 'b',
        as: 'c',
        x: 'y',
      },
      ['a', 'b'],
    ];
    for (const value of wrong) expect(parseBinding(value)).toBeUndefined();
  });
});
