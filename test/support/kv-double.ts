/**
 * A Worker that stands in for the KV namespace: it counts operations and can lag or fail.
 *
 * The gate's own bundle stays as it is deployed; only its binding points here, and calls
 * arrive by RPC with KV's method names. Lag means that nothing written after it began can
 * be read before it ends, as at another location in the minute after a write. TTLs are
 * checked as KV checks them, but nothing expires: no test lives that long.
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { KvMood, KvOperations } from './kv-mood.ts';

const MIN_TTL_SECONDS = 60;
const MAX_KEY_BYTES = 512;
const MAX_METADATA_BYTES = 1024;

interface Stored {
  readonly value: string;
  readonly metadata: unknown;
}

const none = (): KvOperations => ({ get: 0, put: 0, delete: 0, list: 0 });

let operations = none();
let mood: KvMood = 'well';
let written = new Map<string, Stored>();
/** What a reader sees while the namespace lags. */
let snapshot = written;

function count(operation: keyof KvOperations): void {
  operations[operation] += 1;
  if (mood === 'failing') throw new Error(`KV ${operation.toUpperCase()} failed: 429`);
}

function readable(key: string): Stored | undefined {
  return (mood === 'lagging' ? snapshot : written).get(key);
}

function checkPut(key: string, options: KVNamespacePutOptions): void {
  const keyBytes = new TextEncoder().encode(key).length;
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) throw new Error('KV PUT failed: 414');
  const { expirationTtl, metadata } = options;
  if (expirationTtl !== undefined && expirationTtl < MIN_TTL_SECONDS) {
    throw new Error('KV PUT failed: 400 Invalid expiration_ttl');
  }
  const metadataBytes = new TextEncoder().encode(JSON.stringify(metadata ?? null)).length;
  if (metadataBytes > MAX_METADATA_BYTES) throw new Error('KV PUT failed: 413 metadata');
}

function decode(value: string, type: unknown): unknown {
  const wanted = typeof type === 'object' && type !== null && 'type' in type ? type.type : type;
  return wanted === 'json' ? JSON.parse(value) : value;
}

export class KvDouble extends WorkerEntrypoint {
  get(key: string, type?: unknown): unknown {
    count('get');
    const stored = readable(key);
    return stored === undefined ? null : decode(stored.value, type);
  }

  getWithMetadata(key: string, type?: unknown): unknown {
    count('get');
    const stored = readable(key);
    return stored === undefined
      ? { value: null, metadata: null, cacheStatus: null }
      : { value: decode(stored.value, type), metadata: stored.metadata, cacheStatus: null };
  }

  put(key: string, value: string, options: KVNamespacePutOptions = {}): void {
    count('put');
    checkPut(key, options);
    written.set(key, { value, metadata: options.metadata ?? null });
  }

  delete(key: string): void {
    count('delete');
    written.delete(key);
  }

  list(options: KVNamespaceListOptions = {}): unknown {
    count('list');
    const names = [...(mood === 'lagging' ? snapshot : written).keys()];
    const keys = names.filter((name) => name.startsWith(options.prefix ?? '')).toSorted();
    return { keys: keys.map((name) => ({ name })), list_complete: true, cacheStatus: null };
  }
}

function parseMood(text: string | null): KvMood | undefined {
  return text === 'well' || text === 'lagging' || text === 'failing' ? text : undefined;
}

/** The side for tests: GET tells the counts, PUT ?mood= changes the mood, DELETE starts anew. */
const control = {
  fetch(request: Request): Response {
    const wanted = parseMood(new URL(request.url).searchParams.get('mood'));
    if (request.method === 'DELETE') {
      operations = none();
      written = new Map();
      snapshot = written;
      mood = 'well';
    } else if (request.method === 'PUT' && wanted !== undefined) {
      mood = wanted;
      snapshot = new Map(written);
    }
    return Response.json(operations);
  },
};

// oxlint-disable-next-line import/no-default-export -- the Workers runtime looks for it
export default control;
