/** Tolls and plans of attackers, for properties of the price's arithmetic. */
import fc from 'fast-check';
import type {
  AddressSupply,
  AttackerHardware,
  AttackPlan,
  PriceTerms,
  Toll,
} from '../../src/core/price/economics.ts';
import type { Charging } from '../../src/core/price/price-question.ts';

/** Properties run on the same cases each time. */
export const SEEDED = { seed: 20_261_122, numRuns: 300 } as const;

const positive = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

const SOURCES = [{ title: 'made up for a test', date: '2026-11' }];

export const hardware: fc.Arbitrary<AttackerHardware> = fc.record({
  name: fc.constant('machine'),
  label: fc.constant('machine'),
  attemptsPerSecond: positive(1e5, 1e12),
  dollarsPerHour: positive(0.001, 100),
  sources: fc.constant(SOURCES),
});

export const addresses: fc.Arbitrary<AddressSupply> = fc.record({
  name: fc.constant('supply'),
  label: fc.constant('supply'),
  dollarsPerNetworkMonth: fc.oneof(fc.constant(0), positive(0.01, 100)),
  dollarsPerGigabyte: positive(0, 20),
  isHosting: fc.boolean(),
  sources: fc.constant(SOURCES),
});

export const plan: fc.Arbitrary<AttackPlan> = fc.record({
  hardware,
  addresses,
  requestsPerMinute: fc.integer({ min: 1, max: 1_000_000 }),
  bytesPerRequest: fc.integer({ min: 100, max: 10_000_000 }),
});

export const terms: fc.Arbitrary<PriceTerms> = fc
  .record({
    minSolutions: fc.integer({ min: 1, max: 256 }),
    attemptsPerSolution: fc.integer({ min: 64, max: 1_000_000 }),
    share: fc.integer({ min: 1, max: 500 }),
  })
  .map(({ minSolutions, attemptsPerSolution, share }) => ({
    minSolutions,
    maxSolutions: 256,
    attemptsPerSolution,
    requestPrice: Math.max(1, Math.floor((minSolutions * attemptsPerSolution) / share)),
  }));

export const charging: fc.Arbitrary<Charging> = fc.record({
  ceilings: fc.record({
    pass: fc.integer({ min: 1, max: 10_000 }),
    network: fc.integer({ min: 1, max: 10_000 }),
    hosting: fc.integer({ min: 1, max: 10_000 }),
  }),
  unpaid: fc.record({
    patiencePasses: fc.integer({ min: 0, max: 10 }),
    freeRequests: fc.integer({ min: 0, max: 20 }),
  }),
  overspend: positive(1, 10),
});

export const pace = fc.record({
  requests: fc.integer({ min: 0, max: 300 }),
  passes: fc.integer({ min: 0, max: 10 }),
});

export const toll: fc.Arbitrary<Toll> = fc
  .record({
    requestPrice: positive(1, 1e8),
    entryRequests: positive(1, 500),
    factor: positive(1, 8),
    ceilings: fc.record({
      network: fc.integer({ min: 1, max: 10_000 }),
      hosting: fc.integer({ min: 1, max: 10_000 }),
    }),
    overspend: positive(1, 10),
    unpaid: fc.record({ network: pace, hosting: pace }),
  })
  .map(({ requestPrice, entryRequests, factor, ceilings, overspend, unpaid }) => ({
    requestPrice,
    entryFee: requestPrice * entryRequests,
    largestFee: requestPrice * entryRequests * factor,
    ceilings,
    overspend,
    unpaid,
  }));
