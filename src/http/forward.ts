/**
 * The way to the origin and back (SECURITY-BAR F06, F07).
 *
 * Owns what is stripped and set on both ways; must not know why a request may pass.
 * The URL and the body are forwarded as they came, `Authorization` is untouched.
 */
import { PASS_COOKIE, removePassCookies } from './presented-pass.ts';

/** Why the origin sees the request. */
export type Verdict =
  | 'allow'
  | 'free'
  | 'pass'
  /** The policy is in dry-run: nothing was decided. */
  | 'monitor'
  /** The gate failed, and the rule says that it opens then. */
  | 'degraded';

/** With an underscore too: CGI, WSGI and PHP fold both into one name. */
const OWN_NAME = /^toll[-_]/;
/** Headers by which some servers let a client choose another path or method than was judged. */
const OVERRIDES = ['X-Original-URL', 'X-Rewrite-URL', 'X-HTTP-Method-Override'];
export const VERDICT_HEADER = 'Toll-Verdict';
export const ASSERTION_HEADER = 'Toll-Assertion';

/**
 * Removes our cookie and every client copy of a `Toll-*` header, then sets the verdict and, where the
 * gate signs one, the assertion.
 */
export function originRequest(request: Request, verdict: Verdict, assertion?: string): Request {
  const forwarded = new Request(request, { redirect: 'manual' });
  const { headers } = forwarded;
  for (const name of request.headers.keys()) {
    if (OWN_NAME.test(name)) headers.delete(name);
  }
  const cookies = headers.get('Cookie');
  if (cookies !== null) {
    const kept = removePassCookies(cookies);
    if (kept === '') headers.delete('Cookie');
    else if (kept !== cookies) headers.set('Cookie', kept);
  }
  // A client that lists our header in Connection must not get it removed on the way.
  headers.delete('Connection');
  // What nobody paid for rests on path and method alone, so nothing may speak of others.
  if (verdict === 'allow' || verdict === 'degraded')
    for (const name of OVERRIDES) headers.delete(name);
  headers.set(VERDICT_HEADER, verdict);
  if (assertion !== undefined) headers.set(ASSERTION_HEADER, assertion);
  return forwarded;
}

function isHostile(headers: Headers): boolean {
  if (headers.get('Set-Cookie')?.includes(PASS_COOKIE) === true) return true;
  for (const name of headers.keys()) if (OWN_NAME.test(name)) return true;
  return false;
}

/** The origin's response as it came, unless it speaks in our name: then without those headers. */
export function clientResponse(response: Response): Response {
  if (response.webSocket !== null || !isHostile(response.headers)) return response;
  const cleaned = new Response(response.body, response);
  for (const name of response.headers.keys()) {
    if (OWN_NAME.test(name)) cleaned.headers.delete(name);
  }
  cleaned.headers.delete('Set-Cookie');
  for (const cookie of response.headers.getSetCookie()) {
    if (!cookie.trimStart().startsWith(`${PASS_COOKIE}=`))
      cleaned.headers.append('Set-Cookie', cookie);
  }
  return cleaned;
}

/** CSS, scripts, images and fonts: one page is about one request (DESIGN section 3). */
const STATIC_TYPE = /^\s*(?:text\/css|(?:text|application)\/(?:x-)?javascript|image\/|font\/)/i;

/** Whether a response is of the cheap class. A 304 carries nothing that could be scraped. */
export function isStaticResponse(response: Response): boolean {
  return response.status === 304 || STATIC_TYPE.test(response.headers.get('Content-Type') ?? '');
}
