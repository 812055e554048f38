/**
 * Known bots as the commands need them: by the address lists that came with this version.
 *
 * Owns the step from `core/bots` to what a policy reads. A running gate may have newer lists.
 */
import { readSnapshot } from '../core/bots/bot-lists.ts';
import { readCloudflareVerdict } from '../core/bots/cloudflare-verdict.ts';
import {
  CLOUDFLARE_VERIFIED,
  combineEvidence,
  createBotIdentifier,
} from '../core/bots/identify-bot.ts';
import { purposeOf } from '../core/bots/bot-purposes.ts';
import { KNOWN_BOTS, type KnownBot } from '../core/bots/known-bots.ts';
import { unpackNetworks } from '../core/bots/pack-networks.ts';
import { toPolicyIdentity } from '../core/bots/policy-identity.ts';
import { formatAddress } from '../core/client/address.ts';
import type { ClientView } from '../core/client/client-view.ts';
import type { KnownCrawler } from '../core/policy/crawler-report.ts';
import type { BotNames } from '../core/policy/document/review-bots.ts';
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

/** For `check`. */
export const BOT_NAMES: BotNames = {
  known: new Set(KNOWN_BOTS.map(({ name }) => name)),
  provable: new Set([
    ...KNOWN_BOTS.filter(({ proofs }) => proofs.length > 0).map(({ name }) => name),
    CLOUDFLARE_VERIFIED,
  ]),
};

/** For `export crawlers`. */
export function listCrawlers(): readonly KnownCrawler[] {
  return KNOWN_BOTS.map((bot) => ({
    name: bot.name,
    agent: bot.needles[0] ?? bot.name,
    addressSample: sampleOf(bot),
    purpose: purposeOf(bot.name),
  }));
}

/** Who a client is by its user agent, its address, and Cloudflare's word in `cf`. */
export function identifyClient(client: ClientView, cf: unknown): BotIdentity {
  const agent = client.agentForRules.toLowerCase();
  const byAddress = IDENTIFIER.identifyByAddress(client, agent);
  const isVerifiedByCloudflare = readCloudflareVerdict(cf).verifiedBot;
  const evidence = { signedAgent: undefined, isVerifiedByCloudflare };
  return toPolicyIdentity(combineEvidence(byAddress, evidence));
}
