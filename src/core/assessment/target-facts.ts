/**
 * What a request asked for, read once per target.
 *
 * Owns the kinds of targets and the names of path families. A family is what an operator would
 * call a part of the site: `/product/*`, and not each of its pages.
 */

export type TargetKind =
  /** A page, or anything that a person opens by itself. */
  | 'document'
  /** Fetched by a page: styles, scripts, images, fonts, media. */
  | 'static'
  /** Fetched by a script of a page. */
  | 'api'
  | 'feed'
  /** Read by programs: robots.txt, sitemaps. */
  | 'robots'
  /** Asked for by those who look for holes. */
  | 'probe';

export interface TargetFacts {
  readonly kind: TargetKind;
  readonly family: string;
  /** 32 bits of the whole target, the query included. */
  readonly hash: number;
  /** The last number in path or query: what enumeration counts up; -1 where there is none. */
  readonly number: number;
  readonly hasQuery: boolean;
  readonly isFavicon: boolean;
}

const STATIC_TYPES: ReadonlySet<string> = new Set(
  (
    'css js mjs map png jpg jpeg gif webp avif svg ico bmp woff woff2 ttf otf eot ' +
    'mp4 webm mp3 ogg m4a m4s ts wav cur wasm webmanifest'
  ).split(' '),
);
const API_PLACE =
  /^\/(?:api|graphql|rest|ajax|rpc|wp-json|_next\/data|socket\.io|v\d+|[^/]+\/(?:api|graphql))(?:\/|$)/i;
const FEED = /(?:^\/(?:feed|rss|atom)|\/feed|\.(?:rss|atom))\/?$|\/(?:rss|feed|atom|index)\.xml$/i;
const ROBOTS = /^\/(?:robots\.txt|ads\.txt|sitemap[^/]*\.xml(?:\.gz)?|llms\.txt)$/i;
const PROBE =
  /^\/+(?:\.env|\.git|\.svn|\.aws|\.ssh|\.ds_store|\.htaccess|\.vscode|wp-(?:login|admin|config|content\/plugins\/[^/]+\/[^/]+\.php)|xmlrpc\.php|phpmyadmin|pma|adminer|phpinfo|actuator|cgi-bin|boaform|hnap1|solr|owa|autodiscover|vendor\/phpunit|telescope|server-status|manager\/html|backup|dump|config\.(?:json|php|yml)|shell|eval-stdin|debug|console|struts)|\.(?:sql|bak|old|swp|php~|env)$|\.\.\/|%2e%2e|etc\/passwd|\/(?:\.env|\.git)\b|union[+%\s]+select|<script/i;

/** FNV-1a (RFC 9923), 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  // The low bits of FNV are weak for short texts that differ in their last character.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b_3c6d);
  return (hash ^ (hash >>> 12)) | 0;
}

const MAX_TARGET = 2048;
const MAX_SEGMENT = 40;
/** A name of the site's own making; a title or a number is none. */
const PLACE = /^(?=.*[a-z])[a-z][\w.~-]*$/i;

function isPlace(segment: string): boolean {
  if (segment.length > MAX_SEGMENT || !PLACE.test(segment)) return false;
  const hyphens = segment.split('-').length - 1;
  return hyphens < 3 && !/\d{2,}/.test(segment);
}

function familyOf(path: string, kind: TargetKind): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const [first, second] = segments;
  if (first === undefined) return '/';
  if (!isPlace(first)) return '/*';
  if (segments.length === 1) return path.endsWith('/') ? `/${first}/` : `/${first}`;
  const isDeeper = kind === 'api' && segments.length > 2 && second !== undefined && isPlace(second);
  return isDeeper ? `/${first}/${second}/*` : `/${first}/*`;
}

/** Path without scheme and host, which a proxy's client writes. */
function pathOf(target: string): string {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (path.startsWith('/')) return path;
  const scheme = path.indexOf('://');
  const slash = scheme === -1 ? -1 : path.indexOf('/', scheme + 3);
  return slash === -1 ? '/' : path.slice(slash);
}

function typeOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}

function kindOf(path: string, target: string): TargetKind {
  if (ROBOTS.test(path)) return 'robots';
  if (PROBE.test(target)) return 'probe';
  const type = typeOf(path);
  if (STATIC_TYPES.has(type)) return 'static';
  if (FEED.test(path)) return 'feed';
  return type === 'json' || API_PLACE.test(path) ? 'api' : 'document';
}

const LAST_NUMBER = /(\d{1,9})(?!.*\d)/;

/** Reads a target; never fails. */
export function readTarget(written: string): TargetFacts {
  const target = written.length > MAX_TARGET ? written.slice(0, MAX_TARGET) : written;
  const path = pathOf(target);
  const kind = kindOf(path, target);
  const number = kind === 'static' ? undefined : LAST_NUMBER.exec(target)?.[1];
  return {
    kind,
    family: familyOf(path, kind),
    hash: hashOf(target),
    number: number === undefined ? -1 : Number(number),
    hasQuery: target.includes('?'),
    isFavicon: path === '/favicon.ico' || path.startsWith('/apple-touch-icon'),
  };
}
