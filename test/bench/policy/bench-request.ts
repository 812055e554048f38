/** What the benchmark hands to its Worker, and what that answers. Owns the shapes alone. */

/** One request of the mix, as a gate would meet it. */
export interface BenchRequest {
  readonly method: string;
  /** As in `URL.pathname`. */
  readonly pathname: string;
  /** As in `URL.search`. */
  readonly search: string;
  /** `User-Agent` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
  readonly asn: number;
  readonly country: string;
  readonly identity: {
    readonly claimed: readonly string[];
    readonly verified: readonly string[];
    readonly unproven: readonly string[];
  };
}

/** How often each decision was made. */
export interface Tally {
  readonly allow: number;
  readonly charge: number;
  readonly deny: number;
  /** Paths that are refused before any rule, and what the empty loop did. */
  readonly none: number;
}
