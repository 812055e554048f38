/**
 * What a kind of condition has to offer: the port that every file beside this one implements.
 *
 * Owns the interface and the facts that conditions read; must not know any kind.
 */
import type { BotIdentity, ConnectionView, RequestView } from '../request-view.ts';
import type { ClientView } from '../../client/client-view.ts';
import type { Decoded } from '../policy-problem.ts';

/** One request under one reading of its path. */
export interface RequestFacts {
  /** The view as it was read. */
  readonly view: string;
  /** The view as path conditions compare it: folded for a case-insensitive origin. */
  readonly path: string;
  readonly method: string;
  /** Whether a query follows the path. No condition reads it; built-in allows do. */
  readonly hasQuery: boolean;
  readonly client: ClientView;
  /** `client.agentForRules` in lower case. */
  readonly agent: string;
  /** What is the same for every reading; each member `undefined` where it is not known. */
  readonly request: RequestView;
  readonly connection: ConnectionView;
  readonly identity: BotIdentity;
  /** Left by earlier rules under this reading. */
  readonly tags: ReadonlySet<string>;
}

/** `undefined`: it cannot be evaluated (a budget is spent, a value has no such member). */
export type Truth = boolean | undefined;

export type Predicate = (facts: RequestFacts) => Truth;

/** What a condition depends on beside the request: `reading` also covers tags. */
export type Scope = 'request' | 'reading';

export interface CompileOptions {
  /** Patterns are folded as `RequestFacts.path` is. */
  readonly caseInsensitivePaths: boolean;
  /**
   * What a condition says of a client about whom its fact is unknown: true only where that makes
   * a rule that denies apply; inside `not` the other way round.
   */
  readonly whenUnknown: boolean;
}

export interface ConditionKind<Entry> {
  /** Most entries of one list. */
  readonly maxEntries: number;
  /** Whether one entry may stand for a list of one. */
  readonly takesScalar?: true;
  readonly scope: Scope;
  /** The scope of one list, where it depends on its entries. */
  scopeOf?(entries: readonly Entry[]): Scope;
  decodeEntry(value: unknown): Decoded<Entry>;
  /** Canonical form: equal for equal entries, ordered for the digest of a policy. */
  formatEntry(entry: Entry): string;
  /**
   * Whether the entry keeps out a client that is free to choose method, headers and user agent.
   * An allow that names those needs a condition that does (SECURITY-BAR D03).
   */
  confines(entry: Entry): boolean;
  /** A predicate that is true when any entry holds; `entries` is not empty. */
  compile(entries: readonly Entry[], options: CompileOptions): Predicate;
}
