/**
 * A fair sample of requests, of bounded size.
 *
 * Owns the draw (Algorithm L: K.-H. Li, ACM TOMS 20, 1994): each request is as likely to be in the
 * sample, and a request that is not drawn costs one comparison.
 */
import type { LogEntry } from '../access-log/log-entry.ts';
import type { RandomSource } from '../random-source.ts';
import type { ClientRecord } from './client-record.ts';
import { ownText } from './fact-cache.ts';
import type { TargetKind } from './target-facts.ts';

export interface SampledRequest {
  readonly entry: LogEntry;
  readonly kind: TargetKind;
  readonly family: string;
  /** Its class is known when the log is read. */
  readonly client: ClientRecord;
}

/** The entry in storage of its own. */
function ownEntry(entry: LogEntry): LogEntry {
  return {
    ...entry,
    address: ownText(entry.address),
    method: ownText(entry.method),
    target: ownText(entry.target),
    userAgent: ownText(entry.userAgent),
    referer: ownText(entry.referer),
    host: entry.host === undefined ? undefined : ownText(entry.host),
    protocol: entry.protocol === undefined ? undefined : ownText(entry.protocol),
  };
}

export class RequestSample {
  readonly #kept: SampledRequest[] = [];
  readonly #size: number;
  readonly #random: RandomSource;
  #seen = 0;
  #next = 0;
  #share = 1;

  constructor(size: number, random: RandomSource) {
    this.#size = size;
    this.#random = random;
    this.#next = size;
    this.#advance();
  }

  get seen(): number {
    return this.#seen;
  }

  get requests(): readonly SampledRequest[] {
    return this.#kept;
  }

  #advance(): void {
    // 1 - next(): the logarithm of 0 is no number.
    this.#share *= Math.exp(Math.log(1 - this.#random.next()) / this.#size);
    const skip = Math.floor(Math.log(1 - this.#random.next()) / Math.log(1 - this.#share));
    this.#next += skip + 1;
  }

  offer(entry: LogEntry, rest: Omit<SampledRequest, 'entry'>): void {
    this.#seen += 1;
    if (this.#kept.length < this.#size) {
      this.#kept.push({ entry: ownEntry(entry), ...rest });
      return;
    }
    if (this.#seen < this.#next) return;
    this.#kept[this.#random.integer(this.#size)] = { entry: ownEntry(entry), ...rest };
    this.#advance();
  }
}
