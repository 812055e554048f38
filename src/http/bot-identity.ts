/**
 * Which known bot a visit comes from, for the rules that ask.
 *
 * Owns the joining of evidence: address, signature, Cloudflare's word. Must not know rules. Nearly
 * every visit claims nothing and signs nothing: it costs one look-up in a map and one header.
 */
import { claimsBot, combineEvidence } from '../core/bots/identify-bot.ts';
import type { BotIdentifier, BotIdentity as Evidence } from '../core/bots/identify-bot.ts';
import { readCloudflareVerdict } from '../core/bots/cloudflare-verdict.ts';
import { SIGNED_AGENTS } from '../core/bots/known-bots.ts';
import { toPolicyIdentity } from '../core/bots/policy-identity.ts';
import type { ClientView } from '../core/client/client-view.ts';
import { NO_IDENTITY, type BotIdentity } from '../core/policy/request-view.ts';
import type { Defer, Log } from '../core/ports.ts';
import { LIVE_LIFETIME_SECONDS, verifySignedAgent } from '../core/signed-agent/signed-agent.ts';
import type { Visit } from './visit.ts';

export interface BotPorts {
  readonly botLists: {
    /** Answers at once; what it answers with may be replaced in the background. */
    current(defer: Defer): BotIdentifier;
  };
  readonly agentKeys: {
    /** Never throws; waits for seconds at most, and only where nothing is cached. */
    find(host: string, thumbprint: string, defer: Defer): Promise<CryptoKey | undefined>;
  };
  readonly log: Log;
}

export type Identify = (visit: Visit) => BotIdentity | Promise<BotIdentity>;

const NOBODY: Evidence = { claimed: [], verified: [], isFalse: false };

/** Hosts whose signatures count, to the names of their bots; the operator's are called by host. */
export function signedAgentsOf(hosts: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...SIGNED_AGENTS, ...hosts.map((host) => [host, host] as const)]);
}

/** @param hosts of agents that the operator trusts beside those of `core/bots` */
export function createIdentify(ports: BotPorts, hosts: readonly string[]): Identify {
  const agents = signedAgentsOf(hosts);
  /** Views of clients are kept and used again, so what is known of one is too. */
  const evidence = new WeakMap<ClientView, { by: BotIdentifier | undefined; found: Evidence }>();

  function byAddress({ client, defer }: Visit): Evidence {
    const known = evidence.get(client);
    if (known !== undefined && known.by === undefined) return NOBODY;
    const agent = known === undefined ? client.agentForRules.toLowerCase() : '';
    if (known === undefined && !claimsBot(agent)) {
      evidence.set(client, { by: undefined, found: NOBODY });
      return NOBODY;
    }
    // The lists are looked after only for clients that claim something.
    const identifier = ports.botLists.current(defer);
    if (known?.by === identifier) return known.found;
    const found = identifier.identifyByAddress(client, client.agentForRules.toLowerCase());
    evidence.set(client, { by: identifier, found });
    return found;
  }

  async function bySignature(visit: Visit): Promise<string | undefined> {
    const { url, request, nowSeconds } = visit;
    const verdict = await verifySignedAgent(
      {
        method: request.method,
        scheme: url.protocol === 'http:' ? 'http' : 'https',
        authority: visit.host,
        path: url.pathname,
        query: url.search,
        header: (name) => request.headers.get(name) ?? undefined,
      },
      {
        agents,
        findKey: (host, thumbprint) => ports.agentKeys.find(host, thumbprint, visit.defer),
        nowSeconds,
        maxLifetimeSeconds: LIVE_LIFETIME_SECONDS,
      },
    );
    if (verdict.kind === 'refused') {
      ports.log.event('agent.signature_refused', { reason: verdict.reason });
    }
    return verdict.kind === 'verified' ? verdict.agent : undefined;
  }

  function combine(visit: Visit, signedAgent: string | undefined): BotIdentity {
    const facts: unknown = visit.request.cf;
    const isVerifiedByCloudflare = readCloudflareVerdict(facts).verifiedBot;
    const found = byAddress(visit);
    if (found === NOBODY && signedAgent === undefined && isVerifiedByCloudflare !== true) {
      return NO_IDENTITY;
    }
    const combined = combineEvidence(found, { signedAgent, isVerifiedByCloudflare });
    return toPolicyIdentity(combined);
  }

  return (visit) => {
    if (!visit.request.headers.has('Signature-Input')) return combine(visit, undefined);
    return bySignature(visit).then((signedAgent) => combine(visit, signedAgent));
  };
}
