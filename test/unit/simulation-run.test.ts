import { describe, expect, it } from 'vitest';
import { simulate, type SimulationResult } from '../../src/core/simulation/simulate.ts';
import { gateOf, scenarioOf, TABLES, type GateOptions } from '../support/simulation-fixtures.ts';

type Written = Readonly<Record<string, unknown>>;

/** An hour of nobody, unless it is written otherwise. */
function run(written: Written, options: GateOptions = {}, seed = 1): SimulationResult {
  const visitors = { perDay: 0, ...Object(written['visitors']) };
  const scenario = scenarioOf({ hours: 1, ...written, visitors });
  return simulate({ scenario, terms: gateOf(options), seed });
}

function attack(attacker: Written, written: Written = {}, options: GateOptions = {}) {
  const attackers = [
    { name: 'a', strategy: 'buys', hardware: 'giga', addresses: 'home', ...attacker },
  ];
  const result = run({ ...written, attackers }, options);
  const [first] = result.attackers;
  if (first === undefined) throw new Error('no attacker');
  return { result, attacker: first };
}

/** Without a book every isolate debits for itself: one isolate overspends nothing. */
const ONE: Written = { locations: 1, isolatesPerLocation: 1 };
const NO_BOOK: GateOptions = { gate: { createBook: undefined } };
const CROWD: Written = { perDay: 4000, networks: 50 };
/** Every strategy at once, some of them beside visitors. */
const EVERYBODY: readonly Written[] = [
  { name: 'a', strategy: 'buys', networks: 8, requestsPerSecond: 30, besideVisitors: 0.25 },
  { name: 'b', strategy: 'insists', networks: 3, requestsPerSecond: 90, everywhere: true },
  { name: 'c', strategy: 'waits', networks: 20, requestsPerSecond: 20 },
  { name: 'd', strategy: 'replays', networks: 1, requestsPerSecond: 50, everywhere: true },
  { name: 'e', strategy: 'floods', networks: 9, requestsPerSecond: 70 },
  { name: 'f', strategy: 'insists', networks: 5, requestsPerSecond: 40, rotateMinutes: 7 },
].map((attacker) => Object.assign({ hardware: 'giga', addresses: 'home' }, attacker));

describe('a simulation', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    const written = { visitors: CROWD, attackers: EVERYBODY };
    const [first, second, other] = [run(written), run(written), run(written, {}, 2)].map((result) =>
      JSON.stringify(result),
    );
    expect(first).toBe(second);
    expect(first).not.toBe(other);
  });

  it('has the same visitors whatever is charged', () => {
    const cheap = run({ visitors: CROWD }, NO_BOOK);
    const dear = run({ visitors: CROWD }, { terms: { requestPrice: 16_384 }, ...NO_BOOK });
    expect(dear.visitors.sessions).toBe(cheap.visitors.sessions);
    expect(dear.visitors.pagesAsked).toBe(cheap.visitors.pagesAsked);
  });

  it('has as many visitors as it says, fewer at night', () => {
    const day = run(
      { hours: 24, stepSeconds: 60, visitors: { ...CROWD, pagesMedian: 1 } },
      NO_BOOK,
    );
    expect(Math.abs(day.visitors.sessions - 4000)).toBeLessThan(4 * Math.sqrt(4000));
    const { visitorRequests } = day.series;
    const sum = (from: number, to: number): number =>
      visitorRequests.slice(from * 6, to * 6).reduce((total, value) => total + value, 0);
    expect(sum(2, 6)).toBeLessThan(sum(14, 18) / 2);
  });

  it('loses and invents nothing: requests, work, credit', () => {
    const { ledger, attackers, visitors } = run({ visitors: CROWD, attackers: EVERYBODY });
    expect(attackers).toHaveLength(EVERYBODY.length);
    for (const { served, asked, wanted, attempts } of attackers) {
      expect(served).toBeLessThanOrEqual(asked);
      expect(served).toBeLessThanOrEqual(wanted);
      expect(attempts).toBeGreaterThanOrEqual(0);
    }
    expect(visitors.requestsServed).toBeLessThanOrEqual(visitors.requestsAsked);
    expect(ledger.bought).toBeGreaterThan(0);
    expect(ledger.waited).toBeGreaterThan(0);
    const credit = ledger.bought + ledger.waited;
    expect(ledger.debited).toBeLessThanOrEqual(credit + ledger.overspent);
    // Four isolates, each with an eighth that nobody has answered for.
    expect(ledger.overspent).toBeLessThanOrEqual((4 / 8) * credit);
    expect(ledger.overspent).toBeGreaterThan(0);
  });

  it('overspends nothing where there is one isolate', () => {
    const written = { visitors: CROWD, attackers: EVERYBODY, locations: 1, isolatesPerLocation: 1 };
    const { ledger } = run(written);
    expect(ledger.overspent).toBe(0);
    expect(ledger.debited).toBeGreaterThan(0);
  });
});

describe('a visitor', () => {
  const onePage = { perDay: 2400, pagesMedian: 1, pagesSpread: 0, devices: undefined };

  it('waits for the fee on the own device, once for one page', () => {
    // 256 solutions of 2,048 attempts: the same fee, and little luck.
    const options = { ...NO_BOOK, terms: { minSolutions: 256, attemptsPerSolution: 2048 } };
    const { visitors } = run({ visitors: onePage, site: { staticPerPage: 19 } }, options);
    expect(visitors.pagesServed).toBe(visitors.sessions);
    expect(visitors.requestsServed).toBe(visitors.sessions * 20);
    expect(visitors.timesAsked).toBe(visitors.sessions);
    for (const [at, seconds] of [0.524_288, 5.242_88].entries()) {
      const { count, totalSeconds } = visitors.devices[at]?.wait ?? { count: 0, totalSeconds: 0 };
      expect(count).toBeGreaterThan(5);
      // The spread of one wait is a sixteenth.
      const tolerance = (4 * seconds) / 16 / Math.sqrt(count);
      expect(Math.abs(totalSeconds / count - seconds)).toBeLessThan(tolerance);
    }
  });

  it('pays a twentieth for a static response, and again when the credit is spent', () => {
    // A page and 20 static files cost 2 requests: 128 requests are 64 pages.
    const written = {
      locations: 1,
      isolatesPerLocation: 1,
      site: { staticPerPage: 20 },
      visitors: { perDay: 240, pagesMedian: 65, pagesSpread: 0, pauseSecondsMedian: 2 },
      hours: 2,
    };
    const { visitors } = run(written, {
      ...NO_BOOK,
      terms: { requestPrice: 4000, attemptsPerSolution: 16_000 },
    });
    const ended = visitors.pagesServed / 65;
    expect(visitors.timesAsked).toBeGreaterThan(visitors.sessions);
    expect(visitors.timesAsked).toBeLessThanOrEqual(visitors.sessions + Math.ceil(ended));
    const { visitors: fewer } = run(
      { ...written, visitors: { ...written.visitors, pagesMedian: 64 } },
      { ...NO_BOOK, terms: { requestPrice: 4000, attemptsPerSolution: 16_000 } },
    );
    expect(fewer.timesAsked).toBe(fewer.sessions);
  });

  it('is not asked a second time where top-up is on', () => {
    const written = {
      visitors: { perDay: 1200, pagesMedian: 150, pagesSpread: 0.1, pauseSecondsMedian: 10 },
    };
    const off = run(written, NO_BOOK).visitors;
    const on = run(written, { gate: { createBook: undefined, hasTopUp: true } }).visitors;
    expect(off.timesAsked).toBeGreaterThan(off.sessions);
    expect(on.timesAsked).toBeLessThan(off.timesAsked);
    expect(on.toppedUp).toBeGreaterThan(0);
    expect(on.wait.totalSeconds).toBeLessThan(off.wait.totalSeconds);
  });

  it('waits no less for a dearer pass', () => {
    const waits = [1, 2, 4].map((factor) => {
      const terms = { attemptsPerSolution: 16_384 * factor, requestPrice: 4096 * factor };
      return run({ visitors: CROWD }, { ...NO_BOOK, terms }).visitors.wait;
    });
    for (const [at, wait] of waits.entries()) {
      const before = waits[at - 1];
      if (before === undefined) continue;
      expect(wait.medianSeconds).toBeGreaterThanOrEqual(before.medianSeconds);
      expect(wait.totalSeconds).toBeGreaterThanOrEqual(before.totalSeconds);
    }
  });

  it('is refused what a rule denies, and asked nothing where it allows', () => {
    const denied = run(
      { visitors: onePage },
      { gate: { decide: () => ({ kind: 'deny', rule: 'no', status: 403 }) } },
    ).visitors;
    expect(denied).toMatchObject({ pagesServed: 0, denied: denied.sessions, timesAsked: 0 });
    const allowed = run(
      { visitors: onePage },
      { gate: { decide: () => ({ kind: 'allow', rule: 'yes', limited: true }) } },
    ).visitors;
    expect(allowed).toMatchObject({ pagesServed: allowed.sessions, slowed: 0, timesAsked: 0 });
  });
});

describe('an attacker', () => {
  it('that buys is served its rate times the time by the price', () => {
    const { attacker } = attack(
      { hardware: 'mega', networks: 10, requestsPerSecond: 1000 },
      ONE,
      NO_BOOK,
    );
    const expected = (1e6 * 3600) / 4096;
    expect(attacker.served).toBeLessThanOrEqual(expected);
    expect(attacker.served).toBeGreaterThan(0.97 * expected);
    // A dollar an hour, while it computes.
    expect(attacker.dollars).toBeLessThanOrEqual(1);
    expect(attacker.dollars).toBeGreaterThan(0.97);
  });

  it('that buys is served no more where a request is dearer', () => {
    const served = [4096, 8192, 16_384].map(
      (requestPrice) =>
        attack({ hardware: 'mega', networks: 10, requestsPerSecond: 1000 }, ONE, {
          ...NO_BOOK,
          terms: { requestPrice },
        }).attacker.served,
    );
    expect(served[1]).toBeLessThanOrEqual(served[0] ?? 0);
    expect(served[2]).toBeLessThanOrEqual(served[1] ?? 0);
    expect(served[2]).toBeGreaterThan(0.22 * (served[0] ?? 0));
  });

  it('never passes the ceilings, whatever it pays, and a hosting network the lower one', () => {
    const one = { locations: 1 };
    const home = attack({ strategy: 'insists', requestsPerSecond: 1000 }, one, NO_BOOK).attacker;
    expect(home.served).toBeLessThanOrEqual(3000 * 60);
    expect(home.served).toBeGreaterThan(2950 * 60);
    const rack = attack(
      { strategy: 'insists', requestsPerSecond: 1000, addresses: 'rack' },
      one,
      NO_BOOK,
    ).attacker;
    expect(rack.served).toBeLessThanOrEqual(300 * 60);
    expect(rack.served).toBeGreaterThan(290 * 60);
    // 72 dollars a month are a tenth of a dollar an hour.
    expect(rack.addressDollars).toBeCloseTo(0.1, 9);
  });

  it('spends no more than its budget', () => {
    const plan = { strategy: 'insists', hardware: 'mega', requestsPerSecond: 900, networks: 30 };
    const free = attack(plan, {}, NO_BOOK).attacker;
    const bound = attack({ ...plan, budgetPerHour: 0.5 }, {}, NO_BOOK).attacker;
    expect(free.dollars).toBeGreaterThan(1);
    expect(bound.dollars).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(bound.served).toBeLessThan(free.served);
    expect(bound.served).toBeGreaterThan(0);
  });

  it('gives up after an hour that cost more than it brought', () => {
    // 4,096 attempts of a "mega" cost 1.14 millionths of a dollar: $0.0011 a thousand.
    const plan = { hardware: 'mega', requestsPerSecond: 5, networks: 2 };
    const hours = { ...ONE, hours: 3 };
    const cost = (4096 * 1000) / 3600 / 1e6;
    const losing = attack({ ...plan, yieldPerThousand: cost * 0.9 }, hours, NO_BOOK).attacker;
    expect(losing.gaveUpHour).toBe(1);
    const gaining = attack({ ...plan, yieldPerThousand: cost * 1.2 }, hours, NO_BOOK).attacker;
    expect(gaining.gaveUpHour).toBeUndefined();
    expect(gaining.served).toBeGreaterThan(2.5 * losing.served);
    const blocked = attack({ strategy: 'floods', yieldPerThousand: 9 }, hours, NO_BOOK).attacker;
    expect(blocked.gaveUpHour).toBe(1);
  });

  it('that solves nothing, replays one pass, or waits moves no honest price', () => {
    const visitors = { ...CROWD, networks: 20 };
    const free = EVERYBODY.filter(({ name }) => ['c', 'd', 'e'].includes(String(name)));
    const attackers = free.map((attacker) =>
      Object.assign({}, attacker, { besideVisitors: 1, requestsPerSecond: 200 }),
    );
    // A site that is never in trouble: the honest price alone is asked about.
    const origin = { requestsPerSecond: 1e6 };
    const result = run({ visitors, attackers, origin });
    expect(result.visitors.highestBits).toBe(0);
    expect(result.attackers.map(({ wanted }) => wanted)).toEqual([720_000, 720_000, 720_000]);
  });

  it('that replays one pass is served its credit and the bound of overspending', () => {
    const plan = { strategy: 'replays', requestsPerSecond: 400, everywhere: true };
    const { attacker } = attack(plan, { locations: 4, isolatesPerLocation: 2 });
    const paid = attacker.attempts / 4096;
    expect(attacker.served).toBeGreaterThan(0);
    expect(attacker.served).toBeLessThanOrEqual(paid * (1 + 8 / 8));
    expect(attacker.asked).toBeGreaterThan(1_000_000);
  });

  it('that floods a network at any price raises its own to the cap, the honest one by 1 bit at most', () => {
    const { result, attacker } = attack(
      { strategy: 'insists', requestsPerSecond: 1000, networks: 2 },
      { visitors: CROWD, hours: 4 },
    );
    expect(attacker.highestBits).toBeGreaterThanOrEqual(2);
    expect(attacker.highestBits).toBeLessThanOrEqual(4 + 1);
    expect(result.visitors.highestBits).toBeLessThanOrEqual(1);
  });

  it('asks only while it is on, and between its hours', () => {
    const { result, attacker } = attack(
      { requestsPerSecond: 1, onMinutes: 10, offMinutes: 20, fromHour: 1, untilHour: 2 },
      { hours: 3 },
      NO_BOOK,
    );
    expect(attacker.wanted).toBe(1200);
    const { attackerWanted, hours } = result.series;
    for (const [at, hour] of hours.entries()) {
      const minute = (hour - 1) * 60;
      const isOn = minute >= 0 && minute < 60 && minute % 30 < 10;
      expect((attackerWanted[at] ?? 0) > 0).toBe(isOn);
    }
  });

  it('that takes new networks leaves behind what it bought in the old ones', () => {
    const plan = { requestsPerSecond: 2, networks: 4, hardware: 'mega' };
    const stays = attack(plan, {}, NO_BOOK).attacker;
    const moves = attack({ ...plan, rotateMinutes: 5 }, {}, NO_BOOK).attacker;
    expect(stays.networks).toBe(4);
    expect(moves.networks).toBe(48);
    expect(moves.attempts).toBeGreaterThan(stays.attempts);
  });

  it('waits for patience passes no faster than the pace allows', () => {
    const { attacker, result } = attack(
      { strategy: 'waits', requestsPerSecond: 100, networks: 1 },
      ONE,
      NO_BOOK,
    );
    // Three passes a minute of 32 requests each.
    expect(result.ledger.waited).toBeLessThanOrEqual(3 * 60 * 131_072);
    expect(attacker.served).toBeLessThanOrEqual(3 * 60 * 32);
    expect(attacker.served).toBeGreaterThan(0.9 * 3 * 60 * 32);
    expect(attacker.attempts).toBe(0);
  });

  it('takes what is free where free requests are given away, none of it to hosting networks', () => {
    const gate = { createBook: undefined, ceilings: { ...gateOf().ceilings, free: 5 } };
    const plan = { strategy: 'floods', requestsPerSecond: 10 };
    const one = { locations: 1 };
    expect(attack(plan, one, { gate }).attacker.served).toBe(5 * 60);
    expect(attack({ ...plan, addresses: 'rack' }, one, { gate }).attacker.served).toBe(0);
  });
});

describe('the origin of a simulation', () => {
  it('bears less with the gate than without, and fails fewer pages', () => {
    const written = {
      visitors: CROWD,
      origin: { requestsPerSecond: 20 },
      attackers: EVERYBODY.filter(({ name }) => name === 'e'),
    };
    const { origin, visitors } = run(written);
    expect(origin.openPeak).toBeGreaterThan(70);
    expect(origin.peak).toBeLessThan(20);
    expect(visitors.pagesFailed).toBe(0);
    expect(visitors.openPagesFailed).toBeGreaterThan(0.5 * visitors.pagesAsked);
  });
});

it('the tables of the tests name each device once', () => {
  expect(TABLES.devices.reduce((sum, { share }) => sum + share, 0)).toBe(1);
});
