/**
 * The router under Hono: the first route that was added and matches answers.
 *
 * Owns the comparison of a path with a dozen routes: byte for byte, or a `*` at the end. Hono's own
 * routers know parameters and chains of middleware, which nothing here uses, and are a fortieth of
 * the bundle.
 */
import type { Result, Router } from 'hono/router';

interface Route<Handler> {
  /** Upper case; `ALL`: any. */
  readonly method: string;
  readonly path: string;
  readonly handler: Handler;
}

/** As in Hono, `/x/*` is `/x` too. */
function matchesPath(route: string, path: string): boolean {
  if (!route.endsWith('/*')) return route === path;
  return path === route.slice(0, -2) || path.startsWith(route.slice(0, -1));
}

export class FirstMatchRouter<Handler> implements Router<Handler> {
  name = 'FirstMatchRouter';
  readonly #routes: Route<Handler>[] = [];

  add(method: string, path: string, handler: Handler): void {
    this.#routes.push({ method, path, handler });
  }

  match(method: string, path: string): Result<Handler> {
    const found = this.#routes.find(
      (route) =>
        (route.method === method || route.method === 'ALL') && matchesPath(route.path, path),
    );
    return [found === undefined ? [] : [[found.handler, {}]]];
  }
}
