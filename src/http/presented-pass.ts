/**
 * Passes as a client presents them: the `Toll-Pass` header, and `__Host-toll` cookies.
 *
 * Owns the names, the reading and the removal of both, and the cookie that is set. Must
 * not know whether a pass is valid. A cookie name is compared byte for byte: trimming
 * Unicode spaces would let look-alike names in (SECURITY-BAR C06).
 */
import { MAX_TOKEN_LENGTH } from '../core/token/compact.ts';

export const PASS_HEADER = 'Toll-Pass';
export const PASS_COOKIE = '__Host-toll';

/** Same-named cookies that are tried; tossed ones must not lock a visitor out. */
const MAX_COOKIES = 3;

/** What a token looks like: anything else does not use up a try. */
const TOKEN_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

interface PassPair {
  /** First character of the cookie-pair, blanks included. */
  readonly start: number;
  /** The delimiter after it, or the end of the header. */
  readonly end: number;
  readonly value: string;
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

/** `;`, `,` or either end of the text. */
function isDelimiter(text: string, at: number): boolean {
  return at < 0 || at >= text.length || text[at] === ';' || text[at] === ',';
}

/** `text` without SP and HTAB around it, in linear time: a regular expression would backtrack. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

/** The pair whose name begins at `at`; `undefined` where that is part of something else. */
function readPair(cookies: string, at: number): PassPair | undefined {
  let start = at;
  while (isBlank(cookies, start - 1)) start -= 1;
  let equals = at + PASS_COOKIE.length;
  while (isBlank(cookies, equals)) equals += 1;
  if (!isDelimiter(cookies, start - 1)) return undefined;
  if (isDelimiter(cookies, equals)) return { start, end: equals, value: '' };
  if (cookies[equals] !== '=') return undefined;
  let end = equals + 1;
  while (!isDelimiter(cookies, end)) end += 1;
  return { start, end, value: trimBlanks(cookies.slice(equals + 1, end)) };
}

/**
 * Our cookie-pairs in a Cookie header (RFC 6265 section 4.2.1), found by name in linear time.
 * A comma delimits too: HTTP/1.1 header lines that came twice are joined by one. Blanks
 * are SP and HTAB alone.
 */
function findPassPairs(cookies: string): readonly PassPair[] {
  const pairs: PassPair[] = [];
  for (let at = cookies.indexOf(PASS_COOKIE); at >= 0;) {
    const pair = readPair(cookies, at);
    if (pair !== undefined) pairs.push(pair);
    at = cookies.indexOf(PASS_COOKIE, pair?.end ?? at + PASS_COOKIE.length);
  }
  return pairs;
}

/** Unverified tokens in the order in which they are tried, each once. */
export function readPresentedPasses(headers: Headers): readonly string[] {
  const cookies = headers.get('Cookie');
  const header = headers.get(PASS_HEADER);
  const tokens = new Set<string>(header === null ? [] : [header]);
  if (cookies === null) return [...tokens];
  const values = findPassPairs(cookies)
    .map(({ value }) => value)
    .filter((value) => value.length <= MAX_TOKEN_LENGTH && TOKEN_SHAPE.test(value));
  for (const value of values.slice(0, MAX_COOKIES)) tokens.add(value);
  return [...tokens];
}

/** `cookies` without ours, other characters untouched; '' where nothing is left. */
export function removePassCookies(cookies: string): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of findPassPairs(cookies)) {
    // With the delimiter after it; the last pair with the one before it.
    kept += cookies.slice(from, end < cookies.length ? start : Math.max(from, start - 1));
    from = Math.min(cookies.length, end + 1);
  }
  return from === 0 ? cookies : (kept + cookies.slice(from)).replace(/^ /, '');
}

/** `Set-Cookie` of a new pass. No reply ever deletes the cookie (SECURITY-BAR C05). */
export function formatPassCookie(token: string, maxAgeSeconds: number): string {
  return `${PASS_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}
