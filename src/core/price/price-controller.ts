/**
 * How prices move: one bounded step a period, per network first.
 *
 * Owns the order of things: networks, the autonomous systems of which many networks flood, and last,
 * by a bit at most and only where the origin suffers, everyone. Pure; must not know passes or isolates.
 */
import {
  CALM_NETWORK,
  stepNetwork,
  type NetworkRate,
  type NetworkState,
  type PriceBounds,
} from './network-price.ts';
import { judgeOrigin, type OriginHealth } from './origin-health.ts';
import { MAX_GLOBAL_BITS, type PriceLimits } from './price-limits.ts';
import { MAX_PRICED_ASNS, type OriginCounts } from './price-report.ts';
import { STEPS_PER_BIT } from './scale-terms.ts';
import { keepHeaviest } from './top-entries.ts';

/** What was asked for in a period: work of passes, once and within their credit. In attempts. */
export interface PriceSignal {
  readonly networks: ReadonlyMap<string, NetworkRate>;
  readonly spent: number;
  readonly demand: number;
  readonly origin: OriginCounts;
}

export const SILENCE: PriceSignal = {
  networks: new Map(),
  spent: 0,
  demand: 0,
  origin: { requests: 0, errors: 0, latencyMs: 0 },
};

export interface PriceState {
  /** When the period began. */
  readonly sinceMs: number;
  readonly globalBits: number;
  /** Periods without trouble since the last one with it. */
  readonly calmPeriods: number;
  readonly baselineMs: OriginHealth['baselineMs'];
  /** Networks above the base price alone; at most `MAX_RAISED_NETWORKS`. */
  readonly networks: ReadonlyMap<string, NetworkState>;
  readonly asns: ReadonlyMap<number, number>;
}

/** The period that may be over. */
export interface PricePeriod {
  readonly nowMs: number;
  readonly periodSeconds: number;
  readonly limits: PriceLimits;
}

export const MAX_RAISED_NETWORKS = 2000;
const GLOBAL_STEP_BITS = 1 / 2;
/** The global price falls after so many calm periods, even where demand stays. */
const CALM_PERIODS = 4;
/** So many networks of an autonomous system, and half of those seen, make it one that floods. */
const MIN_RAISED_OF_ASN = 8;
/** Periods in which a price rises to its cap, or falls back. */
const PERIODS_TO_CAP = 3;

export function createPriceState(nowMs: number): PriceState {
  return {
    sinceMs: nowMs,
    globalBits: 0,
    calmPeriods: 0,
    baselineMs: undefined,
    networks: new Map(),
    asns: new Map(),
  };
}

/** Most bits that a price of its own moves in a period: at least one, and three reach the cap. */
export function stepBitsOf({ capBits }: PriceLimits): number {
  return Math.max(1, Math.ceil((capBits / PERIODS_TO_CAP) * STEPS_PER_BIT) / STEPS_PER_BIT);
}

/** What the steps of one period have in common. */
interface StepContext extends PriceBounds {
  readonly minutes: number;
  readonly siteTarget: number;
  readonly calmPeriods: number;
}

function nextGlobal(state: PriceState, signal: PriceSignal, context: StepContext): number {
  const { isTroubled, minutes, calmPeriods } = context;
  const target = context.siteTarget * minutes;
  if (isTroubled && signal.demand > target) {
    return Math.min(MAX_GLOBAL_BITS, state.globalBits + GLOBAL_STEP_BITS);
  }
  // Trouble that the higher price ended would come back with the lower one: wait a while.
  const isHeld = calmPeriods < CALM_PERIODS && signal.spent > target;
  return isHeld ? state.globalBits : Math.max(0, state.globalBits - GLOBAL_STEP_BITS);
}

function nextNetworks(
  state: PriceState,
  signal: PriceSignal,
  context: StepContext,
): Map<string, NetworkState> {
  const { minutes } = context;
  const next = new Map<string, NetworkState>();
  function step(network: string, { asn, spent, demand }: NetworkRate): void {
    const rate = { asn, spent: spent / minutes, demand: demand / minutes };
    const moved = stepNetwork(state.networks.get(network) ?? CALM_NETWORK, rate, context);
    if (moved.bits > 0) next.set(network, moved);
  }
  for (const [network, rate] of signal.networks) step(network, rate);
  for (const [network, { asn }] of state.networks) {
    if (!signal.networks.has(network)) step(network, { asn, spent: 0, demand: 0 });
  }
  keepHeaviest(next, MAX_RAISED_NETWORKS, ({ bits, seenExcess }) => bits + seenExcess);
  return next;
}

function nextAsns(
  state: PriceState,
  signal: PriceSignal,
  { step, networks }: { step: number; networks: ReadonlyMap<string, NetworkState> },
): Map<number, number> {
  const next = new Map<number, number>();
  for (const [asn, bits] of state.asns) if (bits > step) next.set(asn, bits - step);
  for (const [asn, seen] of Map.groupBy(signal.networks, ([, rate]) => rate.asn)) {
    const raised = seen.flatMap(([network]) => networks.get(network)?.bits ?? []);
    if (asn === undefined || raised.length < MIN_RAISED_OF_ASN || raised.length * 2 < seen.length)
      continue;
    const median = raised.toSorted((a, b) => a - b)[raised.length >> 1] ?? 0;
    next.set(asn, Math.min(median, (state.asns.get(asn) ?? 0) + step));
  }
  keepHeaviest(next, MAX_PRICED_ASNS, (bits) => bits);
  return next;
}

function advanceOnce(state: PriceState, signal: PriceSignal, period: PricePeriod): PriceState {
  const { limits, periodSeconds } = period;
  const { isTroubled, baselineMs } = judgeOrigin(state.baselineMs, signal.origin);
  const calmPeriods = isTroubled ? 0 : state.calmPeriods + 1;
  const { globalBits } = state;
  const step = stepBitsOf(limits);
  const context = {
    cap: Math.max(0, limits.capBits - globalBits),
    step,
    target: limits.networkTarget,
    globalBits,
    isTroubled,
    minutes: periodSeconds / 60,
    siteTarget: limits.siteTarget,
    calmPeriods,
  };
  const networks = nextNetworks(state, signal, context);
  return {
    sinceMs: state.sinceMs + periodSeconds * 1000,
    globalBits: nextGlobal(state, signal, context),
    calmPeriods,
    baselineMs,
    networks,
    asns: nextAsns(state, signal, { step, networks }),
  };
}

/** After so many silent periods every price is back at its base. */
const MAX_SILENT_PERIODS = 64;

/**
 * The prices after the periods that are over: the signal is of the first of them, the others were
 * silent. The same state while the period lasts; where the clock went back, the
 * period begins anew.
 */
export function advancePrices(
  state: PriceState,
  signal: PriceSignal,
  period: PricePeriod,
): PriceState {
  const { nowMs, periodSeconds } = period;
  const passed = Math.floor((nowMs - state.sinceMs) / (periodSeconds * 1000));
  if (passed < 0) return { ...state, sinceMs: nowMs };
  if (passed < 1) return state;
  let next = advanceOnce(state, signal, period);
  for (let silent = 1; silent < Math.min(passed, MAX_SILENT_PERIODS); silent += 1) {
    next = advanceOnce(next, SILENCE, period);
  }
  return { ...next, sinceMs: nowMs };
}
