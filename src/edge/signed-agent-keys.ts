/**
 * Keys of signed agents: fetched from their directories, kept in KV and in the isolate.
 *
 *   bots/keys/<host>   {"schema": 1, "fetchedAt": seconds, "keys": ["<JWK member x>", ...]}
 *
 * Owns which hosts are asked, and how often (SECURITY-BAR F08): hosts of the operator's list and no
 * other, so nothing in a request decides where we connect; one fetch at a time for each; a directory
 * once an hour, a failure once a minute. An unknown key asks for nothing anew, or anybody could make
 * us fetch by inventing keys. While a directory cannot be had the last good one holds for a day.
 *
 *   age of what the isolate has   what a request gets
 *   none                          waits for KV or the directory, 2.5 s at most
 *   up to an hour                 the key
 *   up to a day                   the key, and the directory is asked in the background
 *   more                          as none
 */
import { errorName } from '../core/error-name.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock, Defer, Log } from '../core/ports.ts';
import { importAgentKey } from '../core/signed-agent/ed25519.ts';
import {
  DIRECTORY_PATH,
  MAX_DIRECTORY_KEYS,
  parseKeyDirectory,
} from '../core/signed-agent/key-directory.ts';
import { fetchText } from './bounded-fetch.ts';
import type { FetchUrl } from './bounded-fetch.ts';

/** The part of a KV namespace that is used. */
export interface KeyStore {
  get(
    key: string,
    options: { readonly type: 'text'; readonly cacheTtl: number },
  ): Promise<string | null>;
  put(key: string, value: string, options: { readonly expirationTtl: number }): Promise<void>;
}

export interface KeyParts {
  readonly store: KeyStore;
  readonly fetchUrl: FetchUrl;
  readonly clock: Clock;
  readonly log: Log;
  /** Allow-listed hosts. */
  readonly hosts: ReadonlySet<string>;
}

export interface SignedAgentKeys {
  /**
   * The key with this thumbprint in the directory of `host`; `undefined` where there is none, the
   * host is not listed, or its directory cannot be had. Never throws; waits 2.5 s at most.
   */
  find(host: string, thumbprint: string, defer: Defer): Promise<CryptoKey | undefined>;
}

export const DIRECTORY_TTL_SECONDS = 3600;
export const LAST_GOOD_SECONDS = 86_400;
export const RETRY_SECONDS = 60;

const CACHE_TTL_SECONDS = 60;
const MAX_DIRECTORY_BYTES = 65_536;
const MAX_STORED_LENGTH = 4096;
const WAIT_MS = 2500;
/** A load whose request was ended by the platform never settles; after this it counts for nothing. */
const ABANDONED_MS = 10_000;
const BOUNDS = { maxEntries: 64, maxBytes: 1_000_000 };
const KEY_BYTES = 512;
const MEDIA_TYPES = [
  'application/http-message-signatures-directory+json',
  'application/jwk-set+json',
  'application/json',
];
const SCHEMA = 1;

export const agentKeysKey = (host: string): string => `bots/keys/${host}`;

interface Directory {
  readonly fetchedAtSeconds: number;
  /** Members `x`. */
  readonly keys: readonly string[];
}

interface HostState {
  readonly fetchedAtSeconds: number;
  readonly keys: ReadonlyMap<string, CryptoKey>;
  /** No load before this. */
  readonly nextLoadSeconds: number;
}

interface Load {
  readonly startedAtMs: number;
  readonly done: Promise<void>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeStored(text: string | null): Directory | undefined {
  if (text === null || text.length > MAX_STORED_LENGTH) return undefined;
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { schema, fetchedAt, keys }: Record<string, unknown> = { ...value };
  if (schema !== SCHEMA || typeof fetchedAt !== 'number' || !Array.isArray(keys)) return undefined;
  if (keys.length > MAX_DIRECTORY_KEYS) return undefined;
  const texts = keys.filter((key: unknown) => typeof key === 'string');
  return { fetchedAtSeconds: fetchedAt, keys: texts };
}

async function importKeys(keys: readonly string[]): Promise<ReadonlyMap<string, CryptoKey>> {
  const imported = await Promise.all(keys.map(importAgentKey));
  return new Map(
    imported.flatMap((each) => (each === undefined ? [] : [[each.thumbprint, each.key] as const])),
  );
}

class KvSignedAgentKeys implements SignedAgentKeys {
  readonly #parts: KeyParts;
  readonly #states = new BoundedMap<HostState>(BOUNDS);
  readonly #loads = new Map<string, Load>();

  constructor(parts: KeyParts) {
    this.#parts = parts;
  }

  get #nowSeconds(): number {
    return Math.floor(this.#parts.clock.nowMs() / 1000);
  }

  async find(host: string, thumbprint: string, defer: Defer): Promise<CryptoKey | undefined> {
    if (!this.#parts.hosts.has(host)) return undefined;
    const state = this.#states.get(host);
    const isDue = state === undefined || this.#nowSeconds >= state.nextLoadSeconds;
    const load = isDue ? this.#startLoad(host, defer) : undefined;
    if (load !== undefined && !this.#isGood(state)) await this.#wait(load);
    const current = this.#states.get(host);
    return this.#isGood(current) ? current?.keys.get(thumbprint) : undefined;
  }

  #isGood(state: HostState | undefined): boolean {
    if (state === undefined || state.keys.size === 0) return false;
    return this.#nowSeconds - state.fetchedAtSeconds < LAST_GOOD_SECONDS;
  }

  /** The load under way, or a new one. */
  #startLoad(host: string, defer: Defer): Promise<void> {
    const startedAtMs = this.#parts.clock.nowMs();
    const running = this.#loads.get(host);
    if (running !== undefined && startedAtMs - running.startedAtMs < ABANDONED_MS) {
      return running.done;
    }
    const done = this.#load(host);
    const load = { startedAtMs, done };
    this.#loads.set(host, load);
    defer(
      done.finally(() => {
        if (this.#loads.get(host) === load) this.#loads.delete(host);
      }),
    );
    return done;
  }

  async #wait(load: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, WAIT_MS);
    await Promise.race([load, late]);
    clearTimeout(timer);
  }

  /** From KV where that is fresh, from the host otherwise. Never throws. */
  async #load(host: string): Promise<void> {
    const stored = await this.#readStored(host);
    const isFresh =
      stored !== undefined && this.#nowSeconds - stored.fetchedAtSeconds < DIRECTORY_TTL_SECONDS;
    const fetched = isFresh ? undefined : await this.#fetchDirectory(host);
    const best = fetched ?? stored;
    const before = this.#states.get(host);
    const isNewer =
      best !== undefined &&
      (before === undefined || best.fetchedAtSeconds > before.fetchedAtSeconds);
    const keys = isNewer ? await importKeys(best.keys) : (before?.keys ?? new Map());
    const fetchedAtSeconds = isNewer ? best.fetchedAtSeconds : (before?.fetchedAtSeconds ?? 0);
    const untilStale = fetchedAtSeconds + DIRECTORY_TTL_SECONDS;
    const nextLoadSeconds = Math.max(untilStale, this.#nowSeconds + RETRY_SECONDS);
    this.#states.set(host, { fetchedAtSeconds, keys, nextLoadSeconds }, keys.size * KEY_BYTES);
  }

  async #readStored(host: string): Promise<Directory | undefined> {
    try {
      const options = { type: 'text', cacheTtl: CACHE_TTL_SECONDS } as const;
      const stored = decodeStored(await this.#parts.store.get(agentKeysKey(host), options));
      // A date ahead of the clock would hold its keys for ever.
      return stored === undefined || stored.fetchedAtSeconds > this.#nowSeconds
        ? undefined
        : stored;
    } catch (error) {
      this.#parts.log.event('kv.read_error', { error: errorName(error) });
      return undefined;
    }
  }

  async #fetchDirectory(host: string): Promise<Directory | undefined> {
    const fetched = await fetchText(this.#parts.fetchUrl, {
      url: `https://${host}${DIRECTORY_PATH}`,
      maxBytes: MAX_DIRECTORY_BYTES,
      mediaTypes: MEDIA_TYPES,
    });
    const keys = fetched.ok ? parseKeyDirectory(parseJson(fetched.text)) : undefined;
    if (keys === undefined) {
      const reason = fetched.ok ? 'no-keys' : fetched.problem;
      this.#parts.log.event('bots.keys_kept', { host, reason });
      return undefined;
    }
    const directory = { fetchedAtSeconds: this.#nowSeconds, keys };
    await this.#write(host, directory);
    return directory;
  }

  async #write(host: string, { fetchedAtSeconds, keys }: Directory): Promise<void> {
    const value = JSON.stringify({ schema: SCHEMA, fetchedAt: fetchedAtSeconds, keys });
    try {
      const options = { expirationTtl: LAST_GOOD_SECONDS };
      await this.#parts.store.put(agentKeysKey(host), value, options);
    } catch (error) {
      this.#parts.log.event('kv.write_error', { error: errorName(error) });
    }
  }
}

/** @param parts `hosts` are the operator's and this program's, never a request's */
export function createSignedAgentKeys(parts: KeyParts): SignedAgentKeys {
  return new KvSignedAgentKeys(parts);
}
