/**
 * What is remembered of one client: an address with one user agent.
 *
 * Owns the counts that evidence is drawn from, updated once per request; must not know what they
 * prove. Of fixed size, whatever the client does: there may be tens of thousands at a time.
 */
import type { AgentFacts } from './agent-facts.ts';
import type { ClientClass } from './client-class.ts';
import type { DistinctSketches } from './distinct-sketches.ts';
import { hashOf, type TargetFacts } from './target-facts.ts';

/** An address as the log has it, read once. */
export interface AddressFacts {
  readonly text: string;
  /** /24 or /56, or `unknown`. */
  readonly network: string;
  readonly asn: number | undefined;
  readonly country: string | undefined;
  readonly isHosting: boolean;
}

/** What agent and address tell before anything is counted. */
export interface KnownKind {
  /** `undefined`: behaviour decides. */
  readonly class: ClientClass | undefined;
  readonly botName: string | undefined;
}

/** What one request adds. */
export interface Visit {
  readonly timeSeconds: number;
  readonly method: string;
  readonly status: number;
  readonly bytes: number;
  readonly originMs: number | undefined;
  readonly target: TargetFacts;
  readonly referer: 'none' | 'own' | 'other';
  /** Of the page of the site that it names; 0 where it names none. */
  readonly refererHash: number;
  /** HTTP/1.x. */
  readonly isOldProtocol: boolean;
}

/** A pause of this length ends a session. */
export const SESSION_GAP_SECONDS = 1800;
/** A pause of this length ends a run of work that somebody or something keeps up. */
const RUN_GAP_SECONDS = 600;
const MINUTE = 60;
const HOUR = 3600;
/** Requests of one page come within this time: the gap is no pause between two pages. */
const SAME_PAGE_SECONDS = 0;
const HASTY_SECONDS = 2;
const HOME_HASH = hashOf('/');

export class ClientRecord {
  readonly address: AddressFacts;
  readonly agent: AgentFacts;
  /** Row in the sketches; its owner gives it back. */
  readonly slot: number;
  /** Known at once for what says that it is no browser. */
  readonly knownClass: ClientClass | undefined;
  /** The known bot that the agent claims to be. */
  readonly botName: string | undefined;
  /** Set when the client is judged: requests that were drawn refer to it. */
  verdict: ClientClass | undefined;

  requests = 0;
  bytes = 0;
  originMs = 0;
  /** GET of documents. */
  documents = 0;
  /** Documents with status 200..399. */
  served = 0;
  distinctDocuments = 0;
  statics = 0;
  /** Statics with status 200. */
  fullStatics = 0;
  distinctStatics = 0;
  /** Statics that say which page they belong to. */
  referredStatics = 0;
  /** Of these, those that belong to a page of the site that the client asked for. */
  placedStatics = 0;
  /** Styles, scripts and fonts, which a browser needs before it shows a page. */
  shellStatics = 0;
  pictures = 0;
  favicons = 0;
  apis = 0;
  distinctApis = 0;
  /** Data asked for from a page of the site, as a script of it does. */
  referredApis = 0;
  feeds = 0;
  robots = 0;
  probes = 0;
  posts = 0;
  /** POST answered with 400..499. */
  refusedPosts = 0;
  heads = 0;
  broken = 0;
  notFound = 0;
  refused = 0;
  serverErrors = 0;
  notModified = 0;
  refererNone = 0;
  refererOwn = 0;
  refererOther = 0;
  /** Documents reached from a page of the site that the client asked for before. */
  refererSeen = 0;
  /** Documents reached from the home page, and from themselves. */
  refererHome = 0;
  refererSelf = 0;
  queries = 0;
  oldProtocol = 0;
  /** The same family and a number that is a little larger, documents and data. */
  steps = 0;
  /** Documents in the family of the document before. */
  sameFamily = 0;

  first = -1;
  last = -1;
  /** Pauses between documents within a session. */
  pauses = 0;
  pauseMean = 0;
  pauseSquares = 0;
  /** The same of the logarithm of pauses. */
  logPauseMean = 0;
  logPauseSquares = 0;
  /** Documents less than two seconds after the one before. */
  hasty = 0;
  /** Gaps between sessions. */
  rests = 0;
  restMean = 0;
  restSquares = 0;
  sessions = 0;
  longestRun = 0;
  /** Most documents and data in one minute. */
  peakMinute = 0;
  /** Bit per hour of the day. */
  hoursOfDay = 0;
  /** Hours, counted once each time the client comes in another than before. */
  activeHours = 0;

  lastFamily = '';
  #lastNumber = -1;
  #lastDocument = -1;
  #runStart = -1;
  #runLast = -1;
  #minute = -1;
  #minuteCount = 0;
  #hour = -1;

  constructor(
    who: { readonly address: AddressFacts; readonly agent: AgentFacts },
    slot: number,
    known: KnownKind,
  ) {
    this.address = who.address;
    this.agent = who.agent;
    this.slot = slot;
    this.knownClass = known.class;
    this.botName = known.botName;
  }

  #countStatus(status: number): void {
    if (status < 400) {
      if (status === 304) this.notModified += 1;
    } else if (status >= 500) this.serverErrors += 1;
    else if (status === 404 || status === 410) this.notFound += 1;
    else if (status === 401 || status === 403 || status === 429) this.refused += 1;
  }

  #countTime(seconds: number): void {
    if (this.first === -1) this.first = seconds;
    // Lines are written when a response ends, so they are a little out of order.
    if (seconds > this.last) this.last = seconds;
    const hour = Math.floor(seconds / HOUR);
    if (hour === this.#hour) return;
    this.#hour = hour;
    this.activeHours += 1;
    this.hoursOfDay |= 1 << (hour % 24);
  }

  /** Welford, Technometrics 4 (1962). */
  #countPause(pause: number): void {
    this.pauses += 1;
    const difference = pause - this.pauseMean;
    this.pauseMean += difference / this.pauses;
    this.pauseSquares += difference * (pause - this.pauseMean);
    const log = Math.log(pause);
    const logDifference = log - this.logPauseMean;
    this.logPauseMean += logDifference / this.pauses;
    this.logPauseSquares += logDifference * (log - this.logPauseMean);
  }

  #countRest(rest: number): void {
    this.rests += 1;
    const difference = rest - this.restMean;
    this.restMean += difference / this.rests;
    this.restSquares += difference * (rest - this.restMean);
  }

  /** What a client asks for by itself, one after the other: documents, and data without any. */
  #countPace(seconds: number): void {
    const minute = Math.floor(seconds / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteCount = 0;
    }
    this.#minuteCount += 1;
    if (this.#minuteCount > this.peakMinute) this.peakMinute = this.#minuteCount;
    const pause = seconds - this.#lastDocument;
    const isFirst = this.#lastDocument === -1;
    if (isFirst || pause > SESSION_GAP_SECONDS || pause < -MINUTE) {
      this.sessions += 1;
      if (!isFirst && pause > 0) this.#countRest(pause);
    } else {
      if (pause < HASTY_SECONDS) this.hasty += 1;
      if (pause > SAME_PAGE_SECONDS) this.#countPause(pause);
    }
    this.#lastDocument = seconds;
    if (this.#runStart === -1 || seconds - this.#runLast > RUN_GAP_SECONDS)
      this.#runStart = seconds;
    this.#runLast = seconds;
    const run = seconds - this.#runStart;
    if (run > this.longestRun) this.longestRun = run;
  }

  #countStep({ family, number }: TargetFacts): void {
    const isSame = family === this.lastFamily;
    if (isSame) {
      this.sameFamily += 1;
      const step = number - this.#lastNumber;
      if (number >= 0 && this.#lastNumber >= 0 && step > 0 && step <= 3) this.steps += 1;
    }
    this.lastFamily = family;
    this.#lastNumber = number;
  }

  #countReferer({ referer, refererHash, target }: Visit, sketches: DistinctSketches): void {
    if (referer === 'none') this.refererNone += 1;
    else if (referer === 'other') this.refererOther += 1;
    else {
      this.refererOwn += 1;
      if (refererHash === HOME_HASH) this.refererHome += 1;
      if (refererHash === target.hash) this.refererSelf += 1;
      if (sketches.hasDocument(this.slot, refererHash)) this.refererSeen += 1;
    }
  }

  #countStatic(visit: Visit, sketches: DistinctSketches): void {
    const { target, status, referer } = visit;
    this.statics += 1;
    if (target.isFavicon) this.favicons += 1;
    else if (target.isShell) this.shellStatics += 1;
    else this.pictures += 1;
    if (referer !== 'none') this.referredStatics += 1;
    if (referer === 'own' && sketches.hasDocument(this.slot, visit.refererHash))
      this.placedStatics += 1;
    if (status === 200) this.fullStatics += 1;
    if (sketches.addStatic(this.slot, target.hash)) this.distinctStatics += 1;
  }

  #countDocument(visit: Visit, sketches: DistinctSketches): void {
    const { target, status, timeSeconds } = visit;
    this.documents += 1;
    if (status < 400) this.served += 1;
    if (target.hasQuery) this.queries += 1;
    this.#countReferer(visit, sketches);
    if (sketches.addDocument(this.slot, target.hash)) this.distinctDocuments += 1;
    this.#countPace(timeSeconds);
    this.#countStep(target);
  }

  #countRead(visit: Visit, sketches: DistinctSketches): void {
    const { target } = visit;
    switch (target.kind) {
      case 'document':
        this.#countDocument(visit, sketches);
        return;
      case 'static':
        this.#countStatic(visit, sketches);
        return;
      case 'api':
        this.apis += 1;
        if (sketches.addDocument(this.slot, target.hash)) this.distinctApis += 1;
        if (visit.referer === 'own') this.referredApis += 1;
        if (this.documents > 0) return;
        this.#countStep(target);
        this.#countPace(visit.timeSeconds);
        return;
      case 'feed':
        this.feeds += 1;
        return;
      case 'robots':
        this.robots += 1;
        return;
      case 'probe':
        this.probes += 1;
        this.#countPace(visit.timeSeconds);
        return;
      default:
        target.kind satisfies never;
    }
  }

  add(visit: Visit, sketches: DistinctSketches): void {
    const { method, status, target } = visit;
    this.requests += 1;
    this.bytes += visit.bytes;
    if (visit.originMs !== undefined) this.originMs += visit.originMs;
    if (visit.isOldProtocol) this.oldProtocol += 1;
    this.#countStatus(status);
    this.#countTime(visit.timeSeconds);
    if (method === 'GET') this.#countRead(visit, sketches);
    else if (method === 'POST' || method === 'PUT' || method === 'DELETE' || method === 'PATCH') {
      this.posts += 1;
      if (target.kind === 'probe') this.probes += 1;
      if (status >= 400 && status < 500) this.refusedPosts += 1;
      if (this.lastFamily === '') this.lastFamily = target.family;
      if (target.kind !== 'api') this.#countPace(visit.timeSeconds);
    } else if (method === 'HEAD') this.heads += 1;
    else if (method === '') this.broken += 1;
  }
}
