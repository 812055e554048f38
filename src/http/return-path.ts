/**
 * Where a visitor may be sent after paying: a path of this origin and nothing else.
 *
 * Owns the strict function of SECURITY-BAR 6.2 (C01). `startsWith('/')` alone lets a
 * quarter of the public open-redirect corpora through. The answer is always the parser's
 * own spelling, so what was checked is what is used.
 */

/** Longest return path, in characters, before and after it is serialised again. */
export const MAX_RETURN_PATH_LENGTH = 2048;

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
const FORBIDDEN = /[\u0000-\u0020\u007f\\]/;
const SAFE = /^\/(?![/\\])/;

/** The path, query and fragment of `raw` on `origin`; `undefined` where it is not surely a path of it. */
export function parseReturnPath(raw: string, origin: string): string | undefined {
  if (raw.length > MAX_RETURN_PATH_LENGTH || !SAFE.test(raw) || FORBIDDEN.test(raw))
    return undefined;
  const url = URL.parse(raw, origin);
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '')
    return undefined;
  const path = url.pathname + url.search + url.hash;
  return path.length <= MAX_RETURN_PATH_LENGTH && SAFE.test(path) ? path : undefined;
}
