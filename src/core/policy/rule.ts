/**
 * What an operator's rule is, once decoded.
 *
 * Owns the types alone; must not know how rules are written, compiled or evaluated.
 *
 * A rule applies when all of its conditions hold; a condition holds when any entry of its list
 * does. The first rule that applies decides.
 */
import type { Network } from '../client/network.ts';

/** One entry of each condition's list. A further kind of condition is a member here and a file. */
export interface ConditionEntries {
  /** Exact path, or a pattern in which `*` stands for any run of characters, `/` included. */
  readonly path: string;
  /** Upper case; GET does not include HEAD. */
  readonly method: string;
  readonly network: Network;
  /** Two characters as Cloudflare has them. */
  readonly country: string;
  readonly asn: number;
  /** Found anywhere in the first 512 characters of the user agent, in any case. */
  readonly agent: string;
}

export type ConditionName = keyof ConditionEntries;

export type Conditions = {
  readonly [Name in ConditionName]?: readonly ConditionEntries[Name][] | undefined;
};

/**
 * A pass lives from the issue of its challenge, which may be redeemed 300 s later: with a
 * shorter life it could be expired, or nearly so, when it is handed out.
 */
export const MIN_TTL_SECONDS = 600;
export const MAX_TTL_SECONDS = 86_400;

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
}

/** The members of `ChargeTerms` that a rule may set; the rest come from the defaults. */
export type ChargeOverrides = Partial<Omit<ChargeTerms, 'maxSolutions'>>;

export type RuleAction =
  | { readonly kind: 'allow' }
  /** `status` 400..499. */
  | { readonly kind: 'deny'; readonly status: number }
  | { readonly kind: 'charge'; readonly overrides: ChargeOverrides };

export interface Rule {
  /** Letters, digits, `.`, `_`, `-`; at most 64; unique. */
  readonly name: string;
  readonly action: RuleAction;
  readonly when: Conditions;
}
