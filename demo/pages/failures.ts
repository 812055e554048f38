/** The ways in which an origin fails or sends people elsewhere; the gate must pass them through. */
import { html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** 404: there is no such page. */
export function replyNotFound(request: Request): Response {
  const main = html`<h1>No such path</h1>
    <p>The river is here, but no bridge. <a href="/">Go back to the bridge.</a></p>`;
  return replyPage(request, { title: 'No such path', path: '', main, status: 404 });
}

/** 500: a handler failed. */
export function replyServerError(request: Request): Response {
  const main = html`<h1>The bridge is closed</h1>
    <p>Something failed at the origin, not at the gate.</p>`;
  return replyPage(request, { title: 'Closed', path: '', main, status: 500 });
}

/** `/error` with any method: fails as a real origin would. */
export function failOnPurpose(): Response {
  throw new Error('the demo origin fails here on purpose');
}

/**
 * `/redirect?to=/path&status=302`: only to a path of this origin; a target that would leave it,
 * or no redirect status, is 400.
 */
export function redirect({ url }: Visit): Response {
  const to = url.searchParams.get('to') ?? '/';
  const status = Number(url.searchParams.get('status') ?? 302);
  const target = URL.canParse(to, url) ? new URL(to, url) : undefined;
  if (!to.startsWith('/') || target?.origin !== url.origin || !REDIRECTS.has(status)) {
    return new Response('to is a path of this site, status a redirect.\n', { status: 400 });
  }
  return new Response(null, {
    status,
    headers: { Location: target.pathname + target.search + target.hash },
  });
}
