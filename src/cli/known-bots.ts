/**
 * Known bots, as far as the commands need them.
 *
 * Owns the two places where `core/bots` is plugged in. Until then nobody is known: claims and
 * addresses prove nothing here, and requests name verified bots themselves.
 */
import type { ClientView } from '../core/client/client-view.ts';
import type { KnownCrawler } from '../core/policy/crawler-report.ts';
import { NO_IDENTITY, type BotIdentity } from '../core/policy/request-view.ts';

/** For `export crawlers`. */
export const KNOWN_CRAWLERS: readonly KnownCrawler[] = [];

/** Who a client is by its user agent and its address. */
export function identifyClient(_client: ClientView): BotIdentity {
  return NO_IDENTITY;
}
