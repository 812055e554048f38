/**
 * Ceilings at which networks for rent cost what an attack yields.
 *
 * Owns what honest visitors need at most, which no ceiling goes below; must not know prices of work.
 */
import type { Ceilings, PriceQuestion, Proposal, Reason } from './price-question.ts';

/**
 * Requests a minute that honest visitors need at most, static files included: a page with all its
 * files; a busy /24 of a mobile provider at one location; an exit of a VPN. An assumption.
 */
export const HONEST_CEILINGS: Ceilings = { pass: 600, network: 3000, hosting: 120 };

const MINUTES_PER_MONTH = 30 * 24 * 60;

interface DerivedCeiling {
  readonly value: number;
  readonly reason: Reason;
}

type Kind = Exclude<keyof Ceilings, 'pass'>;

/** Between what visitors need and today's; never above today's. */
function deriveCeiling(
  { yieldPerThousand, plans, charging }: PriceQuestion,
  kind: Kind,
): DerivedCeiling {
  const now = charging.ceilings[kind];
  const need = HONEST_CEILINGS[kind];
  const rents = plans
    .filter(({ addresses }) => addresses.isHosting === (kind === 'hosting'))
    .map(({ addresses }) => addresses.dollarsPerNetworkMonth)
    .filter((rent) => rent > 0);
  // Pools by the gigabyte bring as many networks as one wants.
  if (rents.length === 0) return { value: now, reason: 'buys-nothing' };
  const wanted = (Math.min(...rents) * 1000) / (MINUTES_PER_MONTH * yieldPerThousand);
  if (wanted >= now) return { value: now, reason: 'enough' };
  if (Math.floor(wanted) >= need)
    return { value: Math.min(now, Math.floor(wanted)), reason: 'makes-networks-dear' };
  return { value: Math.min(now, need), reason: 'honest-need' };
}

export interface DerivedCeilings {
  readonly ceilings: Ceilings;
  readonly proposals: readonly Proposal[];
}

/** The ceilings to set, and why. A larger yield never raises one. */
export function deriveCeilings(question: PriceQuestion): DerivedCeilings {
  const now = question.charging.ceilings;
  // A pass costs little, so whoever meets its ceiling takes another.
  const pass: DerivedCeiling = { value: now.pass, reason: 'buys-nothing' };
  const network = deriveCeiling(question, 'network');
  const hosting = deriveCeiling(question, 'hosting');
  return {
    ceilings: { pass: pass.value, network: network.value, hosting: hosting.value },
    proposals: [
      { setting: 'passCeiling', now: now.pass, proposed: pass.value, reason: pass.reason },
      {
        setting: 'networkCeiling',
        now: now.network,
        proposed: network.value,
        reason: network.reason,
      },
      {
        setting: 'hostingCeiling',
        now: now.hosting,
        proposed: hosting.value,
        reason: hosting.reason,
      },
    ],
  };
}
