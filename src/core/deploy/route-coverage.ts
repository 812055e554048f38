/**
 * Which hosts, schemes and paths the routes of a wrangler configuration send through the gate, and which
 * neighbours they leave open (SECURITY-BAR G06).
 *
 * Owns the report alone. It knows the configuration, not the zone: what DNS names, and what routes the
 * dashboard or another Worker adds, is not in it.
 */
import {
  customDomainPattern,
  formatHost,
  isMoreSpecific,
  matchesRoute,
  parseRoutePattern,
  type Probe,
  type RoutePattern,
  type Scheme,
} from './route-pattern.ts';

/** The part of wrangler's configuration that counts here, as its own reader gives it. */
export interface RoutedConfig {
  readonly routes?: unknown;
  readonly route?: unknown;
  readonly workers_dev?: unknown;
  readonly preview_urls?: unknown;
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  readonly services?: unknown;
}

/** What one host pattern sends here. */
export interface CoveredHost {
  /** `example.com`; `*.example.com`: every host below it; `*example.com`: every host that ends so. */
  readonly host: string;
  readonly schemes: readonly Scheme[];
  /** `/*` is everything. */
  readonly paths: readonly string[];
}

export type RouteWarningCode =
  | 'no-routes'
  | 'invalid-pattern'
  | 'loose-wildcard'
  | 'apex-open'
  | 'www-open'
  | 'subdomains-open'
  | 'http-open'
  | 'https-open'
  | 'prefix-open'
  | 'part-of-site'
  | 'exact-path'
  | 'without-worker'
  | 'custom-domain'
  | 'host-open'
  | 'host-refused'
  | 'workers-dev'
  | 'previews';

export interface RouteWarning {
  readonly code: RouteWarningCode;
  /** What is left open or wrong: a host, a pattern, a setting. */
  readonly subject: string;
  /** What follows from it and what to do. */
  readonly message: string;
}

export interface RouteReport {
  readonly covered: readonly CoveredHost[];
  readonly warnings: readonly RouteWarning[];
}

interface Route {
  readonly pattern: RoutePattern;
  /** The zone's name; `undefined` where the configuration does not say. */
  readonly zone: string | undefined;
  readonly isCustomDomain: boolean;
  /** False for an entry that is switched off or, in the API's list, names no Worker: it excludes. */
  readonly hasWorker: boolean;
  /** Whether versions that are not deployed answer below this name. */
  readonly hasPreviews: boolean;
}

const DEFAULT_PREFIX = '/.toll/';

function textOf(entry: object, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(entry, name)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** @returns the pattern's text where it cannot be read */
function parseRoute(entry: unknown): Route | string {
  const table: object = typeof entry === 'object' && entry !== null ? entry : {};
  const text = typeof entry === 'string' ? entry : (textOf(table, 'pattern') ?? '');
  const isCustomDomain = 'custom_domain' in table && table.custom_domain === true;
  const pattern = isCustomDomain ? customDomainPattern(text) : parseRoutePattern(text);
  if (pattern === undefined) return text;
  const isOff = 'enabled' in table && table.enabled === false;
  return {
    pattern,
    zone: textOf(table, 'zone_name')?.toLowerCase(),
    isCustomDomain,
    hasWorker: !isOff && (!('script' in table) || (textOf(table, 'script') ?? '') !== ''),
    hasPreviews: 'previews_enabled' in table && table.previews_enabled === true,
  };
}

function entriesOf({ routes, route }: RoutedConfig): readonly unknown[] {
  const listed: readonly unknown[] = Array.isArray(routes) ? routes : [];
  return route === undefined || route === null ? listed : [...listed, route];
}

type IsCovered = (probe: Probe) => boolean;

function createCoverage(routes: readonly Route[]): IsCovered {
  return (probe) => {
    let best: Route | undefined;
    for (const route of routes) {
      if (!matchesRoute(route.pattern, probe)) continue;
      if (best === undefined || isMoreSpecific(route.pattern, best.pattern)) best = route;
    }
    return best?.hasWorker === true;
  };
}

/** A host that the pattern matches, and no other pattern by chance. */
function sampleHost({ hostKind, host }: RoutePattern): string {
  if (hostKind === 'below') return `any-other.${host}`;
  return host === '' ? 'any-other.invalid' : host;
}

/** A path below the pattern's own, with a query where it may have one. */
function samplePath({ path, isOpenEnded }: RoutePattern): string {
  return isOpenEnded ? `${path}any-other?a=b` : path;
}

const isWhole = ({ path, isOpenEnded }: RoutePattern) => path === '/' && isOpenEnded;

/** Where the zone is not named: two labels, or three as in example.co.uk. */
function isApex(host: string, zone: string | undefined): boolean {
  if (zone !== undefined) return host === zone;
  const labels = host.split('.');
  return labels.length === 2 || (labels.length === 3 && (labels[1] ?? '').length <= 3);
}

type Check = (route: Route, isCovered: IsCovered) => RouteWarning | undefined;

const checkWildcard: Check = ({ pattern: { hostKind, host, text } }) =>
  hostKind !== 'ending' || host === ''
    ? undefined
    : {
        code: 'loose-wildcard',
        subject: text,
        message: `matches every host that ends so, my${host} too: write ${host}/* and *.${host}/*`,
      };

const checkApex: Check = ({ pattern }, isCovered) => {
  const { hostKind, host } = pattern;
  const apex = hostKind === 'exact' ? /^www\.(.+)$/.exec(host)?.[1] : host;
  if (hostKind === 'ending' || apex === undefined) return undefined;
  const probe = { scheme: pattern.schemes[0] ?? 'https', host: apex, path: samplePath(pattern) };
  if (isCovered(probe)) return undefined;
  const message = `${pattern.text} does not match it: add ${apex}/*`;
  return { code: 'apex-open', subject: apex, message };
};

const checkWww: Check = ({ pattern, zone }, isCovered) => {
  const { hostKind, host, schemes } = pattern;
  const www = `www.${host}`;
  if (hostKind !== 'exact' || !isApex(host, zone)) return undefined;
  if (isCovered({ scheme: schemes[0] ?? 'https', host: www, path: samplePath(pattern) }))
    return undefined;
  const message = `if it leads to the same site, that site is open: add ${www}/* or *.${host}/*`;
  return { code: 'www-open', subject: www, message };
};

const checkSubdomains: Check = ({ pattern, zone }, isCovered) => {
  const { hostKind, host, schemes } = pattern;
  if (hostKind !== 'exact' || !isApex(host, zone)) return undefined;
  const probe = {
    scheme: schemes[0] ?? 'https',
    host: `any-other.${host}`,
    path: '/any-other?a=b',
  };
  if (isCovered(probe)) return undefined;
  const message = `no other host of the zone is covered (staging, api, old names): add *.${host}/*`;
  return { code: 'subdomains-open', subject: `*.${host}`, message };
};

const checkScheme: Check = ({ pattern }, isCovered) => {
  const [scheme] = pattern.schemes;
  if (pattern.schemes.length === 2) return undefined;
  const other: Scheme = scheme === 'https' ? 'http' : 'https';
  if (isCovered({ scheme: other, host: sampleHost(pattern), path: samplePath(pattern) }))
    return undefined;
  const message = `${pattern.text} does not match ${other}: leave the scheme out`;
  return { code: `${other}-open`, subject: `${other}://${formatHost(pattern)}`, message };
};

const checkPart: Check = ({ pattern }, isCovered) => {
  const { text, path } = pattern;
  const [scheme = 'https'] = pattern.schemes;
  const host = sampleHost(pattern);
  if (isWhole(pattern) || isCovered({ scheme, host, path: '/any-other?a=b' })) return undefined;
  const name = formatHost(pattern);
  const whole = `cover ${name}/* and let rules decide by path`;
  if (!pattern.isOpenEnded)
    return {
      code: 'exact-path',
      subject: text,
      message: `matches no query: ${path}?x is open: ${whole}`,
    };
  const folder = path.endsWith('/') ? `${path.slice(0, -1)} itself and ` : '';
  const message = `${folder}other spellings of the path (such as /${path}) are open: ${whole}`;
  return { code: 'part-of-site', subject: text, message };
};

const checkWorker: Check = ({ pattern: { text }, hasWorker }) =>
  hasWorker
    ? undefined
    : {
        code: 'without-worker',
        subject: text,
        message: 'is switched off or names no Worker: what it matches is open',
      };

const checkPreviews: Check = ({ pattern: { text }, hasPreviews }) => {
  const message = 'every uploaded version answers below it: set previews_enabled to false';
  return hasPreviews ? { code: 'previews', subject: text, message } : undefined;
};

const CHECKS: readonly Check[] = [
  checkWildcard,
  checkApex,
  checkWww,
  checkSubdomains,
  checkScheme,
  checkPart,
  checkPreviews,
];

function checkPrefix(prefix: string): Check {
  return ({ pattern }, isCovered) => {
    const [scheme = 'https'] = pattern.schemes;
    if (isCovered({ scheme, host: sampleHost(pattern), path: `${prefix}redeem` })) return undefined;
    const subject = `${formatHost(pattern)}${prefix}`;
    const message = `nobody can pay there, so nobody gets through: add ${subject}*`;
    return { code: 'prefix-open', subject, message };
  };
}

function checkRoutes(routes: readonly Route[], prefix: string): readonly RouteWarning[] {
  const isCovered = createCoverage(routes);
  const isPrefixRoute = ({ pattern }: Route) => pattern.path.startsWith(prefix);
  return routes.flatMap((route) => {
    const checks = route.hasWorker ? [...CHECKS, checkPrefix(prefix)] : [checkWorker];
    const applying =
      isPrefixRoute(route) && route.hasWorker ? [checkWildcard, checkScheme] : checks;
    return applying.flatMap((check) => check(route, isCovered) ?? []);
  });
}

/** The setting HOSTS against the routes, both ways. */
function checkHosts(routes: readonly Route[], hosts: unknown): readonly RouteWarning[] {
  if (!Array.isArray(hosts)) return [];
  const isCovered = createCoverage(routes);
  const listed = hosts.filter((host) => typeof host === 'string');
  const open = listed
    .filter(
      (host) =>
        !isCovered({ scheme: 'https', host: host.replace(/:\d+$/, ''), path: '/any-other?a=b' }),
    )
    .map((subject) => {
      const message = `is in HOSTS, and no route covers the whole of it: add ${subject}/*`;
      return { code: 'host-open' as const, subject, message };
    });
  const refused = routes
    .filter(({ pattern }) => pattern.hostKind === 'exact' && !listed.includes(pattern.host))
    .map(({ pattern: { host } }) => {
      const message = 'is routed here and not in HOSTS: every request to it is refused (421)';
      return { code: 'host-refused' as const, subject: host, message };
    });
  return [...open, ...refused];
}

function checkOrigin(routes: readonly Route[], config: RoutedConfig): readonly RouteWarning[] {
  const services: readonly unknown[] = Array.isArray(config.services) ? config.services : [];
  const hasService = services.some(
    (service) =>
      typeof service === 'object' && service !== null && textOf(service, 'binding') === 'ORIGIN',
  );
  if (hasService || config.vars?.['ORIGIN_URL'] !== undefined) return [];
  const message = 'a Custom Domain has no origin behind the Worker: set ORIGIN_URL or bind ORIGIN';
  return routes
    .filter(({ isCustomDomain }) => isCustomDomain)
    .map(({ pattern }) => ({ code: 'custom-domain', subject: pattern.text, message }));
}

function checkSideDoors({ workers_dev, preview_urls }: RoutedConfig): readonly RouteWarning[] {
  const doors = [
    ['workers-dev', 'workers_dev', workers_dev, 'the gate answers at *.workers.dev too'],
    [
      'previews',
      'preview_urls',
      preview_urls,
      'every uploaded version answers at an address of its own',
    ],
  ] as const;
  return doors
    .filter(([, , value]) => value !== false)
    .map(([code, subject, , what]) => ({ code, subject, message: `${what}: set it to false` }));
}

function describeCovered(routes: readonly Route[]): readonly CoveredHost[] {
  const hosts = new Map<string, { host: string; schemes: Set<Scheme>; paths: Set<string> }>();
  for (const { pattern, hasWorker } of routes) {
    if (!hasWorker) continue;
    const host = formatHost(pattern);
    const key = `${pattern.schemes.join()} ${host}`;
    const covered = hosts.get(key) ?? { host, schemes: new Set(pattern.schemes), paths: new Set() };
    covered.paths.add(isWhole(pattern) ? '/*' : pattern.path + (pattern.isOpenEnded ? '*' : ''));
    hosts.set(key, covered);
  }
  return [...hosts.values()].map(({ host, schemes, paths }) => ({
    host,
    schemes: [...schemes],
    paths: paths.has('/*') ? ['/*'] : [...paths],
  }));
}

function withoutRepeats(warnings: readonly RouteWarning[]): readonly RouteWarning[] {
  const said = new Set<string>();
  return warnings.filter(({ code, subject }) => {
    const key = `${code} ${subject}`;
    return !said.has(key) && said.add(key);
  });
}

/**
 * What the routes of `config` cover, and what they leave open.
 *
 * @param config one environment of a wrangler configuration, as wrangler reads it; entries of the API's
 *   list of routes (`pattern`, `script`) are understood too
 */
export function describeRoutes(config: RoutedConfig): RouteReport {
  const readings = entriesOf(config).map((entry) => parseRoute(entry));
  const routes = readings.filter((reading) => typeof reading !== 'string');
  const invalid = readings
    .filter((reading) => typeof reading === 'string')
    .map((subject): RouteWarning => {
      const message =
        'is no route: a * may start the host and end the path, without port and query';
      return { code: 'invalid-pattern', subject, message };
    });
  const prefix = config.vars?.['PREFIX'];
  const none: RouteWarning = {
    code: 'no-routes',
    subject: 'routes',
    message: 'no route leads to the gate: name the hosts of the site',
  };
  const warnings = [
    ...(routes.some(({ hasWorker }) => hasWorker) ? [] : [none]),
    ...invalid,
    ...checkRoutes(routes, typeof prefix === 'string' ? prefix : DEFAULT_PREFIX),
    ...checkHosts(routes, config.vars?.['HOSTS']),
    ...checkOrigin(routes, config),
    ...checkSideDoors(config),
  ];
  return { covered: describeCovered(routes), warnings: withoutRepeats(warnings) };
}
