import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  advancePrices,
  createPriceState,
  MAX_RAISED_NETWORKS,
  SILENCE,
  stepBitsOf,
  type PriceSignal,
  type PriceState,
} from '../../src/core/price/price-controller.ts';
import { isCurbed } from '../../src/core/price/network-price.ts';
import { judgeOrigin } from '../../src/core/price/origin-health.ts';
import { restorePrices, storePrices } from '../../src/core/price/stored-prices.ts';
import { LIMITS } from '../support/price-simulation.ts';

const SEED = { seed: 5, numRuns: 300 };
const PERIOD_MS = 300_000;
const NETWORK = '203.0.113.0/24';

function signalOf(rates: ReadonlyMap<string, { demand: number; bits: number }>): PriceSignal {
  const networks = new Map(
    [...rates].map(([name, { demand, bits }]) => [
      name,
      { asn: 64_500, demand, spent: demand * 2 ** bits },
    ]),
  );
  const sum = (pick: (rate: { spent: number; demand: number }) => number) =>
    [...networks.values()].reduce((total, rate) => total + pick(rate), 0);
  return {
    ...SILENCE,
    networks,
    spent: sum((rate) => rate.spent),
    demand: sum((rate) => rate.demand),
  };
}

function advance(state: PriceState, signal: PriceSignal, capBits = LIMITS.capBits): PriceState {
  const nowMs = state.sinceMs + PERIOD_MS;
  return advancePrices(state, signal, {
    nowMs,
    periodSeconds: 300,
    limits: { ...LIMITS, capBits },
  });
}

function isCurbedOf(state: PriceState): boolean {
  const own = state.networks.get(NETWORK);
  return own !== undefined && isCurbed(own);
}

/** Prices of one network, period by period; what is paid lags by `lag` periods. */
function trace(
  load: (bits: number) => number,
  { lag, capBits, periods = 20 }: { lag: number; capBits: number; periods?: number },
): readonly number[] {
  let state = createPriceState(0);
  const prices = [0];
  for (let period = 0; period < periods; period += 1) {
    const bits = prices[Math.max(0, prices.length - 1 - lag)] ?? 0;
    const demand = load(bits) * LIMITS.networkTarget * 5;
    state = advance(state, signalOf(new Map([[NETWORK, { demand, bits }]])), capBits);
    prices.push(state.networks.get(NETWORK)?.bits ?? 0);
  }
  return prices;
}

function turnsOf(prices: readonly number[]): number {
  const moves = prices
    .slice(1)
    .map((bits, index) => Math.sign(bits - (prices[index] ?? 0)))
    .filter((move) => move !== 0);
  return moves.filter((move, index) => index > 0 && move !== moves[index - 1]).length;
}

/** `elastic`: part of the load that has a fixed rate of attempts; the rest does not mind the price. */
function stepLoad(size: number, elastic: number) {
  return (bits: number) => size * (1 - elastic + elastic / 2 ** bits);
}

const loads = fc.record({
  size: fc.double({ min: 1.25, max: 1000, noNaN: true }),
  elastic: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

describe('a step of load', () => {
  /** Demand is where it should be, or the price can do no more. */
  function isSettled(bits: number, load: (bits: number) => number, capBits: number): boolean {
    const rate = load(bits);
    return bits === capBits || (rate <= 2 ** 0.25 && (rate >= 0.5 || bits === 0));
  }

  it('H04: is settled within 4 periods, with one change of direction at most, where counts are prompt', () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 0, max: 80 }), ({ size, elastic }, eighths) => {
        const capBits = eighths / 8;
        const load = stepLoad(size, elastic);
        const prices = trace(load, { lag: 0, capBits });
        expect(turnsOf(prices)).toBeLessThanOrEqual(1);
        expect(prices.slice(4).every((bits) => isSettled(bits, load, capBits))).toBe(true);
      }),
      SEED,
    );
  });

  it('H04: is settled 4 periods after the first that knows of it, with two changes of direction at most, where counts are a period late', () => {
    fc.assert(
      fc.property(loads, ({ size, elastic }) => {
        const { capBits } = LIMITS;
        const load = stepLoad(size, elastic);
        const prices = trace(load, { lag: 1, capBits });
        expect(turnsOf(prices)).toBeLessThanOrEqual(2);
        expect(prices.slice(6).every((bits) => isSettled(bits, load, capBits))).toBe(true);
      }),
      SEED,
    );
  });

  it('H04: rises in three periods to any cap and falls in three, never faster than its step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 160 }), (eighths) => {
        const capBits = eighths / 8;
        const step = stepBitsOf({ ...LIMITS, capBits });
        const up = trace(() => 1000, { lag: 0, capBits, periods: 3 });
        expect(up.at(-1)).toBe(capBits);
        expect(up.every((bits, index) => bits - (up[index - 1] ?? 0) <= step)).toBe(true);
      }),
      SEED,
    );
  });

  it('a demand of the target and a quarter of a bit above it leaves the price, more raises it', () => {
    expect(trace(() => 1, { lag: 0, capBits: 4 }).at(-1)).toBe(0);
    expect(trace(() => 2 ** 0.25, { lag: 0, capBits: 4 }).at(-1)).toBe(0);
    expect(trace(() => 2 ** 0.26, { lag: 0, capBits: 4 }).at(-1)).toBe(4);
  });
});

describe('a flood that minds no price, at a cap where the lower ceiling serves a tenth of it', () => {
  const CAP = LIMITS.capBits;

  interface Reaction {
    readonly bits: number;
    readonly isCurbed: boolean;
  }

  /** Period by period, of a demand in targets; prices and ceilings take effect `lag` periods late. */
  function react(
    asked: (period: number) => number,
    { lag, periods, before = [] }: { lag: number; periods: number; before?: readonly Reaction[] },
    state = { current: createPriceState(0) },
  ): readonly Reaction[] {
    const seen: Reaction[] = [...before];
    for (let period = 0; period < periods; period += 1) {
      const { bits, ...seenThen } = seen.at(-1 - lag) ?? { bits: 0, isCurbed: false };
      const demand = (asked(period) / (seenThen.isCurbed ? 10 : 1)) * LIMITS.networkTarget * 5;
      state.current = advance(state.current, signalOf(new Map([[NETWORK, { demand, bits }]])));
      const own = state.current.networks.get(NETWORK);
      seen.push({ bits: own?.bits ?? 0, isCurbed: isCurbedOf(state.current) });
    }
    return seen;
  }

  const floods = fc.double({ min: 1.25, max: 100, noNaN: true });

  it.each([0, 1])('H04: never swings, with counts %i periods late', (lag) => {
    fc.assert(
      fc.property(floods, (size) => {
        const seen = react(() => size, { lag, periods: 100 });
        const prices = [0, ...seen.map(({ bits }) => bits)];
        expect(turnsOf(prices)).toBeLessThanOrEqual(2);
        expect(prices.slice(4 + lag).every((bits) => bits === CAP)).toBe(true);
      }),
      SEED,
    );
  });

  it.each([0, 1])(
    'is tried without the lower ceiling ever less often, with counts %i late',
    (lag) => {
      // The ceilings of wrangler.toml: five targets a minute, and half a target.
      const seen = react(() => 5, { lag, periods: 103 });
      const open = seen
        .map((each, period) => (each.isCurbed ? -1 : period))
        .filter((period) => period >= 0);
      const gaps = open
        .map((period, index) => period - (open[index - 1] ?? period))
        .filter((gap) => gap > 1);
      expect(gaps.slice(0, 4)).toEqual([2, 3, 5, 9].map((gap) => gap + lag));
      expect(new Set(gaps.slice(3))).toEqual(new Set([9 + lag]));
      // On average it is served little more than its target.
      const served = seen.slice(53).map((each) => (each.isCurbed ? 0.5 : 5));
      const mean = served.reduce((sum, each) => sum + each, 0) / served.length;
      expect(mean).toBeLessThan(1.5);
    },
  );

  it.each([0, 1])(
    'H04: is back at the base 4 periods after the first that knows of its end, with counts %i late',
    (lag) => {
      fc.assert(
        fc.property(floods, fc.integer({ min: 5, max: 60 }), (size, end) => {
          const seen = react((period) => (period < end ? size : 0.1), { lag, periods: end + 5 });
          expect(seen.at(-1)).toEqual({ bits: 0, isCurbed: false });
        }),
        SEED,
      );
    },
  );

  it.each([0, 1])(
    'a network of many visitors that fell into it is out of it within 4 periods, and pays less from then on, with counts %i late',
    (lag) => {
      fc.assert(
        fc.property(fc.double({ min: 0.15, max: 0.9, noNaN: true }), (honest) => {
          const state = { current: createPriceState(0) };
          const before = react(() => 1000, { lag, periods: 3 }, state);
          expect(before.at(-1)).toEqual({ bits: CAP, isCurbed: true });
          const seen = react(() => honest, { lag, periods: 8, before }, state).slice(3);
          expect(seen.slice(2 + lag).some((each) => each.isCurbed)).toBe(false);
          const prices = seen.map(({ bits }) => bits);
          expect(prices[3 + lag]).toBeLessThan(CAP);
          expect(turnsOf(prices)).toBe(0);
        }),
        SEED,
      );
    },
  );

  it('a burst of one period raises the price by one step, and curbs nobody', () => {
    const seen = react((period) => (period === 0 ? 1000 : 0.4), { lag: 0, periods: 5 });
    expect(seen.map(({ bits }) => bits)).toEqual([1.625, 0.25, 0, 0, 0]);
    expect(seen.some((each) => each.isCurbed)).toBe(false);
  });

  it('lasts through a restart of the book', () => {
    const state = { current: createPriceState(0) };
    let seen: readonly Reaction[] = [];
    for (let round = 0; round < 40; round += 1) {
      seen = react(() => 5, { lag: 0, periods: 1, before: seen }, state);
      state.current = restorePrices(JSON.parse(JSON.stringify(storePrices(state.current))));
    }
    expect(seen.slice(2).every(({ bits }) => bits === CAP)).toBe(true);
  });
});

describe('prices', () => {
  const flood = signalOf(new Map([[NETWORK, { demand: 1e12, bits: 0 }]]));

  it('are multiples of an eighth of a bit between 0 and the cap, whatever comes', () => {
    const signals = fc.array(
      fc.record({
        demand: fc.double({ min: 0, max: 1e15, noNaN: true }),
        bits: fc.double({ min: 0, max: 8, noNaN: true }),
        latencyMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(signals, (list) => {
        let state = createPriceState(0);
        for (const { demand, bits, latencyMs } of list) {
          const signal = signalOf(new Map([[NETWORK, { demand, bits }]]));
          state = advance(state, { ...signal, origin: { requests: 100, errors: 0, latencyMs } });
          const own = state.networks.get(NETWORK)?.bits ?? 0;
          expect(own * 8).toBe(Math.round(own * 8));
          expect(own).toBeGreaterThanOrEqual(0);
          expect(own).toBeLessThanOrEqual(LIMITS.capBits);
          expect(state.globalBits).toBeLessThanOrEqual(1);
        }
      }),
      SEED,
    );
  });

  it('stand still until the period is over, and begin it anew where the clock went back', () => {
    const state = createPriceState(1_000_000);
    const period = { periodSeconds: 300, limits: LIMITS };
    expect(advancePrices(state, flood, { ...period, nowMs: 1_299_999 })).toBe(state);
    expect(advancePrices(state, flood, { ...period, nowMs: 1_300_000 }).networks.size).toBe(1);
    expect(advancePrices(state, flood, { ...period, nowMs: 900_000 }).sinceMs).toBe(900_000);
  });

  it('fall by a step for each period that nobody reported in', () => {
    let state = createPriceState(0);
    for (let n = 0; n < 4; n += 1) state = advance(state, flood);
    expect(state.networks.get(NETWORK)?.bits).toBe(4.75);
    const after = (periods: number) =>
      advancePrices(state, SILENCE, {
        nowMs: state.sinceMs + periods * PERIOD_MS,
        periodSeconds: 300,
        limits: LIMITS,
      }).networks.get(NETWORK)?.bits ?? 0;
    expect([1, 2, 3, 4, 1e6].map(after)).toEqual([3.125, 1.5, 0, 0, 0]);
  });

  it('H05: of more networks than are kept, the dearest and busiest are kept', () => {
    const rates = new Map(
      Array.from({ length: MAX_RAISED_NETWORKS + 500 }, (_, index) => [
        `network ${index}`,
        { demand: LIMITS.networkTarget * 5 * (2 + index / 20), bits: 0 },
      ]),
    );
    const state = advance(createPriceState(0), signalOf(rates));
    expect(state.networks.size).toBe(MAX_RAISED_NETWORKS);
    expect(state.networks.has(`network ${MAX_RAISED_NETWORKS + 499}`)).toBe(true);
    expect(state.networks.has('network 0')).toBe(false);
  });

  it('say which networks stay above their target at the cap', () => {
    let state = createPriceState(0);
    for (let n = 0; n < 3; n += 1) state = advance(state, flood);
    expect(isCurbedOf(state)).toBe(true);
    expect(state.networks.get(NETWORK)?.bits).toBe(4.75);
    const eased = { demand: LIMITS.networkTarget, bits: 4.75 };
    state = advance(state, signalOf(new Map([[NETWORK, eased]])));
    expect(isCurbedOf(state)).toBe(false);
  });

  it('of a system follow 8 of its networks, and not 7, nor fewer than half of those seen', () => {
    const after = (flooding: number, calm: number) => {
      const rates = new Map<string, { demand: number; bits: number }>([
        ...Array.from(
          { length: flooding },
          (_, n) => [`a${n}`, { demand: 1e12, bits: 0 }] as const,
        ),
        ...Array.from({ length: calm }, (_, n) => [`b${n}`, { demand: 1000, bits: 0 }] as const),
      ]);
      return advance(createPriceState(0), signalOf(rates)).asns.get(64_500) ?? 0;
    };
    expect(after(8, 8)).toBe(stepBitsOf(LIMITS));
    expect(after(7, 0)).toBe(0);
    expect(after(8, 9)).toBe(0);
  });
});

describe('everyone', () => {
  const troubled = { requests: 100, errors: 50, latencyMs: 4000 };
  const calm = { requests: 100, errors: 0, latencyMs: 4000 };
  const busy = { ...SILENCE, spent: LIMITS.siteTarget * 6, demand: LIMITS.siteTarget * 6 };

  it('pays more only where demand is high and the origin suffers, by half a bit a period and one at most', () => {
    const run = (signals: readonly PriceSignal[]) => {
      let state = createPriceState(0);
      return signals.map((signal) => {
        state = advance(state, signal);
        return state.globalBits;
      });
    };
    const attack = { ...busy, origin: troubled };
    expect(run([attack, attack, attack])).toEqual([0.5, 1, 1]);
    expect(run([{ ...busy, origin: calm }])).toEqual([0]);
    expect(run([{ ...SILENCE, origin: troubled }])).toEqual([0]);
    // The price ends the trouble: it is kept for a while, and then tried without.
    const eased = { ...busy, origin: calm };
    expect(run([attack, attack, eased, eased, eased, eased, eased])).toEqual([
      0.5, 1, 1, 1, 1, 0.5, 0,
    ]);
    expect(run([attack, { ...SILENCE, origin: calm }])).toEqual([0.5, 0]);
  });

  it('has an origin in trouble by errors, or by more than twice its calm latency and 250 ms', () => {
    const judge = (requests: number, errors: number, meanMs: number) =>
      judgeOrigin(100, { requests, errors, latencyMs: requests * meanMs }).isTroubled;
    expect(judge(100, 5, 100)).toBe(false);
    expect(judge(100, 6, 100)).toBe(true);
    expect(judge(100, 0, 450)).toBe(false);
    expect(judge(100, 0, 451)).toBe(true);
    expect(judge(19, 19, 5000)).toBe(false);
    expect(judge(20, 20, 100)).toBe(true);
  });

  it('has an origin that is slow for good become the new calm', () => {
    let health = judgeOrigin(undefined, { requests: 100, errors: 0, latencyMs: 10_000 });
    let periods = 0;
    do {
      health = judgeOrigin(health.baselineMs, { requests: 100, errors: 0, latencyMs: 100_000 });
      periods += 1;
    } while (health.isTroubled);
    expect(periods).toBeGreaterThan(3);
    expect(periods).toBeLessThan(24);
  });

  it('with a quarter of the target pays a bit in trouble, and not otherwise', () => {
    const quarter = new Map([[NETWORK, { demand: LIMITS.networkTarget * 5 * 0.26, bits: 0 }]]);
    const signal = signalOf(quarter);
    expect(advance(createPriceState(0), { ...signal, origin: calm }).networks.size).toBe(0);
    const state = advance(createPriceState(0), { ...signal, origin: troubled });
    expect(state.networks.get(NETWORK)?.bits).toBe(1);
    expect(advance(state, { ...signal, origin: troubled }).networks.get(NETWORK)?.bits).toBe(1);
  });
});
