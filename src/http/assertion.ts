/**
 * `Toll-Assertion`: what the gate signs about a request that it forwards (SECURITY-BAR G01, D07).
 *
 * Owns what the assertion is made from; must not know why the request may pass.
 */
import { JTI_BYTES } from '../core/token/claims.ts';
import { issueAssertion } from '../core/token/assertion-token.ts';
import { encodeBase64url } from '../core/wire/base64url.ts';
import type { Verdict } from './forward.ts';
import type { GateSetup, Visit } from './visit.ts';

/** `undefined` where no key is configured. */
export type Assert = (visit: Visit, verdict: Verdict) => Promise<string | undefined>;

export function createAssert({ assertions, ports }: GateSetup): Assert {
  return async function assertVisit({ request, url, host, nowSeconds }, verdict) {
    // Signing costs 85 us (65 of them Ed25519, Node 24, shared 2-core machine): only where it is asked for.
    if (assertions === undefined) return undefined;
    const { protocol, pathname, search } = url;
    const { method } = request;
    return issueAssertion(
      assertions,
      { host, method, url: `${protocol}//${host}${pathname}`, search, verdict },
      { jti: encodeBase64url(ports.random.bytes(JTI_BYTES)), nowSeconds },
    );
  };
}
