/**
 * Which bot a client is: what its user agent claims, and what proves that.
 *
 * Owns the decision (SECURITY-BAR D03). Must not know rules.
 *
 * Only what is claimed is verified. A browser at one of Googlebot's addresses is no Googlebot: the
 * operator's people, its cloud's customers and its other services sit in the same networks, and a
 * rule that lets a crawler through says nothing of them. A signature needs no claim beside it: it
 * names its agent itself.
 */
import type { ClientView } from '../client/client-view.ts';
import { createNetworkSet } from '../client/network-set.ts';
import type { NetworkSet } from '../client/network-set.ts';
import type { ListName } from './address-lists.ts';
import type { BotLists } from './bot-lists.ts';
import { KNOWN_BOTS } from './known-bots.ts';
import type { KnownBot, Proof } from './known-bots.ts';
import { unpackNetworks } from './pack-networks.ts';

export interface BotIdentity {
  /** Names of the bots that the user agent claims to be. */
  readonly claimed: readonly string[];
  /** Names of the bots that the client was proved to be. */
  readonly verified: readonly string[];
  /**
   * The client claims a bot that can be verified here and is not that bot. `undefined`: it cannot
   * be told, because the address or the autonomous system is unknown.
   */
  readonly isFalse: boolean | undefined;
}

export interface BotIdentifier {
  /** @param agent user agent in lower case, as rules read it */
  identifyByAddress(client: ClientView, agent: string): BotIdentity;
}

const NOBODY: BotIdentity = { claimed: [], verified: [], isFalse: false };

/** What one proof, or all proofs of a bot, say of a client. */
type Finding = 'proved' | 'refuted' | 'unknown' | 'silent';

function findClaims(agent: string): readonly KnownBot[] {
  const claims = KNOWN_BOTS.filter(({ needles }) => needles.some((text) => agent.includes(text)));
  if (claims.length < 2) return claims;
  const replaced = new Set(claims.flatMap(({ insteadOf }) => insteadOf ?? []));
  return claims.filter(({ name }) => !replaced.has(name));
}

/** Whether an agent, in lower case, claims any bot of the table. */
export function claimsBot(agent: string): boolean {
  return KNOWN_BOTS.some(({ needles }) => needles.some((text) => agent.includes(text)));
}

/** A bot with two proofs is proved by either; it is refuted only where no proof is left open. */
function combineFindings(findings: readonly Finding[]): Finding {
  for (const finding of ['proved', 'unknown', 'refuted'] as const) {
    if (findings.includes(finding)) return finding;
  }
  return 'silent';
}

function checkAsn(proof: Extract<Proof, { by: 'asn' }>, client: ClientView): Finding {
  if (client.asn === undefined) return proof.refutes ? 'unknown' : 'silent';
  if (proof.asns.includes(client.asn)) return 'proved';
  return proof.refutes ? 'refuted' : 'silent';
}

/** Compiles each list when it is first asked for; afterwards a look-up costs O(log n). */
export function createBotIdentifier(lists: BotLists): BotIdentifier {
  const compiled = new Map<ListName, NetworkSet>();

  function setOf(name: ListName): NetworkSet | undefined {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const networks = unpackNetworks(lists.get(name)?.packed ?? '');
    if (networks === undefined) return undefined;
    const set = createNetworkSet(networks);
    compiled.set(name, set);
    return set;
  }

  function checkList(proof: Extract<Proof, { by: 'list' }>, client: ClientView): Finding {
    const set = setOf(proof.list);
    if (set === undefined) return 'silent';
    if (client.address === undefined) return proof.refutes ? 'unknown' : 'silent';
    if (set.contains(client.address)) return 'proved';
    return proof.refutes ? 'refuted' : 'silent';
  }

  function check(proof: Proof, client: ClientView): Finding {
    switch (proof.by) {
      case 'list':
        return checkList(proof, client);
      case 'asn':
        return checkAsn(proof, client);
      case 'signature':
        return 'silent';
      default:
        return proof satisfies never;
    }
  }

  return {
    identifyByAddress(client, agent) {
      const claims = findClaims(agent);
      if (claims.length === 0) return NOBODY;
      const findings = claims.map(({ proofs }) =>
        combineFindings(proofs.map((proof) => check(proof, client))),
      );
      const isRefuted = findings.includes('refuted');
      return {
        claimed: claims.map(({ name }) => name),
        verified: claims.filter((_, at) => findings[at] === 'proved').map(({ name }) => name),
        isFalse: isRefuted ? true : findings.includes('unknown') ? undefined : false,
      };
    },
  };
}

/** What is known of a client beside its address. */
export interface OtherEvidence {
  /** Name of the bot of a verified signature. */
  readonly signedAgent: string | undefined;
  /** Cloudflare's own word; `undefined` on most plans. */
  readonly isVerifiedByCloudflare: boolean | undefined;
}

/** The name under which a bot counts that Cloudflare verified: it does not say which one it is. */
export const CLOUDFLARE_VERIFIED = 'cloudflare-verified';

/**
 * The identity by all that is known. A signature proves its own agent, and Cloudflare's word that
 * the client is a verified bot; neither proves the bot that the user agent claims. Cloudflare's
 * word does clear a claim that only our own list, which may be old, refutes, and a signature the
 * claim to be its agent.
 */
export function combineEvidence(byAddress: BotIdentity, other: OtherEvidence): BotIdentity {
  const { signedAgent, isVerifiedByCloudflare } = other;
  const added = [
    ...(signedAgent === undefined ? [] : [signedAgent]),
    ...(isVerifiedByCloudflare === true ? [CLOUDFLARE_VERIFIED] : []),
  ];
  if (added.length === 0) return byAddress;
  const verified = [...new Set([...byAddress.verified, ...added])];
  const isCleared =
    isVerifiedByCloudflare === true || byAddress.claimed.every((name) => verified.includes(name));
  return { ...byAddress, verified, isFalse: isCleared ? false : byAddress.isFalse };
}
