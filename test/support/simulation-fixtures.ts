/** Scenarios and gates for tests of the simulation: small, and with figures that a hand can check. */
import type { ChargeTerms } from '../../src/core/policy/rule.ts';
import { createPriceBook } from '../../src/core/price/price-book.ts';
import type { PriceLimits } from '../../src/core/price/price-limits.ts';
import { maxFeeOf, scaleTerms } from '../../src/core/price/scale-terms.ts';
import { decodeScenario } from '../../src/core/simulation/decode-scenario.ts';
import type { Scenario, ScenarioTables } from '../../src/core/simulation/scenario.ts';
import type { GateTerms } from '../../src/core/simulation/simulated-gate.ts';

export const TERMS: ChargeTerms = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4096,
  ttlSeconds: 3600,
  remember: false,
};

/** 1 MH/s for a dollar an hour; 1 MH/s for visitors; addresses for nothing. */
export const TABLES: ScenarioTables = {
  hardware: [
    { name: 'mega', label: 'mega', attemptsPerSecond: 1e6, dollarsPerHour: 1, sources: [] },
    { name: 'giga', label: 'giga', attemptsPerSecond: 1e9, dollarsPerHour: 0.1, sources: [] },
  ],
  addresses: [
    {
      name: 'home',
      label: 'home',
      dollarsPerNetworkMonth: 0,
      dollarsPerGigabyte: 0,
      isHosting: false,
      sources: [],
    },
    {
      name: 'rack',
      label: 'rack',
      dollarsPerNetworkMonth: 72,
      dollarsPerGigabyte: 0,
      isHosting: true,
      sources: [],
    },
  ],
  devices: [
    { name: 'phone', label: 'phone', attemptsPerSecond: 1e6, share: 0.8, sources: [] },
    { name: 'old', label: 'old phone', attemptsPerSecond: 1e5, share: 0.2, sources: [] },
  ],
};

export const LIMITS: PriceLimits = {
  capBits: 4,
  networkTarget: 600 * 4096,
  siteTarget: 30_000 * 4096,
  callsPerDay: 50_000,
  minIntervalSeconds: 15,
};

/** @throws where the scenario is wrong */
export function scenarioOf(written: Readonly<Record<string, unknown>>): Scenario {
  const decoded = decodeScenario({ schema: 1, ...written }, TABLES);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.scenario;
}

export interface GateOptions {
  readonly terms?: Partial<ChargeTerms>;
  readonly limits?: Partial<PriceLimits>;
  readonly gate?: Partial<GateTerms>;
}

/** Charges everybody; with a real price book, unless `gate` says otherwise. */
export function gateOf({ terms = {}, limits = {}, gate = {} }: GateOptions = {}): GateTerms {
  const charged = { ...TERMS, ...terms };
  const bounds = { ...LIMITS, ...limits };
  const fee = charged.minSolutions * charged.attemptsPerSolution;
  const maxFee = Math.max(
    fee * 2 ** bounds.capBits,
    maxFeeOf({ medianSeconds: 3, p95Seconds: 10 }),
  );
  return {
    decide: () => ({ kind: 'charge', rule: 'test', terms: charged }),
    scale: (asked, bits) => scaleTerms(asked, Math.min(bits, bounds.capBits), maxFee),
    ceilings: { pass: 600, network: 3000, hosting: 300, patience: 3, free: undefined },
    patienceWaitSeconds: 10,
    hasTopUp: false,
    createBook: () => createPriceBook(bounds),
    ...gate,
  };
}
