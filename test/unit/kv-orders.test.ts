/** Orders in KV: what is read late never undoes what was read since. */
import { describe, expect, it } from 'vitest';
import { formatLockdown, LOCKDOWN_KEY } from '../../src/core/lockdown-order.ts';
import { KvOrders } from '../../src/edge/kv-orders.ts';

const SINCE = '2026-11-22T10:00:00.000Z';

/** A store whose reads of the lockdown end when the test says so. */
function slowStore() {
  const reads: ((text: string) => void)[] = [];
  return {
    reads,
    get: (key: string) => {
      expect(key).toBe(LOCKDOWN_KEY);
      const { promise, resolve } = Promise.withResolvers<string>();
      reads.push(resolve);
      return promise;
    },
    getWithMetadata: async () => ({ value: null, metadata: null }),
  };
}

describe('orders', () => {
  it('3.2, I01: a read that answers after a later one changes nothing', async () => {
    let nowMs = 0;
    const store = slowStore();
    const parts = { store, clock: { nowMs: () => nowMs }, log: { event: () => undefined } };
    const orders = new KvOrders(parts, { isLockdown: false, policyVersion: undefined });
    await orders.follow();
    nowMs += 30_000;
    const second = orders.follow();
    store.reads[1]?.(formatLockdown(true, SINCE));
    await second;
    expect(orders.current().isLockdown).toBe(true);
    store.reads[0]?.(formatLockdown(false, SINCE));
    await Promise.resolve();
    await Promise.resolve();
    expect(orders.current().isLockdown).toBe(true);
    expect(store.reads).toHaveLength(2);
  });
});
