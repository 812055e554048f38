/**
 * What a policy says of the requests of a log.
 *
 * Owns the step from an entry to a request that can be judged: a log has no header fields beside agent
 * and referer, so a rule that asks for others judges them as absent.
 */
import type { WeighedRequest } from '../core/assessment/traffic.ts';
import type { Decision } from '../core/policy/decision.ts';
import { judgeRequest } from '../core/policy/evaluate-policy.ts';
import type { ExplainablePolicy } from '../core/policy/explain-policy.ts';
import type { RequestCase } from '../core/policy/request-case.ts';
import { askRequest, REFUSED_PATH } from './asked-request.ts';

const NO_FACTS: ReadonlyMap<string, unknown> = new Map();
const HOST = /^[a-z\d.:-]+$/i;

function caseOf({ entry }: WeighedRequest): RequestCase {
  const { target, host, method, userAgent, referer, protocol } = entry;
  const path = target.startsWith('/') ? target : '/';
  const isHost = host !== undefined && HOST.test(host);
  const headers = new Map<string, string>();
  if (userAgent !== '') headers.set('user-agent', userAgent);
  if (referer !== '') headers.set('referer', referer);
  return {
    name: undefined,
    url: /^https?:\/\//i.test(target) ? target : `https://${isHost ? host : 'example.com'}${path}`,
    method: method === '' ? 'GET' : method,
    headers,
    ip: entry.address,
    country: entry.country,
    asn: entry.asn,
    cf: protocol === undefined ? NO_FACTS : new Map([['httpProtocol', protocol]]),
    verifiedBots: [],
  };
}

/** Decides requests of a log by `policy`. */
export function createSampleJudge({
  policy,
}: ExplainablePolicy): (request: WeighedRequest) => Decision {
  return (request) => {
    const asked = askRequest(caseOf(request));
    if (asked.kind !== 'judged') return REFUSED_PATH;
    return judgeRequest(policy, asked.request).decision;
  };
}
