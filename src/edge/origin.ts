/**
 * The origin: a service binding, a URL, or the zone's own.
 *
 * Owns where a request goes; never follows a redirect, never takes a host from the
 * request when ORIGIN_URL is set (SECURITY-BAR F08).
 */

export interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

/** @param originUrl scheme and authority without a path; path and query stay as judged */
function createUrlOrigin(originUrl: string): Fetcher {
  return {
    fetch(request) {
      const { origin } = new URL(request.url);
      return fetch(new Request(originUrl + request.url.slice(origin.length), request));
    },
  };
}

const zoneOrigin: Fetcher = { fetch: (request) => fetch(request) };

export function createOrigin(service: Fetcher | undefined, originUrl: string | undefined): Fetcher {
  return service ?? (originUrl === undefined ? zoneOrigin : createUrlOrigin(originUrl));
}
