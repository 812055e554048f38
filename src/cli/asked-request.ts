/**
 * From a request that is written down to one that a policy judges.
 *
 * Owns what stands in for the platform here: the URL parser and the members of `request.cf`.
 */
import { createClientView } from '../core/client/client-view.ts';
import { createConnectionView } from '../core/client/connection-view.ts';
import type { Decision } from '../core/policy/decision.ts';
import type { PolicyRequest } from '../core/policy/evaluate-policy.ts';
import { readPath, type PathProblem } from '../core/policy/path-views.ts';
import type { RequestCase } from '../core/policy/request-case.ts';
import type { RequestView } from '../core/policy/request-view.ts';
import { identifyClient } from './known-bots.ts';

export type AskedRequest =
  | { readonly kind: 'judged'; readonly url: URL; readonly request: PolicyRequest }
  /** Answered with 400 before any rule. */
  | { readonly kind: 'refused'; readonly url: URL; readonly problem: PathProblem }
  | { readonly kind: 'no-url' };

/** Stands for the answer to a path that the gate refuses. */
export const REFUSED_PATH: Decision = { kind: 'deny', rule: 'path', status: 400 };

/** Paths alone are asked for on this host. */
const DEFAULT_ORIGIN = 'https://example.com';

/** As the gate names hosts: without a trailing dot, without a default port. */
function hostOf({ hostname, port }: URL): string {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return port === '' ? name : `${name}:${port}`;
}

/** The request as the gate would see it; the fragment is never sent (SECURITY-BAR E03). */
export function askRequest(written: RequestCase): AskedRequest {
  const text = written.url.startsWith('/') ? `${DEFAULT_ORIGIN}${written.url}` : written.url;
  const url = URL.parse(text);
  if (url === null) return { kind: 'no-url' };
  const reading = readPath(url.pathname);
  if (!reading.ok) return { kind: 'refused', url, problem: reading.problem };
  const { headers, cf, ip, asn, country, verifiedBots } = written;
  const client = createClientView({
    connectingIp: ip,
    userAgent: headers.get('user-agent'),
    asn: asn ?? cf.get('asn'),
    country: country ?? cf.get('country'),
  });
  const view: RequestView = {
    host: hostOf(url),
    search: url.search,
    header: (name) => headers.get(name.toLowerCase()),
  };
  const facts: unknown = Object.fromEntries(cf);
  const known = identifyClient(client, facts);
  const isNamed = verifiedBots.length > 0;
  const identity = isNamed
    ? { claimed: verifiedBots, verified: verifiedBots, unproven: [] }
    : known;
  const request: PolicyRequest = {
    views: reading.views,
    method: written.method,
    hasQuery: url.search !== '',
    client,
    request: view,
    connection: createConnectionView(() => Object.fromEntries(cf)),
    identity,
  };
  return { kind: 'judged', url, request };
}
