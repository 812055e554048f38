import { describe, expect, it } from 'vitest';
import { parseCpuMicros } from '../bench/cpu.ts';
import { formatConfig } from '../bench/capnp-config.ts';
import { formatJson } from '../bench/gate-json.ts';
import { formatTable, ratiosOf, reportTarget, summarize } from '../bench/report.ts';

const sample = (rps: number, cpuMicros: number) => ({ rps, cpuMicros, busy: 1 });

describe('summaries of a benchmark', () => {
  it('give the middle of an odd number of values and the mean of the middle two of an even one', () => {
    expect(summarize([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
    expect(summarize([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(() => summarize([])).toThrow(RangeError);
  });

  it('take ratios round by round, so that a slow round does not count', () => {
    expect(ratiosOf([50, 5, 50], [100, 10, 100])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
  });

  it('say more is better for requests and for CPU time alike', () => {
    const baseline = { name: 'noop', samples: [sample(100, 10), sample(100, 10)] };
    const report = reportTarget({
      name: 'x',
      samples: [sample(50, 20), sample(25, 40)],
      baseline,
    });
    expect(report.ratio).toEqual({ median: 0.375, min: 0.25, max: 0.5 });
    expect(report.cpuRatio).toEqual({ median: 0.375, min: 0.25, max: 0.5 });
    expect(report.leastCpuRatio).toBe(0.5);
    expect(formatTable([report]).split('\n')[1]).toMatch(/^x +38 \(25\.\.50\) +30 \(20\.\.40\)/);
  });

  it('are one JSON object with the names of the issue', () => {
    const samples = [sample(100, 10)];
    const noop = reportTarget({ name: 'noop', samples, baseline: undefined });
    const garbage = reportTarget({ name: 'garbage', samples, baseline: { name: 'noop', samples } });
    const object: unknown = JSON.parse(formatJson({ machine: {} }, [noop, garbage]));
    expect(object).toMatchObject({
      machine: {},
      rps: { noop: 100, garbage: 100 },
      cpuMicros: { noop: 10, garbage: 10 },
      ratio: { garbage: 1 },
      cpuRatio: { garbage: 1 },
    });
  });
});

describe('the CPU time of a process', () => {
  it('is read behind a command name that holds spaces and parentheses', () => {
    const stat = '42 (a b) c) S 1 1 1 0 -1 4194304 99 0 0 0 150 25 0 0 20 0 1 0 287223 0 0';
    expect(parseCpuMicros(stat)).toBe(1_750_000);
    expect(() => parseCpuMicros('42 (x) S')).toThrow('known form');
  });
});

describe('the configuration of raw workerd', () => {
  it('escapes values and lets nothing leave the machine', () => {
    const modules = [{ name: 'a.js', kind: 'esModule' }] as const;
    const worker = { name: 'a', modules, vars: { SECRET: 'x"y', PRICE: 1 }, isPublic: true };
    const text = formatConfig([worker], { date: '2026-10-01', flags: [] });
    expect(text).toContain('(name = "SECRET", text = "x\\"y"), (name = "PRICE", json = "1")');
    expect(text).toContain('network = (allow = [])');
    expect(text).toContain('address = "127.0.0.1:0"');
  });
});
