/**
 * Wrangler configurations and what their routes leave open (SECURITY-BAR G06).
 *
 * Owns the table: the part of a configuration that counts, the hosts that it covers and every warning, as
 * `code subject`.
 */
import type { RoutedConfig } from '../../src/core/deploy/route-coverage.ts';

export interface RouteFixture {
  /** TOML, as an operator writes it. */
  readonly toml: string;
  /** Host, then paths. */
  readonly covered: readonly string[];
  readonly warnings: readonly string[];
}

export const CLOSED = 'workers_dev = false\npreview_urls = false\n';
const closed = (rest: string) => CLOSED + rest;

export const ROUTE_FIXTURES: Readonly<Record<string, RouteFixture>> = {
  'the whole zone': {
    toml: closed(`routes = [
  { pattern = "example.com/*", zone_name = "example.com" },
  { pattern = "*.example.com/*", zone_name = "example.com" },
]`),
    covered: ['example.com /*', '*.example.com /*'],
    warnings: [],
  },
  'no route at all': {
    toml: closed('routes = []'),
    covered: [],
    warnings: ['no-routes routes'],
  },
  'the apex alone': {
    toml: closed('routes = [{ pattern = "example.com/*", zone_name = "example.com" }]'),
    covered: ['example.com /*'],
    warnings: ['www-open www.example.com', 'subdomains-open *.example.com'],
  },
  'apex and www': {
    toml: closed('routes = ["example.com/*", "www.example.com/*"]'),
    covered: ['example.com /*', 'www.example.com /*'],
    warnings: ['subdomains-open *.example.com'],
  },
  'www alone': {
    toml: closed('route = "www.example.com/*"'),
    covered: ['www.example.com /*'],
    warnings: ['apex-open example.com'],
  },
  'subdomains without the apex': {
    toml: closed('route = { pattern = "*.example.com/*", zone_name = "example.com" }'),
    covered: ['*.example.com /*'],
    warnings: ['apex-open example.com'],
  },
  'one host of a zone': {
    toml: closed('routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]'),
    covered: ['shop.example.com /*'],
    warnings: [],
  },
  'a wildcard that takes foreign names': {
    toml: closed('routes = [{ pattern = "*example.com/*", zone_name = "example.com" }]'),
    covered: ['*example.com /*'],
    warnings: ['loose-wildcard *example.com/*'],
  },
  'https alone': {
    toml: closed('routes = ["https://example.com/*", "https://*.example.com/*"]'),
    covered: ['example.com /*', '*.example.com /*'],
    warnings: ['http-open http://example.com', 'http-open http://*.example.com'],
  },
  'each scheme by itself': {
    toml: closed(`routes = ["https://example.com/*", "http://example.com/*", "*.example.com/*"]`),
    covered: ['example.com /*', 'example.com /*', '*.example.com /*'],
    warnings: [],
  },
  'http alone': {
    toml: closed('routes = ["http://shop.example.com/*"]'),
    covered: ['shop.example.com /*'],
    warnings: ['https-open https://shop.example.com'],
  },
  'a part of a site, without the reserved prefix': {
    toml: closed('routes = [{ pattern = "shop.example.com/search/*", zone_name = "example.com" }]'),
    covered: ['shop.example.com /search/*'],
    warnings: ['part-of-site shop.example.com/search/*', 'prefix-open shop.example.com/.toll/'],
  },
  'a part of a site, with it': {
    toml: closed(`routes = ["shop.example.com/search*", "shop.example.com/.toll/*"]`),
    covered: ['shop.example.com /search* /.toll/*'],
    warnings: ['part-of-site shop.example.com/search*'],
  },
  'a prefix of its own': {
    toml: closed(`routes = ["shop.example.com/search*", "shop.example.com/.toll/*"]
[vars]
PREFIX = "/gate/"`),
    covered: ['shop.example.com /search* /.toll/*'],
    warnings: [
      'part-of-site shop.example.com/search*',
      'prefix-open shop.example.com/gate/',
      'part-of-site shop.example.com/.toll/*',
    ],
  },
  'one page': {
    toml: closed('routes = ["shop.example.com/login", "shop.example.com/.toll/*"]'),
    covered: ['shop.example.com /login /.toll/*'],
    warnings: ['exact-path shop.example.com/login'],
  },
  'a host without a path': {
    toml: closed('routes = ["shop.example.com"]'),
    covered: ['shop.example.com /'],
    warnings: ['exact-path shop.example.com', 'prefix-open shop.example.com/.toll/'],
  },
  'a part beside the whole': {
    toml: closed('routes = ["shop.example.com/*", "shop.example.com/search"]'),
    covered: ['shop.example.com /*'],
    warnings: [],
  },
  'patterns that are none': {
    toml: closed(
      `routes = ["shop.example.com/*", "shop.*.com/*", "shop.example.com/a/*/b", "shop.example.com/?a=*", "shop.example.com:8080/*", "shop.example.*", "ftp://shop.example.com/*"]`,
    ),
    covered: ['shop.example.com /*'],
    warnings: [
      'invalid-pattern shop.*.com/*',
      'invalid-pattern shop.example.com/a/*/b',
      'invalid-pattern shop.example.com/?a=*',
      'invalid-pattern shop.example.com:8080/*',
      'invalid-pattern shop.example.*',
      'invalid-pattern ftp://shop.example.com/*',
    ],
  },
  'a Custom Domain without an origin': {
    toml: closed('routes = [{ pattern = "shop.example.com", custom_domain = true }]'),
    covered: ['shop.example.com /*'],
    warnings: ['custom-domain shop.example.com'],
  },
  'a Custom Domain with one': {
    toml: closed(`routes = [{ pattern = "shop.example.com", custom_domain = true }]
[vars]
ORIGIN_URL = "https://origin.example.net"`),
    covered: ['shop.example.com /*'],
    warnings: [],
  },
  'a Custom Domain that is switched off': {
    toml: closed(`routes = [
  { pattern = "shop.example.com", custom_domain = true, previews_enabled = true },
  { pattern = "news.example.com", custom_domain = true, enabled = false },
]
[vars]
ORIGIN_URL = "https://origin.example.net"`),
    covered: ['shop.example.com /*'],
    warnings: ['previews shop.example.com', 'without-worker news.example.com'],
  },
  'hosts that are refused, and hosts that are open': {
    toml: closed(`routes = ["shop.example.com/*", "news.example.com/*"]
[vars]
HOSTS = ["shop.example.com", "mail.example.com"]`),
    covered: ['shop.example.com /*', 'news.example.com /*'],
    warnings: ['host-open mail.example.com', 'host-refused news.example.com'],
  },
  'side doors': {
    toml: 'routes = ["shop.example.com/*"]\nworkers_dev = true',
    covered: ['shop.example.com /*'],
    warnings: ['workers-dev workers_dev', 'previews preview_urls'],
  },
  'every host of the zone': {
    toml: closed('routes = [{ pattern = "*/*", zone_name = "example.com" }]'),
    covered: ['* /*'],
    warnings: [],
  },
  'upper case, and a pattern twice': {
    toml: closed('routes = ["Shop.Example.com/*", "HTTPS://shop.example.com/*"]'),
    covered: ['shop.example.com /*', 'shop.example.com /*'],
    warnings: [],
  },
};

/** As the API lists them, `script` and all: what wrangler's file cannot say. */
export const LISTED_ROUTES: RoutedConfig = {
  workers_dev: false,
  preview_urls: false,
  routes: [
    { pattern: 'shop.example.com/*', script: 'edgetoll' },
    { pattern: 'shop.example.com/hooks/*', script: null },
    { pattern: 'shop.example.com/pay/*', script: '' },
  ],
};
