/**
 * Requests of a log, in columns: what a replay reads.
 *
 * Owns the shape and its bounds; must not know how a log is read or who is called what.
 */

/** One that asks: an address with a user agent. */
export interface ReplayedClient {
  readonly kind: 'visitor' | 'attacker' | 'other';
  /** What it is called, for the sums of the result. */
  readonly group: string;
  readonly agent: string;
  readonly address: string;
  /** /24 or /56. */
  readonly network: string;
  readonly asn: number | undefined;
  readonly isHosting: boolean;
}

/** Columns of equal length, in the order of time. */
export interface ReplayedLog {
  /** Since the log's first request. */
  readonly seconds: Float64Array;
  /** Index into `clients`. */
  readonly client: Uint32Array;
  /** Index into `targets`. */
  readonly target: Uint32Array;
  readonly clients: readonly ReplayedClient[];
  /** Method and target: `GET /a?b`. */
  readonly targets: readonly string[];
  /** Hours from the first request to the last. */
  readonly hours: number;
}

/** Requests that a replay takes; the rest of a longer log is left out. */
export const MAX_REPLAYED_REQUESTS = 2_000_000;
/** Distinct clients, and distinct targets. */
export const MAX_REPLAYED_NAMES = 500_000;
