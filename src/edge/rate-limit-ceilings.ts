/**
 * Ceilings on Cloudflare's rate-limiting bindings.
 *
 * Owns which limiter counts what under which key. A limiter counts per location,
 * approximately, and has no remaining count. One that throws admits: a visitor with a
 * pass must not suffer for it (SECURITY-BAR 3.27); a missing free allowance grants nothing.
 */
import type { ClientView } from '../core/client/client-view.ts';
import type { Ceilings, Log } from '../core/ports.ts';

/** The rate-limiting binding (Cloudflare's own interface). */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

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

export function createCeilings(limiters: CeilingLimiters, log: Log): Ceilings {
  async function admits(limiter: RateLimiter, key: string): Promise<boolean> {
    try {
      return (await limiter.limit({ key })).success;
    } catch (error) {
      log.event('ratelimit.error', { error: error instanceof Error ? error.name : 'unknown' });
      return true;
    }
  }

  return {
    async admitsRequest(passId, client) {
      const network = client.isHosting ? limiters.HOSTING_CEILING : limiters.NETWORK_CEILING;
      const [isPassBelow, isNetworkBelow] = await Promise.all([
        admits(limiters.PASS_CEILING, passId),
        admits(network, client.network),
      ]);
      return isPassBelow && isNetworkBelow;
    },
    admitsPatience: (client) => admits(limiters.PATIENCE_PACE, pacingKey(client)),
    async grantsFreeRequest(client) {
      const { FREE_ALLOWANCE } = limiters;
      if (FREE_ALLOWANCE === undefined || client.isHosting) return false;
      try {
        return (await FREE_ALLOWANCE.limit({ key: client.pacingNetwork })).success;
      } catch {
        return false;
      }
    },
    async admitsRecord(client, location) {
      const [isNetworkBelow, isLocationBelow] = await Promise.all([
        admits(limiters.RECORD_PACE_NETWORK, client.network),
        admits(limiters.RECORD_PACE_LOCATION, location),
      ]);
      return isNetworkBelow && isLocationBelow;
    },
  };
}
