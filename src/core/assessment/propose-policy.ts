/**
 * What a policy for this traffic would say, each rule with its reason.
 *
 * Owns which finding becomes which rule. A rule denies only what cannot be a visitor: who claims a bot
 * that he is not, and paths that no site serves. Everything that rests on behaviour is charged and
 * never denied, for a person who is taken for a program can still pay. Must not know YAML.
 */
import { purposeOf, type BotPurpose } from '../bots/bot-purposes.ts';
import { KNOWN_BOTS } from '../bots/known-bots.ts';
import type { NamedSum } from './top-counter.ts';
import type { FamilyTraffic, Traffic } from './traffic.ts';

export interface ProposedRule {
  /** As it would be written in a policy file. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** In a sentence or two. */
  readonly reason: string;
}

/** A family, a network or an agent counts from this part of all requests on. */
const LEAST_PART = 0.002;
/** Of the requests of a network, a system or an agent, the part of automation from which it is one. */
const MOSTLY = 0.95;
const MAX_NETWORKS = 40;
const MAX_AGENTS = 20;
const MAX_ASNS = 20;
const MAX_FAMILIES = 12;
/** Addresses of one fleet. */
const LEAST_FLEET = 5;
/** Twice the default entry fee, and four times: 1.3 and 2.6 s of a telephone in the middle at the most. */
const DEAR_SOLUTIONS = 64;
const FLEET_SOLUTIONS = 128;

const WELCOME: ReadonlySet<BotPurpose> = new Set([
  'search',
  'ai-search',
  'ai-user',
  'preview',
  'monitor',
  'archive',
  'feed',
]);

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (part: number): string => `${Math.round(100 * part)} %`;

function automationPart({ byClass, requests }: NamedSum): number {
  return byClass.automation / Math.max(1, requests);
}

function welcomeBots({ bots }: Traffic): ProposedRule | undefined {
  const welcome = new Set(
    KNOWN_BOTS.map(({ name }) => name).filter((name) => WELCOME.has(purposeOf(name))),
  );
  const seen = bots.filter(({ name, byClass }) => welcome.has(name) && byClass['verified-bot'] > 0);
  if (seen.length === 0) return undefined;
  const requests = seen.reduce((sum, { byClass }) => sum + byClass['verified-bot'], 0);
  return {
    rule: {
      name: 'welcome-bots',
      action: 'allow',
      limited: true,
      method: ['GET', 'HEAD'],
      verifiedBot: seen.map(({ name }) => name),
    },
    reason: `${whole(requests)} requests of bots whose addresses prove them, and that bring readers. limited keeps each below the ceiling of its network.`,
  };
}

function falseBots({ classes }: Traffic): ProposedRule | undefined {
  const { clients, requests } = classes['false-bot'];
  if (clients === 0) return undefined;
  return {
    rule: { name: 'false-bots', action: 'deny', status: 403, falseBot: ['*'] },
    reason: `${whole(clients)} clients with ${whole(requests)} requests claim a bot whose addresses are published, and come from elsewhere.`,
  };
}

/** No site serves these: nothing honest is lost, whatever runs behind the gate. */
const HOLES = ['/.env', '/.env.*', '/.git/*', '/.aws/*', '/.ssh/*', '/.svn/*'];

function holes({ sample }: Traffic): ProposedRule | undefined {
  const probes = sample.filter(({ kind, entry }) => kind === 'probe' && entry.status >= 400);
  const requests = probes.reduce((sum, { standsFor }) => sum + standsFor, 0);
  if (probes.length === 0) return undefined;
  return {
    rule: { name: 'holes', action: 'deny', status: 404, path: HOLES },
    reason: `About ${whole(requests)} requests looked for files that give a server away. These are never served to anybody.`,
  };
}

/** The patterns of a family; `undefined` where it has no name of its own. */
function pathsOf(family: string): readonly string[] | undefined {
  const isNamed = /^\/[\w.~-]+(?:\/[\w.~-]+)*(?:\/\*?)?$/.test(family) && family !== '/*';
  if (!isNamed) return undefined;
  if (family.endsWith('/*')) return [family];
  return family.endsWith('/') ? [family, `${family}*`] : [family];
}

function isWanted({ shares, requests }: FamilyTraffic, all: number): boolean {
  return shares.automation >= 0.4 && shares.browser < 0.4 && requests >= 5 * LEAST_PART * all;
}

function wantedParts(traffic: Traffic, usualPrice: number): ProposedRule | undefined {
  const wanted = traffic.families
    .filter((family) => isWanted(family, traffic.requests) && pathsOf(family.family) !== undefined)
    .slice(0, MAX_FAMILIES);
  if (wanted.length === 0) return undefined;
  const names = wanted
    .slice(0, 4)
    .map(({ family, shares }) => `${family} (${percent(shares.automation)})`);
  return {
    rule: {
      name: 'wanted-parts',
      action: 'charge',
      requestPrice: 4 * usualPrice,
      path: [...new Set(wanted.flatMap(({ family }) => pathsOf(family) ?? []))],
    },
    reason: `What automation takes most: ${names.join(', ')}. Four times the price of a request: the entry fee stays, so nobody waits longer for a first page.`,
  };
}

function crowdedNetworks(traffic: Traffic): ProposedRule | undefined {
  const crowded = traffic.automationNetworks
    .filter(
      (network) =>
        automationPart(network) >= MOSTLY &&
        network.byClass.browser === 0 &&
        network.requests >= (LEAST_PART / 2) * traffic.requests &&
        !network.name.startsWith('unknown'),
    )
    .slice(0, MAX_NETWORKS);
  if (crowded.length === 0) return undefined;
  const requests = crowded.reduce((sum, network) => sum + network.requests, 0);
  return {
    rule: {
      name: 'automated-networks',
      action: 'charge',
      minSolutions: FLEET_SOLUTIONS,
      network: crowded.map(({ name }) => name),
    },
    reason: `${whole(crowded.length)} networks with ${whole(requests)} requests, none of which looks like a browser's. Look at the list again in a month: networks change hands.`,
  };
}

function fleets(traffic: Traffic): ProposedRule | undefined {
  const agents = traffic.automationAgents
    .filter(
      (agent) =>
        automationPart(agent) >= MOSTLY &&
        agent.clients >= LEAST_FLEET &&
        agent.requests >= (LEAST_PART / 4) * traffic.requests &&
        agent.name.length < 200 &&
        agent.name.length > 30,
    )
    .slice(0, MAX_AGENTS);
  if (agents.length === 0) return undefined;
  const clients = agents.reduce((sum, agent) => sum + agent.clients, 0);
  return {
    rule: {
      name: 'fleets',
      action: 'charge',
      minSolutions: FLEET_SOLUTIONS,
      agent: agents.map(({ name }) => name),
    },
    reason: `${whole(clients)} clients share these ${whole(agents.length)} user agents and behave alike: they load pages and nothing with them. A person with the same browser waits four times as long and gets in.`,
  };
}

function hosting(traffic: Traffic): ProposedRule | undefined {
  const asns = traffic.asns
    .filter(
      (asn) =>
        (asn.byClass.automation + asn.byClass['false-bot']) / asn.requests >= 0.6 &&
        asn.byClass.browser < 0.05 * asn.requests &&
        asn.requests >= LEAST_PART * traffic.requests,
    )
    .slice(0, MAX_ASNS);
  if (asns.length === 0) return undefined;
  return {
    rule: {
      name: 'automated-systems',
      action: 'charge',
      minSolutions: DEAR_SOLUTIONS,
      asn: asns.map(({ name }) => Number(name.slice(2))),
    },
    reason: `Autonomous systems that send programs and hardly a browser: ${asns
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')}.`,
  };
}

export interface Proposal {
  /** `balanced` brings what most sites want behind these rules. */
  readonly preset: 'balanced';
  readonly rules: readonly ProposedRule[];
  /** What was seen and needs no rule. */
  readonly remarks: readonly string[];
}

function remarksOn({ classes, bots }: Traffic): readonly string[] {
  const declared = classes['declared-bot'];
  const training = bots.filter(({ name, byClass }) => {
    const isSeen = byClass['verified-bot'] + byClass['declared-bot'] > 0;
    return isSeen && purposeOf(name) === 'ai-training';
  });
  return [
    ...(declared.requests === 0
      ? []
      : [
          `${whole(declared.requests)} requests of ${whole(declared.clients)} programs that say what they are get no rule: they are charged as everybody is, and most of them cannot pay. Allow those that you need by network.`,
        ]),
    ...(training.length === 0
      ? []
      : [
          `Crawlers for training (${training.map(({ name }) => name).join(', ')}) are charged, too. To let them in, add their names to welcome-bots.`,
        ]),
  ];
}

/** @param usualPrice attempts of a request where no rule says otherwise */
export function proposePolicy(traffic: Traffic, usualPrice: number): Proposal {
  const rules = [
    welcomeBots(traffic),
    falseBots(traffic),
    holes(traffic),
    fleets(traffic),
    crowdedNetworks(traffic),
    hosting(traffic),
    wantedParts(traffic, usualPrice),
  ].filter((rule) => rule !== undefined);
  return { preset: 'balanced', rules, remarks: remarksOn(traffic) };
}
