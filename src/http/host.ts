/**
 * The canonical host: `aud` of every token, and what HOSTS lists.
 *
 * Owns one function: lower-case A-label without a trailing dot, the scheme's default
 * port dropped, other ports kept. The URL parser does all but the dot (measured in
 * workerd: `site.test.` and `site.test.:8080` keep theirs).
 */
export function canonicalHost(url: URL): string {
  const name = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname;
  return url.port === '' ? name : `${name}:${url.port}`;
}
