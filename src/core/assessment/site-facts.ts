/**
 * What is usual on this site, as far as its log tells: what evidence is measured against.
 *
 * Owns the sums over clients that say that they are browsers. A log without static files (a CDN
 * serves them) or from behind a proxy (all of it HTTP/1.0) is judged by what it has.
 */
import type { ClientRecord } from './client-record.ts';

export interface SiteFacts {
  /** The log has static files that browsers fetch: who fetches none stands out. */
  readonly logsStatics: boolean;
  /** The log has referers. */
  readonly logsReferers: boolean;
  /** The site's own names are known by them. */
  readonly knowsOwnHost: boolean;
  /** Statics for one distinct document, over clients that fetch any. */
  readonly staticsPerDocument: number;
  /** Different files that a page adds, over clients that fetch files with several pages. */
  readonly filesPerPage: number;
  /** Of clients that fetch at least ten statics, the part that also fetches an icon. */
  readonly iconShare: number;
  /** Of clients that fetch at least ten statics for several pages, the part that asks whether one is still good. */
  readonly keptShare: number;
  /** Of requests of clients that fetch statics, the part that is HTTP/1.x. */
  readonly oldProtocolShare: number;
  /** The newest version that more than a few visitors have; 0 where nothing is known. */
  readonly latestChrome: number;
  readonly latestFirefox: number;
}

/** Of readers of two pages, the part that has to fetch a static file. */
const LEAST_STATIC_SHARE = 0.05;
const LEAST_READERS = 20;
/** Pages of a client that had the time to ask for a file again. */
export const LONG_VISIT = 10;
/** Versions above the newest 2 % are test versions or lies. */
const NEWEST_SHARE = 0.02;
const MAX_VERSION = 400;

/** Sums, added to client by client; never forgets one. */
export class SiteTally {
  #readers = 0;
  #readersWithStatics = 0;
  #readersWithReferer = 0;
  #readersFromHere = 0;
  #statics = 0;
  #documents = 0;
  #addedFiles = 0;
  #addingPages = 0;
  #heavy = 0;
  #heavyWithIcon = 0;
  #long = 0;
  #longKept = 0;
  #requests = 0;
  #oldRequests = 0;
  readonly #chromes = new Uint32Array(MAX_VERSION);
  readonly #firefoxes = new Uint32Array(MAX_VERSION);

  add(client: ClientRecord): void {
    if (client.agent.kind !== 'browser') return;
    if (client.distinctDocuments >= 2) {
      this.#readers += 1;
      if (client.refererOwn + client.refererOther > 0) this.#readersWithReferer += 1;
      if (client.refererOwn > 0) this.#readersFromHere += 1;
    }
    if (client.statics === 0) return;
    if (client.distinctDocuments >= 2) {
      this.#readersWithStatics += 1;
      this.#addedFiles += Math.max(0, client.distinctStatics - client.shellStatics);
      this.#addingPages += client.distinctDocuments;
    }
    this.#statics += client.statics;
    this.#documents += client.distinctDocuments;
    this.#requests += client.requests;
    this.#oldRequests += client.oldProtocol;
    if (client.distinctStatics >= 10) {
      this.#heavy += 1;
      if (client.favicons > 0) this.#heavyWithIcon += 1;
    }
    if (client.distinctStatics >= 10 && client.distinctDocuments >= LONG_VISIT) {
      this.#long += 1;
      if (client.notModified > 0) this.#longKept += 1;
    }
    const { family, majorVersion } = client.agent;
    if (majorVersion >= MAX_VERSION) return;
    const versions = family === 'chrome' ? this.#chromes : this.#firefoxes;
    if (family === 'chrome' || family === 'firefox')
      versions[majorVersion] = (versions[majorVersion] ?? 0) + 1;
  }

  /** The same sums, to be added to without changing these. */
  copy(): SiteTally {
    const copy = new SiteTally();
    copy.#readers = this.#readers;
    copy.#readersWithStatics = this.#readersWithStatics;
    copy.#readersWithReferer = this.#readersWithReferer;
    copy.#readersFromHere = this.#readersFromHere;
    copy.#statics = this.#statics;
    copy.#documents = this.#documents;
    copy.#addedFiles = this.#addedFiles;
    copy.#addingPages = this.#addingPages;
    copy.#heavy = this.#heavy;
    copy.#heavyWithIcon = this.#heavyWithIcon;
    copy.#long = this.#long;
    copy.#longKept = this.#longKept;
    copy.#requests = this.#requests;
    copy.#oldRequests = this.#oldRequests;
    copy.#chromes.set(this.#chromes);
    copy.#firefoxes.set(this.#firefoxes);
    return copy;
  }

  facts(): SiteFacts {
    const readers = Math.max(1, this.#readers);
    const staticShare = this.#readersWithStatics / readers;
    return {
      logsReferers: this.#readersWithReferer / readers >= LEAST_STATIC_SHARE,
      knowsOwnHost: this.#readersFromHere / readers >= LEAST_STATIC_SHARE,
      logsStatics: this.#readersWithStatics >= LEAST_READERS && staticShare >= LEAST_STATIC_SHARE,
      staticsPerDocument: this.#statics / Math.max(1, this.#documents),
      filesPerPage: this.#addedFiles / Math.max(1, this.#addingPages),
      iconShare: this.#heavy < LEAST_READERS ? 0 : this.#heavyWithIcon / this.#heavy,
      keptShare: this.#long < LEAST_READERS ? 0 : this.#longKept / this.#long,
      oldProtocolShare: this.#requests === 0 ? 1 : this.#oldRequests / this.#requests,
      latestChrome: newestOf(this.#chromes),
      latestFirefox: newestOf(this.#firefoxes),
    };
  }
}

function newestOf(versions: Uint32Array): number {
  const total = versions.reduce((sum, count) => sum + count, 0);
  if (total < LEAST_READERS) return 0;
  let newer = 0;
  for (let version = versions.length - 1; version > 0; version -= 1) {
    newer += versions[version] ?? 0;
    if (newer >= total * NEWEST_SHARE) return version;
  }
  return 0;
}
