/**
 * What the configuration says of the price: terms, ceilings, visitors' budget, yield.
 *
 * Owns the defaults where there is no configuration; must not know any arithmetic.
 */
import { relative } from 'node:path';
import type { VisitorBudget } from '../core/price/economics.ts';
import type { Ceilings, UnpaidLimits } from '../core/price/price-question.ts';
import type { ChargeTerms } from '../core/policy/rule.ts';
import type { WorkerConfig } from './worker-config.ts';

export interface PriceSetup {
  /** As named from where the command runs; `undefined`: there is none, and the defaults hold. */
  readonly file: string | undefined;
  readonly terms: ChargeTerms;
  readonly ceilings: Ceilings;
  readonly unpaid: UnpaidLimits;
  readonly hasPriceBook: boolean;
  readonly budget: VisitorBudget;
  /** Dollars; `undefined`: nobody stated it. */
  readonly yieldPerThousand: number | undefined;
}

export type SetupReading =
  | { readonly ok: true; readonly setup: PriceSetup }
  | { readonly ok: false; readonly message: string };

/** Requests a minute of the `wrangler.toml` that ships. */
export const SHIPPED_RATES: ReadonlyMap<string, number> = new Map([
  ['PASS_CEILING', 600],
  ['NETWORK_CEILING', 3000],
  ['HOSTING_CEILING', 300],
  ['PATIENCE_PACE', 3],
]);

/** Least and most, both included. */
export type Range = readonly [number, number];
/** 0: nothing was stated. */
export const YIELD_RANGE: Range = [0, 1e6];
const SECONDS_RANGE: Range = [0.1, 600];

/** A number within `range`, from a number or its text. */
export function readNumber(value: unknown, [least, most]: Range): number | undefined {
  const isText = typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/.test(value);
  const number = isText ? Number(value) : value;
  const isWithin = typeof number === 'number' && number >= least && number <= most;
  return isWithin ? number : undefined;
}

interface NumberVariable {
  readonly name: string;
  readonly fallback: number | undefined;
  readonly range: Range;
}

const VARIABLES = {
  medianSeconds: { name: 'VISITOR_SECONDS', fallback: 3, range: SECONDS_RANGE },
  p95Seconds: { name: 'VISITOR_SECONDS_P95', fallback: 10, range: SECONDS_RANGE },
  yieldPerThousand: { name: 'YIELD_PER_THOUSAND', fallback: undefined, range: YIELD_RANGE },
} as const satisfies Record<string, NumberVariable>;

function readVariable(
  vars: Readonly<Record<string, unknown>>,
  { name, fallback, range }: NumberVariable,
): number | undefined {
  return vars[name] === undefined ? fallback : readNumber(vars[name], range);
}

/** What the gate would run with, or which variable is wrong. */
export function readPriceSetup(config: WorkerConfig, cwd: string): SetupReading {
  const { vars } = config;
  const file = config.file === undefined ? undefined : relative(cwd, config.file);
  const wrong = Object.values(VARIABLES).find(
    (variable) => vars[variable.name] !== undefined && readVariable(vars, variable) === undefined,
  );
  if (wrong !== undefined) {
    const [least, most] = wrong.range;
    const message = `${file}: ${wrong.name} must be a number from ${least} to ${most}`;
    return { ok: false, message };
  }
  const rates = config.ratesPerMinute ?? SHIPPED_RATES;
  const ceiling = (name: string): number => rates.get(name) ?? Infinity;
  const setup: PriceSetup = {
    file,
    terms: config.base.terms,
    ceilings: {
      pass: ceiling('PASS_CEILING'),
      network: ceiling('NETWORK_CEILING'),
      hosting: ceiling('HOSTING_CEILING'),
    },
    unpaid: {
      patiencePasses: rates.get('PATIENCE_PACE') ?? 0,
      freeRequests: rates.get('FREE_ALLOWANCE') ?? 0,
    },
    hasPriceBook: config.objects.includes('PRICE_BOOK'),
    budget: {
      medianSeconds: readVariable(vars, VARIABLES.medianSeconds) ?? 0,
      p95Seconds: readVariable(vars, VARIABLES.p95Seconds) ?? 0,
    },
    yieldPerThousand: readVariable(vars, VARIABLES.yieldPerThousand) || undefined,
  };
  return { ok: true, setup };
}
