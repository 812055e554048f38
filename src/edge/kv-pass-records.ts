/**
 * Pass records in Workers KV, remembered passes in the Cache API in front of it.
 *
 *   pass/<jti>         ''              metadata: issued expires solutions credit tier rule
 *   revoked/<jti>      anything        written by the operator alone, so no replay undoes it
 *   remember/<digest>  toll-pass+jwt   metadata: passId and the same
 *
 * Owns keys, values and time to live. KV is eventually consistent, caches negative
 * look-ups and throws on every violated limit; nothing here is awaited by a request but
 * `recall`, which gives up after 50 ms. A failure costs the features that need the
 * record, never an admission.
 */
import { errorName } from '../core/error-name.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock, Defer, Log, PassRecord, PassRecords } from '../core/ports.ts';

/** The part of a KV namespace that is used. */
export interface RecordStore {
  get(
    key: string,
    options: { readonly type: 'text'; readonly cacheTtl: number },
  ): Promise<string | null>;
  put(key: string, value: string, options: PutOptions): Promise<void>;
}

interface PutOptions {
  readonly expirationTtl: number;
  readonly metadata: unknown;
}

/** The part of the Cache API that is used: one location, seconds instead of a minute of lag. */
export interface LocationCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
}

export interface RecordParts {
  readonly store: RecordStore;
  readonly openCache: () => Promise<LocationCache>;
  readonly clock: Clock;
  readonly log: Log;
}

const KV_MIN_TTL_SECONDS = 60;
const READ_INTERVAL_MS = 60_000;
const RECALL_BUDGET_MS = 50;
/** KV reads that strangers can cause here: each costs the operator money. */
const RECALL_READS_A_SECOND = 10;
const MAX_TOKEN_LENGTH = 4096;
const BOUNDS = { maxEntries: 5000, maxBytes: 2_000_000 };
const VIEW_BYTES = 32;

export const passKey = (passId: string): string => `pass/${passId}`;
export const revokedKey = (passId: string): string => `revoked/${passId}`;
export const rememberedKey = (digest: string): string => `remember/${digest}`;
/** Cache keys are URLs; `.invalid` never resolves (RFC 6761), so nobody can fetch one. */
const cacheUrl = (digest: string): string => `https://remember.edgetoll.invalid/${digest}`;

interface RevocationView {
  readonly readAtMs: number;
  readonly isRevoked: boolean;
}

class KvPassRecords implements PassRecords {
  readonly #parts: RecordParts;
  readonly #revocations = new BoundedMap<RevocationView>(BOUNDS);
  /** Digests that KV did not know, and when that was: asked again after a minute. */
  readonly #misses = new BoundedMap<number>(BOUNDS);

  #recallSecond = 0;
  #recallReads = 0;

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  isRevoked(passId: string, defer: Defer): boolean {
    const nowMs = this.#parts.clock.nowMs();
    const view = this.#revocations.get(passId);
    if (view !== undefined && nowMs - view.readAtMs < READ_INTERVAL_MS) return view.isRevoked;
    const isRevoked = view?.isRevoked ?? false;
    // Noted before the read, so that requests which arrive meanwhile do not read again.
    this.#revocations.set(passId, { readAtMs: nowMs, isRevoked }, VIEW_BYTES);
    defer(this.#refresh(passId, nowMs));
    return isRevoked;
  }

  async #refresh(passId: string, readAtMs: number): Promise<void> {
    if ((await this.#read(revokedKey(passId))) === null) return;
    this.#revocations.set(passId, { readAtMs, isRevoked: true }, VIEW_BYTES);
  }

  async #read(key: string): Promise<string | null> {
    try {
      return await this.#parts.store.get(key, { type: 'text', cacheTtl: KV_MIN_TTL_SECONDS });
    } catch (error) {
      this.#parts.log.event('kv.read_error', { error: errorName(error) });
      return null;
    }
  }

  async #write(key: string, value: string, record: PassRecord): Promise<void> {
    const left = record.expires - Math.floor(this.#parts.clock.nowMs() / 1000);
    const expirationTtl = Math.max(KV_MIN_TTL_SECONDS, left);
    try {
      await this.#parts.store.put(key, value, { expirationTtl, metadata: record });
    } catch (error) {
      this.#parts.log.event('kv.write_error', { error: errorName(error) });
    }
  }

  async record(record: PassRecord): Promise<void> {
    const key = passKey(record.passId);
    // Reading is ten times cheaper than writing, and a replay has written already.
    if ((await this.#read(key)) === null) await this.#write(key, '', record);
  }

  async rememberHere(key: string, record: PassRecord, passToken: string): Promise<void> {
    this.#misses.delete(key);
    await this.#cache(key, record.expires, passToken);
  }

  async remember(key: string, record: PassRecord, passToken: string): Promise<void> {
    await this.#write(rememberedKey(key), passToken, record);
  }

  async #cache(key: string, expires: number, passToken: string): Promise<void> {
    const maxAge = Math.max(1, expires - Math.floor(this.#parts.clock.nowMs() / 1000));
    try {
      const cache = await this.#parts.openCache();
      const headers = { 'Cache-Control': `max-age=${maxAge}` };
      await cache.put(cacheUrl(key), new Response(passToken, { headers }));
    } catch (error) {
      this.#parts.log.event('cache.write_error', { error: errorName(error) });
    }
  }

  async recall(key: string, defer: Defer): Promise<string | undefined> {
    const search = this.#search(key);
    defer(search);
    const { promise: budget, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.#parts.log.event('kv.timeout');
      resolve(undefined);
    }, RECALL_BUDGET_MS);
    const token = await Promise.race([search, budget]);
    clearTimeout(timer);
    return token;
  }

  /** This location's cache first; then KV, which is not asked again for a minute after a miss. */
  async #search(key: string): Promise<string | undefined> {
    const cached = await this.#searchCache(key);
    if (cached !== undefined) return cached;
    const nowMs = this.#parts.clock.nowMs();
    const missedAtMs = this.#misses.get(key);
    if (missedAtMs !== undefined && nowMs - missedAtMs < READ_INTERVAL_MS) return undefined;
    if (!this.#mayRecall(nowMs)) return undefined;
    const token = await this.#read(rememberedKey(key));
    if (token !== null && token.length <= MAX_TOKEN_LENGTH) return token;
    this.#misses.set(key, nowMs, VIEW_BYTES);
    return undefined;
  }

  #mayRecall(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#recallSecond) {
      this.#recallSecond = second;
      this.#recallReads = 0;
    }
    this.#recallReads += 1;
    return this.#recallReads <= RECALL_READS_A_SECOND;
  }

  async #searchCache(key: string): Promise<string | undefined> {
    try {
      const cache = await this.#parts.openCache();
      const hit = await cache.match(cacheUrl(key));
      return await hit?.text();
    } catch (error) {
      this.#parts.log.event('cache.read_error', { error: errorName(error) });
      return undefined;
    }
  }
}

export function createKvPassRecords(parts: RecordParts): PassRecords {
  return new KvPassRecords(parts);
}
