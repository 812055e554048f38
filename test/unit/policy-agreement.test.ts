import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askRequest } from '../../src/cli/asked-request.ts';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest } from '../../src/core/policy/evaluate-policy.ts';
import { explainRequest, prepareExplanation } from '../../src/core/policy/explain-policy.ts';
import { decodeRequestCase } from '../../src/core/policy/request-case.ts';
import { createIdentify } from '../../src/http/bot-identity.ts';
import { readClient } from '../../src/http/client-facts.ts';
import { canonicalHost } from '../../src/http/host.ts';
import { createJudge } from '../../src/http/policy-request.ts';

const TERMS = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 4096,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};
const BASE = { terms: TERMS, caseInsensitivePaths: false, allowedPaths: ['/logo.svg'] };

type Members = Readonly<Record<string, unknown>>;

/** Every kind of condition, and expressions that fail for some of the requests below. */
const LISTS: readonly Members[] = [
  { path: ['/a*', '*.rss'] },
  { path: ['/admin'] },
  { pathPattern: '^/(a|b)' },
  { method: ['GET', 'HEAD'] },
  { country: ['DE', 'XX'] },
  { continent: ['EU'] },
  { network: ['192.0.2.0/24', '2001:db8::/32'] },
  { asn: [64_500, 15_169] },
  { agent: ['curl', 'googlebot'] },
  { agentPattern: '^C|(?i)mozilla' },
  { claimedBot: ['*'] },
  { verifiedBot: ['googlebot'] },
  { falseBot: ['*'] },
  { header: [{ name: 'Accept', contains: 'html' }] },
  { header: [{ name: 'Accept-Encoding', present: false }] },
  { query: ['a=b', 'x y'] },
  { host: ['*.example.com', 'example.com:8443', 'example.com'] },
  { tag: ['t'] },
  { protocol: ['HTTP/2'] },
  { tls: ['version=TLSv1.2', 'ja4=x'] },
  { expression: 'headers["Accept"].contains("html")' },
  { expression: 'path.startsWith("/a") && contentLength < 10' },
  { expression: '"a" in query && query["a"] == "b"' },
  { expression: 'country == "DE" || asn == 64500' },
  { expression: 'remoteAddress.startsWith("192.") || verifiedBots.size() > 0' },
  { expression: 'size(segments(path)) > 2 || host == "example.com"' },
];

const lists: fc.Arbitrary<Members> = fc
  .subarray([...LISTS], { maxLength: 3 })
  .map((members) => Object.assign({}, ...members));
const table = fc
  .tuple(lists, lists, fc.constantFrom('any', 'not', 'all', 'use', 'none'))
  .map(([outer, inner, kind]): Members => {
    if (kind === 'use') return Object.assign({ use: ['n'] }, outer);
    if (kind === 'none' || Object.keys(inner).length === 0) return outer;
    return Object.assign({ [kind]: kind === 'not' ? inner : [inner] }, outer);
  });
const action = fc.constantFrom<Members[]>(
  { action: 'deny' },
  { action: 'charge', tier: 2 },
  { action: 'weigh', points: 10 },
  { action: 'weigh', points: -1 },
  { action: 'tag', tags: ['t'] },
  { action: 'allow', spoofable: true },
);
const flags = fc.constantFrom<Members[]>(
  {},
  { mode: 'dry-run' },
  { onError: 'skip' },
  { onError: 'deny' },
);
const preset = fc.constantFrom<Members[]>(
  {},
  { preset: 'balanced' },
  { preset: 'strict' },
  { preset: 'lockdown' },
  { preset: 'monitor' },
);
const policy = fc
  .tuple(fc.array(fc.tuple(table, action, flags), { maxLength: 6 }), lists, preset)
  .map(([rules, named, more]): Members =>
    Object.assign(
      {
        schema: 1,
        conditions: { n: Object.keys(named).length > 0 ? named : { method: ['PUT'] } },
        rules: rules.map((members, index) => Object.assign({ name: `r${index}` }, ...members)),
        thresholds: [
          { name: 'high', from: 10, action: 'deny' },
          { name: 'middle', from: 0, below: 10, action: 'charge' },
        ],
      },
      more,
    ),
  );

const URLS = [
  'https://example.com/',
  'https://EXAMPLE.com./a//b?a=b',
  'https://example.com:443/a/..%2fadmin?x+y',
  'http://www.example.com/x.rss',
  'https://example.com:8443/%61;v=1/',
  '/admin?',
  '/robots.txt',
  '/logo.svg',
  '/feed?a=b&a=c',
  '/a%00',
  '/api/x',
  '/b\u{FC}cher',
  '/a?%61=%62',
];
const AGENTS = ['curl/8', 'Mozilla/5.0 (compatible; Googlebot/2.1)', 'GPTBot ClaudeBot', 'x'];
const asked = fc.record(
  {
    url: fc.constantFrom(...URLS),
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS'),
    headers: fc.record(
      {
        'User-Agent': fc.constantFrom(...AGENTS),
        Accept: fc.constantFrom('text/html', '*/*', ''),
        'Accept-Encoding': fc.constant('br'),
        'Content-Length': fc.constantFrom('5', '50'),
      },
      { requiredKeys: [] },
    ),
    ip: fc.constantFrom('192.0.2.7', '66.249.66.1', '2001:db8::1', '::ffff:192.0.2.9'),
    cf: fc.record(
      {
        country: fc.constantFrom('DE', 'XX', 'T1'),
        asn: fc.constantFrom(64_500, 15_169, 0),
        continent: fc.constantFrom('EU', 'NA'),
        httpProtocol: fc.constantFrom('HTTP/2', 'HTTP/3', 'SPDY'),
        tlsVersion: fc.constantFrom('TLSv1.2', 'TLSv1.3'),
        botManagement: fc.constantFrom({ verifiedBot: true }, { verifiedBot: false }, {}),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['url', 'headers'] },
);

const log = { event: () => undefined };
const identifier = createBotIdentifier(readSnapshot());
const identify = createIdentify(
  {
    botLists: { current: () => identifier },
    agentKeys: { find: async () => undefined },
    log,
  },
  [],
);
const judge = createJudge({ ports: { identify, log } });

type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;
type Prepared = ReturnType<typeof prepareExplanation>;

/** What the gate says, of the request as it would arrive there. */
function askGate({ policy: inForce }: Prepared, at: URL, { headers, ip, cf, method }: Asked) {
  const sent = new Headers(headers);
  if (ip !== undefined) sent.set('CF-Connecting-IP', ip);
  const request = new Request(at, { method: method ?? 'GET', headers: sent });
  Object.defineProperty(request, 'cf', { value: cf ?? {} });
  const url = new URL(request.url);
  const active = {
    policy: inForce,
    digest: '',
    source: 'variables' as const,
    version: undefined,
    loadedAtMs: 0,
  };
  const visit = {
    request,
    url,
    host: canonicalHost(url),
    client: readClient(request),
    active,
    nowSeconds: 1,
    defer: () => undefined,
  };
  return judge(visit, { method: request.method, pathname: url.pathname, search: url.search });
}

it('E04, E05: gate, commands and trace agree, whatever the document and the request', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      policy,
      fc.array(asked, { minLength: 4, maxLength: 4 }),
      async (value, all) => {
        const decoded = decodeDocument(value);
        // Some allows have no condition at all, or rest on the agent.
        if (!decoded.ok) return;
        const prepared = prepareExplanation(decoded.document, BASE);
        for (const each of all) {
          const written = decodeRequestCase(each, 'case');
          if (!written.ok) throw new Error(JSON.stringify(written.problems));
          const mine = askRequest(written.request);
          if (mine.kind === 'no-url') throw new Error(each.url);
          const gate = await askGate(prepared, mine.url, each);
          if (mine.kind === 'refused') {
            expect(gate).toBeUndefined();
            continue;
          }
          const judgement = judgeRequest(prepared.policy, mine.request);
          expect(gate).toEqual(judgement);
          const trace = explainRequest(prepared, mine.request);
          expect(trace.judgement).toEqual(judgement);
          expect(trace.readings[trace.deciding]?.decision).toEqual(judgement.decision);
          compared += 1;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(300);
});
