/**
 * The price of one network: the step from one period to the next.
 *
 * Owns the control law; must not know who else is there. What was paid over what was asked for says at
 * which price the clients acted, however late their counts arrive; how far demand gave way between two
 * prices says how much dearer it has to become. So a rise aims at the price where demand meets the
 * target, and neither late counts nor clients that do not mind make it swing.
 */
import { STEPS_PER_BIT } from './scale-terms.ts';

/** A network above its base price, or on its way there. */
export interface NetworkState {
  readonly asn: number | undefined;
  /** Of its own, without the global price: 0..cap, a multiple of 1/8. */
  readonly bits: number;
  /** Periods that the lower ceiling holds each time; 0: the price alone is enough. */
  readonly curbPeriods: number;
  /** Periods since it was at the cap and above its target. */
  readonly calmPeriods: number;
  /** The price at which its clients were last seen, in bits, and how far above its target they were. */
  readonly seenBits: number;
  readonly seenExcess: number;
  /** Bits of demand that one bit of price took away, `MIN_ELASTICITY`..1. */
  readonly elasticity: number;
}

/** What clients of a network did in a period, in attempts a minute. */
export interface NetworkRate {
  readonly asn: number | undefined;
  /** At the prices that they paid. */
  readonly spent: number;
  /** At base prices. */
  readonly demand: number;
}

export interface PriceBounds {
  /** Most bits of a network's own. */
  readonly cap: number;
  /** Most bits up or down in a period. */
  readonly step: number;
  /** Attempts a minute at base prices. */
  readonly target: number;
  /** What everyone pays beside it. */
  readonly globalBits: number;
  readonly isTroubled: boolean;
}

/** Demand up to this many bits above its target is let be: no swinging about the target. */
const TOLERATED_BITS = 1 / 4;
/** Who does not give way at all is taken to give way so much; also what is assumed at first. */
const MIN_ELASTICITY = 1 / 16;
/** Two prices that lie closer together say nothing about elasticity. */
const COMPARABLE_BITS = 1 / 4;
const MAX_EXCESS = 8;
/** Prices are whole attempts, rounded down: a quarter of a step is no reason to step down. */
const ROUNDING = 1 / 4;
/** In trouble, who takes this part of the target pays one bit more. */
const TROUBLED_SHARE = 1 / 4;

/**
 * The lower ceiling is a tenth of the other: of a flood, more than a ninth of the target is seen below
 * it. In bits.
 */
const CALM_EXCESS = -3.17;
/** Each return of a flood doubles the periods until its network is tried without the lower ceiling. */
const MAX_CURB_PERIODS = 8;

export const CALM_NETWORK: NetworkState = {
  asn: undefined,
  bits: 0,
  curbPeriods: 0,
  calmPeriods: 0,
  seenBits: 0,
  seenExcess: -MAX_EXCESS,
  elasticity: MIN_ELASTICITY,
};

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Whether the lower ceiling holds for a network. */
export function isCurbed({ curbPeriods, calmPeriods }: NetworkState): boolean {
  return calmPeriods < curbPeriods;
}

/**
 * What a flood at the cap is served under the lower ceiling looks like calm: its price stays, and it is
 * tried without that ceiling first. Only demand that no flood could be behind ends it at once.
 */
function stepCurb(
  old: NetworkState,
  seenExcess: number,
): Pick<NetworkState, 'curbPeriods' | 'calmPeriods'> {
  const { curbPeriods, calmPeriods } = old;
  if (seenExcess > 0) {
    // Back as soon as it was tried: the next trial comes later.
    const next = isCurbed(old) ? curbPeriods : 2 * curbPeriods || 1;
    return { curbPeriods: Math.min(MAX_CURB_PERIODS, next), calmPeriods: 0 };
  }
  // Two periods of trial, for counts are late.
  const isOver = seenExcess <= CALM_EXCESS || calmPeriods > curbPeriods;
  return { curbPeriods: isOver ? 0 : curbPeriods, calmPeriods: calmPeriods + 1 };
}

/** The state after one period. */
export function stepNetwork(
  old: NetworkState,
  { asn, spent, demand }: NetworkRate,
  { cap, step, target, globalBits, isTroubled }: PriceBounds,
): NetworkState {
  const seenBits = demand > 0 ? Math.max(0, Math.log2(spent / demand)) : old.bits;
  const seenExcess = clamp(Math.log2(demand / target), -MAX_EXCESS, MAX_EXCESS);
  const distance = seenBits - old.seenBits;
  const elasticity =
    Math.abs(distance) < COMPARABLE_BITS
      ? old.elasticity
      : clamp((old.seenExcess - seenExcess) / distance, MIN_ELASTICITY, 1);
  const isTolerable = seenExcess >= 0 && seenExcess <= TOLERATED_BITS;
  // Down as if all gave way: those who did not mind the price need it no lower, and it never swings below.
  const answer = seenExcess > 0 ? elasticity : 1;
  const meeting = seenBits - globalBits + (isTolerable ? 0 : seenExcess / answer);
  // Above the target no price falls, it was seen too early to know. Below it none rises: clients may
  // have paid more for their system, or for everyone.
  const answered =
    seenExcess > TOLERATED_BITS ? Math.max(meeting, old.bits) : Math.min(meeting, old.bits);
  const curb = stepCurb(old, seenExcess);
  const isHeld = old.curbPeriods > 0 && curb.curbPeriods > 0;
  const wanted = isHeld ? cap : answered;
  const floor = isTroubled && spent > target * TROUBLED_SHARE ? 1 : 0;
  const moved = clamp(Math.max(floor, wanted), old.bits - step, old.bits + step);
  const bits = clamp(Math.floor(moved * STEPS_PER_BIT + ROUNDING) / STEPS_PER_BIT, 0, cap);
  const { curbPeriods, calmPeriods } = isHeld || bits >= cap ? curb : CALM_NETWORK;
  return { asn, bits, curbPeriods, calmPeriods, seenBits, seenExcess, elasticity };
}
