/** What rules may know of a request, end to end; what clients say of themselves is no fact. */
import { describe, expect, it } from 'vitest';
import { NO_IDENTITY } from '../../src/core/policy/request-view.ts';
import { openTestGate } from '../support/test-gate.ts';
import type { Sent, TestGate, TestGateOptions } from '../support/test-gate.ts';
import { CHEAP } from '../support/visitor.ts';

type Conditions = Readonly<Record<string, unknown>>;

/** A gate that denies what `conditions` name: 410 where they hold, 403 and a challenge elsewhere. */
async function openDenying(
  conditions: Conditions,
  options: TestGateOptions = {},
): Promise<TestGate> {
  const rules = [{ name: 'named', action: 'deny', status: 410, ...conditions }];
  return openTestGate({ variables: CHEAP, document: { schema: 1, rules }, ...options });
}

const ZONE = {
  continent: 'EU',
  httpProtocol: 'HTTP/2',
  tlsVersion: 'TLSv1.3',
  tlsCipher: 'AEAD-AES128-GCM-SHA256',
  tlsClientCiphersSha1: 'GXSPDLP4G3X+prK73a4wBuOaHRc=',
  tlsClientExtensionsSha1: 'Y7DIC8A6G0/aXviZ8ie/xDbJb7g=',
  botManagement: { ja3Hash: '25b4882c2bcb50cd6b469ff28c596742', ja4: 't13d1516h2_8daaf6152771' },
};

const OTHER = {
  tlsVersion: 'TLSv1.2',
  tlsCipher: 'x',
  tlsClientCiphersSha1: 'x',
  tlsClientExtensionsSha1: 'x',
  botManagement: { ja3Hash: 'x', ja4: 'x' },
};

/** Conditions, a request for which they hold, and one for which they do not. */
const CASES: readonly (readonly [string, Conditions, Case, Case])[] = [
  ['host', { host: ['*.test'] }, ['https://site.test/x', {}], ['https://site.example/x', {}]],
  ['query', { query: ['q=1'] }, ['/x?a=b&q=1', {}], ['/x?a=b&q=2', {}]],
  ['query name', { query: ['q'] }, ['/x?q', {}], ['/x?p#q', {}]],
  ['header', { header: ['X-A'] }, ['/x', { headers: { 'x-a': '' } }], ['/x', {}]],
  [
    'header text',
    { header: [{ name: 'Accept', equals: '*/*' }] },
    ['/x', { headers: { Accept: '*/*' } }],
    ['/x', { headers: { Accept: 'text/html' } }],
  ],
  ['country', { country: ['DE'] }, ['/x', {}], ['/x', { cf: { country: 'FR' } }]],
  ['asn', { asn: [64_500] }, ['/x', {}], ['/x', { cf: { asn: 64_501 } }]],
  ['continent', { continent: ['EU'] }, ['/x', { cf: ZONE }], ['/x', { cf: { continent: 'NA' } }]],
  [
    'protocol',
    { protocol: ['HTTP/2'] },
    ['/x', { cf: ZONE }],
    ['/x', { cf: { httpProtocol: 'HTTP/3' } }],
  ],
  ...[
    'version=TLSv1.3',
    'cipher=AEAD-AES128-GCM-SHA256',
    `ciphersSha1=${ZONE.tlsClientCiphersSha1}`,
    `extensionsSha1=${ZONE.tlsClientExtensionsSha1}`,
    `ja3=${ZONE.botManagement.ja3Hash}`,
    `ja4=${ZONE.botManagement.ja4}`,
  ].map((test) => ['tls', { tls: [test] }, ['/x', { cf: ZONE }], ['/x', { cf: OTHER }]] as const),
];

type Case = readonly [string, Sent];

describe('facts of a request', () => {
  it('E04: reach the conditions that name them, and no others', async () => {
    for (const [name, conditions, [target, sent], [otherTarget, otherSent]] of CASES) {
      const gate = await openDenying(conditions);
      expect((await gate.send(target, sent)).status, `${name} holds`).toBe(410);
      expect((await gate.send(otherTarget, otherSent)).status, `${name} does not`).toBe(403);
    }
  });

  it('are those of the client where it asks for a challenge in advance', async () => {
    const gate = await openDenying({ query: ['q=1'], continent: ['EU'] });
    const ask = async (target: string, cf: Record<string, unknown>) =>
      (await gate.send(`/.toll/challenge?return=${encodeURIComponent(target)}`, { cf })).status;
    expect(await ask('/x?q=1', ZONE)).toBe(410);
    expect(await ask('/x?q=2', ZONE)).toBe(200);
    expect(await ask('/x?q=1', { continent: 'NA' })).toBe(200);
  });

  it('D06: a client that sends them in headers changes nothing', async () => {
    const spoofed = {
      'CF-IPCountry': 'DE',
      'CF-IPContinent': 'EU',
      'CF-Continent': 'EU',
      'CF-HTTP-Protocol': 'HTTP/2',
      'CF-IPCity': 'Berlin',
      'CF-ASN': '64500',
      'X-Country': 'DE',
      'X-ASN': '64500',
      'CF-Visitor': '{"scheme":"https"}',
      'CF-TLS-Version': 'TLSv1.3',
      'CF-JA3': ZONE.botManagement.ja3Hash,
      'CF-JA3-Hash': ZONE.botManagement.ja3Hash,
      'CF-JA4': ZONE.botManagement.ja4,
      'CF-Verified-Bot': 'true',
      'CF-Bot-Score': '99',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'site.test',
      Forwarded: 'host=site.test',
      'CF-Connecting-IPv6': '2001:db8::1',
      'True-Client-IP': '198.51.100.1',
      'X-Real-IP': '198.51.100.1',
      'X-Forwarded-For': '198.51.100.1',
    };
    const allows: readonly Conditions[] = [
      { country: ['DE'] },
      { asn: [64_500] },
      { continent: ['EU'] },
      { protocol: ['HTTP/2'], path: ['/x'] },
      { tls: ['version=TLSv1.3'], path: ['/x'] },
      { tls: [`ja3=${ZONE.botManagement.ja3Hash}`], path: ['/x'] },
      { verifiedBot: ['*'] },
      { network: ['198.51.100.0/24'] },
    ];
    for (const conditions of allows) {
      const rules = [{ name: 'open', action: 'allow', spoofable: true, ...conditions }];
      const gate = await openTestGate({ variables: CHEAP, document: { schema: 1, rules } });
      const cf = { asn: undefined, country: undefined };
      const plain = await gate.send('/x', { cf });
      const lying = await gate.send('/x', { cf, headers: spoofed });
      expect([plain.status, lying.status], JSON.stringify(conditions)).toEqual([403, 403]);
    }
    const gate = await openDenying({ continent: ['AF'] });
    const headers = { 'CF-IPContinent': 'AF' };
    expect((await gate.send('/x', { cf: ZONE, headers })).status).toBe(403);
  });

  it('3.28: where request.cf is missing or odd, what is unknown opens nothing', async () => {
    const odd = [
      {},
      { continent: 7, httpProtocol: null, tlsVersion: {}, botManagement: 'x' },
      { continent: 'EUROPE', httpProtocol: 'HTTP/2 ', tlsVersion: 'TLS v1', botManagement: [] },
      { continent: '', httpProtocol: '', tlsVersion: '', botManagement: { ja3Hash: {} } },
    ];
    const named = { continent: ['EU'], protocol: ['HTTP/2'], tls: ['version=TLSv1.3'] };
    for (const cf of odd) {
      const rules = [{ name: 'open', action: 'allow', spoofable: true, ...named }];
      const gate = await openTestGate({ variables: CHEAP, document: { schema: 1, rules } });
      expect((await gate.send('/x', { cf })).status).toBe(403);
      // Nobody escapes a denial by being unknown.
      expect((await (await openDenying(named)).send('/x', { cf })).status).toBe(410);
    }
  });

  it('read nothing of a request that no rule asks for', async () => {
    const read: string[] = [];
    const cf = new Proxy({}, { get: (_, name) => void read.push(String(name)) });
    const { createConnectionView } = await import('../../src/core/client/connection-view.ts');
    const view = createConnectionView(() => cf);
    expect(read).toEqual([]);
    expect([view.continent, view.protocol]).toEqual([undefined, undefined]);
    expect(read).toEqual(['continent', 'httpProtocol']);
  });
});

describe('identity', () => {
  const document = {
    schema: 1,
    rules: [{ name: 'bots', action: 'allow', verifiedBot: ['googlebot'] }],
  };
  const googlebot = { ...NO_IDENTITY, verified: ['googlebot'] };

  it('comes at once or later, and opens what a rule opens for it', async () => {
    for (const identify of [() => googlebot, async () => googlebot]) {
      const gate = await openTestGate({ variables: CHEAP, document, identify });
      expect((await gate.send('/x')).status).toBe(200);
    }
    const gate = await openTestGate({ variables: CHEAP, document });
    expect((await gate.send('/x')).status).toBe(403);
  });

  it('D03: that cannot be had opens nothing, escapes no denial, and is no failure', async () => {
    const failures: readonly (() => never | Promise<never>)[] = [
      () => {
        throw new TypeError('x');
      },
      () => Promise.reject(new TypeError('x')),
    ];
    for (const identify of failures) {
      const gate = await openTestGate({ variables: CHEAP, document, identify });
      expect((await gate.send('/x')).status).toBe(403);
      expect(gate.events.find(({ name }) => name === 'identity.error')?.facts).toEqual({
        error: 'TypeError',
      });
      const denying = await openDenying({ falseBot: ['*'] }, { identify });
      expect((await denying.send('/x')).status).toBe(410);
    }
  });
});
