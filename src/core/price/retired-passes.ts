/**
 * Passes that had to leave the price book before they expired.
 *
 * Owns that they are not taken in again, which would make what was spent of them unspent; must not know
 * why they went. Their demand counts on, as far as one isolate alone has seen it.
 */
import type { PassEntry } from './pass-entry.ts';
import type { PassCount } from './price-report.ts';

export const MAX_RETIRED_PASSES = 40_000;

/** A pass that had to go, and the highest totals that one isolate has reported of it. */
interface Retired {
  readonly expires: number;
  spent: number;
  demand: number;
}

/** What a report adds to the demand of a retired pass. */
export interface RetiredIncrease {
  readonly spent: number;
  readonly demand: number;
}

export interface RetiredPasses {
  size(): number;
  retire(passId: string, entry: PassEntry): void;
  /** `undefined` where the pass is none of these. */
  take(count: PassCount): RetiredIncrease | undefined;
  /** Whether an unknown pass with this end may be one that even this list had to forget. */
  mayHaveForgotten(expires: number): boolean;
  /** Forgets those that `isOver`. */
  drop(isOver: (expires: number) => boolean): void;
  /** For storage: an end such that none of these is taken in by who begins with it. */
  lastEnd(): number;
}

/** @param forgottenUntil Unix seconds: unknown passes that end until then may have been forgotten */
export function createRetiredPasses(forgottenUntil: number): RetiredPasses {
  const retired = new Map<string, Retired>();
  let until = forgottenUntil;
  return {
    size: () => retired.size,
    retire(passId, { expires, holders }) {
      const spent = Math.max(0, ...holders.map((holder) => holder.spent));
      const demand = Math.max(0, ...holders.map((holder) => holder.demand));
      retired.set(passId, { expires, spent, demand });
      const [oldest] = retired;
      if (retired.size <= MAX_RETIRED_PASSES || oldest === undefined) return;
      retired.delete(oldest[0]);
      until = Math.max(until, oldest[1].expires);
    },
    take({ passId, spent, demand }) {
      const gone = retired.get(passId);
      if (gone === undefined) return undefined;
      const increase = {
        spent: Math.max(0, spent - gone.spent),
        demand: Math.max(0, Math.min(demand, spent) - gone.demand),
      };
      gone.spent += increase.spent;
      gone.demand += increase.demand;
      return increase;
    },
    mayHaveForgotten: (expires) => expires <= until,
    drop(isOver) {
      for (const [passId, { expires }] of retired) if (isOver(expires)) retired.delete(passId);
    },
    lastEnd: () =>
      [...retired.values()].reduce((end, { expires }) => Math.max(end, expires), until),
  };
}
