import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();

function simulate(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['simulate', ...words], { cwd: folder.path });
}

const SMALL = `schema: 1
title: a small one
hours: 1
visitors: { perDay: 2000 }
attackers:
  - name: scraper
    strategy: buys
    hardware: rtx-4090
    addresses: residential
    requestsPerSecond: 5
    yieldPerThousand: 0.4
`;

function logLine(
  second: number,
  [address, path, agent]: readonly [string, string, string],
): string {
  const [minutes, seconds] = [Math.floor(second / 60), second % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const time = `01/Nov/2026:10:${minutes}:${seconds} +0000`;
  return `${address} - - [${time}] "GET ${path} HTTP/1.1" 200 1000 "-" "${agent}"\n`;
}

beforeAll(() => {
  folder.write('small.yaml', SMALL);
  folder.write('bad.yaml', 'schema: 1\nhours: 0\nattackers:\n  - name: x\n    strategi: buys\n');
  folder.write(
    'open.yaml',
    'schema: 1\nrules:\n  - { name: all, action: allow, limited: true, path: [/*] }\n',
  );
  const browser = 'Mozilla/5.0 (X11) Firefox/145.0';
  const lines = Array.from({ length: 600 }, (_, second) => {
    const program = logLine(second, ['198.51.100.7', `/item/${second}`, 'python-requests/2.32']);
    return second % 30 === 0 ? program + logLine(second, ['192.0.2.5', '/', browser]) : program;
  });
  folder.write('access.log', lines.join(''));
  folder.write('access.log.gz', gzipSync(lines.join('')));
});

afterAll(() => folder.remove());

interface Printed {
  readonly version: number;
  readonly runs: readonly {
    readonly label: string;
    readonly changes: string;
    readonly policy: string;
    readonly result: {
      readonly seed: number;
      readonly hours: number;
      readonly visitors: { readonly sessions: number; readonly timesAsked: number };
      readonly attackers: readonly { readonly served: number; readonly dollars: number }[];
      readonly replay?: { readonly requests: number };
    };
  }[];
}

async function simulateJson(...words: readonly string[]): Promise<Printed> {
  const ran = await simulate(...words, '--json');
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
  const printed: Printed = JSON.parse(ran.out);
  return printed;
}

describe('edgetoll simulate', () => {
  it('prints figures, tables, curves and a verdict, and nothing to the standard error', async () => {
    const { code, out, err } = await simulate('small.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('a small one\n1 hours, seed 1\nnow: no preset: everything is charged;');
    expect(out).toMatch(/visitors: waited, p95 +\S+ s\n/);
    expect(out).toMatch(/scraper +18,000 +1\d,\d{3} /);
    expect(out).toMatch(
      /Visitors wait within the budget .* For "scraper" a thousand answers cost less/,
    );
    expect(out).toContain('with the price book');
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const [first, second, other] = await Promise.all([
      simulate('small.yaml', '--json'),
      simulate('small.yaml', '--json', '--seed', '1'),
      simulate('small.yaml', '--json', '--seed', '2'),
    ]);
    expect(first.out).toBe(second.out);
    expect(first.out).not.toBe(other.out);
  });

  it('prints a scenario that is the built-in one', async () => {
    const printed = await simulate('--print-scenario');
    folder.write('printed.yaml', printed.out);
    const [own, builtIn] = await Promise.all([
      simulate('printed.yaml', '--hours', '0.2', '--json'),
      simulate('--hours', '0.2', '--json'),
    ]);
    expect(own.code).toBe(0);
    expect(own.out).toBe(builtIn.out);
  });

  it('compares settings of one seed, with the difference', async () => {
    const { runs } = await simulateJson(
      'small.yaml',
      '--compare',
      'REQUEST_PRICE=87380,PRICE_BOOK=off',
    );
    expect(runs.map(({ label, changes }) => [label, changes])).toEqual([
      ['now', ''],
      ['then', 'REQUEST_PRICE=87380,PRICE_BOOK=off'],
    ]);
    const [now, then] = runs.map(({ result }) => result);
    expect(then?.visitors.sessions).toBe(now?.visitors.sessions);
    expect(then?.visitors.timesAsked).toBeGreaterThan(now?.visitors.timesAsked ?? Infinity);
    const { out } = await simulate('small.yaml', '--compare', 'NETWORK_CEILING=60');
    expect(out).toMatch(/^figure +now +then +difference$/m);
    expect(out).toMatch(/^attackers: requests served +1\d,\d{3} +\d,\d{3} +-1\d,\d{3}$/m);
  });

  it('compares policies', async () => {
    const { runs } = await simulateJson('small.yaml', '--compare', 'open.yaml');
    expect(runs.map(({ policy }) => policy)).toEqual([
      'no preset: everything is charged',
      'open.yaml',
    ]);
    expect(runs[1]?.result.visitors.timesAsked).toBe(0);
    expect(runs[0]?.result.visitors.timesAsked).toBeGreaterThan(0);
  });

  it('replays a log, packed or not', async () => {
    const [plain, packed] = await Promise.all([
      simulateJson('--log', 'access.log'),
      simulateJson('--log', 'access.log.gz'),
    ]);
    expect(plain.runs[0]?.result.replay).toEqual(packed.runs[0]?.result.replay);
    expect(plain.runs[0]?.result.replay?.requests).toBe(620);
    expect(plain.runs[0]?.result.attackers).toEqual([]);
    expect(plain.runs[0]?.result.hours).toBeCloseTo(609 / 3600, 9);
  });

  it('writes a report that needs nothing else', async () => {
    const ran = await simulate(
      'small.yaml',
      '--compare',
      'PRICE_BOOK=off',
      '--html',
      'report.html',
    );
    expect(ran.code).toBe(0);
    const report = readFileSync(join(folder.path, 'report.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>/i);
    for (const text of ['a small one', 'How long visitors wait', 'Load of the origin', 'capacity'])
      expect(report).toContain(text);
    expect(report).not.toMatch(/<script|\bsrc=|https?:\/\/(?!www\.w3\.org)/);
  });

  it('says where a scenario is wrong', async () => {
    const ran = await simulate('bad.yaml');
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('bad.yaml:2:1: hours: write a number from 0.01 to 336\n');
    expect(ran.err).toMatch(
      /bad\.yaml:5:5: attackers\[0\]\.strategi: remove this member or correct/,
    );
    expect(ran.err).toMatch(/attackers\[0\]\.hardware: .* rtx-4090/);
  });

  it('exits with 2 for wrong calls, and says why', async () => {
    const calls: readonly (readonly [readonly string[], RegExp])[] = [
      [['--seed', '1.5'], /--seed takes a whole number/],
      [['--hours', '0'], /--hours takes a number above 0/],
      [['--hours', '337'], /at most 336/],
      [['small.yaml', '--compare', 'A=1=2'], /A=1=2 cannot be simulated|--compare takes settings/],
      [['small.yaml', '--compare', 'NOPE=1'], /NOPE=1 cannot be simulated: .*REQUEST_PRICE/],
      [['small.yaml', '--compare', 'REQUEST_PRICE=0'], /REQUEST_PRICE must be/],
      [['small.yaml', '--compare', 'missing.yaml'], /there is no such file/],
      [['missing.yaml'], /there is no such file/],
      [['--log', 'missing.log'], /there is no such file/],
      [['a', 'b'], /one word too many/],
      [['small.yaml', '--html', '.'], /cannot be written/],
      [['small.yaml', '--html', './small.yaml'], /named twice/],
    ];
    for (const [words, message] of calls) {
      const ran = await simulate(...words);
      expect({ words, code: ran.code }).toEqual({ words, code: 2 });
      expect(ran.err).toMatch(message);
      expect(ran.err).not.toMatch(/\n\s+at |which it should not|undefined/);
    }
  });
});
