/**
 * Who is asking: the one place that reads client facts from a request.
 *
 * Owns the accessor (SECURITY-BAR D01, D06): the address is `CF-Connecting-IP` and no
 * other header, country and ASN are `request.cf` and no header at all.
 */
import { createClientView } from '../core/client/client-view.ts';
import type { ClientView } from '../core/client/client-view.ts';

interface ConnectionFacts {
  readonly asn?: unknown;
  readonly country?: unknown;
  readonly colo?: unknown;
}

function connectionFacts(request: Request): ConnectionFacts {
  const facts: object | undefined = request.cf;
  return facts ?? {};
}

export function readClient(request: Request): ClientView {
  const { asn, country } = connectionFacts(request);
  return createClientView({
    connectingIp: request.headers.get('CF-Connecting-IP') ?? undefined,
    userAgent: request.headers.get('User-Agent') ?? undefined,
    asn,
    country,
  });
}

/** Cloudflare location that answers, such as "FRA"; "unknown" in local runs. */
export function readLocation(request: Request): string {
  const { colo } = connectionFacts(request);
  return typeof colo === 'string' ? colo : 'unknown';
}

/**
 * Whether the client is going to show the answer as a page (DESIGN section 1): a
 * navigation, or a client without fetch metadata that accepts HTML.
 */
export function wantsPage(headers: Headers): boolean {
  const mode = headers.get('Sec-Fetch-Mode');
  if (mode !== null) return mode === 'navigate';
  return headers.get('Accept')?.includes('text/html') ?? false;
}
