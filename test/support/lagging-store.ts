/**
 * Two locations over one KV namespace that sees writes late.
 *
 * Owns the lag: a location reads what the store was `lagSeconds` ago, except its own
 * writes, which it does not see either until the lag is over; a negative look-up is
 * cached for a minute, as Workers KV does (SECURITY-BAR I01).
 */
import type { RecordStore } from '../../src/edge/kv-pass-records.ts';

interface Write {
  readonly value: string;
  readonly atSeconds: number;
}

const NEGATIVE_SECONDS = 60;

export class LaggingStore implements RecordStore {
  readonly #writes = new Map<string, Write>();
  readonly #missedUntil = new Map<string, number>();
  readonly #lagSeconds: number;
  readonly #nowSeconds: () => number;
  reads = 0;
  writes = 0;

  constructor(lagSeconds: number, nowSeconds: () => number) {
    this.#lagSeconds = lagSeconds;
    this.#nowSeconds = nowSeconds;
  }

  async get(key: string): Promise<string | null> {
    this.reads += 1;
    const now = this.#nowSeconds();
    if (now < (this.#missedUntil.get(key) ?? 0)) return null;
    const write = this.#writes.get(key);
    if (write !== undefined && now - write.atSeconds >= this.#lagSeconds) return write.value;
    this.#missedUntil.set(key, now + NEGATIVE_SECONDS);
    return null;
  }

  async put(key: string, value: string): Promise<void> {
    this.writes += 1;
    this.#writes.set(key, { value, atSeconds: this.#nowSeconds() });
  }
}
