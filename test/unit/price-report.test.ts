import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  decodePriceReply,
  decodePriceReport,
  MAX_PRICED_NETWORKS,
  MAX_REPORTED_PASSES,
  type PassCount,
  type PriceReply,
  type PriceReport,
} from '../../src/core/price/price-report.ts';
import { idOf } from '../support/price-simulation.ts';

const PASS: PassCount = {
  passId: idOf('pass', 1),
  credit: 524_288,
  expires: 1_800_000_000,
  network: '192.0.2.0/24',
  asn: 64_500,
  since: 1,
  spent: 4369,
  demand: 4369,
  price: 4369,
  isPatience: false,
};
const REPORT: PriceReport = {
  version: 1,
  isolate: idOf('isolate', 1),
  sequence: 1,
  passes: [PASS],
  origin: { requests: 1, errors: 0, latencyMs: 12.5 },
  requests: { paid: 1, free: 0, allowed: 0, denied: 0, challenged: 1, slowed: 0 },
};
const REPLY: PriceReply = {
  version: 1,
  nextReportSeconds: 15,
  isolates: 2,
  globalBits: 0.5,
  networks: [{ network: '192.0.2.0/24', bits: 1.125, isCurbed: false }],
  asns: [{ asn: 64_500, bits: 2 }],
  passes: [{ passId: idOf('pass', 1), limit: 65_536, left: 500_000 }],
  isLockdown: false,
  policyVersion: 'v1',
};

/** Every copy of `value` in which one member, at any depth, is `bad`. */
function spoilt(value: unknown, bad: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => spoilt(item, bad).map((one) => value.with(at, one)));
  }
  if (typeof value !== 'object' || value === null) return [bad];
  return Object.entries(value).flatMap(([name, member]) =>
    [bad, ...spoilt(member, bad)].map((one) => Object.assign({}, value, { [name]: one })),
  );
}

describe('reports and replies', () => {
  it('survive JSON as they are', () => {
    expect(decodePriceReport(JSON.parse(JSON.stringify(REPORT)))).toEqual(REPORT);
    expect(decodePriceReply(JSON.parse(JSON.stringify(REPLY)))).toEqual(REPLY);
    const unknownSystem = { ...REPORT, passes: [{ ...PASS, asn: undefined }] };
    expect(decodePriceReport(JSON.parse(JSON.stringify(unknownSystem)))).toEqual(unknownSystem);
  });

  it('are refused with any member spoilt', () => {
    for (const bad of [null, Number.NaN, -1, Infinity, {}, 'x'.repeat(100)]) {
      for (const one of spoilt(REPORT, bad)) expect(decodePriceReport(one)).toBeUndefined();
      for (const one of spoilt(REPLY, bad)) expect(decodePriceReply(one)).toBeUndefined();
    }
  });

  it('are refused beyond their bounds, and taken at them', () => {
    const passes = (count: number) => Array.from({ length: count }, () => PASS);
    const report = (count: number) => decodePriceReport({ ...REPORT, passes: passes(count) });
    expect(report(MAX_REPORTED_PASSES)).toBeDefined();
    expect(report(MAX_REPORTED_PASSES + 1)).toBeUndefined();
    const networks = (count: number) =>
      decodePriceReply({
        ...REPLY,
        networks: Array.from({ length: count }, () => REPLY.networks[0]),
      });
    expect(networks(MAX_PRICED_NETWORKS)).toBeDefined();
    expect(networks(MAX_PRICED_NETWORKS + 1)).toBeUndefined();
    expect(decodePriceReply({ ...REPLY, globalBits: 1 })).toBeDefined();
    expect(decodePriceReply({ ...REPLY, globalBits: 1.125 })).toBeUndefined();
  });

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(decodePriceReport(value)).toBeUndefined();
        expect(decodePriceReply(value)).toBeUndefined();
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
