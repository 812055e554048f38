/**
 * The clients that are being watched, at most so many.
 *
 * Owns finding a client by its address and agent, and the bound: where the table is full, the half
 * of the clients that rested longest is handed over and forgotten. A client that comes back later is
 * a new one.
 */
import type { BotIdentifier } from '../bots/identify-bot.ts';
import { parseAddress } from '../client/address.ts';
import { createClientView } from '../client/client-view.ts';
import { isHostingNetwork } from '../client/hosting-networks.ts';
import { networkOf } from '../client/network.ts';
import { readAgent, type AgentFacts } from './agent-facts.ts';
import { ClientRecord, type AddressFacts, type KnownKind } from './client-record.ts';
import { DistinctSketches } from './distinct-sketches.ts';
import { FactCache, ownText } from './fact-cache.ts';

/** Something that several clients share, kept while any of them is. */
interface Shared<Facts> {
  readonly id: number;
  readonly key: string;
  readonly facts: Facts;
  clients: number;
}

interface SharedAddress extends Shared<AddressFacts> {
  /** The client of this address that came last: most addresses have one. */
  last: Seat | undefined;
}

/** A client with what it holds. */
interface Seat {
  readonly client: ClientRecord;
  readonly address: SharedAddress;
  readonly agent: Shared<AgentFacts>;
  readonly key: number;
}

/** What of a line says who came. */
export interface WhoCame {
  readonly address: string;
  readonly userAgent: string;
  readonly lacksAgent?: true | undefined;
  readonly asn?: number | undefined;
  readonly country?: string | undefined;
}

const NETWORK_BITS = { v4Bits: 24, v6Bits: 56 };
const MAX_NETWORKS = 65_536;
/** Judging takes a look at everybody, so it has to make room for many. */
const EVICTED_PART = 0.5;
/** Identities below it keep two of them in one exact number. */
const ID_SPACE = 2 ** 26;
const DECLARED: KnownKind = { class: 'declared-bot', botName: undefined };
const UNDECIDED: KnownKind = { class: undefined, botName: undefined };

/** Stands for an agent where the log has none: behaviour alone decides. */
const NOT_LOGGED: AgentFacts = {
  text: '(not logged)',
  kind: 'browser',
  family: 'other',
  majorVersion: 0,
  oddity: undefined,
  isHeadless: false,
};

export class ClientTable {
  readonly sketches: DistinctSketches;
  readonly #maxClients: number;
  readonly #identifier: BotIdentifier;
  readonly #addresses = new Map<string, SharedAddress>();
  readonly #agents = new Map<string, Shared<AgentFacts>>();
  readonly #seats = new Map<number, Seat>();
  readonly #networks = new FactCache((network: string) => network, MAX_NETWORKS);
  readonly #freeSlots: number[] = [];
  #nextId = 0;
  #lastSeat: Seat | undefined;

  constructor(maxClients: number, identifier: BotIdentifier) {
    this.#maxClients = maxClients;
    this.#identifier = identifier;
    this.sketches = new DistinctSketches(maxClients);
    for (let slot = maxClients - 1; slot >= 0; slot -= 1) this.#freeSlots.push(slot);
  }

  get size(): number {
    return this.#seats.size;
  }

  get isFull(): boolean {
    return this.#seats.size >= this.#maxClients;
  }

  *clients(): Generator<ClientRecord> {
    for (const { client } of this.#seats.values()) yield client;
  }

  /** One text for all addresses of a network. */
  #networkOf(network: string): string {
    return this.#networks.get(network);
  }

  #newId(): number {
    this.#nextId = (this.#nextId + 1) % ID_SPACE;
    return this.#nextId;
  }

  #addressOf({ address, asn, country }: WhoCame): SharedAddress {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    const key = ownText(address);
    const parsed = parseAddress(key);
    const network =
      parsed === undefined ? `unknown (${key.slice(0, 45)})` : networkOf(parsed, NETWORK_BITS);
    const facts: AddressFacts = {
      text: key,
      network: this.#networkOf(network),
      asn,
      country,
      isHosting: asn !== undefined && isHostingNetwork(asn),
    };
    const made = { id: this.#newId(), key, facts, clients: 0, last: undefined };
    this.#addresses.set(key, made);
    return made;
  }

  #agentOf({ userAgent, lacksAgent }: WhoCame): Shared<AgentFacts> {
    const known = this.#agents.get(lacksAgent === true ? NOT_LOGGED.text : userAgent);
    if (known !== undefined) return known;
    const key = lacksAgent === true ? NOT_LOGGED.text : ownText(userAgent);
    const facts = lacksAgent === true ? NOT_LOGGED : readAgent(key);
    const made = { id: this.#newId(), key, facts, clients: 0 };
    this.#agents.set(key, made);
    return made;
  }

  #identify(address: SharedAddress, { text, kind }: AgentFacts): KnownKind {
    if (kind === 'program') return DECLARED;
    if (kind !== 'known-bot') return UNDECIDED;
    // Made anew for the few that claim a bot: kept for every address it would be the largest part.
    const { asn, country } = address.facts;
    const view = createClientView({
      connectingIp: address.key,
      userAgent: undefined,
      asn,
      country,
    });
    const found = this.#identifier.identifyByAddress(view, text.toLowerCase());
    const { claimed, verified, isFalse } = found;
    const botName = verified[0] ?? claimed[0];
    if (verified.length > 0) return { class: 'verified-bot', botName };
    return { class: isFalse === true ? 'false-bot' : 'declared-bot', botName };
  }

  /** The client of a line. Contract: the table is not full. */
  find(who: WhoCame): ClientRecord {
    const before = this.#lastSeat;
    // A page and its files come one after the other.
    if (before?.address.key === who.address && before.agent.key === who.userAgent)
      return before.client;
    const seat = this.#findSeat(who);
    this.#lastSeat = seat;
    return seat.client;
  }

  #findSeat(who: WhoCame): Seat {
    const address = this.#addressOf(who);
    const agent = this.#agentOf(who);
    if (address.last?.agent === agent) return address.last;
    const key = address.id * ID_SPACE + agent.id;
    const known = this.#seats.get(key);
    if (known !== undefined) {
      address.last = known;
      return known;
    }
    const slot = this.#freeSlots.pop();
    if (slot === undefined) throw new RangeError('find in a full table');
    this.sketches.clear(slot);
    const facts = { address: address.facts, agent: agent.facts };
    const client = new ClientRecord(facts, slot, this.#identify(address, agent.facts));
    const seat: Seat = { client, address, agent, key };
    this.#seats.set(key, seat);
    address.clients += 1;
    agent.clients += 1;
    address.last = seat;
    return seat;
  }

  #remove({ client, address, agent, key }: Seat): void {
    this.#seats.delete(key);
    this.#freeSlots.push(client.slot);
    address.clients -= 1;
    agent.clients -= 1;
    if (address.last?.client === client) address.last = undefined;
    if (address.clients === 0) this.#addresses.delete(address.key);
    if (agent.clients === 0) this.#agents.delete(agent.key);
  }

  /** Forgets half of the clients, those that rested longest, and hands them over. */
  evict(): readonly ClientRecord[] {
    this.#lastSeat = undefined;
    const seats = [...this.#seats.values()].toSorted((a, b) => a.client.last - b.client.last);
    const evicted = seats.slice(0, Math.max(1, Math.floor(seats.length * EVICTED_PART)));
    for (const seat of evicted) this.#remove(seat);
    return evicted.map(({ client }) => client);
  }
}
