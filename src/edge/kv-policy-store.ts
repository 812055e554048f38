/**
 * The policy in force, followed in Workers KV.
 *
 * Owns when the store is read, what is kept of it, and what stays in force where it cannot be
 * followed: the last good policy, and before any the one of the variables (SECURITY-BAR 3.6). No
 * request waits for a read but the first of an isolate, and that one 50 ms at most (3.2).
 */
import { errorName } from '../core/error-name.ts';
import type {
  ActivePolicy,
  Clock,
  Defer,
  Log,
  PolicyOrders,
  PolicySource,
  PublicationProblem,
} from '../core/ports.ts';
import type { PolicyBase } from '../core/policy/document/complete-document.ts';
import type { Policy } from '../core/policy/compile-policy.ts';
import type { PolicyDocument } from '../core/policy/document/policy-document.ts';
import {
  readStoredPolicy,
  STORED_KEY,
  type StoredPolicy,
} from '../core/policy/document/stored-policy.ts';
import { digestPolicy } from './policy-digest.ts';
import { within } from './within.ts';

/** The part of a KV namespace that is used. */
export interface PolicyStore {
  get(
    key: string,
    options: { readonly type: 'text'; readonly cacheTtl: number },
  ): Promise<string | null>;
}

export interface PolicyParts {
  readonly store: PolicyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly refreshSeconds: number;
  readonly base: PolicyBase;
  readonly compile: (document: PolicyDocument) => Policy;
  /** In force until something is published. */
  readonly variables: ActivePolicy;
}

/** The least that KV takes: a location then reads its central store twice a minute at most. */
const CACHE_TTL_SECONDS = 30;
/** How long the first request of an isolate waits. */
const FIRST_BUDGET_MS = 50;
/** A read that lasts longer is given up, well before the next one begins. */
const READ_BUDGET_MS = 10_000;

/** What a read said; `undefined`: nothing, in time. */
type Read = { readonly text: string | null } | undefined;

class KvPolicies implements PolicySource {
  readonly #parts: PolicyParts;
  #active: ActivePolicy;
  #problem: PublicationProblem | undefined;
  /** The text of the policy in force, and the last one that was refused: neither is read twice. */
  #goodText: string | undefined;
  #bad: { readonly text: string; readonly problem: PublicationProblem } | undefined;
  #nextAtMs: number | undefined;
  /** Version of which the price book spoke last. */
  #toldVersion: string | undefined;
  /** Counts the reads, so that one which answers late does not undo a later one. */
  #reads = 0;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
    this.#active = parts.variables;
  }

  current(): ActivePolicy {
    return this.#active;
  }

  problem(): PublicationProblem | undefined {
    return this.#problem;
  }

  follow(defer: Defer, orders?: PolicyOrders): Promise<void> | undefined {
    const nowMs = this.#parts.clock.nowMs();
    this.#hear(orders?.policyVersion);
    if (this.#nextAtMs !== undefined && nowMs < this.#nextAtMs) return undefined;
    const isFirst = this.#nextAtMs === undefined;
    // Noted before the read, so that requests which arrive meanwhile neither read nor wait: what
    // one request waits for must not hang on another's life.
    this.#nextAtMs = nowMs + this.#parts.refreshSeconds * 1000;
    const refresh = this.#refresh();
    defer(refresh);
    return isFirst ? within(refresh, FIRST_BUDGET_MS) : undefined;
  }

  /** A version that is new here is looked for at once, and once: KV may be behind. */
  #hear(version: string | undefined): void {
    if (version === undefined || version === this.#toldVersion) return;
    this.#toldVersion = version;
    if (this.#nextAtMs !== undefined && version !== this.#active.version) this.#nextAtMs = 0;
  }

  async #refresh(): Promise<void> {
    this.#reads += 1;
    const turn = this.#reads;
    const read = await this.#read();
    if (turn !== this.#reads) return;
    if (read === undefined) this.#problem = 'unreachable';
    else if (read.text === null) this.#miss();
    else await this.#take(read.text);
  }

  async #read(): Promise<Read> {
    const { store, log } = this.#parts;
    try {
      const options = { type: 'text', cacheTtl: CACHE_TTL_SECONDS } as const;
      const read = store.get(STORED_KEY, options).then((text) => ({ text }));
      const found = await within(read, READ_BUDGET_MS);
      if (found === undefined) log.event('kv.timeout', { store: 'policy' });
      return found;
    } catch (error) {
      log.event('kv.read_error', { store: 'policy', error: errorName(error) });
      return undefined;
    }
  }

  /** A policy is taken back by a tombstone; one that is merely gone stays in force. */
  #miss(): void {
    if (this.#active.source === 'variables') this.#problem = undefined;
    else if (this.#problem !== 'missing') this.#refuse('missing', 0);
  }

  #refuse(problem: PublicationProblem, problems: number): void {
    this.#problem = problem;
    const { version = '' } = this.#active;
    this.#parts.log.event('policy.rejected', { reason: problem, problems, kept: version });
  }

  async #take(text: string): Promise<void> {
    if (text === this.#goodText) {
      this.#problem = undefined;
      return;
    }
    if (text === this.#bad?.text) {
      this.#problem = this.#bad.problem;
      return;
    }
    try {
      await this.#change(text);
    } catch (error) {
      this.#parts.log.event('policy.bug', { error: errorName(error) });
      this.#bad = { text, problem: 'invalid' };
      this.#refuse('invalid', 0);
    }
  }

  async #change(text: string): Promise<void> {
    const reading = readStoredPolicy(text, this.#parts.base);
    if (reading.kind === 'refused') {
      this.#bad = { text, problem: reading.reason };
      this.#refuse(reading.reason, reading.problems.length);
      return;
    }
    const { variables, clock, log } = this.#parts;
    if (reading.kind === 'policy') await this.#publish(reading.stored);
    else this.#active = { ...variables, loadedAtMs: clock.nowMs() };
    this.#goodText = text;
    this.#problem = undefined;
    const { source, version = '', digest } = this.#active;
    log.event('policy.loaded', { source, version, digest });
  }

  async #publish({ version, document }: StoredPolicy): Promise<void> {
    const policy = this.#parts.compile(document);
    const digest = await digestPolicy(policy);
    const loadedAtMs = this.#parts.clock.nowMs();
    this.#active = { policy, digest, source: 'store', version, loadedAtMs, document };
  }
}

/** Follows what is published under `policy/current`. */
export function createKvPolicies(parts: PolicyParts): PolicySource {
  return new KvPolicies(parts);
}

/** The policy of the variables for good: there is no store. */
export function createFixedPolicies(variables: ActivePolicy): PolicySource {
  return { follow: () => undefined, current: () => variables, problem: () => undefined };
}
