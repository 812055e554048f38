/**
 * Sums over requests, whoever they are of.
 *
 * Owns hours, parts of the site and the site's own names. What of it belongs to which class is
 * estimated from the sample, for a request is counted before its client is judged.
 */
import type { LogEntry } from '../access-log/log-entry.ts';
import type { ClientClass } from './client-class.ts';
import type { Visit } from './client-record.ts';
import type { SiteFacts } from './site-facts.ts';
import { hashOf, type TargetFacts, type TargetKind } from './target-facts.ts';
import { forEachClass, type NamedSum, type TopCounter } from './top-counter.ts';
import type { FamilyTraffic, HourTraffic, Traffic, WeighedRequest } from './traffic.ts';
import type { VerdictTally } from './verdict-tally.ts';

const HOUR = 3600;
/** A year of hours. */
const MAX_HOURS = 8784;
const MAX_FAMILIES = 512;
const OTHER_FAMILY = '/*';
const TOP_FAMILIES = 40;
const TOP_NAMES = 50;
const MAX_HOSTS = 1000;
/** A site with several names has each of them in so many of the referers of its files. */
const OWN_HOST_SHARE = 0.05;
const LEAST_OWN_REFERERS = 5;

interface FamilySum {
  requests: number;
  bytes: number;
  originMs: number;
  errors: number;
}

export interface TrafficParts {
  readonly verdicts: VerdictTally;
  readonly sample: readonly WeighedRequest[];
  readonly site: SiteFacts;
  readonly clientsForgotten: number;
}

/** Host of a referer in lower case, without `www.`; empty where it has none. */
function hostOf(referer: string): string {
  const scheme = referer.indexOf('://');
  if (scheme === -1 || scheme > 6) return '';
  const end = referer.indexOf('/', scheme + 3);
  const host = referer.slice(scheme + 3, end === -1 ? undefined : end).toLowerCase();
  return host.startsWith('www.') ? host.slice(4) : host;
}

/** The hash of a referer's target, as `readTarget` has it; the site's own addresses hold no fragment. */
export function refererHashOf(referer: string): number {
  const scheme = referer.indexOf('://');
  const slash = referer.indexOf('/', scheme + 3);
  return slash === -1 ? hashOf('/') : hashOf(referer, slash);
}

/** Requests of each class that a part of the sample stands for. */
function sharesBy(
  sample: readonly WeighedRequest[],
  keyOf: (request: WeighedRequest) => string | number,
): ReadonlyMap<string | number, Record<ClientClass, number>> {
  const sums = new Map<string | number, Record<ClientClass, number>>();
  for (const request of sample) {
    const key = keyOf(request);
    const sum = sums.get(key) ?? forEachClass(() => 0);
    sum[request.class] += request.standsFor;
    sums.set(key, sum);
  }
  return sums;
}

function shareOut(
  total: number,
  parts: Readonly<Record<ClientClass, number>> | undefined,
): Record<ClientClass, number> {
  const sum = parts === undefined ? 0 : Object.values(parts).reduce((a, b) => a + b, 0);
  return forEachClass((kind) => (sum === 0 ? 0 : (total * (parts?.[kind] ?? 0)) / sum));
}

function hourOf(timeMs: number): number {
  return Math.floor(timeMs / (1000 * HOUR)) * HOUR;
}

function top(counter: TopCounter, kind?: ClientClass): readonly NamedSum[] {
  return counter.top(TOP_NAMES, kind);
}

export class TrafficTally {
  readonly #hours = new Map<number, number>();
  readonly #families = new Map<string, FamilySum>();
  /** Referers of files, by host. */
  readonly #hosts = new Map<string, number>();
  #referredFiles = 0;
  #requests = 0;
  #bytes = 0;
  #first = Infinity;
  #last = -Infinity;
  #hour = 0;
  #hourCount = 0;
  #hasOriginTime = false;

  #isOwnHost(host: string): boolean {
    const count = this.#hosts.get(host) ?? 0;
    return count >= LEAST_OWN_REFERERS && count >= OWN_HOST_SHARE * this.#referredFiles;
  }

  /** Where a request says that it comes from. */
  refererOf({ referer, host }: LogEntry, kind: TargetKind): Visit['referer'] {
    if (referer === '') return 'none';
    const from = hostOf(referer);
    if (kind === 'static' && from !== '') {
      this.#referredFiles += 1;
      const count = this.#hosts.get(from);
      if (count !== undefined) this.#hosts.set(from, count + 1);
      else if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(` ${from}`.slice(1), 1);
    }
    if (host !== undefined && hostOf(`://${host}/`) === from) return 'own';
    return this.#isOwnHost(from) ? 'own' : 'other';
  }

  #countHour(timeMs: number): void {
    const hour = hourOf(timeMs);
    if (hour !== this.#hour) {
      this.#keepHour();
      this.#hour = hour;
    }
    this.#hourCount += 1;
  }

  #keepHour(): void {
    if (this.#hourCount === 0) return;
    const known = this.#hours.get(this.#hour);
    if (known !== undefined || this.#hours.size < MAX_HOURS)
      this.#hours.set(this.#hour, (known ?? 0) + this.#hourCount);
    this.#hourCount = 0;
  }

  add(entry: LogEntry, { family }: TargetFacts): void {
    const { timeMs, bytes, status, originMs } = entry;
    this.#requests += 1;
    this.#bytes += bytes;
    if (timeMs < this.#first) this.#first = timeMs;
    if (timeMs > this.#last) this.#last = timeMs;
    this.#countHour(timeMs);
    let sum = this.#families.get(family);
    if (sum === undefined) {
      const name = this.#families.size < MAX_FAMILIES ? family : OTHER_FAMILY;
      sum = this.#families.get(name) ?? { requests: 0, bytes: 0, originMs: 0, errors: 0 };
      this.#families.set(name, sum);
    }
    sum.requests += 1;
    sum.bytes += bytes;
    if (status >= 400) sum.errors += 1;
    if (originMs === undefined) return;
    this.#hasOriginTime = true;
    sum.originMs += originMs;
  }

  #familyTraffic(sample: readonly WeighedRequest[]): readonly FamilyTraffic[] {
    const parts = sharesBy(sample, ({ family }) =>
      this.#families.has(family) ? family : OTHER_FAMILY,
    );
    return [...this.#families]
      .toSorted(([, a], [, b]) => b.requests - a.requests)
      .slice(0, TOP_FAMILIES)
      .map(([family, { requests, bytes, originMs, errors }]) => {
        return {
          family,
          requests,
          bytes,
          originMs,
          errors,
          shares: shareOut(1, parts.get(family)),
        };
      });
  }

  #hourTraffic(sample: readonly WeighedRequest[]): readonly HourTraffic[] {
    this.#keepHour();
    const parts = sharesBy(sample, ({ entry }) => hourOf(entry.timeMs));
    return [...this.#hours]
      .toSorted(([a], [b]) => a - b)
      .map(([start, requests]) => {
        return { start, requests, byClass: shareOut(requests, parts.get(start)) };
      });
  }

  result({ verdicts, sample, site, clientsForgotten }: TrafficParts): Traffic {
    const { networks, agents } = verdicts;
    const isEmpty = this.#requests === 0;
    return {
      from: isEmpty ? 0 : Math.floor(this.#first / 1000),
      to: isEmpty ? 0 : Math.floor(this.#last / 1000),
      requests: this.#requests,
      bytes: this.#bytes,
      hasOriginTime: this.#hasOriginTime,
      clientsForgotten,
      classes: verdicts.classes,
      families: this.#familyTraffic(sample),
      hours: this.#hourTraffic(sample),
      networks: top(networks),
      asns: top(verdicts.asns),
      countries: top(verdicts.countries),
      automationNetworks: top(networks, 'automation'),
      automationAgents: top(agents, 'automation'),
      bots: top(verdicts.bots),
      programs: top(verdicts.programs),
      signals: verdicts.signals(),
      examples: verdicts.examples,
      site,
      browserPeak: {
        p50: verdicts.peakOf(0.5),
        p99: verdicts.peakOf(0.99),
        p999: verdicts.peakOf(0.999),
      },
      sample,
    };
  }
}
