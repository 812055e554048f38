/**
 * Who is asking: the one place that reads client facts from a request.
 *
 * Owns the accessor (SECURITY-BAR D01, D06): the address is `CF-Connecting-IP` and no
 * other header; country, ASN and the connection are `request.cf` and no header at all.
 */
import { BoundedMap } from '../core/bounded-map.ts';
import { createClientView } from '../core/client/client-view.ts';
import type { ClientView } from '../core/client/client-view.ts';
import { createConnectionView } from '../core/client/connection-view.ts';
import type { ConnectionView } from '../core/policy/request-view.ts';

interface ConnectionFacts {
  readonly asn?: unknown;
  readonly country?: unknown;
  readonly colo?: unknown;
  readonly clientAcceptEncoding?: unknown;
}

function connectionFacts(request: Request): ConnectionFacts {
  const facts: object | undefined = request.cf;
  return facts ?? {};
}

/** Visitors come more than once: reading an address anew costs 15 us of every request. */
const views = new BoundedMap<ClientView>({ maxEntries: 2000, maxBytes: 2_000_000 });
const VIEW_BYTES = 400;
/** A longer user agent is read anew each time. */
const MAX_KEPT_AGENT = 512;

export function readClient(request: Request): ClientView {
  const { asn, country } = connectionFacts(request);
  const connectingIp = request.headers.get('CF-Connecting-IP') ?? undefined;
  const userAgent = request.headers.get('User-Agent') ?? undefined;
  const facts = { connectingIp, userAgent, asn, country };
  if ((userAgent?.length ?? 0) > MAX_KEPT_AGENT) return createClientView(facts);
  const key = JSON.stringify([connectingIp, userAgent, asn, country]);
  const known = views.get(key);
  if (known !== undefined) return known;
  const view = createClientView(facts);
  views.set(key, view, VIEW_BYTES);
  return view;
}

/** Read when a rule asks for it. */
export function readConnection(request: Request): ConnectionView {
  return createConnectionView(() => connectionFacts(request));
}

/**
 * `Accept-Encoding` as the client sent it: the header that reaches a Worker is Cloudflare's own
 * (request.cf.clientAcceptEncoding, Cloudflare's documentation of IncomingRequestCfProperties).
 */
export function readClientAcceptEncoding(request: Request): string | undefined {
  const { clientAcceptEncoding } = connectionFacts(request);
  return typeof clientAcceptEncoding === 'string' ? clientAcceptEncoding : undefined;
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
