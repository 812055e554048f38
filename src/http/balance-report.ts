/**
 * What a visitor's own page may know of its pass: `Server-Timing` on forwarded replies.
 *
 *   Server-Timing: toll-balance;dur=117, toll-fresh;dur=120, toll-pace;dur=2, toll-expires;dur=3480000
 *
 *   toll-balance  requests left, at the price of the request that was answered
 *   toll-fresh    requests that the least pass of this place buys, at the same price
 *   toll-pace     requests a minute since the pass was issued, in tenths
 *   toll-expires  milliseconds until the pass expires
 *
 * Owns this format, which `browser/top-up/balance.ts` reads (W3C Server Timing). It is chosen
 * because scripts of the same origin can read it without storage and without a request more, while
 * the cookie stays HttpOnly. It tells nobody but the holder of the pass, and only what this
 * isolate has counted.
 */
import type { Debits } from '../core/ports.ts';
import type { ChargeTerms } from '../core/policy/rule.ts';
import type { PassClaims } from '../core/token/pass-token.ts';

const SECONDS_PER_MINUTE = 60;

export interface PaidRequest {
  readonly claims: PassClaims;
  readonly terms: ChargeTerms;
  readonly nowSeconds: number;
}

function formatBalance(leftAttempts: number, { claims, terms, nowSeconds }: PaidRequest): string {
  const { requestPrice, minSolutions, attemptsPerSolution } = terms;
  const fresh = Math.floor((minSolutions * attemptsPerSolution) / requestPrice);
  // A pass that was issued a moment ago has no pace yet: its first requests count for a minute.
  const minutes = Math.max(1, (nowSeconds - claims.iat) / SECONDS_PER_MINUTE);
  const pace = (claims.credit - leftAttempts) / requestPrice / minutes;
  const metrics = {
    balance: Math.floor(leftAttempts / requestPrice),
    fresh,
    pace: Math.round(pace * 10) / 10,
    expires: (claims.exp - nowSeconds) * 1000,
  };
  return Object.entries(metrics)
    .map(([name, value]) => `toll-${name};dur=${value}`)
    .join(', ');
}

/**
 * `response` with the balance after this request, appended to what the origin measured; a reader
 * takes the last of a name, so the origin's own metrics cannot stand in for these. A joined
 * WebSocket is left alone.
 */
export function reportBalance(response: Response, paid: PaidRequest, debits: Debits): Response {
  if (response.webSocket !== null) return response;
  const { jti: passId, credit } = paid.claims;
  const reported = new Response(response.body, response);
  reported.headers.append('Server-Timing', formatBalance(debits.left(passId, credit), paid));
  return reported;
}
