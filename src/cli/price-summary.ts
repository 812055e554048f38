/**
 * Everything that `price` says, as one object: what `--json` prints and the text is made of.
 *
 * Owns which questions are asked of the arithmetic; must not know how answers are laid out.
 */
import {
  attackCost,
  cheapestAttack,
  feesOf,
  longestFeeWithin,
  plansOf,
  requestsOf,
  visitorSeconds,
  visitorSecondsP95,
  type AttackCost,
  type AttackPlan,
  type PriceTerms,
} from '../core/price/economics.ts';
import { derivePrice, tollOf } from '../core/price/derive-price.ts';
import { platformDollars } from '../core/price/platform-prices.ts';
import type { Figures } from '../core/price/price-overrides.ts';
import type {
  AttackFinding,
  Charging,
  DerivedPrice,
  PriceQuestion,
} from '../core/price/price-question.ts';
import { HOSTING_ASNS } from '../core/client/hosting-networks.ts';
import { UNANSWERED_SHARE } from '../core/price/price-report.ts';
import { resolveTerms } from '../core/policy/charge-terms.ts';
import type { Rule } from '../core/policy/rule.ts';
import type { PriceSetup } from './price-setup.ts';

/** What is assumed of attackers. */
export interface Wish {
  readonly requestsPerMinute: number;
  readonly bytesPerRequest: number;
  /** Running copies of the Worker that an attacker's passes reach before they know of each other. */
  readonly isolates: number;
}

/** An attack by the names of its parts. */
export interface NamedAttack {
  readonly hardware: string;
  readonly addresses: string;
  readonly isHosting: boolean;
  /** Whether rules can tell its addresses from those of visitors. */
  readonly isDeniable: boolean;
}

export interface AttackRow extends NamedAttack {
  readonly now: AttackCost;
  /** With the price where the price book may at most raise it to. */
  readonly atCap: AttackCost;
}

export interface Wait {
  readonly meanSeconds: number;
  readonly p95Seconds: number;
}

export interface VisitorRow {
  readonly name: string;
  readonly label: string;
  readonly share: number;
  readonly attemptsPerSecond: number;
  readonly now: Wait;
  readonly atCap: Wait;
}

/** A rule that charges otherwise than the settings. */
export interface RuleRow {
  readonly rule: string;
  readonly isDryRun: boolean;
  readonly entryFee: number;
  readonly requestPrice: number;
  /** Of the median phone of the table. */
  readonly medianSeconds: number;
  readonly cheapest: NamedAttack & { readonly cost: AttackCost };
}

export interface FindingRow extends NamedAttack, Omit<AttackFinding, 'plan'> {}

export interface PriceSummary {
  readonly configuration: string | null;
  readonly terms: PriceTerms;
  readonly entryFee: number;
  readonly largestFee: number;
  /** Requests that the entry fee buys. */
  readonly credit: number;
  readonly charging: Charging;
  readonly hasPriceBook: boolean;
  readonly assumed: Wish;
  readonly budget: PriceSetup['budget'];
  readonly longestFee: number;
  /** How far above the base a price may move within the budget, in bits. */
  readonly capBits: number;
  readonly attacks: readonly AttackRow[];
  readonly visitors: readonly VisitorRow[];
  readonly rules: readonly RuleRow[];
  /** What Cloudflare charges for a thousand requests, on the paid plan. */
  readonly operatorDollarsPerThousand: number;
  readonly yieldPerThousand: number | null;
  /** Autonomous systems of hosting networks, as the gate lists them. */
  readonly deniableAsns: readonly number[];
  readonly derived:
    | (Omit<DerivedPrice, 'findings'> & { readonly findings: readonly FindingRow[] })
    | null;
}

export interface SummaryInput {
  readonly setup: PriceSetup;
  readonly figures: Figures;
  readonly wish: Wish;
  readonly rules: readonly Rule[];
}

const BITS_STEP = 1 / 8;
/** What a proposal leaves to the price book: two doublings. */
const HEADROOM_BITS = 2;

function capBitsWithin(entryFee: number, longestFee: number): number {
  const bits = Math.log2(longestFee / entryFee);
  return Math.max(0, Math.floor(bits / BITS_STEP) * BITS_STEP);
}

/** The same terms with the price and the fee `bits` higher. */
function raise(terms: PriceTerms, bits: number): PriceTerms {
  const { attemptsPerSolution, requestPrice } = terms;
  const factor = 2 ** bits;
  return {
    ...terms,
    attemptsPerSolution: attemptsPerSolution * factor,
    requestPrice: requestPrice * factor,
  };
}

/**
 * Requests served for one that was paid, at worst: with the book, an unanswered eighth for each isolate
 * but one; without, each isolate serves the whole.
 */
function overspendOf(isolates: number, hasPriceBook: boolean): number {
  return hasPriceBook ? 1 + (isolates - 1) * UNANSWERED_SHARE : isolates;
}

function nameOf({ hardware, addresses }: AttackPlan): NamedAttack {
  return {
    hardware: hardware.name,
    addresses: addresses.name,
    isHosting: addresses.isHosting,
    isDeniable: addresses.isHosting,
  };
}

function waitOf(terms: PriceTerms, attemptsPerSecond: number): Wait {
  const fee = { attempts: feesOf(terms).entryFee, solutions: terms.minSolutions };
  const device = { attemptsPerSecond };
  return {
    meanSeconds: visitorSeconds(fee.attempts, device),
    p95Seconds: visitorSecondsP95(fee, device),
  };
}

function visitorRows({ figures, setup }: SummaryInput, capBits: number): readonly VisitorRow[] {
  return figures.visitors.map(({ name, label, share, attemptsPerSecond }) => ({
    name,
    label,
    share,
    attemptsPerSecond,
    now: waitOf(setup.terms, attemptsPerSecond),
    atCap: waitOf(raise(setup.terms, capBits), attemptsPerSecond),
  }));
}

interface Attackers {
  readonly plans: readonly AttackPlan[];
  readonly charging: Charging;
}

function ruleRows(
  { rules, setup, figures }: SummaryInput,
  { plans, charging }: Attackers,
): readonly RuleRow[] {
  const median = figures.visitors.find(({ name }) => name === 'median-phone');
  return rules.flatMap(({ name, action, isDryRun }) => {
    if (action.kind !== 'charge') return [];
    const terms = resolveTerms(action.overrides, setup.terms);
    const best = cheapestAttack(tollOf(terms, charging), plans);
    if (best === undefined || median === undefined) return [];
    const { entryFee } = feesOf(terms);
    const row: RuleRow = {
      rule: name,
      isDryRun: isDryRun === true,
      entryFee,
      requestPrice: terms.requestPrice,
      medianSeconds: visitorSeconds(entryFee, median),
      cheapest: { ...nameOf(best.plan), cost: best.cost },
    };
    return [row];
  });
}

function derive(question: PriceQuestion): NonNullable<PriceSummary['derived']> {
  const derived = derivePrice(question);
  const findings = derived.findings.map(({ plan, ...rest }) => ({ ...nameOf(plan), ...rest }));
  return { ...derived, findings };
}

/** Everything, at today's settings. */
export function summarisePrice(input: SummaryInput): PriceSummary {
  const { setup, figures, wish } = input;
  const { terms, ceilings, unpaid, budget, hasPriceBook } = setup;
  const overspend = overspendOf(wish.isolates, hasPriceBook);
  const charging: Charging = { ceilings, unpaid, overspend };
  const plans = plansOf({ hardware: figures.attackers, addresses: figures.addresses }, wish);
  const fees = feesOf(terms);
  const longestFee = longestFeeWithin(budget, terms.minSolutions);
  const capBits = capBitsWithin(fees.entryFee, longestFee);
  const [now, atCap] = [0, capBits].map((bits) =>
    tollOf({ ...terms, ...raise(terms, bits) }, charging),
  );
  const { minSolutions, maxSolutions, attemptsPerSolution, requestPrice } = terms;
  const base: PriceTerms = { minSolutions, maxSolutions, attemptsPerSolution, requestPrice };
  const headroomBits = hasPriceBook ? HEADROOM_BITS : 0;
  const { yieldPerThousand } = setup;
  return {
    configuration: setup.file ?? null,
    terms: base,
    ...fees,
    credit: requestsOf(fees.entryFee, requestPrice),
    charging,
    hasPriceBook,
    assumed: wish,
    budget,
    longestFee,
    capBits,
    attacks: plans.flatMap((plan) =>
      now === undefined || atCap === undefined
        ? []
        : [{ ...nameOf(plan), now: attackCost(now, plan), atCap: attackCost(atCap, plan) }],
    ),
    visitors: visitorRows(input, capBits),
    rules: ruleRows(input, { plans, charging }),
    operatorDollarsPerThousand: platformDollars({ requests: 1000 }, figures.platform),
    yieldPerThousand: yieldPerThousand ?? null,
    deniableAsns: [...HOSTING_ASNS],
    derived:
      yieldPerThousand === undefined
        ? null
        : derive({ yieldPerThousand, budget, terms: base, charging, plans, headroomBits }),
  };
}
