/**
 * A table of exact paths: all that the demo needs of a router.
 *
 * Owns the look-up by path and method; must not know what the handlers do.
 */
import type { Ledger, LedgerEntry } from './ledger.ts';

/** The bindings of demo/wrangler.toml. */
export interface DemoEnv {
  readonly ASSETS: { fetch(request: Request | string): Promise<Response> };
}

/** What every handler receives. */
export interface Visit {
  readonly request: Request;
  readonly url: URL;
  readonly env: DemoEnv;
  readonly ledger: Ledger;
  /** This request's entry in the ledger; a request that asks the ledger itself has one too. */
  readonly entry: LedgerEntry;
}

export type Handle = (visit: Visit) => Response | Promise<Response>;

/** `ANY` matches every method; `GET` also matches HEAD. */
export type Method = 'ANY' | 'GET' | 'POST' | 'DELETE';

export type Route = readonly [method: Method, path: string, handle: Handle];

/** What the table says about a method and a path. */
export type Match =
  | { readonly kind: 'found'; readonly handle: Handle }
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'not-found' };

/** Looks a request up; a HEAD finds the GET route. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const here = routes.filter((route) => route[1] === path);
  const hit = here.find((route) => route[0] === 'ANY' || route[0] === wanted);
  if (hit !== undefined) return { kind: 'found', handle: hit[2] };
  if (here.length === 0) return { kind: 'not-found' };
  const allowed = here.flatMap((route) => (route[0] === 'GET' ? ['GET', 'HEAD'] : [route[0]]));
  return { kind: 'wrong-method', allow: allowed.join(', ') };
}
