/**
 * Presets: what most sites want, as documents in the operator's own language.
 *
 * Owns their rules; each is a policy document that `decodeDocument` reads, so whatever a preset
 * does an operator can do too. Must not know how documents are completed.
 *
 * Every allow here rests on an address, a signature or a place on the site, never on what a client
 * says of itself (SECURITY-BAR D03), and stays below the network's ceiling. All but webhooks and
 * git are for reading (GET, HEAD) alone. An operator's rule of the same name replaces one of these.
 */
import type { PresetName } from './policy-document.ts';

type Table = Readonly<Record<string, unknown>>;

const READING = ['GET', 'HEAD'];

/** Search engines whose identity is proven: a site that they cannot read is a site nobody finds. */
const SEARCH_ENGINES: Table = {
  name: 'preset.search-engines',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: [
    'googlebot',
    'bingbot',
    'duckduckbot',
    'applebot',
    'kagibot',
    'marginalia',
    'mojeekbot',
    'qwantbot',
  ],
};

const MONITORS: Table = {
  name: 'preset.monitors',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: ['uptimerobot', 'updown'],
};

/** Link previews in messengers and social networks, and feed fetchers that prove who they are. */
const PREVIEWS: Table = {
  name: 'preset.previews',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: [
    'meta-preview',
    'x-preview',
    'linkedin-preview',
    'telegram-preview',
    'google-feeds',
    'wikimedia-citoid',
  ],
};

const ARCHIVES: Table = {
  name: 'preset.archives',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: ['internet-archive', 'arquivo-pt'],
};

/** Who says to be a bot that could prove it, and does not, is none. */
const FALSE_BOTS: Table = { name: 'preset.false-bots', falseBot: ['*'] };
/** Charged and not denied: a list of addresses that was not refreshed for long may be wrong. */
const CHARGE_FALSE_BOTS: Table = { ...FALSE_BOTS, action: 'charge', minSolutions: 128 };
const BLOCK_FALSE_BOTS: Table = { ...FALSE_BOTS, action: 'charge', minSolutions: 256, tier: 1 };

/** Files that tools fetch by themselves; exact names, nothing else below /.well-known/. */
const PUBLIC_FILES: Table = {
  name: 'preset.public-files',
  action: 'allow',
  limited: true,
  method: READING,
  path: [
    '/sitemap.xml',
    '/ads.txt',
    '/app-ads.txt',
    '/humans.txt',
    '/manifest.json',
    '/manifest.webmanifest',
    '/site.webmanifest',
    '/apple-touch-icon.png',
    '/apple-touch-icon-precomposed.png',
    '/.well-known/apple-app-site-association',
    '/.well-known/assetlinks.json',
    '/.well-known/host-meta',
    '/.well-known/matrix/client',
    '/.well-known/matrix/server',
    '/.well-known/mta-sts.txt',
    '/.well-known/nodeinfo',
    '/.well-known/openid-configuration',
    '/.well-known/webfinger',
  ],
};

/** Feed readers cannot solve anything, and a feed is made to be fetched. */
const FEEDS: Table = {
  name: 'preset.feeds',
  action: 'allow',
  limited: true,
  method: READING,
  path: [
    '/feed',
    '/feed/',
    '*/feed',
    '*/feed/',
    '/rss',
    '/rss/',
    '/atom',
    '*.rss',
    '*.atom',
    '*/feed.xml',
    '*/rss.xml',
    '*/atom.xml',
    '*/index.xml',
    '*/feed.json',
  ],
};

/** Git over HTTP: exactly the addresses of its protocol, under any repository. */
const GIT: Table = {
  name: 'preset.git',
  action: 'allow',
  limited: true,
  any: [
    {
      method: ['GET'],
      path: ['*/info/refs'],
      query: ['service=git-upload-pack', 'service=git-receive-pack'],
    },
    { method: ['POST'], path: ['*/git-upload-pack', '*/git-receive-pack'] },
    { method: ['POST', 'GET'], path: ['*/info/lfs/*'] },
  ],
};

/** Package managers, container registries and scripts where sites serve them. */
const API: Table = {
  name: 'preset.api',
  action: 'allow',
  limited: true,
  path: ['/api/*', '/v2/*', '/simple/*', '/-/*'],
  not: { agent: ['mozilla', 'opera'] },
};

const WEBHOOKS: Table = {
  name: 'preset.webhooks',
  action: 'allow',
  limited: true,
  method: ['POST'],
  path: ['/webhook', '/webhook/*', '/webhooks', '/webhooks/*', '/hooks/*', '/api/webhooks/*'],
};

/** A browser sends no credentials with a preflight, so it could never pay; other routes are charged. */
const PREFLIGHTS: Table = {
  name: 'preset.preflights',
  action: 'allow',
  limited: true,
  method: ['OPTIONS'],
  path: ['/api/*', '/graphql', '/.well-known/openid-configuration'],
  all: [{ header: [{ name: 'Origin' }] }, { header: [{ name: 'Access-Control-Request-Method' }] }],
};

const BALANCED: readonly Table[] = [
  SEARCH_ENGINES,
  MONITORS,
  PREVIEWS,
  ARCHIVES,
  CHARGE_FALSE_BOTS,
  PUBLIC_FILES,
  FEEDS,
  PREFLIGHTS,
  WEBHOOKS,
  GIT,
  API,
];

/** As `balanced`, for sites without an API of their own: the rest is charged twice the entry fee. */
const STRICT: readonly Table[] = [SEARCH_ENGINES, MONITORS, BLOCK_FALSE_BOTS, PUBLIC_FILES, FEEDS];

/** While an attack lasts: whoever has not paid four times the fee gets nothing but the feeds. */
const LOCKDOWN: readonly Table[] = [MONITORS, BLOCK_FALSE_BOTS, FEEDS];

/** A preset as it would be written in a policy file. */
export const PRESETS: Readonly<Record<PresetName, Table>> = {
  monitor: { schema: 1, mode: 'dry-run', rules: BALANCED },
  balanced: { schema: 1, rules: BALANCED },
  strict: { schema: 1, rules: STRICT, default: { action: 'charge', minSolutions: 64 } },
  lockdown: {
    schema: 1,
    rules: LOCKDOWN,
    default: { action: 'charge', minSolutions: 128, requestPrice: 17_476 },
  },
};
