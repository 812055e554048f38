/**
 * Places on a site where honest programs come that can solve nothing.
 *
 * Owns the rules of the presets that rest on a place; must not know which preset takes which. An
 * agent or a header here only narrows a place: it keeps pages that share the place from browsers,
 * and costs a liar nothing.
 *
 * Places that anybody may read are allowed without a query, because many origins read the page that
 * they show from one, whatever the path (`/feed/?rest_route=...`, `/x/info/refs?...&curid=...`).
 */

/** A rule, or a table of conditions, as it would be written in a policy file. */
export type Table = Readonly<Record<string, unknown>>;

/** Methods that change nothing. */
export const READING: readonly string[] = ['GET', 'HEAD'];
const NO_QUERY = 'queryString == ""';
/** What browsers say of themselves, and those that pass for one. */
const BROWSERS = ['mozilla', 'opera'];
/**
 * Where the end of a path is not its own: behind a script, that shows its page whatever follows
 * (`/topic.php/feed`), and in a wiki's special pages (`/wiki/Special:Search/words.rss`).
 */
const BEHIND_A_PAGE = String.raw`(?i)\.(?:php[0-9]?|phtml|f?cgi|pl|py|aspx?|ashx|jspx?|cfm|dll)/|:`;

/** Files that tools fetch by themselves; exact names, nothing else below /.well-known/. */
export const PUBLIC_FILES: Table = {
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
export const HEALTH: Table = {
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
export const HOME_FEEDS: Table = {
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
export const FEEDS: Table = {
  name: 'preset.feeds',
  action: 'allow',
  limited: true,
  method: READING,
  any: [MAIN_FEEDS, ALL_FEEDS],
};

/** As above for sites under attack: a few known pages, so that a flood finds nothing to vary. */
export const FEW_FEEDS: Table = { ...FEEDS, any: [MAIN_FEEDS] };

/**
 * Git over HTTP: exactly the requests of its protocol (gitprotocol-http), under any repository. The
 * query is whole and the body no form, so that no other application reads anything from them.
 */
export const GIT: Table = {
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
export const API: Table = {
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
export const WEBHOOKS: Table = {
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
export const HOME_WEBHOOKS: Table = {
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
export const PREFLIGHTS: Table = {
  name: 'preset.preflights',
  action: 'allow',
  limited: true,
  method: ['OPTIONS'],
  path: ['/api/*', '/graphql', '/.well-known/openid-configuration'],
  all: [{ header: [{ name: 'Origin' }] }, { header: [{ name: 'Access-Control-Request-Method' }] }],
};
