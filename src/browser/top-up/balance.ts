/**
 * What a reply told of the pass that paid for it.
 *
 * Owns reading `Server-Timing` as `http/balance-report.ts` writes it, from the timing entries of
 * navigations and resources; must not know what is done about it.
 */

export interface Balance {
  /** Requests left. */
  readonly requests: number;
  /** Requests that the least pass buys. */
  readonly fresh: number;
  /** Requests a minute since the pass was issued. */
  readonly pace: number;
  /** On the page's own clock. */
  readonly expiresMs: number;
  /** Where those prices are asked. */
  readonly path: string;
  /** When the request was made, on the page's own clock. */
  readonly requestedMs: number;
}

/** The part of PerformanceResourceTiming that is read; a navigation entry is one too. */
export interface TimedReply {
  readonly name: string;
  readonly startTime: number;
  readonly responseStart: number;
  readonly transferSize?: number;
  readonly serverTiming?: readonly { readonly name: string; readonly duration: number }[];
}

/**
 * `undefined` where the reply says nothing. One out of the browser's cache tells of another day
 * (its transfer size is 0), and one of another origin of another pass.
 */
export function readBalance(reply: TimedReply, origin: string): Balance | undefined {
  const { name, startTime, responseStart, transferSize, serverTiming = [] } = reply;
  // The last of a name wins: the gate appends its own to the origin's.
  const metrics = new Map(serverTiming.map((each) => [each.name, each.duration]));
  const requests = metrics.get('toll-balance');
  const fresh = metrics.get('toll-fresh');
  const expires = metrics.get('toll-expires');
  if (requests === undefined || fresh === undefined || expires === undefined) return undefined;
  const url = new URL(name);
  if (transferSize === 0 || url.origin !== origin) return undefined;
  return {
    requests,
    fresh,
    pace: metrics.get('toll-pace') ?? 0,
    expiresMs: responseStart + expires,
    path: url.pathname,
    requestedMs: startTime,
  };
}
