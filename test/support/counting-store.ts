/**
 * A KV namespace that counts its operations and can be made to fail.
 *
 * Owns the counts and the fault modes of SECURITY-BAR 3.3; what is stored stays real KV.
 */
import type { RecordStore } from '../../src/edge/kv-pass-records.ts';

export type StoreMode = 'normal' | 'throw' | 'hang' | 'corrupt' | 'empty';

export class CountingStore implements RecordStore {
  mode: StoreMode = 'normal';
  reads = 0;
  writes = 0;
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  get operations(): number {
    return this.reads + this.writes;
  }

  async get(...args: Parameters<RecordStore['get']>): Promise<string | null> {
    this.reads += 1;
    await this.#fault();
    if (this.mode === 'corrupt') return '\u0000{"corrupt';
    return this.mode === 'empty' ? null : this.#store.get(...args);
  }

  async put(...args: Parameters<RecordStore['put']>): Promise<void> {
    this.writes += 1;
    await this.#fault();
    if (this.mode !== 'empty') await this.#store.put(...args);
  }

  async #fault(): Promise<void> {
    if (this.mode === 'throw') throw new Error('KV GET failed: 503 Service Unavailable');
    if (this.mode === 'hang') await new Promise(() => undefined);
  }
}
