/**
 * Entries of a log, collected for a replay.
 *
 * Owns the columns and their bounds, who is one client, and which classes pay, reckon or do neither.
 * Must not know formats or files.
 */
import type { LogEntry } from '../access-log/log-entry.ts';
import type { ClientClass } from '../assessment/client-class.ts';
import { createClientView } from '../client/client-view.ts';
import { isHostingNetwork } from '../client/hosting-networks.ts';
import {
  MAX_REPLAYED_NAMES,
  MAX_REPLAYED_REQUESTS,
  type ReplayedClient,
  type ReplayedLog,
} from './replayed-log.ts';

const KINDS: Readonly<Record<ClientClass, ReplayedClient['kind']>> = {
  browser: 'visitor',
  automation: 'attacker',
  'false-bot': 'attacker',
  'declared-bot': 'other',
  'verified-bot': 'other',
};

/** A column that grows. */
class Column<Store extends Float64Array | Uint32Array> {
  #store: Store;
  readonly #create: (length: number) => Store;
  #length = 0;

  constructor(create: (length: number) => Store) {
    this.#create = create;
    this.#store = create(1024);
  }

  push(value: number): void {
    if (this.#length === this.#store.length) {
      const larger = this.#create(2 * this.#length);
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store[this.#length] = value;
    this.#length += 1;
  }

  /** In the given order. */
  ordered(order: Uint32Array): Store {
    const column = this.#create(order.length);
    for (const [at, from] of order.entries()) column[at] = this.#store[from] ?? 0;
    return column;
  }

  at(index: number): number {
    return this.#store[index] ?? 0;
  }
}

/** Distinct texts, numbered; the texts are copies, so that no chunk of a log is kept by a part of it. */
class Names {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** `undefined`: there are too many already. */
  numberOf(text: string): number | undefined {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.texts.length >= MAX_REPLAYED_NAMES) return undefined;
    const own = ` ${text}`.slice(1);
    this.#numbers.set(own, this.texts.length);
    return this.texts.push(own) - 1;
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }
}

function keyOf(address: string, agent: string): string {
  return `${address} ${agent}`;
}

export class LogCollector {
  readonly #times = new Column((length) => new Float64Array(length));
  readonly #client = new Column((length) => new Uint32Array(length));
  readonly #target = new Column((length) => new Uint32Array(length));
  readonly #clients = new Names();
  readonly #targets = new Names();
  readonly #asns = new Map<number, number>();
  readonly #classes = new Map<number, ClientClass>();
  #length = 0;
  #leftOut = 0;

  /** Entries that were beyond the bounds. */
  get leftOut(): number {
    return this.#leftOut;
  }

  add({ timeMs, address, userAgent, method, target, asn }: LogEntry): void {
    const isFull = this.#length >= MAX_REPLAYED_REQUESTS;
    const client = isFull ? undefined : this.#clients.numberOf(keyOf(address, userAgent));
    const asked = isFull ? undefined : this.#targets.numberOf(`${method} ${target}`);
    if (client === undefined || asked === undefined) {
      this.#leftOut += 1;
      return;
    }
    if (asn !== undefined) this.#asns.set(client, asn);
    this.#times.push(timeMs);
    this.#client.push(client);
    this.#target.push(asked);
    this.#length += 1;
  }

  /** Who is who; a client that nobody judged is taken for a browser. */
  judge(client: { readonly address: string; readonly agent: string }, kind: ClientClass): void {
    const found = this.#clients.find(keyOf(client.address, client.agent));
    if (found !== undefined) this.#classes.set(found, kind);
  }

  #clientOf(key: string, at: number): ReplayedClient {
    const space = key.indexOf(' ');
    const written = key.slice(0, space);
    const agent = key.slice(space + 1);
    const asn = this.#asns.get(at);
    const facts = { connectingIp: written, userAgent: agent, asn, country: undefined };
    const { addressText, network } = createClientView(facts);
    const group = this.#classes.get(at) ?? 'browser';
    // A log without systems says nothing of hosting; the gate, which knows them, is stricter.
    const isHosting = asn !== undefined && isHostingNetwork(asn);
    return { kind: KINDS[group], group, agent, address: addressText, network, asn, isHosting };
  }

  /** `undefined` where nothing was added. */
  finish(): ReplayedLog | undefined {
    if (this.#length === 0) return undefined;
    const order = Uint32Array.from({ length: this.#length }, (_, at) => at);
    // Servers write a request when it ends: logs are nearly in order, and several may be put together.
    order.sort((a, b) => this.#times.at(a) - this.#times.at(b) || a - b);
    const times = this.#times.ordered(order);
    const [first = 0] = times;
    const seconds = times.map((timeMs) => (timeMs - first) / 1000);
    return {
      seconds,
      client: this.#client.ordered(order),
      target: this.#target.ordered(order),
      clients: this.#clients.texts.map((key, at) => this.#clientOf(key, at)),
      targets: this.#targets.texts,
      hours: (seconds.at(-1) ?? 0) / 3600,
    };
  }
}
