/**
 * Sums over clients that were judged.
 *
 * Owns them; must not know how a client is judged.
 */
import type { ClientClass } from './client-class.ts';
import type { ClientRecord } from './client-record.ts';
import { forEachClass, TopCounter } from './top-counter.ts';
import type { ClassTraffic, JudgedClient, SignalCount } from './traffic.ts';
import type { Evidence } from './verdict.ts';

const MAX_NETWORKS = 100_000;
const MAX_AGENTS = 20_000;
const MAX_FEW = 2000;
const MAX_PEAK = 4096;
export const EXAMPLES = 25;
/** An agent as a name in tables. */
const AGENT_NAME = 200;

type MutableTraffic = { -readonly [Key in keyof ClassTraffic]: ClassTraffic[Key] };

interface SignalSum {
  automation: number;
  browsers: number;
  weight: number;
}

function emptyTraffic(): MutableTraffic {
  return {
    clients: 0,
    requests: 0,
    bytes: 0,
    documents: 0,
    statics: 0,
    notFound: 0,
    refused: 0,
    serverErrors: 0,
    originMs: 0,
    clientHours: 0,
  };
}

export class VerdictTally {
  readonly classes: Readonly<Record<ClientClass, MutableTraffic>> = forEachClass(emptyTraffic);
  readonly networks = new TopCounter(MAX_NETWORKS);
  readonly asns = new TopCounter(MAX_NETWORKS);
  readonly countries = new TopCounter(MAX_FEW);
  readonly agents = new TopCounter(MAX_AGENTS);
  readonly bots = new TopCounter(MAX_FEW);
  readonly programs = new TopCounter(MAX_AGENTS);
  readonly #signals = new Map<string, SignalSum>();
  readonly #peaks = new Uint32Array(MAX_PEAK);
  #examples: JudgedClient[] = [];

  #addNames(client: ClientRecord, kind: ClientClass): void {
    const { address, agent, botName } = client;
    this.networks.add(address.network, kind, client);
    if (address.asn !== undefined) this.asns.add(`AS${address.asn}`, kind, client);
    if (address.country !== undefined) this.countries.add(address.country, kind, client);
    const name = agent.text === '' ? '(none)' : agent.text.slice(0, AGENT_NAME);
    if (botName !== undefined) this.bots.add(botName, kind, client);
    else if (kind === 'declared-bot') this.programs.add(name, kind, client);
    else this.agents.add(name, kind, client);
  }

  add(client: ClientRecord, kind: ClientClass): void {
    const sums = this.classes[kind];
    sums.clients += 1;
    sums.requests += client.requests;
    sums.bytes += client.bytes;
    sums.documents += client.documents;
    sums.statics += client.statics;
    sums.notFound += client.notFound;
    sums.refused += client.refused;
    sums.serverErrors += client.serverErrors;
    sums.originMs += client.originMs;
    sums.clientHours += client.activeHours;
    this.#addNames(client, kind);
    if (kind === 'browser') {
      const peak = Math.min(MAX_PEAK - 1, client.peakMinute);
      this.#peaks[peak] = (this.#peaks[peak] ?? 0) + 1;
    }
  }

  addEvidence(kind: ClientClass, evidence: readonly Evidence[]): void {
    for (const { signal, weight } of evidence) {
      let sum = this.#signals.get(signal);
      if (sum === undefined) {
        sum = { automation: 0, browsers: 0, weight: 0 };
        this.#signals.set(signal, sum);
      }
      if (kind === 'automation') sum.automation += 1;
      else sum.browsers += 1;
      sum.weight += weight;
    }
  }

  /** Whether a client with so many requests is among the largest so far. */
  wantsExample(requests: number): boolean {
    const least = this.#examples.at(-1);
    return this.#examples.length < EXAMPLES || least === undefined || requests > least.requests;
  }

  addExample(client: JudgedClient): void {
    this.#examples = [...this.#examples, client]
      .toSorted((a, b) => b.requests - a.requests)
      .slice(0, EXAMPLES);
  }

  get examples(): readonly JudgedClient[] {
    return this.#examples;
  }

  signals(): readonly SignalCount[] {
    return [...this.#signals]
      .map(([signal, { automation, browsers, weight }]) => {
        return { signal, automation, browsers, meanWeight: weight / (automation + browsers) };
      })
      .toSorted((a, b) => b.automation - a.automation);
  }

  /** The least peak that a part `share` of browsers stays at or below. */
  peakOf(share: number): number {
    let rest = share * this.classes.browser.clients;
    for (const [peak, clients] of this.#peaks.entries()) {
      rest -= clients;
      if (rest <= 0) return peak;
    }
    return MAX_PEAK;
  }
}
