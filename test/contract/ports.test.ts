/**
 * One contract for each port, run on the fake that tests use and on the real thing.
 * Real here: the rate-limiting bindings and KV of the local Cloudflare runtime.
 */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import type { PassRecord } from '../../src/core/ports.ts';
import { createIsolateDebits } from '../../src/edge/isolate-debits.ts';
import { createKvPassRecords, passKey, revokedKey } from '../../src/edge/kv-pass-records.ts';
import type { RecordStore } from '../../src/edge/kv-pass-records.ts';
import { createCeilings } from '../../src/edge/rate-limit-ceilings.ts';
import type { RateLimiter } from '../../src/edge/rate-limit-ceilings.ts';
import { LaggingStore } from '../support/lagging-store.ts';
import { createLimiter, START_SECONDS } from '../support/test-gate.ts';

const silent = { event: () => undefined };
const clock = { nowMs: () => Date.now() };

const client = (connectingIp: string, asn = 64_500) =>
  createClientView({ connectingIp, userAgent: 'x', asn, country: 'DE' });

/** The configured limits are the real binding's; the fake is given the same. */
const PATIENCE_LIMIT = 3;
const RECORD_LIMIT = 6;

function realLimiters() {
  const {
    PASS_CEILING,
    NETWORK_CEILING,
    HOSTING_CEILING,
    PATIENCE_PACE,
    RECORD_PACE_NETWORK,
    RECORD_PACE_LOCATION,
  } = env;
  return {
    PASS_CEILING,
    NETWORK_CEILING,
    HOSTING_CEILING,
    PATIENCE_PACE,
    RECORD_PACE_NETWORK,
    RECORD_PACE_LOCATION,
  };
}

function fakeLimiters(): Record<keyof ReturnType<typeof realLimiters>, RateLimiter> {
  return {
    PASS_CEILING: createLimiter(600),
    NETWORK_CEILING: createLimiter(3000),
    HOSTING_CEILING: createLimiter(300),
    PATIENCE_PACE: createLimiter(PATIENCE_LIMIT),
    RECORD_PACE_NETWORK: createLimiter(RECORD_LIMIT),
    RECORD_PACE_LOCATION: createLimiter(60),
  };
}

async function countAdmitted(admits: () => Promise<boolean>, tries: number): Promise<number> {
  let admitted = 0;
  for (let n = 0; n < tries; n += 1) if (await admits()) admitted += 1;
  return admitted;
}

describe.each([
  ['the rate-limiting bindings', realLimiters],
  ['the fake', fakeLimiters],
])('Ceilings on %s', (_, createLimiters) => {
  it('admit up to the limit and then no more, key by key', async () => {
    const ceilings = createCeilings(createLimiters(), silent);
    const [home, other] = [client('192.0.2.1'), client('192.0.2.2')];
    expect(await countAdmitted(() => ceilings.admitsPatience(home), 6)).toBe(PATIENCE_LIMIT);
    expect(await ceilings.admitsPatience(other)).toBe(true);
    const hosts = [client('203.0.113.1', 16_509), client('198.51.100.1', 16_509)];
    expect(await countAdmitted(() => ceilings.admitsPatience(hosts[0] ?? home), 3)).toBe(3);
    expect(await ceilings.admitsPatience(hosts[1] ?? home)).toBe(false);
  });

  it('pace records by network and by location', async () => {
    const ceilings = createCeilings(createLimiters(), silent);
    const admits = () => ceilings.admitsRecord(client('192.0.2.1'), 'FRA');
    expect(await countAdmitted(admits, 10)).toBe(RECORD_LIMIT);
    expect(await ceilings.admitsRecord(client('192.0.3.1'), 'FRA')).toBe(true);
  });

  it('admit a request below both ceilings, and none to hosting networks beyond their lower one', async () => {
    const ceilings = createCeilings(createLimiters(), silent);
    const hosting = client('192.0.9.1', 16_509);
    let n = 0;
    const admits = () => {
      n += 1;
      return ceilings.admitsRequest(`pass ${n % 2}`, hosting);
    };
    expect(await countAdmitted(admits, 320)).toBe(300);
    expect(await ceilings.grantsFreeRequest(hosting)).toBe(false);
  });
});

const record: PassRecord = {
  passId: 'AAAAAAAAAAAAAAAAAAAAAA',
  issued: START_SECONDS,
  expires: Math.floor(Date.now() / 1000) + 3600,
  solutions: 32,
  credit: 524_288,
  tier: 0,
  rule: 'default',
};

/** Without lag, and a minute older at each call, so that no negative look-up stays cached. */
function fakeStore(): RecordStore {
  let seconds = 0;
  return new LaggingStore(0, () => (seconds += 61));
}

describe.each<[string, () => RecordStore]>([
  ['Workers KV', () => env.PASSES],
  ['the fake', fakeStore],
])('PassRecords on %s', (name, createStore) => {
  const tasks: Promise<unknown>[] = [];
  const defer = (task: Promise<unknown>): void => void tasks.push(task);

  it('keep a record beside its revocation, and know of that after the next read', async () => {
    const store = createStore();
    const records = createKvPassRecords({
      store,
      openCache: () => caches.open(name),
      clock,
      log: silent,
    });
    await store.put(revokedKey(record.passId), '1', { expirationTtl: 60, metadata: {} });
    await records.record(record);
    expect(await store.get(passKey(record.passId), { type: 'text', cacheTtl: 60 })).toBe('');
    expect(await store.get(revokedKey(record.passId), { type: 'text', cacheTtl: 60 })).toBe('1');
    expect(records.isRevoked(record.passId, defer)).toBe(false);
    await Promise.all(tasks);
    expect(records.isRevoked(record.passId, defer)).toBe(true);
    expect(tasks).toHaveLength(1);
  });

  it('find a remembered pass under its key and nothing under another', async () => {
    const store = createStore();
    const records = createKvPassRecords({
      store,
      openCache: () => caches.open(`${name} 2`),
      clock,
      log: silent,
    });
    await records.rememberHere('digest', record, 'a.b.c');
    await records.remember('digest', record, 'a.b.c');
    expect(await records.recall('digest', defer)).toBe('a.b.c');
    expect(await records.recall('other', defer)).toBeUndefined();
    const elsewhere = createKvPassRecords({
      store,
      openCache: () => caches.open(`${name} 3`),
      clock,
      log: silent,
    });
    expect(await elsewhere.recall('digest', defer)).toBe('a.b.c');
  });

  it('I02: never write with a time to live that KV refuses', async () => {
    const store = createStore();
    const records = createKvPassRecords({
      store,
      openCache: () => caches.open(name),
      clock,
      log: silent,
    });
    const passId = 'BBBBBBBBBBBBBBBBBBBBBB';
    await records.record({ ...record, passId, expires: Math.floor(Date.now() / 1000) + 1 });
    expect(await store.get(passKey(passId), { type: 'text', cacheTtl: 60 })).toBe('');
  });
});

describe('Debits of an isolate', () => {
  const charge = { passId: 'a', credit: 100, price: 40 };
  const debit = { price: 40, demand: 40 };

  it('debit in one step, refuse what the balance does not hold, and give back', () => {
    const debits = createIsolateDebits();
    expect([debits.debit(charge), debits.debit(charge), debits.debit(charge)]).toEqual([
      'debited',
      'debited',
      'held',
    ]);
    debits.finish('a', debit, 20);
    expect(debits.debit(charge)).toBe('debited');
    expect(debits.debit({ ...charge, passId: 'b' })).toBe('debited');
    debits.finish('unknown', debit, Infinity);
    expect([debits.left('a', 100), debits.left('b', 100), debits.left('unknown', 9)]).toEqual([
      18, 60, 9,
    ]);
    expect(debits.left('a', 1)).toBe(0);
    expect(debits.debit({ ...charge, credit: 200 })).toBe('debited');
  });

  it('hold what requests under way could make room for, and nothing else', () => {
    const debits = createIsolateDebits();
    expect(debits.debit({ ...charge, price: 101 })).toBe('spent');
    for (let request = 0; request < 2; request += 1) debits.debit(charge);
    debits.finish('a', debit);
    expect(debits.debit({ ...charge, price: 60 })).toBe('held');
    expect(debits.debit({ ...charge, price: 61 })).toBe('spent');
    debits.finish('a', debit);
    debits.finish('a', debit);
    expect(debits.debit({ ...charge, price: 21 })).toBe('spent');
    expect(debits.left('a', 100)).toBe(20);
    debits.finish('a', debit, Infinity);
    expect(debits.left('a', 100)).toBe(60);
  });
});
