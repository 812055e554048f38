/**
 * Ceilings on Cloudflare's rate-limiting bindings.
 *
 * Owns which limiter counts what under which key, and what follows when one throws: a
 * visitor with a pass is admitted (SECURITY-BAR 3.27), everything that is given away or
 * costs the operator money is not. A limiter counts per location, approximately, and has
 * no remaining count.
 */
import { errorName } from '../core/error-name.ts';
import type { ClientView } from '../core/client/client-view.ts';
import type { Ceilings, Log } from '../core/ports.ts';

/** The rate-limiting binding (Cloudflare's own interface). */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** The bindings without which the gate stays closed. */
export const REQUIRED_LIMITERS = [
  'PASS_CEILING',
  'NETWORK_CEILING',
  'HOSTING_CEILING',
  'PATIENCE_PACE',
  'RECORD_PACE_NETWORK',
  'RECORD_PACE_LOCATION',
] as const;

export interface CeilingLimiters {
  readonly PASS_CEILING: RateLimiter;
  readonly NETWORK_CEILING: RateLimiter;
  readonly HOSTING_CEILING: RateLimiter;
  readonly PATIENCE_PACE: RateLimiter;
  readonly RECORD_PACE_NETWORK: RateLimiter;
  readonly RECORD_PACE_LOCATION: RateLimiter;
  readonly FREE_ALLOWANCE?: RateLimiter;
}

/** A hosting network is paced as a whole: its addresses cost its customers nothing. */
function pacingKey(client: ClientView): string {
  return client.isHosting && client.asn !== undefined ? `AS${client.asn}` : client.pacingNetwork;
}

/** @param isCurbed whether the price of a client's network is at its end, and the lower ceiling holds */
export function createCeilings(
  limiters: CeilingLimiters,
  log: Log,
  isCurbed: (client: ClientView) => boolean = () => false,
): Ceilings {
  /** @param onFailure what a limiter that throws is taken to have said */
  async function ask(limiter: RateLimiter, key: string, onFailure: boolean): Promise<boolean> {
    try {
      return (await limiter.limit({ key })).success;
    } catch (error) {
      log.event('ratelimit.error', { error: errorName(error) });
      return onFailure;
    }
  }

  function admitsNetwork(client: ClientView): Promise<boolean> {
    const { HOSTING_CEILING, NETWORK_CEILING } = limiters;
    const isLow = client.isHosting || isCurbed(client);
    return ask(isLow ? HOSTING_CEILING : NETWORK_CEILING, client.network, true);
  }

  return {
    admitsNetwork,
    // One after the other: what the pass's ceiling refuses must not use up its neighbours' share.
    admitsRequest: async (passId, client) =>
      (await ask(limiters.PASS_CEILING, passId, true)) && admitsNetwork(client),
    admitsPatience: (client) => ask(limiters.PATIENCE_PACE, pacingKey(client), false),
    async grantsFreeRequest(client) {
      const { FREE_ALLOWANCE } = limiters;
      if (FREE_ALLOWANCE === undefined || client.isHosting) return false;
      return ask(FREE_ALLOWANCE, client.pacingNetwork, false);
    },
    admitsRecord: async (client, location) =>
      (await ask(limiters.RECORD_PACE_NETWORK, client.network, false)) &&
      ask(limiters.RECORD_PACE_LOCATION, location, false),
  };
}
