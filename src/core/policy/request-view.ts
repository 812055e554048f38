/**
 * What a policy may know of a request beside its path and its client.
 *
 * Owns the shapes and what stands for "nothing is known"; must not know where facts come from.
 */

export interface RequestView {
  /** Canonical host. */
  readonly host: string | undefined;
  /** As in `URL.search`: empty, or with its question mark. */
  readonly search: string | undefined;
  /** Value of a header field, several joined by ", "; `undefined` when absent. Any case of name. */
  header(name: string): string | undefined;
}

/** Members of `request.cf`, validated. */
export interface ConnectionView {
  readonly continent: string | undefined;
  /** `HTTP/1.1`, `HTTP/2`, `HTTP/3`. */
  readonly protocol: string | undefined;
  readonly tls: {
    readonly version: string | undefined;
    readonly cipher: string | undefined;
    readonly ciphersSha1: string | undefined;
    readonly extensionsSha1: string | undefined;
    readonly ja3: string | undefined;
    readonly ja4: string | undefined;
  };
}

/** Which known bot a client is; the names are those of `core/bots`. */
export interface BotIdentity {
  /** By user agent alone: anybody's word. */
  readonly claimed: readonly string[];
  /** By address, signature, or Cloudflare; `undefined` where nothing is known that could tell. */
  readonly verified: readonly string[] | undefined;
  /** Claimed, provable here, and not proven; `undefined` where it cannot be told. */
  readonly unproven: readonly string[] | undefined;
}

export const UNKNOWN_REQUEST: RequestView = {
  host: undefined,
  search: undefined,
  header: () => undefined,
};

export const UNKNOWN_CONNECTION: ConnectionView = {
  continent: undefined,
  protocol: undefined,
  tls: {
    version: undefined,
    cipher: undefined,
    ciphersSha1: undefined,
    extensionsSha1: undefined,
    ja3: undefined,
    ja4: undefined,
  },
};

export const NO_IDENTITY: BotIdentity = { claimed: [], verified: [], unproven: [] };
