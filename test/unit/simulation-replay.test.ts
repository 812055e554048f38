import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/core/access-log/log-entry.ts';
import { LogCollector } from '../../src/core/simulation/log-collector.ts';
import { simulate, type SimulationResult } from '../../src/core/simulation/simulate.ts';
import { gateOf, scenarioOf, type GateOptions } from '../support/simulation-fixtures.ts';

const START_MS = Date.UTC(2026, 10, 1);

function entry(seconds: number, change: Partial<LogEntry> = {}): LogEntry {
  return {
    timeMs: START_MS + seconds * 1000,
    address: '192.0.2.1',
    method: 'GET',
    target: '/a',
    status: 200,
    bytes: 100,
    userAgent: 'Mozilla/5.0 (X11)',
    referer: '',
    ...change,
  };
}

const NO_BOOK = { createBook: undefined } as const;

/** Replays what was collected, on one isolate. */
function replay(
  collector: LogCollector,
  { yieldPerThousand = 1, ...options }: GateOptions & { yieldPerThousand?: number } = {},
): SimulationResult {
  const log = collector.finish();
  const scenario = scenarioOf({
    hours: 1,
    locations: 1,
    isolatesPerLocation: 1,
    replay: { hardware: 'mega', addresses: 'home', yieldPerThousand },
  });
  return simulate({ scenario, terms: gateOf({ gate: NO_BOOK, ...options }), seed: 1, log });
}

describe('a collected log', () => {
  it('is in the order of time, counted from its first request', () => {
    const collector = new LogCollector();
    expect(collector.finish()).toBeUndefined();
    collector.add(entry(40, { target: '/late' }));
    collector.add(entry(10));
    collector.add(entry(10, { userAgent: 'other' }));
    const log = collector.finish();
    expect([...(log?.seconds ?? [])]).toEqual([0, 0, 30]);
    expect([...(log?.client ?? [])]).toEqual([0, 1, 0]);
    expect(log?.targets).toEqual(['GET /late', 'GET /a']);
    expect(log?.hours).toBeCloseTo(30 / 3600, 12);
    expect(log?.clients).toMatchObject([
      { address: '192.0.2.1', network: '192.0.2.0/24', kind: 'visitor', isHosting: false },
      { agent: 'other' },
    ]);
  });

  it('takes its classes as they are told, and its systems from the log', () => {
    const collector = new LogCollector();
    collector.add(entry(0, { asn: 14_061 }));
    collector.add(entry(1, { userAgent: 'feed reader/1' }));
    collector.judge({ address: '192.0.2.1', agent: 'Mozilla/5.0 (X11)' }, 'automation');
    collector.judge({ address: '192.0.2.1', agent: 'feed reader/1' }, 'declared-bot');
    collector.judge({ address: '192.0.2.9', agent: 'nobody' }, 'false-bot');
    expect(collector.finish()?.clients).toMatchObject([
      { kind: 'attacker', group: 'automation', isHosting: true },
      { kind: 'other', group: 'declared-bot' },
    ]);
  });

  it('keeps more entries than its first columns hold', () => {
    const collector = new LogCollector();
    for (let second = 0; second < 3000; second += 1) collector.add(entry(second));
    expect(collector.finish()?.seconds.at(-1)).toBe(2999);
    expect(collector.leftOut).toBe(0);
  });
});

describe('a replay', () => {
  function mixed(): LogCollector {
    const collector = new LogCollector();
    for (let second = 0; second < 600; second += 10) {
      collector.add(entry(second, { target: second % 20 === 0 ? '/a' : '/style.css?v=1' }));
      collector.add(entry(second, { address: '198.51.100.1', userAgent: 'bad' }));
      collector.add(entry(second, { address: '203.0.113.1', userAgent: 'reader' }));
    }
    collector.judge({ address: '198.51.100.1', agent: 'bad' }, 'automation');
    collector.judge({ address: '203.0.113.1', agent: 'reader' }, 'declared-bot');
    return collector;
  }

  it('lets visitors pay, attackers reckon, and refuses who does not compute', () => {
    const { replay: result, visitors } = replay(mixed());
    expect(visitors).toMatchObject({ sessions: 1, timesAsked: 1, pagesAsked: 30, pagesServed: 30 });
    expect(visitors.requestsServed).toBe(60);
    expect(result).toMatchObject({ requests: 180, clients: 3, yieldPerThousand: 1 });
    expect(result?.groups).toMatchObject([
      { group: 'browser', requests: 60, served: 60, refused: 0 },
      { group: 'automation', requests: 60, served: 60, gaveUp: 0, attempts: 524_288 },
      { group: 'declared-bot', requests: 60, served: 0, refused: 60 },
    ]);
    // 0.52 s of a dollar an hour.
    expect(result?.groups[1]?.dollars).toBeCloseTo(0.524_288 / 3600, 12);
  });

  it('says which attackers leave: where a request costs more than it is worth', () => {
    // 4,096 attempts a request: $0.001138 a thousand.
    const stays = replay(mixed(), { yieldPerThousand: 0.0012 }).replay;
    expect(stays?.groups[1]).toMatchObject({ gaveUp: 0, served: 60, avoided: 0 });
    const leaves = replay(mixed(), { yieldPerThousand: 0.0011 }).replay;
    expect(leaves?.groups[1]).toMatchObject({ gaveUp: 1, served: 0, refused: 1, avoided: 59 });
    expect(leaves?.groups[1]?.dollars).toBe(0);
  });

  it('lets through what the policy allows, whoever it is', () => {
    const gate = { ...NO_BOOK, decide: () => ({ kind: 'allow', rule: 'all' }) as const };
    const { replay: result, visitors } = replay(mixed(), { gate });
    expect(result?.groups.map(({ served }) => served)).toEqual([60, 60, 60]);
    expect(visitors.timesAsked).toBe(0);
  });

  it('gives the same bytes for the same seed', () => {
    expect(JSON.stringify(replay(mixed()))).toBe(JSON.stringify(replay(mixed())));
  });
});
