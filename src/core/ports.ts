/**
 * What the gate needs from the platform, as interfaces.
 *
 * Owns the ports that need no platform type; `edge/` implements them on Cloudflare,
 * tests implement fakes that pass the same contract suite. The origin, which speaks in
 * Request and Response, is a port of `http/`.
 */
import type { ClientView } from './client/client-view.ts';
import type { Policy } from './policy/compile-policy.ts';
import type { PolicyDocument } from './policy/document/policy-document.ts';
import type { StoredRefusal } from './policy/document/stored-policy.ts';
import type { RequestCounts } from './price/price-report.ts';

/** Keeps a task running after the response; its failure must never surface. */
export type Defer = (task: Promise<unknown>) => void;

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}

/** Waits so many milliseconds, with a timer of the request that waits. */
export type Pause = (milliseconds: number) => Promise<void>;

export interface Random {
  /** @param count 1 to 65,536 cryptographically random bytes */
  bytes(count: number): Uint8Array;
}

/** Rate limits that hold whatever was paid. */
export interface Ceilings {
  /** Whether one more request of this client's network is below its ceiling. */
  admitsNetwork(client: ClientView): Promise<boolean>;
  /** Whether one more request of this pass, from this client's network, is below both ceilings. */
  admitsRequest(passId: string, client: ClientView): Promise<boolean>;
  /** Whether this client's /32, /56 or hosting network may redeem patience once more. */
  admitsPatience(client: ClientView): Promise<boolean>;
  /** Whether this client has a free request left; always false for hosting networks. */
  grantsFreeRequest(client: ClientView): Promise<boolean>;
  /** Whether one more KV write may be caused by this client, at this location. */
  admitsRecord(client: ClientView, location: string): Promise<boolean>;
}

/** Counts the work debited from each pass. */
export interface Debits {
  /**
   * Debits `price` attempts of `passId` if its `credit` allows it, in one step.
   * @returns `held`, and debits nothing, where requests of the pass are under way here and may give enough
   * back; `spent`, and debits nothing, where the balance that may be spent here is too small whatever they do
   */
  debit(charge: DebitCharge): DebitOutcome;
  /**
   * Ends a debit: its request is over, or known well enough. Every debit must be ended once.
   * @param divisor what stays debited is divided by it: 1, the default, gives nothing back, Infinity all
   */
  finish(passId: string, debit: Debit, divisor?: number): void;
  /** Attempts that are left of `credit`, as far as is known here. */
  left(passId: string, credit: number): number;
}

export type DebitOutcome = 'debited' | 'held' | 'spent';

/** What was debited for a request. */
export interface Debit {
  /** Attempts. */
  readonly price: number;
  /** The same at the base price. */
  readonly demand: number;
}

export interface DebitCharge {
  readonly passId: string;
  /** Attempts that the pass is worth. */
  readonly credit: number;
  /** Attempts. */
  readonly price: number;
  /** What the price book wants to know of it; absent: the pass is reported to nobody. */
  readonly use?: PassUse;
}

/** Who uses a pass, and for what. */
export interface PassUse {
  /** Unix seconds. */
  readonly expires: number;
  /** /24 or /56, or `unknown`. */
  readonly network: string;
  readonly asn: number | undefined;
  /** The price at its base, in attempts. */
  readonly demand: number;
  /** Redeemed by waiting. */
  readonly isPatience: boolean;
}

/** What the price book has ordered of the policy. */
export interface PolicyOrders {
  readonly isLockdown: boolean;
  /** Version that is published, as far as is known. */
  readonly policyVersion: string | undefined;
}

/** Why the price book has not answered the last time. */
export type BookProblem = 'do.unreachable' | 'do.overloaded' | 'do.quota' | 'do.malformed';

/** What of prices anybody may know. */
export interface PriceFacts {
  readonly globalBits: number;
  readonly lockdown: boolean;
  /** Since the price book answered last; `undefined`: it has not yet. */
  readonly priceBookAgeSeconds: number | undefined;
  readonly priceBookProblem: BookProblem | undefined;
}

/** Prices as the price book moves them. Nothing here waits for it, and nothing throws. */
export interface Prices {
  /** Asks the price book in the background, where it is time to. */
  follow(defer: Defer): void;
  /** Price for this client above the base, in bits: 0 or more, not yet bounded by what a rule's terms allow. */
  bitsFor(client: ClientView): number;
  /** Whether the lower ceiling holds for this client's network. */
  isCurbed(client: ClientView): boolean;
  orders(): PolicyOrders;
  /** Counts what became of a request. */
  noteRequest(outcome: RequestOutcome): void;
  /** Counts how the origin answered; time until the headers. */
  noteOrigin(isError: boolean, latencyMs: number): void;
  /** `undefined` where there is no price book. */
  facts(): PriceFacts | undefined;
}

export type RequestOutcome = keyof RequestCounts;

/** What is kept of a redeemed pass. */
export interface PassRecord {
  readonly passId: string;
  readonly issued: number;
  readonly expires: number;
  readonly solutions: number;
  readonly credit: number;
  readonly tier: number;
  readonly rule: string;
}

/** Records of redeemed passes: revocation, the operator's view, and passes of clients without cookies. */
export interface PassRecords {
  /** Whether the pass is known here to be revoked; reads the store in the background, once a minute. */
  isRevoked(passId: string, defer: Defer): boolean;
  /** Writes the record once; one that exists is left as it is. */
  record(record: PassRecord): Promise<void>;
  /** Keeps the pass under `key` in this location alone, at no cost, for a client without cookies. */
  rememberHere(key: string, record: PassRecord, passToken: string): Promise<void>;
  /** Writes the record together with its pass under `key`, for every location. */
  remember(key: string, record: PassRecord, passToken: string): Promise<void>;
  /** The pass remembered under `key`, unverified. Never throws; a store that hangs is a miss. */
  recall(key: string, defer: Defer): Promise<string | undefined>;
}

/** Facts of a log event: no token, address or key may be among them. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  /** One JSON object on one line; repeated events are sampled. Never throws. */
  event(name: string, facts?: LogFacts): void;
}

/** A policy, and how it came to be in force. */
export interface ActivePolicy {
  readonly policy: Policy;
  /** Claim `pol`: the first 16 characters of the policy's digest. */
  readonly digest: string;
  /** `variables`: the Worker's own, because nothing is published. */
  readonly source: 'variables' | 'store';
  /** As it was published; `undefined` for the policy of the variables. */
  readonly version: string | undefined;
  /** When this isolate put it in force. */
  readonly loadedAtMs: number;
  /** As it was published; `undefined` for the policy of the variables. */
  readonly document?: PolicyDocument;
}

/** Why what the store has is not in force: it is refused, gone, or cannot be read. */
export type PublicationProblem = StoredRefusal | 'missing' | 'unreachable';

/** The policy in force here; it may change between two requests, never within one. */
export interface PolicySource {
  /**
   * Looks for a newer policy where it is time to, and does what is ordered. Never throws or rejects.
   * @returns what this request waits for: the first of an isolate for the store, 50 ms at most, and
   * the first under a lockdown for its policy; else `undefined`
   */
  follow(defer: Defer, orders?: PolicyOrders): Promise<void> | undefined;
  current(): ActivePolicy;
  /** `undefined` where what is published is in force, or nothing is. */
  problem(): PublicationProblem | undefined;
}
