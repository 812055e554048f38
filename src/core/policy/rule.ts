/**
 * A policy rule as typed data.
 *
 * Owns types alone; must not know how rules are written, compiled or evaluated.
 *
 * A rule applies when all of its conditions hold; a condition holds when any entry of its list
 * does. Rules are asked in order: those that weigh or tag leave their mark and the next is asked,
 * the first of the others that applies decides.
 */
import type { NetworkRanges } from '../client/network-ranges.ts';
import type { Network } from '../client/network.ts';

/** A query parameter, by its name or by name and value. */
export interface QueryParameter {
  readonly name: string;
  /** `undefined`: present, whatever its value. */
  readonly value: string | undefined;
}

/** One test of one header field; a name alone asks whether the field is present. */
export interface HeaderTest {
  /** Lower case. */
  readonly name: string;
  readonly test:
    | { readonly kind: 'present' | 'absent' }
    | { readonly kind: 'equals' | 'contains' | 'pattern'; readonly text: string };
}

export type TlsFact = 'version' | 'cipher' | 'ciphersSha1' | 'extensionsSha1' | 'ja3' | 'ja4';

/** One value of one fact of the TLS connection. */
export interface TlsTest {
  readonly fact: TlsFact;
  readonly value: string;
}

/** One network, or many that a published policy packs. */
export type NetworkEntry = Network | NetworkRanges;

/** One entry of each condition's list. A further kind of condition is a member here and a file. */
export interface ConditionEntries {
  /** Exact path, or a pattern in which `*` stands for any run of characters, `/` included. */
  readonly path: string;
  /** Regular expression (RE2 syntax) found anywhere in the path. */
  readonly pathPattern: string;
  /** Upper case; GET does not include HEAD. */
  readonly method: string;
  /** Lower case; `*.` at its start stands for one or more labels. */
  readonly host: string;
  readonly query: QueryParameter;
  readonly header: HeaderTest;
  readonly network: NetworkEntry;
  /** Two characters as Cloudflare has them. */
  readonly country: string;
  /** Two capitals as Cloudflare has them. */
  readonly continent: string;
  readonly asn: number;
  /** As `request.cf.httpProtocol` has it: `HTTP/2`. */
  readonly protocol: string;
  readonly tls: TlsTest;
  /** Found anywhere in the first 512 characters of the user agent, in any case. */
  readonly agent: string;
  /** Regular expression (RE2 syntax) found anywhere in the first 512 characters of the user agent. */
  readonly agentPattern: string;
  /** Name of a known bot whose identity is proven, or `*` for any. */
  readonly verifiedBot: string;
  /** Name of a known bot that the user agent claims to be, or `*` for any. */
  readonly claimedBot: string;
  /** As `claimedBot`, where the proof is possible and failed. */
  readonly falseBot: string;
  /** Left by an earlier rule. */
  readonly tag: string;
  /** CEL. */
  readonly expression: string;
}

export type ConditionName = keyof ConditionEntries;

/** The lists of one table: all of them have to hold. */
export type ConditionLists = {
  readonly [Name in ConditionName]?: readonly ConditionEntries[Name][] | undefined;
};

/** A table of conditions: its lists and its combinations, all of which have to hold. */
export interface Conditions extends ConditionLists {
  readonly all?: readonly Conditions[] | undefined;
  readonly any?: readonly Conditions[] | undefined;
  readonly not?: Conditions | undefined;
  /** Names of conditions of the document; any of them. */
  readonly use?: readonly string[] | undefined;
}

export type NamedConditions = ReadonlyMap<string, Conditions>;

/**
 * A pass lives from the issue of its challenge, which may be redeemed 300 s later: with a
 * shorter life it could be expired, or nearly so, when it is handed out.
 */
export const MIN_TTL_SECONDS = 600;
export const MAX_TTL_SECONDS = 86_400;

export type ChargePuzzle = 'work' | 'patience';

/** What a charged client is asked for; every member resolved. */
export interface ChargeTerms {
  /** 0..15; a pass of a higher tier satisfies a lower. */
  readonly tier: number;
  /** 1..256, the entry fee. */
  readonly minSolutions: number;
  /** `minSolutions`..256. */
  readonly maxSolutions: number;
  /** Expected attempts of one solution, a whole number in 1..2^26. */
  readonly attemptsPerSolution: number;
  /** Attempts debited per request, 1..2^40. */
  readonly requestPrice: number;
  /** Lifetime of the pass, `MIN_TTL_SECONDS`..`MAX_TTL_SECONDS`. */
  readonly ttlSeconds: number;
  /** Whether a client that keeps no cookie may ask to be remembered. */
  readonly remember: boolean;
  /** What a page asks for first; absent: work. */
  readonly puzzle?: ChargePuzzle;
}

/** The members of `ChargeTerms` that a rule may set; the rest come from the defaults. */
export type ChargeOverrides = Partial<Omit<ChargeTerms, 'maxSolutions'>>;

/** What ends the evaluation. */
export type TerminalAction =
  /** `limited`: below the network's ceiling, as the built-in allows are. */
  | { readonly kind: 'allow'; readonly limited?: true }
  /** `status` 400..499. */
  | { readonly kind: 'deny'; readonly status: number }
  | { readonly kind: 'charge'; readonly overrides: ChargeOverrides };

export type RuleAction =
  | TerminalAction
  /** `points` -1,000,000..1,000,000. */
  | { readonly kind: 'weigh'; readonly points: number }
  | { readonly kind: 'tag'; readonly tags: readonly string[] };

/**
 * Where a condition cannot be evaluated: charge at the least, whatever the rules behind say; deny;
 * or go on as if it did not hold.
 */
export type OnError = 'charge' | 'deny' | 'skip';

/** Where the gate fails while it charges: refuse, or let the request through. */
export type OnFailure = 'closed' | 'open';

export interface Rule {
  /** Letters, digits, `.`, `_`, `-`; at most 64; unique. */
  readonly name: string;
  readonly action: RuleAction;
  readonly when: Conditions;
  /** Reports and decides nothing. */
  readonly isDryRun?: true;
  /** Absent: charge. */
  readonly onError?: Exclude<OnError, 'charge'>;
  /** Absent: closed. */
  readonly onFailure?: 'open';
}

/** Decides by the points that rules gave: the first whose range holds. */
export interface Threshold {
  readonly name: string;
  /** At least so many points; absent: no lower bound. */
  readonly from?: number;
  /** Fewer points than this; absent: no upper bound. */
  readonly below?: number;
  readonly action: TerminalAction;
}
