/**
 * Presets: what most sites want, as documents in the operator's own language.
 *
 * Owns their rules; each is a policy document that `decodeDocument` reads, so whatever a preset
 * does an operator can do too. Must not know how documents are completed.
 *
 * Every allow rests on an address, a signature or a place on the site, never on what a client says
 * of itself (SECURITY-BAR D03), and stays below the network's ceiling. An agent or a header here
 * only narrows a place: it keeps pages that share the place from browsers, and costs a liar nothing.
 * Places that anybody may read are allowed without a query, because many origins read the page that
 * they show from one, whatever the path (`/feed/?rest_route=...`, `/x/info/refs?...&curid=...`).
 * An operator's rule of the same name replaces one of these.
 */
import type { PresetName } from './policy-document.ts';

type Table = Readonly<Record<string, unknown>>;

const READING = ['GET', 'HEAD'];
const NO_QUERY = 'queryString == ""';
/** What browsers say of themselves, and those that pass for one. */
const BROWSERS = ['mozilla', 'opera'];
/**
 * Where the end of a path is not its own: behind a script, that shows its page whatever follows
 * (`/topic.php/feed`), and in a wiki's special pages (`/wiki/Special:Search/words.rss`).
 */
const BEHIND_A_PAGE = String.raw`(?i)\.(?:php[0-9]?|phtml|f?cgi|pl|py|aspx?|ashx|jspx?|cfm|dll)/|:`;

/**
 * Search engines whose identity is proven: a site that they cannot read is a site nobody finds.
 * `google-special` looks at the pages that the site's own advertisements lead to.
 */
const SEARCH_ENGINES: Table = {
  name: 'preset.search-engines',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: [
    'googlebot',
    'google-special',
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
    'google-fetchers',
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
  any: [
    {
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
        '/nodeinfo/2.0',
        '/nodeinfo/2.1',
        '/.well-known/apple-app-site-association',
        '/.well-known/assetlinks.json',
        '/.well-known/host-meta',
        '/.well-known/matrix/client',
        '/.well-known/matrix/server',
        '/.well-known/mta-sts.txt',
        '/.well-known/nodeinfo',
        '/.well-known/openid-configuration',
      ],
      expression: NO_QUERY,
    },
    {
      // RFC 7033 4.1: the account is in the query.
      path: ['/.well-known/webfinger'],
      expression: 'queryString.matches("^(?:resource|rel)=[^&;]*(?:&(?:resource|rel)=[^&;]*)*$")',
    },
  ],
};

/** What monitors ask that cannot prove who they are; exact names of pages that say little. */
const HEALTH: Table = {
  name: 'preset.health',
  action: 'allow',
  limited: true,
  method: READING,
  path: [
    '/health',
    '/healthz',
    '/livez',
    '/readyz',
    '/ping',
    '/up',
    '/-/health',
    '/-/healthy',
    '/-/liveness',
    '/-/readiness',
    '/-/ready',
  ],
  expression: NO_QUERY,
};

/** One page each: nothing else can be read through these, whatever the origin. */
const MAIN_FEEDS: Table = {
  path: [
    '/feed',
    '/feed/',
    '/rss',
    '/rss/',
    '/atom',
    '/feed.xml',
    '/rss.xml',
    '/atom.xml',
    '/index.xml',
    '/feed.json',
    '/index.rss',
    '/comments/feed/',
    '/blog/feed',
    '/blog/feed/',
    '/blog/feed.xml',
    '/blog/rss.xml',
    '/blog/atom.xml',
    '/blog/index.xml',
    '/feeds/posts/default',
    // phpBB without rewriting.
    '/app.php/feed',
  ],
  expression: NO_QUERY,
};

/**
 * WordPress and Joomla without rewriting: the home page with one of exactly these queries. The
 * home page is no place by itself, since a query may ask it for any other page.
 */
const HOME_FEEDS: Table = {
  name: 'preset.home-feeds',
  action: 'allow',
  limited: true,
  spoofable: true,
  method: READING,
  path: ['/', '/index.php'],
  expression:
    'queryString in ["feed=rss2", "feed=rss", "feed=atom", "feed=comments-rss2", "format=feed&type=rss", "format=feed&type=atom"]',
};

/**
 * Feeds of categories, people, topics, repositories. A token is how private feeds are read. Who
 * serves pages under any ending (`/item/5/whatever.rss`) replaces this rule by its own feeds.
 */
const ALL_FEEDS: Table = {
  path: [
    '*/feed',
    '*/feed/',
    '/tag/*/rss/',
    '/author/*/rss/',
    '*.rss',
    '*.atom',
    '*/feed.xml',
    '*/rss.xml',
    '*/atom.xml',
    '*/index.xml',
    '*/feed.json',
    '/feeds/*.xml',
  ],
  expression: String.raw`queryString.matches("^(?:(?:feed_token|token|key)=[A-Za-z0-9._~-]*)?$")`,
  // A search that is served as a feed costs what a search costs.
  not: { pathPattern: [BEHIND_A_PAGE, '(?i)/search(?:[./]|$)'] },
};

/** Feed readers cannot solve anything, and a feed is made to be fetched. */
const FEEDS: Table = {
  name: 'preset.feeds',
  action: 'allow',
  limited: true,
  method: READING,
  any: [MAIN_FEEDS, ALL_FEEDS],
};

/** As above for sites under attack: a few known pages, so that a flood finds nothing to vary. */
const FEW_FEEDS: Table = { ...FEEDS, any: [MAIN_FEEDS] };

/**
 * Git over HTTP: exactly the requests of its protocol (gitprotocol-http), under any repository. The
 * query is whole and the body no form, so that no other application reads anything from them.
 */
const GIT: Table = {
  name: 'preset.git',
  action: 'allow',
  limited: true,
  agent: ['git/', 'git-lfs/'],
  any: [
    {
      method: ['GET'],
      path: ['*/info/refs'],
      expression:
        'queryString == "service=git-upload-pack" || queryString == "service=git-receive-pack"',
    },
    {
      method: ['POST'],
      path: ['*/git-upload-pack', '*/git-receive-pack'],
      header: [
        { name: 'Content-Type', equals: 'application/x-git-upload-pack-request' },
        { name: 'Content-Type', equals: 'application/x-git-receive-pack-request' },
      ],
      expression: NO_QUERY,
    },
    {
      method: ['POST'],
      path: [
        '*.git/info/lfs/objects/batch',
        '*.git/info/lfs/verify',
        '*.git/info/lfs/locks',
        '*.git/info/lfs/locks/*',
      ],
      header: [{ name: 'Content-Type', pattern: String.raw`^application/vnd\.git-lfs\+json` }],
      expression: NO_QUERY,
    },
    {
      // Where a batch sends the client for the files themselves.
      method: ['GET', 'PUT'],
      path: ['*.git/info/lfs/objects/*', '*.git/gitlab-lfs/objects/*'],
      expression: NO_QUERY,
    },
  ],
  not: { pathPattern: [BEHIND_A_PAGE] },
};

/**
 * Scripts, package managers and container engines, where sites serve them: below /api/, the
 * addresses of a registry (OCI distribution specification) and of a Python index (PEP 503). Other
 * pages below /v2/ are often an older manual. Browsers and crawlers pay here as everywhere.
 */
const API: Table = {
  name: 'preset.api',
  action: 'allow',
  limited: true,
  path: [
    '/api/*',
    '/v2/',
    '/v2/_catalog',
    '/v2/token',
    '/v2/*/blobs/*',
    '/v2/*/manifests/*',
    '/v2/*/referrers/*',
    '/v2/*/tags/list',
    '/jwt/auth',
    '/service/token',
    '/simple/',
    '/simple/*/',
  ],
  not: { any: [{ agent: BROWSERS }, { claimedBot: ['*'] }] },
};

/**
 * A webhook that is charged is lost, and with it a payment or a build. None says to be a browser.
 */
const WEBHOOKS: Table = {
  name: 'preset.webhooks',
  action: 'allow',
  limited: true,
  method: ['POST'],
  any: [
    {
      path: [
        '/webhook',
        '/webhook/*',
        '/webhooks',
        '/webhooks/*',
        '/hooks/*',
        '/api/webhook',
        '/api/webhooks',
        '/api/webhooks/*',
        '/stripe/webhook',
        '/stripe/webhooks',
        '/paypal/webhook',
        '/wc-api/*',
      ],
    },
    // WordPress calls itself, through the gate, for whatever it does at a later time.
    {
      path: ['/wp-cron.php'],
      expression: String.raw`queryString.matches("^doing_wp_cron(?:=[0-9.]*)?$")`,
    },
  ],
  not: { agent: BROWSERS },
};

/** Payments of WooCommerce: what its plug-ins tell Stripe and PayPal to call. */
const HOME_WEBHOOKS: Table = {
  name: 'preset.home-webhooks',
  action: 'allow',
  limited: true,
  spoofable: true,
  method: ['POST'],
  path: ['/'],
  expression: 'queryString.matches("^wc-api=[A-Za-z0-9_]+/?$")',
  not: { agent: BROWSERS },
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

/** Liars come last: at a place that is open to everybody they take nothing that is not theirs. */
const BALANCED: readonly Table[] = [
  SEARCH_ENGINES,
  MONITORS,
  PREVIEWS,
  ARCHIVES,
  PUBLIC_FILES,
  HEALTH,
  FEEDS,
  HOME_FEEDS,
  PREFLIGHTS,
  WEBHOOKS,
  HOME_WEBHOOKS,
  GIT,
  API,
  CHARGE_FALSE_BOTS,
];

/** As `balanced`, for sites without an API of their own: the rest is charged twice the entry fee. */
const STRICT: readonly Table[] = [
  SEARCH_ENGINES,
  MONITORS,
  PUBLIC_FILES,
  HEALTH,
  FEW_FEEDS,
  BLOCK_FALSE_BOTS,
];

const LOCKDOWN_PRICE = 17_476;
/** While an attack lasts: whoever has not paid four times the fee gets nothing but the feeds. */
const LOCKDOWN: readonly Table[] = [
  MONITORS,
  HEALTH,
  FEW_FEEDS,
  { ...BLOCK_FALSE_BOTS, requestPrice: 2 * LOCKDOWN_PRICE },
];

/** A preset as it would be written in a policy file. */
export const PRESETS: Readonly<Record<PresetName, Table>> = {
  monitor: { schema: 1, mode: 'dry-run', rules: BALANCED },
  balanced: { schema: 1, rules: BALANCED },
  strict: { schema: 1, rules: STRICT, default: { action: 'charge', minSolutions: 64 } },
  lockdown: {
    schema: 1,
    rules: LOCKDOWN,
    default: { action: 'charge', minSolutions: 128, requestPrice: LOCKDOWN_PRICE },
  },
};
