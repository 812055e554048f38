/**
 * What a request is charged: a rule's terms at the price of the client that asks.
 *
 * Owns the meeting of both; must not know how a price comes about. Terms are priced once for each
 * request, before anything is issued or debited on them.
 */
import { maxFeeOf, scaleTerms } from '../core/price/scale-terms.ts';
import type { ChargeTerms } from '../core/policy/rule.ts';
import type { GateSetup, Visit } from './visit.ts';

/** Terms as they are charged, and what they would be at the base price. */
export interface PricedTerms {
  readonly terms: ChargeTerms;
  /** Attempts: the price of the request at its base. */
  readonly demand: number;
}

export type PriceTerms = (visit: Visit, terms: ChargeTerms) => PricedTerms;

export function createPricing({
  settings,
  ports: { prices },
}: {
  readonly settings: Pick<GateSetup['settings'], 'price'>;
  readonly ports: Pick<GateSetup['ports'], 'prices'>;
}): PriceTerms {
  const maxFee = maxFeeOf(settings.price.budget);
  return (visit, terms) => {
    const bits = prices.bitsFor(visit.client);
    return {
      terms: bits > 0 ? scaleTerms(terms, bits, maxFee) : terms,
      demand: terms.requestPrice,
    };
  };
}
