/**
 * What is asked of the derivation of a price, and what it answers.
 *
 * Owns the shapes; `derive-price.ts` owns the arithmetic.
 */
import type { AttackCost, AttackPlan, PriceTerms, VisitorBudget } from './economics.ts';

/** Requests a minute, whatever was paid. */
export interface Ceilings {
  readonly pass: number;
  readonly network: number;
  readonly hosting: number;
}

/** What is served without work, a minute. */
export interface UnpaidLimits {
  /** Redemptions by waiting, of one address or hosting network; 0: none. */
  readonly patiencePasses: number;
  /** Requests of one address before the first challenge; hosting networks have none. */
  readonly freeRequests: number;
}

/** What is charged now, beside the terms. */
export interface Charging {
  readonly ceilings: Ceilings;
  readonly unpaid: UnpaidLimits;
  /** Requests served for one that was paid, at worst. */
  readonly overspend: number;
}

export interface PriceQuestion {
  /** Dollars that a thousand requests are worth to an attacker; above 0. */
  readonly yieldPerThousand: number;
  readonly budget: VisitorBudget;
  readonly terms: PriceTerms;
  readonly charging: Charging;
  readonly plans: readonly AttackPlan[];
  /** Bits below the budget's end that the proposal leaves to a price that moves; 0 or more. */
  readonly headroomBits: number;
}

export type Setting =
  | 'attemptsPerSolution'
  | 'requestPrice'
  | 'credit'
  | 'passCeiling'
  | 'networkCeiling'
  | 'hostingCeiling';

export type Reason =
  /** It is enough as it is. */
  | 'enough'
  /** The least with which every attack costs more than it yields. */
  | 'exceeds-yield'
  /** The budget's end: some attacks still cost less than they yield. */
  | 'budget-spent'
  /** Today's is more than the budget allows. */
  | 'over-budget'
  /** Lower, because networks that cost rent then cost more. */
  | 'makes-networks-dear'
  /** As low as honest visitors allow. */
  | 'honest-need'
  /** Lowering it costs no attacker anything. */
  | 'buys-nothing';

export interface Proposal {
  readonly setting: Setting;
  readonly now: number;
  readonly proposed: number;
  readonly reason: Reason;
}

/** One attack, now and with the proposal. */
export interface AttackFinding {
  readonly plan: AttackPlan;
  readonly now: AttackCost;
  readonly proposed: AttackCost;
  /** Attempts a request at which computation alone would cost the yield; may be `Infinity`. */
  readonly neededRequestPrice: number;
  readonly isBelowYieldNow: boolean;
  readonly isBelowYield: boolean;
}

/** What else helps where the price does not. */
export type Remedy =
  | 'deny-networks'
  | 'platform-bots'
  | 'patience-pace'
  | 'allow-lists'
  | 'tiers'
  | 'cache';

export interface DerivedPrice {
  readonly terms: PriceTerms;
  readonly ceilings: Ceilings;
  readonly proposals: readonly Proposal[];
  readonly findings: readonly AttackFinding[];
  /** Whether every attack costs at least the yield with the proposal. */
  readonly isEnough: boolean;
  /** Whether what the proposal adds to attacks is worth visitors' time: a hundredth of the yield. */
  readonly isWorthIt: boolean;
  /** Attempts: the longest entry fee within the budget, less the headroom. */
  readonly longestFee: number;
  readonly remedies: readonly Remedy[];
}
