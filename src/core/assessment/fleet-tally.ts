/**
 * What clients have in common: how low-and-slow fleets are found.
 *
 * Owns the groups (agent, network, autonomous system, part of the site, address) and what a group
 * says of its members. A fleet of households asks a page or two from each of a thousand addresses,
 * so that no client stands out; the group does: among people a certain small part looks bare (loads
 * a page and nothing with it), among a fleet all do.
 *
 * With `b` the part of people that looks bare and `p` that of the group, (p - b) / (1 - b) of the
 * group is automation. The weight is the logarithm of these odds by the odds among all clients. The
 * client itself is left out, so that nobody convicts himself twice, and small groups say little.
 */
import type { ClientRecord } from './client-record.ts';

export const GROUP_KINDS = ['agent', 'network', 'asn', 'place', 'address'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

export interface GroupEvidence {
  readonly kind: GroupKind;
  readonly weight: number;
  readonly members: number;
  readonly bare: number;
}

/** How a client and people at large look. */
export interface BareContext {
  /** Of people, the part that looks bare. */
  readonly baseline: number;
  /** Of the client itself: who shows nothing is not convicted by those beside it. */
  readonly ownScore: number;
}

interface Group {
  members: number;
  bare: number;
}

/** From here on a client looks as if it might be a program: a page without its files is 1.2. */
export const BARE_SCORE = 0.85;
/** Odds that a client of an average site is automation: one in ten. */
const PRIOR = 0.1;
/** Members that a group is thought to have at the prior, beside its own. */
const PSEUDO_MEMBERS = 5;
const MAX_WEIGHT = 2.6;
const MIN_WEIGHT = -0.7;
/** People come to the same places and systems as fleets do; hardly to the same address. */
const TRUST: Readonly<Record<GroupKind, number>> = {
  agent: 1,
  address: 1,
  network: 0.9,
  asn: 0.6,
  place: 0.6,
};
/** What these say holds for every member; the others only for one that looks bare itself. */
const CLOSE: ReadonlySet<GroupKind> = new Set(['agent', 'address', 'network']);
/**
 * Most fleets load no styles and scripts: who does is unlike the others of its group, and so is who
 * asks for what a page elsewhere embeds.
 */
const UNLIKE_PART = 0.3;
/** Of one kind. */
const MAX_GROUPS = 40_000;
/** The bare part among people: measured on the barest quarter of agents, within these bounds. */
const BARE_BOUNDS = { least: 0.02, most: 0.15 } as const;
const LEAST_AGENT_GROUP = 25;

function keyOf(client: ClientRecord, kind: GroupKind): string | undefined {
  switch (kind) {
    case 'agent':
      return client.agent.text;
    case 'network':
      return client.address.network;
    case 'asn':
      return client.address.asn === undefined ? undefined : String(client.address.asn);
    case 'place':
      return client.lastFamily === '' ? undefined : client.lastFamily;
    case 'address':
      return client.address.text;
    default:
      return kind satisfies never;
  }
}

export class FleetTally {
  readonly #groups: Readonly<Record<GroupKind, Map<string, Group>>> = {
    agent: new Map(),
    network: new Map(),
    asn: new Map(),
    place: new Map(),
    address: new Map(),
  };

  readonly #before: FleetTally | undefined;

  /** @param before what was counted of others; it is read, never changed and never copied */
  constructor(before?: FleetTally) {
    this.#before = before;
  }

  add(client: ClientRecord, isBare: boolean): void {
    for (const kind of GROUP_KINDS) {
      const key = keyOf(client, kind);
      if (key === undefined) continue;
      const groups = this.#groups[kind];
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { members: 1, bare: isBare ? 1 : 0 });
      else {
        group.members += 1;
        if (isBare) group.bare += 1;
      }
    }
  }

  /** Forgets groups of one where there are too many: they say nothing. */
  prune(): void {
    for (const kind of GROUP_KINDS) {
      const groups = this.#groups[kind];
      // Room for a while: going through all of them is dear.
      if (groups.size <= MAX_GROUPS) continue;
      for (let least = 2; groups.size > MAX_GROUPS / 2; least *= 2) {
        for (const [key, { members }] of groups) if (members < least) groups.delete(key);
      }
    }
  }

  /** Those counted here and those before. */
  #groupOf(kind: GroupKind, key: string): Group | undefined {
    const own = this.#groups[kind].get(key);
    const before = this.#before === undefined ? undefined : this.#before.#groups[kind].get(key);
    if (own === undefined || before === undefined) return own ?? before;
    return { members: own.members + before.members, bare: own.bare + before.bare };
  }

  /** The part of people that looks bare: that of the agents a quarter from the least bare. */
  bareBaseline(): number {
    const agents = new Set([
      ...this.#groups.agent.keys(),
      ...(this.#before === undefined ? [] : this.#before.#groups.agent.keys()),
    ]);
    const parts = [...agents]
      .map((agent) => this.#groupOf('agent', agent))
      .filter((group) => group !== undefined)
      .filter(({ members }) => members >= LEAST_AGENT_GROUP)
      .map(({ members, bare }) => bare / members)
      .toSorted((a, b) => a - b);
    const part = parts[Math.floor(parts.length / 4)] ?? BARE_BOUNDS.most;
    return Math.min(BARE_BOUNDS.most, Math.max(BARE_BOUNDS.least, part));
  }

  #weigh(
    client: ClientRecord,
    kind: GroupKind,
    { baseline, ownScore }: BareContext,
  ): GroupEvidence | undefined {
    const key = keyOf(client, kind);
    const group = key === undefined ? undefined : this.#groupOf(kind, key);
    if (group === undefined || group.members < 2) return undefined;
    const others = group.members - 1;
    const isBare = ownScore >= BARE_SCORE;
    const bare = (group.bare - (isBare ? 1 : 0)) / others;
    const automated = Math.max(0, (bare - baseline) / (1 - baseline));
    const part = (others * automated + PSEUDO_MEMBERS * PRIOR) / (others + PSEUDO_MEMBERS);
    const weight = Math.log(part / (1 - part)) - Math.log(PRIOR / (1 - PRIOR));
    const bounded = Math.min(MAX_WEIGHT, Math.max(MIN_WEIGHT, weight));
    return { kind, weight: TRUST[kind] * bounded, ...group };
  }

  /**
   * What the groups of a client say of it, the strongest first. Groups overlap, so the second that
   * speaks against it counts half and further ones nothing; of those that speak for it, the strongest.
   * Contract: the client was added, as bare or not.
   */
  evidenceOf(client: ClientRecord, context: BareContext): readonly GroupEvidence[] {
    const { ownScore } = context;
    if (ownScore <= 0) return [];
    const isBare = ownScore >= BARE_SCORE;
    const { documents, shellStatics, referredStatics } = client;
    const isUnlike = documents > 0 ? shellStatics > 0 : referredStatics > 0;
    const part = Math.min(1, ownScore / BARE_SCORE) * (isUnlike ? UNLIKE_PART : 1);
    const found: GroupEvidence[] = [];
    for (const kind of GROUP_KINDS) {
      if (!isBare && !CLOSE.has(kind)) continue;
      const evidence = this.#weigh(client, kind, context);
      if (evidence !== undefined) found.push({ ...evidence, weight: part * evidence.weight });
    }
    const sorted = found.toSorted((a, b) => b.weight - a.weight);
    const against = sorted.filter(({ weight }) => weight > 0);
    const [first, second] = against;
    const least = sorted.at(-1);
    return [
      ...(first === undefined ? [] : [first]),
      ...(second === undefined ? [] : [{ ...second, weight: second.weight / 2 }]),
      ...(least === undefined || least.weight >= 0 || !isBare ? [] : [least]),
    ];
  }
}

const NOUNS: Readonly<Record<GroupKind, string>> = {
  agent: 'clients with this user agent',
  network: 'clients of this network',
  asn: 'clients of this autonomous system',
  place: 'clients that ask for this part of the site',
  address: 'clients of this address',
};

/** "of 812 clients with this user agent 805 load a page and nothing with it". */
export function sayGroup({ kind, members, bare }: GroupEvidence): string {
  const [all, some] = [members, bare].map((count) => count.toLocaleString('en-US'));
  return `of ${all} ${NOUNS[kind]} ${some} look like programs`;
}
