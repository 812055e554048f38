/**
 * What a request asked for, read once per target.
 *
 * Owns the kinds of targets and the names of path families. A family is what an operator would
 * call a part of the site: `/product/*`, and not each of its pages.
 */
import { FactCache } from './fact-cache.ts';

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
  /** A style, a script or a font. */
  readonly isShell: boolean;
}

const STATIC_TYPES: ReadonlySet<string> = new Set(
  (
    'css js mjs map png jpg jpeg gif webp avif svg ico bmp woff woff2 ttf otf eot ' +
    'mp4 webm mp3 ogg m4a m4s ts wav cur wasm webmanifest'
  ).split(' '),
);
/** What a browser needs before it shows a page. */
const SHELL_TYPES: ReadonlySet<string> = new Set(
  'css js mjs woff woff2 ttf otf eot wasm'.split(' '),
);
/** First names of a path below which data lies. */
const API_PLACES: ReadonlySet<string> = new Set(
  'api graphql rest ajax rpc wp-json socket.io xhr json-rpc jsonrpc'.split(' '),
);
const API_PLACE = /^\/(?:v\d{1,2}|_next\/data|[^/]+\/(?:api|graphql))(?:\/|$)/i;
const FEED = /(?:^\/(?:feed|rss|atom)|\/feed|\.(?:rss|atom))\/?$|\/(?:rss|feed|atom|index)\.xml$/i;
const ROBOTS = /^\/(?:robots\.txt|ads\.txt|sitemap[^/]*\.xml(?:\.gz)?|llms\.txt)$/i;
/** First names of a path that only those ask for who try what many sites have. */
const PROBE_PLACES: ReadonlySet<string> = new Set(
  (
    '.env .git .svn .aws .ssh .ds_store .htaccess .vscode .config .docker wp-login.php wp-admin wp-config.php ' +
    'xmlrpc.php phpmyadmin pma adminer adminer.php phpinfo.php phpinfo actuator cgi-bin boaform hnap1 solr owa ' +
    'autodiscover telescope server-status manager backup backup.zip dump.sql config.json config.php ' +
    'config.yml shell.php shell eval-stdin.php console struts _ignition _profiler geoserver druid jenkins'
  ).split(' '),
);
const PROBE_TYPES: ReadonlySet<string> = new Set('sql bak old swp php~ env pem key ini'.split(' '));
/** Anywhere in a target; asked only of one that holds a character of it. */
const PROBE =
  /\.\.\/|%2e%2e|%00|\/\.(?:env|git|aws|svn|ssh)\b|etc\/passwd|union(?:[+\s]|%20)+select|<script|%3cscript|\$\{jndi|vendor\/phpunit|wp-content\/plugins\/[^/]+\/[^/]+\.php/i;
const SUSPECT = /\/\.|\.\.|[%<$]|\.php/;

/** FNV-1a (RFC 9923), 32 bits, of what follows `start`. */
export function hashOf(text: string, start = 0): number {
  let hash = 0x811c_9dc5;
  for (let at = start; at < text.length; at += 1) {
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

/** What the first name of a path tells, read once per name. */
interface Place {
  readonly isName: boolean;
  readonly isApi: boolean;
  readonly isProbe: boolean;
  /** Names of the families, so that they are not put together anew for each request. */
  readonly alone: string;
  readonly folder: string;
  readonly inside: string;
}

function readPlace(name: string): Place {
  const lower = name.toLowerCase();
  return {
    isName: isPlace(name),
    isApi: API_PLACES.has(lower),
    isProbe: PROBE_PLACES.has(lower),
    alone: `/${name}`,
    folder: `/${name}/`,
    inside: `/${name}/*`,
  };
}

const MAX_PLACES = 8192;
const places = new FactCache(readPlace, MAX_PLACES);
/** `/api/orders/*`, by the part of the path that is in the name. */
const deeperFamilies = new FactCache((path: string) => `${path}/*`, MAX_PLACES);

/** The family of a path whose first name ends at `end`; -1: at the end of the path. */
function familyOf(path: string, end: number, kind: TargetKind): string {
  if (path.length <= 1) return '/';
  const place = places.get(path.slice(1, end === -1 ? undefined : end));
  if (!place.isName) return '/*';
  if (end === -1) return place.alone;
  if (end === path.length - 1) return place.folder;
  if (kind !== 'api') return place.inside;
  const next = path.indexOf('/', end + 1);
  const isDeeper = next > end + 1 && places.get(path.slice(end + 1, next)).isName;
  return isDeeper ? deeperFamilies.get(path.slice(0, next)) : place.inside;
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

interface Parts {
  readonly path: string;
  readonly target: string;
  /** Where the first name ends; -1: with the path. */
  readonly end: number;
}

function kindOf({ path, target, end }: Parts): TargetKind {
  const type = typeOf(path);
  if (STATIC_TYPES.has(type) && !SUSPECT.test(target)) return 'static';
  const first = places.get(path.slice(1, end === -1 ? undefined : end));
  if (first.isProbe || PROBE_TYPES.has(type) || (SUSPECT.test(target) && PROBE.test(target)))
    return 'probe';
  if (STATIC_TYPES.has(type) || RESOURCE.test(path)) return 'static';
  if (first.isApi || type === 'json' || API_PLACE.test(path)) return 'api';
  if (ROBOTS.test(path)) return 'robots';
  return FEED.test(path) ? 'feed' : 'document';
}

/** Styles, scripts and pictures that a program of the site hands out, so that no type is in the name. */
const RESOURCE =
  /\/(?:load\.php|thumb\.php|_next\/image|combo\.php)$|^\/(?:avatars?|captcha|resize|cdn-cgi\/image)\//i;
/** Hand out styles and scripts. */
const SHELL_PROGRAM = /\/(?:load|combo)\.php$/;
const ICON = /favicon|apple-touch-icon/i;
const MAX_DIGITS = 9;

/** The last run of digits, at most nine of them; -1 where there is none. */
function lastNumber(text: string): number {
  let end = text.length - 1;
  while (end >= 0 && !isDigit(text.charCodeAt(end))) end -= 1;
  if (end < 0) return -1;
  let start = end;
  while (start > 0 && end - start < MAX_DIGITS - 1 && isDigit(text.charCodeAt(start - 1)))
    start -= 1;
  return Number(text.slice(start, end + 1));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isShell(path: string): boolean {
  return SHELL_TYPES.has(typeOf(path)) || SHELL_PROGRAM.test(path);
}

/** Reads a target; never fails. */
export function readTarget(written: string): TargetFacts {
  const target = written.length > MAX_TARGET ? written.slice(0, MAX_TARGET) : written;
  const path = pathOf(target);
  const end = path.indexOf('/', 1);
  const kind = kindOf({ path, target, end });
  return {
    kind,
    family: familyOf(path, end, kind),
    hash: hashOf(target),
    number: kind === 'static' ? -1 : lastNumber(target),
    hasQuery: target.includes('?'),
    isFavicon: kind === 'static' && ICON.test(path),
    isShell: kind === 'static' && isShell(path),
  };
}
