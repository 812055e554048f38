/**
 * Debits counted in this isolate's memory, until the price book adds them up.
 *
 * Owns the count per pass. Check and debit are one synchronous step, so concurrent
 * requests of one isolate cannot spend the same balance twice. What another isolate
 * has debited is not known here, and a pass that falls out of the bounded map starts
 * anew: the ceilings hold all the same.
 */
import { BoundedMap } from '../core/bounded-map.ts';
import type { Debits } from '../core/ports.ts';

const BOUNDS = { maxEntries: 10_000, maxBytes: 4_000_000 };
const COUNT_BYTES = 32;

interface Balance {
  /** Attempts debited so far. */
  spent: number;
}

export function createIsolateDebits(): Debits {
  const balances = new BoundedMap<Balance>(BOUNDS);
  return {
    debit({ passId, credit, price }) {
      const balance = balances.get(passId) ?? { spent: 0 };
      if (balance.spent + price > credit) return false;
      balance.spent += price;
      // Written again on every debit, so that the map evicts the pass that rested longest.
      balances.set(passId, balance, COUNT_BYTES);
      return true;
    },
    refund(passId, attempts) {
      const balance = balances.get(passId);
      if (balance !== undefined) balance.spent = Math.max(0, balance.spent - attempts);
    },
    left: (passId, credit) => Math.max(0, credit - (balances.get(passId)?.spent ?? 0)),
  };
}
