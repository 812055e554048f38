/**
 * Reads entries one after the other and says at the end who came.
 *
 * Owns the order of things: who a line is of, what it adds, when clients are judged. Its memory is
 * bounded, whatever is read. Must not know formats, files or policies.
 */
import type { LogEntry } from '../access-log/log-entry.ts';
import type { BotIdentifier } from '../bots/identify-bot.ts';
import type { RandomSource } from '../random-source.ts';
import { CLIENT_CLASSES, type ClientClass } from './client-class.ts';
import type { ClientRecord, Visit } from './client-record.ts';
import { ClientTable } from './client-table.ts';
import { BARE_SCORE, FleetTally } from './fleet-tally.ts';
import { RequestSample } from './request-sample.ts';
import { scoreOf } from './signals.ts';
import { SiteTally } from './site-facts.ts';
import { readTarget } from './target-facts.ts';
import { forEachClass } from './top-counter.ts';
import type { Traffic, WeighedRequest } from './traffic.ts';
import { refererHashOf, TrafficTally } from './traffic-tally.ts';
import { VerdictTally } from './verdict-tally.ts';
import { explainClient, groupScoreOf, judgeClient, type Surroundings } from './verdict.ts';

export interface AssessorOptions {
  readonly identifier: BotIdentifier;
  /** For the samples. */
  readonly random: RandomSource;
  /** Clients that are watched at a time; 60,000 where it is left out. */
  readonly maxClients?: number;
  /** Requests drawn of each kind of client; 5,000 where it is left out, twice that of browsers. */
  readonly sampleSize?: number;
  /** Told each client with its class, once. */
  readonly onVerdict?: (client: ClientRecord, kind: ClientClass) => void;
}

export const DEFAULT_MAX_CLIENTS = 60_000;
export const DEFAULT_SAMPLE = 5000;
/** Clients called automation whose evidence is counted: all of them below this number. */
const COUNTED_VERDICTS = 200_000;

export class Assessor {
  readonly #options: AssessorOptions;
  readonly #table: ClientTable;
  readonly #traffic = new TrafficTally();
  readonly #verdicts = new VerdictTally();
  readonly #samples: Readonly<Record<ClientClass, RequestSample>>;
  /** Of clients that were forgotten. */
  readonly #site = new SiteTally();
  readonly #fleets = new FleetTally();
  #forgotten = 0;
  #judged = 0;
  #referer = '';
  #refererHash = 0;

  constructor(options: AssessorOptions) {
    const { maxClients = DEFAULT_MAX_CLIENTS, sampleSize = DEFAULT_SAMPLE, random } = options;
    this.#options = options;
    this.#table = new ClientTable(maxClients, options.identifier);
    // Browsers and automation cannot be told apart yet: they share the sample named `browser`.
    this.#samples = forEachClass(
      (kind) =>
        new RequestSample(kind === 'browser' ? 2 * sampleSize : sampleSize, random.fork(kind)),
    );
  }

  /** Clients that are watched now. */
  get watched(): number {
    return this.#table.size;
  }

  /** The files of a page name the same one, one after the other. */
  #hashReferer(referer: string): number {
    if (referer !== this.#referer) {
      this.#referer = referer;
      this.#refererHash = refererHashOf(referer);
    }
    return this.#refererHash;
  }

  add(entry: LogEntry): void {
    if (this.#table.isFull) this.#makeRoom();
    const client = this.#table.find(entry);
    const target = readTarget(entry.target);
    const referer = this.#traffic.refererOf(entry, target.kind);
    const { protocol, originMs } = entry;
    const visit: Visit = {
      timeSeconds: Math.floor(entry.timeMs / 1000),
      method: entry.method,
      status: entry.status,
      bytes: entry.bytes,
      originMs,
      target,
      referer,
      refererHash: referer === 'own' ? this.#hashReferer(entry.referer) : 0,
      isOldProtocol: protocol !== undefined && protocol.startsWith('HTTP/1'),
    };
    client.add(visit, this.#table.sketches);
    this.#traffic.add(entry, target);
    const sample = this.#samples[client.knownClass ?? 'browser'];
    sample.offer(entry, { kind: target.kind, family: target.family, client });
  }

  #surroundings(scores: ReadonlyMap<ClientRecord, number>): Surroundings {
    const site = this.#site.copy();
    const fleets = new FleetTally(this.#fleets);
    for (const [client, score] of scores) {
      site.add(client);
      fleets.add(client, score >= BARE_SCORE);
    }
    return { site: site.facts(), fleets, baseline: fleets.bareBaseline() };
  }

  /** Scores of those whose behaviour decides; the site is taken as it is known so far. */
  #scores(clients: Iterable<ClientRecord>): Map<ClientRecord, number> {
    const undecided = [...clients].filter(({ knownClass }) => knownClass === undefined);
    const tally = this.#site.copy();
    for (const client of undecided) tally.add(client);
    const site = tally.facts();
    return new Map(undecided.map((client) => [client, scoreOf(client, site)]));
  }

  #judge(client: ClientRecord, ownScore: number, around: Surroundings): void {
    const kind = judgeClient(client, ownScore, around);
    client.verdict = kind;
    this.#verdicts.add(client, kind);
    this.#options.onVerdict?.(client, kind);
    if (client.knownClass !== undefined) return;
    this.#judged += 1;
    const isExample = kind === 'automation' && this.#verdicts.wantsExample(client.requests);
    if (!isExample && (ownScore === 0 || this.#judged > COUNTED_VERDICTS)) return;
    const evidence = explainClient(client, ownScore, around);
    this.#verdicts.addEvidence(kind, evidence);
    if (!isExample) return;
    const { address, agent, requests, bytes } = client;
    const score = ownScore + groupScoreOf(client, ownScore, around);
    const who = { address: address.text, agent: agent.text };
    this.#verdicts.addExample({ ...who, class: kind, requests, bytes, score, evidence });
  }

  /** Judges and forgets those who rested longest. */
  #makeRoom(): void {
    const scores = this.#scores(this.#table.clients());
    const around = this.#surroundings(scores);
    const evicted = this.#table.evict();
    for (const client of evicted) {
      const score = scores.get(client) ?? 0;
      this.#judge(client, score, around);
      if (client.knownClass !== undefined) continue;
      this.#site.add(client);
      this.#fleets.add(client, score >= BARE_SCORE);
    }
    this.#fleets.prune();
    this.#forgotten += evicted.length;
  }

  #sample(): readonly WeighedRequest[] {
    const drawn = forEachClass(() => 0);
    const all = CLIENT_CLASSES.flatMap((kind) => this.#samples[kind].requests);
    for (const { client } of all) if (client.verdict !== undefined) drawn[client.verdict] += 1;
    const { classes } = this.#verdicts;
    return all.flatMap(({ entry, kind, family, client }) => {
      const { verdict } = client;
      if (verdict === undefined) return [];
      const standsFor = classes[verdict].requests / drawn[verdict];
      return [{ entry, kind, family, client, class: verdict, standsFor }];
    });
  }

  /** Judges everybody who is left. Contract: called once, nothing is added afterwards. */
  finish(): Traffic {
    const clients = [...this.#table.clients()];
    const scores = this.#scores(clients);
    const around = this.#surroundings(scores);
    for (const client of clients) this.#judge(client, scores.get(client) ?? 0, around);
    return this.#traffic.result({
      verdicts: this.#verdicts,
      sample: this.#sample(),
      site: around.site,
      clientsForgotten: this.#forgotten,
    });
  }
}
