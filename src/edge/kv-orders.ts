/**
 * What operators order through Workers KV: a lockdown, and which policy is published.
 *
 * Owns when the price book reads both: at most once in 30 s, which is what KV caches. What cannot be
 * read stays as it was.
 */
import { errorName } from '../core/error-name.ts';
import { LOCKDOWN_KEY, parseLockdown } from '../core/lockdown-order.ts';
import type { Clock, Log, PolicyOrders } from '../core/ports.ts';
import { STORED_KEY } from '../core/policy/document/stored-policy.ts';
import { readTable } from '../core/policy/policy-problem.ts';
import { within } from './within.ts';

/** The part of a KV namespace that is used. */
export interface OrderStore {
  get(
    key: string,
    options: { readonly type: 'text'; readonly cacheTtl: number },
  ): Promise<string | null>;
  getWithMetadata(
    key: string,
    options: { readonly type: 'stream'; readonly cacheTtl: number },
  ): Promise<{ readonly value: ReadableStream | null; readonly metadata: unknown }>;
}

export interface OrderParts {
  readonly store: OrderStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a reply may hold; `policy push` writes 41. */
const MAX_POLICY_CHARACTERS = 64;
const READ_SECONDS = 30;
/** A report waits so long for its answer to know the order; the read goes on beside it. */
const BUDGET_MS = 200;

export class KvOrders {
  readonly #parts: OrderParts;
  #orders: PolicyOrders;
  #nextAtMs = 0;
  /** Counts the reads, so that one which answers late does not undo a later one. */
  #turn = 0;

  /** @param orders what held when the price book was stored */
  constructor(parts: OrderParts, orders: PolicyOrders) {
    this.#parts = parts;
    this.#orders = orders;
  }

  current(): PolicyOrders {
    return this.#orders;
  }

  /** Reads where it is time to. Never rejects, and waits 200 ms at most. */
  async follow(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + READ_SECONDS * 1000;
    this.#turn += 1;
    const turn = this.#turn;
    await within(Promise.all([this.#readLockdown(turn), this.#readVersion(turn)]), BUDGET_MS);
  }

  async #readLockdown(turn: number): Promise<void> {
    const { store, log } = this.#parts;
    try {
      const text = await store.get(LOCKDOWN_KEY, { type: 'text', cacheTtl: READ_SECONDS });
      const order = parseLockdown(text);
      if (order === undefined) log.event('kv.corrupt', { store: 'lockdown' });
      else this.#change(turn, { isLockdown: order.isOn });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The version stands in the metadata; the policy itself is not read. */
  async #readVersion(turn: number): Promise<void> {
    try {
      const options = { type: 'stream', cacheTtl: READ_SECONDS } as const;
      const { value, metadata } = await this.#parts.store.getWithMetadata(STORED_KEY, options);
      await value?.cancel();
      const version = readTable(metadata)?.get('version');
      const isVersion = typeof version === 'string' && version.length <= MAX_POLICY_CHARACTERS;
      this.#change(turn, { policyVersion: isVersion ? version : undefined });
    } catch (error) {
      this.#fail(error);
    }
  }

  #change(turn: number, orders: Partial<PolicyOrders>): void {
    if (turn === this.#turn) this.#orders = { ...this.#orders, ...orders };
  }

  #fail(error: unknown): void {
    const name = errorName(error);
    this.#parts.log.event('kv.read_error', { store: 'orders', error: name });
  }
}
