/**
 * Passes as a client presents them: the `Toll-Pass` header, and `__Host-toll` cookies.
 *
 * Owns the names, the reading and the removal of both, and the cookie that is set. Must
 * not know whether a pass is valid. A cookie name is compared byte for byte: trimming
 * Unicode spaces would let look-alike names in (SECURITY-BAR C06).
 */

export const PASS_HEADER = 'Toll-Pass';
export const PASS_COOKIE = '__Host-toll';

/** Same-named cookies that are tried; tossed ones must not lock a visitor out. */
const MAX_COOKIES = 3;

const SPACE = 0x20;
const TAB = 0x09;

/** `text` without SP and HTAB around it, in linear time: a regular expression would backtrack. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  const isBlank = (at: number): boolean => {
    const code = text.charCodeAt(at);
    return code === SPACE || code === TAB;
  };
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/** Name and value of one cookie-pair, SP and HTAB around each removed (RFC 6265 section 5.2). */
function splitPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 0) return [trimBlanks(pair), ''];
  return [trimBlanks(pair.slice(0, equals)), trimBlanks(pair.slice(equals + 1))];
}

/** Unverified tokens in the order in which they are tried, each once. */
export function readPresentedPasses(headers: Headers): readonly string[] {
  const cookies = headers.get('Cookie');
  const header = headers.get(PASS_HEADER);
  const tokens: string[] = header === null ? [] : [header];
  if (cookies === null || !cookies.includes(PASS_COOKIE)) return tokens;
  let tried = 0;
  for (const pair of cookies.split(';')) {
    const [name, value] = splitPair(pair);
    if (name !== PASS_COOKIE || tried === MAX_COOKIES) continue;
    tried += 1;
    if (!tokens.includes(value)) tokens.push(value);
  }
  return tokens;
}

/** `cookies` without ours, other bytes untouched; '' where nothing is left. */
export function removePassCookies(cookies: string): string {
  if (!cookies.includes(PASS_COOKIE)) return cookies;
  const kept = cookies.split(';').filter((pair) => splitPair(pair)[0] !== PASS_COOKIE);
  return kept.join(';').replace(/^ /, '');
}

/** `Set-Cookie` of a new pass. No reply ever deletes the cookie (SECURITY-BAR C05). */
export function formatPassCookie(token: string, maxAgeSeconds: number): string {
  return `${PASS_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}
