/**
 * The origin's count of the requests that reached it, per isolate.
 *
 * Tests ask it whether a request that should have been stopped got through, and
 * whether one that should arrive came once with the same bytes. Owns the count and
 * the last few entries; must not know HTTP routes. Only the demo has such a thing.
 */

const RECENT_LIMIT = 50;

/** One request as it reached the origin; the body's facts are there once it was read. */
export interface LedgerEntry {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  bodyBytes?: number;
  bodySha256?: string;
}

export interface Ledger {
  /** Counts a request and returns its entry, to which the body's facts may be added. */
  record(method: string, path: string): LedgerEntry;
  /** Requests since the isolate started or the last reset. */
  count(): number;
  /** The last 50 entries, oldest first. */
  recent(): readonly LedgerEntry[];
  reset(): void;
}

/** An empty ledger. */
export function createLedger(): Ledger {
  let count = 0;
  let entries: LedgerEntry[] = [];
  return {
    record(method, path) {
      const entry: LedgerEntry = { method, path };
      count += 1;
      entries = [...entries.slice(1 - RECENT_LIMIT), entry];
      return entry;
    },
    count: () => count,
    recent: () => entries,
    reset() {
      count = 0;
      entries = [];
    },
  };
}
