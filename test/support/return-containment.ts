/**
 * Whether a path, sent as `Location`, keeps a browser on the origin.
 *
 * Owns this one judgement, shared by the corpora in workerd and the unit tests; must not
 * share code with `src/http/return-path.ts`, which it judges.
 */

/** A header would carry it, encoded by the platform: never what a parser returns. */
export const NOT_VISIBLE_ASCII = 'is not visible ASCII';

/** What is wrong with `path` on `origin`; `undefined` where nothing is. */
export function containmentProblem(path: string, origin: string): string | undefined {
  if (!/^[\u0021-\u007e]+$/.test(path)) return NOT_VISIBLE_ASCII;
  if (!/^\/(?![/\\])/.test(path)) return 'is no path of this origin';
  let location: string | null;
  try {
    location = new Response(null, { status: 303, headers: { Location: path } }).headers.get(
      'Location',
    );
  } catch {
    return 'cannot be sent as a header';
  }
  if (location !== path) return 'is changed by the header';
  for (const from of ['/', '/.toll/redeem', '/a/b/?c=/d#e']) {
    const target = URL.parse(location, origin + from);
    if (target?.origin !== origin) return `leaves the origin from ${from}`;
    if (target.username !== '' || target.password !== '') return 'carries user info';
  }
  return undefined;
}
