/**
 * The demo origin: a small site to put behind the gate in local runs.
 *
 * Counts every request, finds its handler, and answers 404, 405 and 500 itself.
 * It knows nothing of the gate but the header `Toll-Verdict`, which it shows.
 */
import { ROUTES } from './routes.ts';
import { createLedger } from './ledger.ts';
import { replyNotFound, replyServerError } from './pages/failures.ts';
import { matchRoute, type DemoEnv, type Visit } from './router.ts';

/** Asking the ledger must not change what it says. */
const LEDGER_PATH = '/api/seen';

const ledger = createLedger();

async function replyFile({ request, env }: Visit): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return replyNotFound(request);
  const file = await env.ASSETS.fetch(request);
  return file.status === 404 ? replyNotFound(request) : file;
}

async function reply(visit: Visit): Promise<Response> {
  const match = matchRoute(ROUTES, visit.request.method, visit.url.pathname);
  if (match.kind === 'found') return match.handle(visit);
  if (match.kind === 'not-found') return replyFile(visit);
  return new Response(null, { status: 405, headers: { Allow: match.allow } });
}

/** A HEAD reply is the GET reply without its body; an upgraded socket must stay as it is. */
function finish(request: Request, response: Response): Response {
  if (response.webSocket !== null && response.webSocket !== undefined) return response;
  const finished = new Response(request.method === 'HEAD' ? null : response.body, response);
  finished.headers.set('Demo-Seen', String(ledger.count()));
  return finished;
}

const worker = {
  async fetch(request: Request, env: DemoEnv): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname + url.search;
    const entry =
      url.pathname === LEDGER_PATH
        ? { method: request.method, path }
        : ledger.record(request.method, path);
    try {
      return finish(request, await reply({ request, url, env, ledger, entry }));
    } catch {
      return finish(request, replyServerError(request));
    }
  },
};

// oxlint-disable-next-line import/no-default-export -- the Workers runtime looks for it
export default worker;
