/**
 * Variables to paste, each with its reason.
 *
 * Owns what of an assessment becomes a setting of the price.
 */
import type { Traffic } from '../core/assessment/traffic.ts';
import { FIGURES } from '../core/price/price-overrides.ts';
import type { PriceSetup } from './price-setup.ts';
import { summarisePrice } from './price-summary.ts';

export interface ProposedVariable {
  readonly name: string;
  readonly value: number;
  readonly reason: string;
}

/** A household or an office behind one network: so many of the busiest clients at once. */
const CLIENTS_AT_ONCE = 4;
const LEAST_NETWORK_TARGET = 120;
const LEAST_SITE_TARGET = 600;
const ROUND_TO = 20;

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

function roundUp(value: number): number {
  return Math.ceil(value / ROUND_TO) * ROUND_TO;
}

function targetsOf({ browserPeak, hours }: Traffic): readonly ProposedVariable[] {
  const busiest = Math.max(0, ...hours.map(({ byClass }) => byClass.browser)) / 60;
  const network = Math.max(LEAST_NETWORK_TARGET, roundUp(CLIENTS_AT_ONCE * browserPeak.p999));
  const site = Math.max(LEAST_SITE_TARGET, roundUp(2 * busiest));
  return [
    {
      name: 'NETWORK_TARGET',
      value: network,
      reason: `999 of 1,000 browsers ask for at most ${whole(browserPeak.p999)} pages a minute; ${CLIENTS_AT_ONCE} such at once in one network still pay the base price.`,
    },
    {
      name: 'SITE_TARGET',
      value: site,
      reason: `In the busiest hour browsers made ${whole(busiest)} requests a minute; below twice that the price never rises for everybody.`,
    },
  ];
}

function pricesOf(traffic: Traffic, setup: PriceSetup): readonly ProposedVariable[] {
  const { automation } = traffic.classes;
  const minutes = Math.max(1, (traffic.to - traffic.from) / 60);
  const wish = {
    requestsPerMinute: Math.max(1, automation.requests / minutes),
    bytesPerRequest: Math.max(1, automation.bytes / Math.max(1, automation.requests)),
    isolates: 8,
  };
  const { derived } = summarisePrice({ setup, figures: FIGURES, wish, rules: [] });
  // `price` calls it a bad bargain then, and so must not this.
  if (derived?.isWorthIt !== true) return [];
  const names = { attemptsPerSolution: 'ATTEMPTS_PER_SOLUTION', requestPrice: 'REQUEST_PRICE' };
  const reason = `For the stated yield, at the pace and size of what automation took here; "npx edgetoll price" says what it costs whom.`;
  return derived.proposals.flatMap(({ setting, now, proposed }) => {
    if (now === proposed) return [];
    if (setting !== 'attemptsPerSolution' && setting !== 'requestPrice') return [];
    return [{ name: names[setting], value: proposed, reason }];
  });
}

export function proposeVariables(traffic: Traffic, setup: PriceSetup): readonly ProposedVariable[] {
  const { yieldPerThousand } = setup;
  const stated =
    yieldPerThousand === undefined
      ? []
      : [
          {
            name: 'YIELD_PER_THOUSAND',
            value: yieldPerThousand,
            reason: 'What a thousand requests are worth to an attacker, as you stated it.',
          },
          ...pricesOf(traffic, setup),
        ];
  return [...targetsOf(traffic), ...stated];
}
