/**
 * Route patterns of Cloudflare Workers: `[scheme://]host[/path]`, with `*` at the start of the host and
 * at the end of the path alone.
 *
 * Owns reading them and what they match (developers.cloudflare.com/workers/configuration/routing/routes).
 * Must not know what a good set of routes is.
 */

export type Scheme = 'https' | 'http';

export interface RoutePattern {
  /** As it was written. */
  readonly text: string;
  readonly schemes: readonly Scheme[];
  /** `exact`: the host itself; `below`: `*.host`; `ending`: `*host`, dot or none, `*` alone included. */
  readonly hostKind: 'exact' | 'below' | 'ending';
  /** Lower case, without the wildcard. */
  readonly host: string;
  /** Without the wildcard. */
  readonly path: string;
  /** Whether the path ends in `*`. */
  readonly isOpenEnded: boolean;
}

const BOTH: readonly Scheme[] = ['https', 'http'];
const PATTERN = /^(?:(https?):\/\/)?(\*\.?)?([a-z0-9.-]*)(\/[^*?#]*)?(\*)?$/i;

/** `undefined`: Cloudflare would refuse it, or it means something else than its author thinks. */
export function parseRoutePattern(text: string): RoutePattern | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, scheme, wildcard, host = '', path, star] = match;
  // A host that ends in a wildcard (`example.*`) is none; `*` alone stands for every host.
  if ((path === undefined && star !== undefined) || (host === '' && wildcard !== '*'))
    return undefined;
  if (host.startsWith('.') || host.endsWith('.') || host.includes('..')) return undefined;
  const hostKinds = { '*.': 'below', '*': 'ending' } as const;
  return {
    text,
    schemes: scheme === undefined ? BOTH : [scheme.toLowerCase() === 'http' ? 'http' : 'https'],
    hostKind: wildcard === '*.' || wildcard === '*' ? hostKinds[wildcard] : 'exact',
    host: host.toLowerCase(),
    path: path ?? '/',
    isOpenEnded: star !== undefined,
  };
}

/** The whole of a host, on both schemes: what a Custom Domain is. */
export function customDomainPattern(text: string): RoutePattern | undefined {
  const pattern = parseRoutePattern(text);
  const isHost = pattern?.hostKind === 'exact' && pattern.host === text.toLowerCase();
  return isHost ? { ...pattern, isOpenEnded: true } : undefined;
}

/** A request, as far as routes go. */
export interface Probe {
  readonly scheme: Scheme;
  readonly host: string;
  /** With its query. */
  readonly path: string;
}

function matchesHost({ hostKind, host }: RoutePattern, asked: string): boolean {
  switch (hostKind) {
    case 'exact':
      return asked === host;
    case 'below':
      return asked.endsWith(`.${host}`);
    case 'ending':
      return asked.endsWith(host);
    default:
      return hostKind satisfies never;
  }
}

/** The whole URL is matched, so a pattern without a `*` at its end matches no query. */
export function matchesRoute(pattern: RoutePattern, { scheme, host, path }: Probe): boolean {
  if (!pattern.schemes.includes(scheme) || !matchesHost(pattern, host)) return false;
  return pattern.isOpenEnded ? path.startsWith(pattern.path) : path === pattern.path;
}

/** How the host reads: `example.com`, `*.example.com` or `*example.com`. */
export function formatHost({ hostKind, host }: RoutePattern): string {
  return { exact: '', below: '*.', ending: '*' }[hostKind] + host;
}

/** Of two patterns that match, the more specific one decides: by host, then by path. */
export function isMoreSpecific(a: RoutePattern, b: RoutePattern): boolean {
  const rank = ({ hostKind, host, path }: RoutePattern) => [
    hostKind === 'exact' ? 1 : 0,
    host.length,
    path.length,
  ];
  const other = rank(b);
  const difference = rank(a).map((value, index) => value - (other[index] ?? 0));
  return (difference.find((value) => value !== 0) ?? 0) > 0;
}
