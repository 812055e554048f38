/**
 * What the tests of lists and keys in KV share: stores, a clock that stands, a network of answers.
 */
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { LogFacts } from '../../src/core/ports.ts';
import type { FetchUrl } from '../../src/edge/bounded-fetch.ts';
import type { ListStore } from '../../src/edge/kv-bot-lists.ts';

/** What both of them need of a KV namespace. */
export interface Store {
  get: ListStore['get'];
  put(key: string, value: string, options?: { readonly expirationTtl: number }): Promise<void>;
}

/** KV without lag. */
export function fakeStore(): Store {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key) ?? null,
    put: async (key, value, options) => {
      if ((options?.expirationTtl ?? 60) < 60) throw new Error('expiration_ttl');
      values.set(key, value);
    },
  };
}

export function countReads(store: Store): { store: Store; reads: () => number } {
  let reads = 0;
  return {
    store: {
      get: (key, options) => {
        reads += 1;
        return store.get(key, options);
      },
      put: (...args: Parameters<Store['put']>) => store.put(...args),
    },
    reads: () => reads,
  };
}

export const failingStore: Store = {
  get: () => Promise.reject(new Error('down')),
  put: () => Promise.reject(new Error('down')),
};

export interface Harness {
  nowSeconds: number;
  readonly clock: { nowMs(): number };
  readonly events: (readonly [string, LogFacts])[];
  readonly log: { event(name: string, facts?: LogFacts): void };
  readonly tasks: Promise<unknown>[];
  readonly defer: (task: Promise<unknown>) => void;
}

export function createHarness(): Harness {
  const events: (readonly [string, LogFacts])[] = [];
  const tasks: Promise<unknown>[] = [];
  const harness = {
    nowSeconds: 1_800_000_000,
    clock: { nowMs: () => harness.nowSeconds * 1000 },
    events,
    log: { event: (name: string, facts: LogFacts = {}) => void events.push([name, facts]) },
    tasks,
    defer: (task: Promise<unknown>) => void tasks.push(task),
  };
  return harness;
}

/** Answers by URL, counted; what is not there is 404. */
export function createNetwork(
  answers: Readonly<Record<string, () => Response | Promise<Response>>>,
) {
  const asked: string[] = [];
  const fetchUrl: FetchUrl = async (url, init) => {
    asked.push(url);
    expect(init.redirect).toBe('manual');
    return (await answers[url]?.()) ?? new Response('', { status: 404 });
  };
  return { fetchUrl, asked };
}

/** The real thing and the fake, one contract for both. */
export const stores: [string, () => Store][] = [
  ['Workers KV', () => env.PASSES],
  ['the fake', fakeStore],
];
