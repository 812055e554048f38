/**
 * From what a site is worth to an attacker, and what visitors may be asked, to what to charge.
 *
 * Owns the proposal and what it says of each attacker; must not know variables' names, files or
 * how anything is printed. It never proposes more than the visitors' budget, and says so where no
 * price within the budget exceeds the yield.
 */
import { PATIENCE_CREDIT } from '../puzzle/patience.ts';
import { attemptsOf, MAX_ATTEMPTS_PER_SOLUTION, thresholdFor } from '../puzzle/work.ts';
import { deriveCeilings } from './derive-ceilings.ts';
import {
  attackCost,
  attemptsFor,
  feesOf,
  longestFeeWithin,
  requestsOf,
  type AttackPlan,
  type PriceTerms,
  type Toll,
} from './economics.ts';
import type {
  AttackFinding,
  Charging,
  DerivedPrice,
  PriceQuestion,
  Proposal,
  Reason,
  Remedy,
} from './price-question.ts';

/** Requests that an entry fee must buy, whatever the yield: what a person reads before a top-up. */
export const LEAST_CREDIT_REQUESTS = 30;
/** Part of the yield that visitors' time must add to attacks. */
const WORTHWHILE = 0.01;
const MAX_REQUEST_PRICE = 2 ** 40;

/** The toll of `terms`, with what is served without work at that price. */
export function tollOf(
  terms: PriceTerms & { readonly tier?: number },
  { ceilings, unpaid, overspend }: Charging,
): Toll {
  const { requestPrice } = terms;
  const waits = (terms.tier ?? 0) === 0 && requestPrice <= PATIENCE_CREDIT;
  const passes = waits ? unpaid.patiencePasses : 0;
  const waited = passes * requestsOf(PATIENCE_CREDIT, requestPrice);
  return {
    ...feesOf(terms),
    requestPrice,
    ceilings,
    overspend,
    unpaid: {
      network: { requests: waited + unpaid.freeRequests, passes },
      hosting: { requests: waited, passes },
    },
  };
}

/** How fee and price go together; all in attempts. */
interface PriceLine {
  readonly longestFee: number;
  /** Fee of today, or the budget's. */
  readonly leastFee: number;
  readonly leastPrice: number;
  readonly mostPrice: number;
  /** Requests that the fee buys until it meets the budget. */
  readonly credit: number;
}

function priceLineOf({ terms, budget, headroomBits }: PriceQuestion): PriceLine {
  const { entryFee } = feesOf(terms);
  const bound = terms.minSolutions * MAX_ATTEMPTS_PER_SOLUTION;
  const longest = longestFeeWithin(budget, terms.minSolutions) / 2 ** headroomBits;
  const longestFee = Math.min(longest, bound);
  const perSolution = longestFee / terms.minSolutions;
  const statedFee = wholeAttempts(perSolution, perSolution) * terms.minSolutions;
  const mostPrice = Math.min(
    MAX_REQUEST_PRICE,
    Math.max(1, Math.floor(statedFee / LEAST_CREDIT_REQUESTS)),
  );
  return {
    longestFee,
    leastFee: Math.min(entryFee, longestFee),
    leastPrice: Math.min(terms.requestPrice, mostPrice),
    mostPrice,
    credit: Math.max(LEAST_CREDIT_REQUESTS, requestsOf(entryFee, terms.requestPrice)),
  };
}

/** Attempts of the fee that goes with `price`. */
function feeFor(price: number, { longestFee, leastFee, credit }: PriceLine): number {
  return Math.min(longestFee, Math.max(leastFee, price * credit));
}

/**
 * `attempts` as a whole number, rounded up, whose expected attempts, as the format can state them, do
 * not exceed `bound`; at least 1.
 */
function wholeAttempts(attempts: number, bound: number): number {
  const most = Math.max(1, Math.min(MAX_ATTEMPTS_PER_SOLUTION, Math.floor(bound)));
  const whole = Math.min(most, Math.ceil(attempts));
  const threshold = thresholdFor(whole);
  if (attemptsOf(threshold) <= Math.max(1, bound)) return whole;
  // One threshold up is one step of work down.
  return Math.max(1, Math.floor(attemptsOf(threshold + 1)));
}

function termsAt(price: number, line: PriceLine, base: PriceTerms): PriceTerms {
  const parts = base.minSolutions;
  const attempts = wholeAttempts(feeFor(price, line) / parts, line.longestFee / parts);
  return { ...base, attemptsPerSolution: attempts, requestPrice: price };
}

/** The least whole price in the line's range at which every plan costs the yield, or its end. */
function leastPrice(question: PriceQuestion, line: PriceLine, charging: Charging): number {
  const { plans, terms, yieldPerThousand } = question;
  const isEnough = (price: number): boolean => {
    // Without rounding, so that costs never fall while the price rises.
    const attemptsPerSolution = feeFor(price, line) / terms.minSolutions;
    const toll = tollOf({ ...terms, requestPrice: price, attemptsPerSolution }, charging);
    return plans.every((plan) => attackCost(toll, plan).totalDollars >= yieldPerThousand);
  };
  let [low, high] = [line.leastPrice, line.mostPrice];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function findingOf(
  plan: AttackPlan,
  { yieldPerThousand }: PriceQuestion,
  { now, proposed }: { readonly now: Toll; readonly proposed: Toll },
): AttackFinding {
  const costs = { now: attackCost(now, plan), proposed: attackCost(proposed, plan) };
  return {
    plan,
    ...costs,
    neededRequestPrice: attemptsFor(yieldPerThousand / 1000, plan.hardware) * proposed.overspend,
    isBelowYieldNow: costs.now.totalDollars < yieldPerThousand,
    isBelowYield: costs.proposed.totalDollars < yieldPerThousand,
  };
}

function remediesFor(findings: readonly AttackFinding[]): readonly Remedy[] {
  const open = findings.filter(({ isBelowYield }) => isBelowYield);
  if (open.length === 0) return [];
  const isDeniable = open.some(({ plan }) => plan.addresses.isHosting);
  const isOther = open.some(({ plan }) => !plan.addresses.isHosting);
  const waits = open.some(({ proposed }) => proposed.unpaidShare > 0);
  return [
    ...(isDeniable ? (['deny-networks'] as const) : []),
    ...(isOther ? (['platform-bots'] as const) : []),
    ...(waits ? (['patience-pace'] as const) : []),
    'allow-lists',
    'tiers',
    'cache',
  ];
}

/** Dollars that the proposal adds to the cheapest attack, with the hardware where it adds most. */
function mostGained(findings: readonly AttackFinding[]): number {
  const gained = [...Map.groupBy(findings, ({ plan }) => plan.hardware.name).values()].map(
    (rows) =>
      Math.min(...rows.map(({ proposed }) => proposed.totalDollars)) -
      Math.min(...rows.map(({ now }) => now.totalDollars)),
  );
  return Math.max(0, ...gained);
}

function priceReason([now, proposed]: readonly [number, number], isEnough: boolean): Reason {
  if (proposed < now) return 'over-budget';
  if (!isEnough) return 'budget-spent';
  return proposed === now ? 'enough' : 'exceeds-yield';
}

const creditOfEntry = (terms: PriceTerms): number =>
  requestsOf(feesOf(terms).entryFee, terms.requestPrice);

function priceProposals(
  { terms: base }: PriceQuestion,
  { terms, isEnough }: Pick<DerivedPrice, 'terms' | 'isEnough'>,
): readonly Proposal[] {
  const prices = (['attemptsPerSolution', 'requestPrice'] as const).map((setting) => ({
    setting,
    now: base[setting],
    proposed: terms[setting],
    reason: priceReason([base[setting], terms[setting]], isEnough),
  }));
  const credit: Proposal = {
    setting: 'credit',
    now: creditOfEntry(base),
    proposed: creditOfEntry(terms),
    reason: priceReason([base.requestPrice, terms.requestPrice], isEnough),
  };
  return [...prices, credit];
}

/**
 * What to charge. A larger yield and a larger budget never propose a lower price of a request, and
 * the entry fee stays within the budget (but for a budget below one attempt a sub-puzzle).
 */
export function derivePrice(question: PriceQuestion): DerivedPrice {
  const { terms: base, charging, plans } = question;
  const { ceilings, proposals } = deriveCeilings(question);
  const line = priceLineOf(question);
  const proposed = { ...charging, ceilings };
  const terms = termsAt(leastPrice(question, line, proposed), line, base);
  const tolls = { now: tollOf(base, charging), proposed: tollOf(terms, proposed) };
  const findings = plans.map((plan) => findingOf(plan, question, tolls));
  const isEnough = findings.every(({ isBelowYield }) => !isBelowYield);
  const derived = {
    terms,
    ceilings,
    findings,
    isEnough,
    isWorthIt: isEnough || mostGained(findings) >= WORTHWHILE * question.yieldPerThousand,
    longestFee: line.longestFee,
    remedies: remediesFor(findings),
  };
  return { ...derived, proposals: [...priceProposals(question, derived), ...proposals] };
}
