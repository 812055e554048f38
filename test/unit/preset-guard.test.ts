/** Attempts to write an allow that lets in whoever sends some header or user agent (D03). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { parseNetwork } from '../../src/core/client/network.ts';
import { packNetworkList } from '../../src/core/policy/conditions/network-condition.ts';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { evaluatePolicy } from '../../src/core/policy/evaluate-policy.ts';
import { TERMS } from '../support/preset-table.ts';

type Table = Readonly<Record<string, unknown>>;

function decodeAllow(when: Table, conditions: Table = {}) {
  return decodeDocument({
    schema: 1,
    conditions,
    rules: [{ name: 'r', action: 'allow', ...when }],
  });
}

function isAccepted(when: Table, conditions: Table = {}): boolean {
  return decodeAllow(when, conditions).ok;
}

const AGENT = { agent: ['bot'] };
const everyEighth = Array.from({ length: 224 }, (_, octet) => `${octet}.0.0.0/8`);
const everySixteenth = Array.from(
  { length: 224 * 256 },
  (_, index) => `${index >> 8}.${index & 255}.0.0/16`,
);
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
const COUNTRIES = LETTERS.flatMap((a) => LETTERS.map((b) => (a + b).toUpperCase())).slice(0, 250);
const packed = packNetworkList(
  everySixteenth.flatMap((text) => {
    const parsed = parseNetwork(text);
    return parsed.ok ? [parsed.network] : [];
  }),
);

/** Each leaves the site open to nearly everybody who sends the agent. */
const OPEN: readonly (readonly [string, Table])[] = [
  ['two halves of IPv4', { network: ['0.0.0.0/1', '128.0.0.0/1'] }],
  ['all /8', { network: everyEighth }],
  ['a quarter of the /8', { network: everyEighth.slice(0, 64) }],
  ['all /16', { network: everySixteenth }],
  ['all /16, packed', { network: packed }],
  ['one /8 and the rest of the internet', { network: ['10.0.0.0/8', '::/0'] }],
  [
    'all of 2000::/3',
    { network: Array.from({ length: 8192 }, (_, n) => `${(0x2000 + n).toString(16)}::/16`) },
  ],
  ['all countries', { country: COUNTRIES }],
  ['half of all countries', { country: COUNTRIES.slice(0, 125) }],
  [
    'all countries in two halves',
    { any: [{ country: COUNTRIES.slice(0, 120) }, { country: COUNTRIES.slice(120) }] },
  ],
  ['4,000 systems', { asn: Array.from({ length: 4000 }, (_, n) => n + 1) }],
  ['all continents', { continent: ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] }],
  ['every protocol', { protocol: ['HTTP/1.1', 'HTTP/2', 'HTTP/3'] }],
  ['every host', { host: ['*.com'] }],
  ['paths with an e', { path: ['*e*'] }],
  ['paths with any letter', { path: LETTERS.map((letter) => `*${letter}*`) }],
  ['paths that begin with a letter', { path: LETTERS.map((letter) => `/${letter}*`) }],
  ['paths that end with a letter', { path: LETTERS.map((letter) => `*${letter}`) }],
  ['slashes', { path: ['/', '/*/*', '*/', '/*/'] }],
  ['two letters anywhere', { path: LETTERS.slice(0, 20).map((letter) => `*e${letter}*`) }],
  ['one path and all', { path: ['/feed', '*'] }],
  ['an alternative that is all', { pathPattern: ['^/|x'] }],
  ['an optional name', { pathPattern: ['(?:/admin)?'] }],
  ['a repeated nothing', { pathPattern: ['(?:/admin)*'] }],
  ['all but a letter', { pathPattern: ['[^x]'] }],
  ['all but a word', { pathPattern: ['[^/]+'] }],
  ['one letter', { pathPattern: ['e'] }],
  ['each letter', { pathPattern: [LETTERS.join('|')] }],
  ['classes', { pathPattern: ['[a-z]', '[A-Z]', '[0-9]'] }],
  ['a class behind a letter', { pathPattern: ['e[a-z]'] }],
  ['an escape', { pathPattern: [String.raw`\w`] }],
  ['an empty one', { pathPattern: ['^'] }],
  ['a boundary', { pathPattern: [String.raw`\b`] }],
  ['lists of patterns', { pathPattern: LETTERS.map((letter) => `^/${letter}`) }],
  ['not another path', { not: { path: ['/zzz'] } }],
  ['not not', { not: { not: { path: ['/*'] } } }],
  ['not verified', { not: { verifiedBot: ['*'] } }],
  ['not an address', { not: { network: ['192.0.2.1/32'] } }],
  ['one of two', { any: [{ path: ['/feed'] }, { method: ['GET'] }] }],
  ['one of two, deeper', { all: [{ any: [{ path: ['/feed'] }, { not: { path: ['/feed'] } }] }] }],
  ['methods', { all: [{ method: ['GET', 'POST'] }] }],
];

const OPEN_EXPRESSIONS: readonly string[] = [
  'true',
  'path != "/zzz"',
  '!(path == "/zzz")',
  'path.contains("")',
  'path.contains("/")',
  'path.contains("e")',
  'path.startsWith("/")',
  'path.startsWith("/a") || !path.startsWith("/a")',
  'path.endsWith("e")',
  'size(path) > 0',
  'path == path',
  'path >= "/"',
  'path.matches("^/")',
  'asn != 1',
  'asn > 0',
  '!(asn in [1, 2])',
  'country != "XX"',
  'country.contains("E")',
  `country in ${JSON.stringify(COUNTRIES)}`,
  'remoteAddress.contains(".")',
  'remoteAddress.contains(":")',
  'remoteAddress.startsWith("1")',
  'remoteAddress.endsWith("1")',
  'remoteAddress != "192.0.2.1"',
  'verifiedBots == []',
  'size(verifiedBots) == 0',
  '!("googlebot" in verifiedBots)',
  'verifiedBots != ["googlebot"]',
  '["/x"].exists(path, path == "/x")',
  'segments(path).exists(s, true)',
  'path == "/a" ? true : true',
  '(path == "/a") == false',
  'path == "/a" || "x" in headers',
  'queryString == ""',
  'size(tags) == 0',
];

describe('an allow that leaves everything open', () => {
  it.each(OPEN)('D03: %s: refused beside an agent, meant or not', (_, when) => {
    expect(isAccepted({ ...AGENT, ...when })).toBe(false);
    // A header as well may be meant; the agent alone may not.
    const isByAgentAlone = !('protocol' in when);
    if (isByAgentAlone) expect(isAccepted({ ...AGENT, ...when, spoofable: true })).toBe(false);
    expect(isAccepted({ claimedBot: ['*'], ...when })).toBe(false);
    expect(isAccepted({ falseBot: ['*'], ...when })).toBe(false);
    expect(isAccepted({ header: ['X-Let-Me-In'], ...when })).toBe(false);
    expect(isAccepted({ header: ['X-Let-Me-In'], ...when, spoofable: true })).toBe(true);
    expect(isAccepted({ ...AGENT, use: ['c'] }, { c: when })).toBe(false);
    expect(isAccepted({ ...AGENT, all: [{ any: [when] }] })).toBe(false);
  });

  it.each(OPEN_EXPRESSIONS)('D03: %s: refused beside an agent', (expression) => {
    expect(isAccepted({ ...AGENT, expression })).toBe(false);
    const together = `userAgent.contains("bot") && (${expression})`;
    expect(isAccepted({ expression: together })).toBe(false);
  });

  it.each([
    [{ header: [{ name: 'User-Agent', contains: 'bot' }] }],
    [{ header: [{ name: 'user-agent', pattern: 'bot' }] }],
    [{ expression: 'userAgent.contains("bot")' }],
    [{ expression: 'userAgent == "" || method == "GET"' }],
    [{ expression: '["a", "b"].exists(x, userAgent.contains(x))' }],
    [{ expression: 'headers["User-Agent"].contains("bot")' }],
    [{ expression: '"User-Agent" in headers' }],
    [{ expression: 'missingHeader(headers, "user-agent")' }],
    [{ expression: '"googlebot" in claimedBots' }],
    [{ expression: 'true' }],
    [{ agentPattern: ['.'] }],
    [{ claimedBot: ['*'] }],
    [{ falseBot: ['*'] }],
    [{ any: [{ agent: ['a'] }, { claimedBot: ['b'] }] }],
    [{ not: { agent: ['mozilla'] } }],
  ])(
    'D03: %j is the agent alone, under another name: never, not even where it is meant',
    (when) => {
      expect(isAccepted(when)).toBe(false);
      expect(isAccepted({ ...when, spoofable: true })).toBe(false);
      expect(isAccepted({ method: ['GET'], ...when, spoofable: true })).toBe(false);
    },
  );

  it.each([
    [{ protocol: ['HTTP/1.1'] }],
    [{ tls: ['version=TLSv1.2'] }],
    [{ query: ['let=me'] }],
    [{ tag: ['friend'] }],
    [{ header: ['X-Let-Me-In'] }],
    [{ expression: '"x" in headers && userAgent.contains("bot")' }],
    [{ expression: 'queryString == "let-me"' }],
  ])('D03: %j has to be meant', (when) => {
    expect(isAccepted(when)).toBe(false);
    expect(isAccepted({ ...when, spoofable: true })).toBe(true);
  });

  it.each([
    [{ any: [{ method: ['GET'] }, { method: ['POST'] }] }],
    [{ all: [{ method: ['GET'] }] }],
    [{ not: { method: ['PATCH'] } }],
    [{ use: ['reading'] }],
  ])('D03: %j is a method alone', (when) => {
    expect(isAccepted(when, { reading: { method: ['GET'] } })).toBe(false);
  });
});

describe('an allow at a place or an address', () => {
  it.each([
    [{ path: ['/feed', '/api/*', '*.rss', '/s/*', '/u/*', '*/info/refs'] }],
    [{ path: Array.from({ length: 256 }, (_, n) => `/page-${n}/*`) }],
    [{ pathPattern: ['^/api/', String.raw`\.(?:rss|atom)$`, String.raw`^/v\d/`] }],
    [{ pathPattern: ['(?i)/feed', '^/(?:docs|wiki)/.*'] }],
    [{ network: everyEighth.slice(0, 63) }],
    [{ network: ['192.0.2.0/24', '2001:db8::/32'] }],
    [{ country: COUNTRIES.slice(0, 124) }],
    [{ asn: [64_500, 64_501] }],
    [{ verifiedBot: ['*'] }],
    [{ any: [{ path: ['/feed'] }, { asn: [64_500] }] }],
    [{ all: [{ path: ['/*'] }, { path: ['/feed'] }] }],
    [{ path: ['/*'], not: { path: ['/x'] }, asn: [64_500] }],
    [{ expression: 'path == "/a"' }],
    [{ expression: 'path.startsWith("/api/")' }],
    [{ expression: 'path in ["/a", "/b"] || asn == 64500' }],
    [{ expression: '!(path != "/a")' }],
    [{ expression: 'remoteAddress.startsWith("192.0.2.")' }],
    [{ expression: 'remoteAddress in ["192.0.2.1"]' }],
    [{ expression: 'country in ["DE", "FR"]' }],
    [{ expression: '"googlebot" in verifiedBots' }],
  ])('D03: %j is accepted beside an agent', (when) => {
    expect(isAccepted({ ...AGENT, ...when })).toBe(true);
  });
});

const PATHS = [
  '/',
  '/index.html',
  '/about',
  '/wiki/Main_Page',
  '/wiki/Albert_Einstein',
  '/posts/2026/11/hello-world',
  '/shop/item/5',
  '/product/red-shoes',
  '/user/repo',
  '/user/repo/src/branch/main/README.md',
  '/category/news',
  '/search',
  '/login',
  '/t/topic/1234',
  '/forum/viewtopic.php',
  '/images/cat.jpg',
  '/docs/guide/install',
  '/2026/11/22/x',
  '/zzz',
  '/@alice',
] as const;
const STRANGERS = [
  ['5.9.10.11', 24_940, 'DE'],
  ['24.5.6.7', 7922, 'US'],
  ['41.2.3.4', 36_924, 'NG'],
  ['58.1.2.3', 4713, 'JP'],
  ['88.64.1.2', 3320, 'DE'],
  ['103.4.5.6', 9829, 'IN'],
  ['177.8.9.1', 28_573, 'BR'],
  ['203.0.113.9', 64_500, 'AU'],
  ['2003:e8::1', 3320, 'DE'],
  ['2a02:8071::1', 29_562, 'FR'],
  // And many that share nothing.
  ...Array.from({ length: 20 }, (_, n) => [`${110 + n}.1.1.1`, 1000 + n, `Q${n % 10}`] as const),
] as const;

const anyTable: fc.Arbitrary<Table> = fc.letrec<{ table: Table }>((tie) => {
  const some = <Value>(...values: readonly Value[]) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });
  const lists = [
    fc.record({
      path: some(
        '/',
        '/*',
        '*',
        '*e*',
        '/a*',
        '*a',
        '*/',
        '/wiki/*',
        '*.html',
        '/zzz',
        '/user/*',
        '*o*',
      ),
    }),
    fc.record({
      pathPattern: some(
        '^/',
        'e',
        '[a-z]',
        '/wiki/',
        '^/|x',
        'a|e|o|i',
        '(?:/x)?',
        '.',
        '^/[^x]',
        'ea|o',
      ),
    }),
    fc.record({
      network: some('0.0.0.0/1', '128.0.0.0/1', '0.0.0.0/0', '::/0', '5.0.0.0/8', '88.64.0.0/16'),
    }),
    fc.record({ network: fc.constant(everyEighth) }),
    fc.record({ country: fc.constantFrom(COUNTRIES, ['DE'], ['US', 'JP']) }),
    fc.record({ asn: some(3320, 24_940, 1) }),
    fc.record({ method: some('GET', 'POST') }),
    fc.record({ verifiedBot: some('*', 'googlebot') }),
    fc.record({ continent: some('EU', 'NA') }),
    fc.record({
      expression: fc.constantFrom(...OPEN_EXPRESSIONS, 'path == "/zzz"', 'asn == 3320'),
    }),
    fc.record({ use: some('open', 'narrow', 'agent') }),
  ];
  const list: fc.Arbitrary<Table> = fc.oneof(...lists);
  return {
    table: fc.oneof(
      { maxDepth: 3 },
      list,
      fc.record({ any: fc.array(tie('table'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ all: fc.array(tie('table'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('table') }),
      fc.tuple(list, tie('table')).map(([a, b]) => Object.assign({}, a, b)),
    ),
  };
}).table;

const NAMED = { open: { path: ['/*'] }, narrow: { path: ['/zzz'] }, agent: { agent: ['bot'] } };

describe('random allows', () => {
  it('D03: one that is accepted beside an agent opens less than half of the site to strangers', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyTable, (table) => {
        const decoded = decodeAllow({ ...AGENT, ...table }, NAMED);
        if (!decoded.ok) return;
        accepted += 1;
        const policy = compileDocument(decoded.document, {
          terms: TERMS,
          caseInsensitivePaths: false,
          allowedPaths: [],
        });
        const allowed = STRANGERS.flatMap(([connectingIp, asn, country]) => {
          const client = createClientView({ connectingIp, userAgent: 'bot', asn, country });
          return PATHS.filter((path) => {
            const asked = { views: [path] as const, method: 'GET', hasQuery: false, client };
            return evaluatePolicy(policy, asked).kind === 'allow';
          });
        });
        expect(allowed.length).toBeLessThan((STRANGERS.length * PATHS.length) / 2);
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(100);
  }, 60_000);
});

describe('named conditions that use each other', () => {
  const doubling = (levels: number): Table =>
    Object.fromEntries(
      Array.from({ length: levels + 1 }, (_, level) => [
        `c${level}`,
        level === 0 ? { path: ['/abc'] } : { use: [`c${level - 1}`, `c${level - 1}`] },
      ]),
    );

  it('E08: grow to 10,000 lists and tables and no further, in no time', () => {
    const problemsOf = (levels: number) => {
      const when = { ...AGENT, use: [`c${levels}`] };
      const decoded = decodeAllow(when, doubling(levels));
      return decoded.ok ? [] : decoded.problems.map(({ path }) => path);
    };
    // A condition of level n is 3 x 2^n - 1.
    expect(problemsOf(11)).toEqual([]);
    expect(problemsOf(12)).toContain('conditions.c12');
    expect(problemsOf(200)).toContain('conditions.c12');
  });
});
