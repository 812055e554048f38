/**
 * The requests that decisions are measured with: browsers, crawlers, tools; from ordinary networks,
 * clouds and the crawlers' own; the same in every run.
 *
 * Owns the proportions. Agents of crawlers are those of npm crawler-user-agents; all else is written
 * here. Must not know policies.
 */
import crawlers from 'crawler-user-agents';
import { readSnapshot } from '../../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../../src/core/bots/identify-bot.ts';
import { KNOWN_BOTS } from '../../../src/core/bots/known-bots.ts';
import { unpackNetworks } from '../../../src/core/bots/pack-networks.ts';
import { formatAddress } from '../../../src/core/client/address.ts';
import { createClientView } from '../../../src/core/client/client-view.ts';
import type { BenchRequest } from './bench-request.ts';
import { createRandom, type Random } from './random.ts';

const SEED = 20_261_104;
const BROWSERS = 300;
const CRAWLERS = 200;
/** Crawlers from an address that their operator publishes. */
const GENUINE = 60;
const TOOLS = 80;
export const MIX_SIZE = BROWSERS + CRAWLERS + GENUINE + TOOLS;

const SYSTEMS = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 10; K',
];
const TOOL_AGENTS = [
  'curl/8.16.0',
  'Wget/1.25.0',
  'git/2.51.0',
  'python-requests/2.32.5',
  'Go-http-client/2.0',
  'okhttp/5.1.0',
  'npm/11.6.0 node/v24.9.0 linux x64 workspaces/false',
  'pip/25.2 {"ci":null,"cpu":"x86_64","distro":{"name":"Debian","version":"13"}}',
  'Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers)',
  'Uptime-Kuma/1.23.16',
  'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko',
  '',
];
const WORDS = ['tolls', 'roads', 'bridges', 'ferries', 'tunnels', 'gates', 'prices', 'maps'];
const FIXED_PATHS = [
  '/',
  '/robots.txt',
  '/favicon.ico',
  '/sitemap.xml',
  '/feed.xml',
  '/.well-known/webfinger',
  '/api/v1/items',
  '/project.git/info/refs',
  '/static/app.9f3c.js',
  '/images/logo.svg',
  // Read in more than one way by some origin.
  '/shop/%E2%82%AC/a%2Fb',
  '/account;v=2/settings',
  '/static//theme.css',
];
const SEARCHES = ['', '', '', '?page=2', '?q=toll+road&sort=price', '?utm_source=news'];
const COUNTRIES = ['DE', 'US', 'FR', 'BR', 'CN', 'IN', 'JP', 'GB'];
const CONSUMER_ASNS = [3320, 3215, 7922, 12_322, 28_573, 4134];
/** Hetzner, DigitalOcean, Alibaba, Huawei, Cloudflare. */
const CLOUD_ASNS = [24_940, 14_061, 45_102, 136_907, 13_335];
/** First two octets within networks that large policies name: Alibaba's and Huawei's clouds. */
const CLOUDS = ['47.74', '47.88', '8.208', '119.8', '159.138', '94.74'];

type Fields = Readonly<Record<string, string>>;
type Place = Pick<BenchRequest, 'address' | 'asn' | 'country'>;

function browserFields(random: Random): Fields {
  const system = random.pick(SYSTEMS);
  const version = 138 + random.below(13);
  const isFirefox = random.below(4) === 0;
  const agent = isFirefox
    ? `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
    : `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
  const brands = `"Chromium";v="${version}", "Google Chrome";v="${version}", "Not?A_Brand";v="24"`;
  const hints = { 'Sec-Ch-Ua': brands, 'Sec-Ch-Ua-Mobile': '?0', 'Sec-Ch-Ua-Platform': '"Linux"' };
  return {
    'User-Agent': agent,
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language': random.pick(['de,en;q=0.8', 'en-US,en;q=0.5', 'pt-BR,pt;q=0.9']),
    'Accept-Encoding': 'gzip, deflate, br, zstd',
    'Sec-Fetch-Site': random.pick(['none', 'same-origin', 'cross-site']),
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
    'Upgrade-Insecure-Requests': '1',
    Cookie: `session=${random.below(2 ** 32).toString(36)}; theme=dark`,
    ...(isFirefox ? {} : hints),
  };
}

function toolFields(agent: string): Fields {
  const common = { Accept: '*/*', 'Accept-Encoding': 'gzip' };
  return agent === '' ? common : { 'User-Agent': agent, ...common };
}

const octet = (random: Random): number => random.below(256);

/** Half of the crawlers and tools come from clouds, nearly all browsers from access networks. */
function placeOf(random: Random, isCloud: boolean): Place {
  const country = random.pick(COUNTRIES);
  if (isCloud) {
    const address = `${random.pick(CLOUDS)}.${octet(random)}.${octet(random)}`;
    return { address, asn: random.pick(CLOUD_ASNS), country };
  }
  const asn = random.pick(CONSUMER_ASNS);
  const group = (): string => random.below(65_536).toString(16);
  const address =
    random.below(3) === 0
      ? `2a02:${group()}:${group()}:${group()}::${group()}`
      : `${80 + random.below(16)}.${octet(random)}.${octet(random)}.${octet(random)}`;
  return { address, asn, country };
}

function pathOf(random: Random): string {
  if (random.below(3) === 0) return random.pick(FIXED_PATHS);
  return `/articles/${random.pick(WORDS)}-${random.pick(WORDS)}-${random.below(10_000)}`;
}

const LISTS = readSnapshot();
const IDENTIFIER = createBotIdentifier(LISTS);

function identityOf(fields: Fields, place: Place): BenchRequest['identity'] {
  const { address, asn, country } = place;
  const userAgent = fields['User-Agent'];
  const client = createClientView({ connectingIp: address, userAgent, asn, country });
  const agent = client.agentForRules.toLowerCase();
  const { claimed, verified, isFalse } = IDENTIFIER.identifyByAddress(client, agent);
  return { claimed, verified, unproven: isFalse === true ? claimed : [] };
}

function requestOf(random: Random, fields: Fields, place: Place): BenchRequest {
  const method = random.pick(['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS']);
  return {
    method,
    pathname: pathOf(random),
    search: random.pick(SEARCHES),
    headers: fields,
    ...place,
    identity: identityOf(fields, place),
  };
}

interface Genuine {
  readonly agent: string;
  readonly address: string;
}

/** Bots of the snapshot, each with the first address of each of its networks. */
function genuineBots(): readonly Genuine[] {
  return KNOWN_BOTS.flatMap(({ needles, proofs }) => {
    const agent = `Mozilla/5.0 (compatible; ${needles[0] ?? ''}/2.1; +http://bot.example/)`;
    const lists = proofs.flatMap((proof) => (proof.by === 'list' ? [proof.list] : []));
    return lists.flatMap((name) =>
      (unpackNetworks(LISTS.get(name)?.packed ?? '') ?? []).map((network) => ({
        agent,
        address: formatAddress(network),
      })),
    );
  });
}

/** The mix, in an order in which its kinds alternate. */
export function createRequestMix(): readonly BenchRequest[] {
  const random = createRandom(SEED);
  const agents = [...new Set(crawlers.flatMap(({ instances }) => instances))];
  const bots = genuineBots();
  const times = (count: number, make: () => BenchRequest): readonly BenchRequest[] =>
    Array.from({ length: count }, make);
  const ordered = [
    ...times(BROWSERS, () =>
      requestOf(random, browserFields(random), placeOf(random, random.below(20) === 0)),
    ),
    ...times(CRAWLERS, () =>
      requestOf(random, toolFields(random.pick(agents)), placeOf(random, random.below(2) === 0)),
    ),
    ...times(GENUINE, () => {
      const { agent, address } = random.pick(bots);
      return requestOf(random, toolFields(agent), { address, asn: 15_169, country: 'US' });
    }),
    ...times(TOOLS, () =>
      requestOf(
        random,
        toolFields(random.pick(TOOL_AGENTS)),
        placeOf(random, random.below(2) === 0),
      ),
    ),
  ];
  return ordered
    .map((request) => ({ request, rank: random.below(2 ** 32) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ request }) => request);
}
