/**
 * A map that cannot grow: bounded in entries and in accounted bytes.
 *
 * Owns eviction alone: least recently written first. For per-isolate caches, on
 * which no security decision may depend (SECURITY-BAR H05).
 */

export interface MapBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Accounted overhead of an entry beside its key and value (V8 map slot and headers). */
const ENTRY_BYTES = 64;

export class BoundedMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  readonly #bounds: MapBounds;
  #bytes = 0;

  constructor(bounds: MapBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Accounted bytes now held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Least recently written first. */
  *entries(): Generator<readonly [key: string, value: Value]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Stores `value`, accounted as `valueBytes` beside its key; evicts the oldest entries to fit. */
  set(key: string, value: Value, valueBytes: number): void {
    this.delete(key);
    const bytes = ENTRY_BYTES + 2 * key.length + valueBytes;
    if (bytes > this.#bounds.maxBytes) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#bounds.maxEntries && this.#bytes <= this.#bounds.maxBytes)
        break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
