/**
 * Known bots as the commands need them: by the address lists that came with this version.
 *
 * Owns the step from `core/bots` to what a policy reads. A running gate may have newer lists.
 */
import { readSnapshot } from '../core/bots/bot-lists.ts';
import { createBotIdentifier } from '../core/bots/identify-bot.ts';
import { KNOWN_BOTS, type KnownBot } from '../core/bots/known-bots.ts';
import { unpackNetworks } from '../core/bots/pack-networks.ts';
import { toPolicyIdentity } from '../core/bots/policy-identity.ts';
import { formatAddress } from '../core/client/address.ts';
import type { ClientView } from '../core/client/client-view.ts';
import type { KnownCrawler } from '../core/policy/crawler-report.ts';
import type { BotIdentity } from '../core/policy/request-view.ts';

const LISTS = readSnapshot();
const IDENTIFIER = createBotIdentifier(LISTS);

/** The first address of the first published list that proves the bot. */
function sampleOf({ proofs }: KnownBot): string | undefined {
  for (const proof of proofs) {
    const packed = proof.by === 'list' ? LISTS.get(proof.list)?.packed : undefined;
    const [network] = (packed === undefined ? undefined : unpackNetworks(packed)) ?? [];
    if (network !== undefined) return formatAddress(network);
  }
  return undefined;
}

/** For `export crawlers`. */
export function listCrawlers(): readonly KnownCrawler[] {
  return KNOWN_BOTS.map((bot) => ({
    name: bot.name,
    agent: bot.needles[0] ?? bot.name,
    addressSample: sampleOf(bot),
    purpose: bot.purpose,
  }));
}

/** Who a client is by its user agent and its address. */
export function identifyClient(client: ClientView): BotIdentity {
  const agent = client.agentForRules.toLowerCase();
  return toPolicyIdentity(IDENTIFIER.identifyByAddress(client, agent));
}
