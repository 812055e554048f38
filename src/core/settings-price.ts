/**
 * Settings of the price: what the operator's visitors may be asked, and what a flood is.
 *
 * Owns names, ranges and defaults of these variables, and the limits that follow from them.
 */
import { capBitsOf, type VisitorBudget } from './price/scale-terms.ts';
import type { PriceLimits } from './price/price-limits.ts';
import type { VariableReader } from './settings-reader.ts';
import type { ChargeTerms } from './policy/rule.ts';

export const PRICE_VARIABLES = [
  'NETWORK_TARGET',
  'SITE_TARGET',
  'VISITOR_SECONDS',
  'VISITOR_SECONDS_P95',
  'YIELD_PER_THOUSAND',
  'PRICE_CALLS_PER_DAY',
  'REPORT_WEBHOOK',
] as const;

export interface PriceSettings {
  /** Requests a minute of one network (/24 or /56) up to which it pays the base price. */
  readonly networkTarget: number;
  /** Requests a minute of the whole site up to which the price for everyone stays at its base. */
  readonly siteTarget: number;
  readonly budget: VisitorBudget;
  /** Dollars that a thousand requests are worth to an attacker; `undefined`: not said. */
  readonly yieldPerThousand: number | undefined;
  /** Calls that the price book may receive in a day. */
  readonly callsPerDay: number;
  /** Where the review is sent; `undefined`: nowhere. A secret: whoever knows it may post there. */
  readonly reportWebhook: string | undefined;
}

/** Reports come at least so far apart, however few isolates there are. */
const MIN_INTERVAL_SECONDS = 15;
const MAX_RATE = 1_000_000_000;
const WEBHOOK =
  /^https:\/\/[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?(?:[/?][!-~]{0,2000})?$/i;

export function readPriceSettings(
  reader: VariableReader<(typeof PRICE_VARIABLES)[number]>,
): PriceSettings {
  const budget: VisitorBudget = {
    medianSeconds: reader.decimal('VISITOR_SECONDS', [0.1, 600]) ?? 3,
    p95Seconds: reader.decimal('VISITOR_SECONDS_P95', [0.1, 600]) ?? 10,
  };
  if (budget.p95Seconds < budget.medianSeconds)
    reader.refuse('VISITOR_SECONDS_P95', 'must not be less than VISITOR_SECONDS');
  return {
    networkTarget: reader.integer('NETWORK_TARGET', 600, [1, MAX_RATE]),
    siteTarget: reader.integer('SITE_TARGET', 30_000, [1, MAX_RATE]),
    budget,
    yieldPerThousand: reader.decimal('YIELD_PER_THOUSAND', [0, 1_000_000]),
    callsPerDay: reader.integer('PRICE_CALLS_PER_DAY', 50_000, [100, MAX_RATE]),
    reportWebhook: reader.text('REPORT_WEBHOOK', WEBHOOK, 'must be an https: address'),
  };
}

/** Between which bounds the price book may move prices; targets become attempts at the base price. */
export function priceLimitsOf({
  terms,
  price,
}: {
  readonly terms: ChargeTerms;
  readonly price: PriceSettings;
}): PriceLimits {
  return {
    capBits: capBitsOf(terms, price.budget),
    networkTarget: price.networkTarget * terms.requestPrice,
    siteTarget: price.siteTarget * terms.requestPrice,
    callsPerDay: price.callsPerDay,
    minIntervalSeconds: MIN_INTERVAL_SECONDS,
  };
}
