/**
 * What a policy is told of a request, and what it says.
 *
 * Owns the one way from a visit to a judgement, for the request itself and for a path that a client
 * asks about. A view is a shell: what no rule asks for is not read. Must not act on the decision.
 */
import { errorName } from '../core/error-name.ts';
import type { Judgement, PolicyRequest } from '../core/policy/evaluate-policy.ts';
import { judgeRequest } from '../core/policy/evaluate-policy.ts';
import { readPath } from '../core/policy/path-views.ts';
import type { BotIdentity, RequestView } from '../core/policy/request-view.ts';
import { readClientAcceptEncoding, readConnection } from './client-facts.ts';
import type { Ports, Visit } from './visit.ts';

/** What is asked for: the request's own target, or another one on this origin. */
export interface PolicyTarget {
  readonly method: string;
  /** As in `URL.pathname`. */
  readonly pathname: string;
  /** As in `URL.search`. */
  readonly search: string;
}

/** `undefined` for a path that is refused before any rule. */
export type Judge = (visit: Visit, target: PolicyTarget) => Promise<Judgement | undefined>;

/** Not "nobody": who cannot be identified escapes no denial by that, and gets no allow. */
const UNIDENTIFIED: BotIdentity = { claimed: [], verified: undefined, unproven: undefined };

class VisitView implements RequestView {
  readonly host: string;
  readonly search: string;
  readonly #request: Request;

  constructor({ host, request }: Visit, search: string) {
    this.host = host;
    this.search = search;
    this.#request = request;
  }

  header(name: string): string | undefined {
    // Cloudflare asks the Worker for "gzip, br" whatever the client asked for, and says so.
    if (name === 'accept-encoding') {
      const sent = readClientAcceptEncoding(this.#request);
      if (sent !== undefined) return sent;
    }
    return this.#request.headers.get(name) ?? undefined;
  }
}

export type JudgePorts = Pick<Ports, 'identify' | 'log'>;

export function createJudge({ ports }: { readonly ports: JudgePorts }): Judge {
  function fail(error: unknown): BotIdentity {
    ports.log.event('identity.error', { error: errorName(error) });
    return UNIDENTIFIED;
  }

  function identify(visit: Visit): BotIdentity | Promise<BotIdentity> {
    try {
      const identity = ports.identify(visit);
      return identity instanceof Promise ? identity.catch(fail) : identity;
    } catch (error) {
      return fail(error);
    }
  }

  return async function judge(visit, { method, pathname, search }) {
    const reading = readPath(pathname);
    if (!reading.ok) return undefined;
    const identity = identify(visit);
    const request: PolicyRequest = {
      views: reading.views,
      method,
      hasQuery: search !== '',
      client: visit.client,
      request: new VisitView(visit, search),
      connection: readConnection(visit.request),
      identity: identity instanceof Promise ? await identity : identity,
    };
    return judgeRequest(visit.active.policy, request);
  };
}
