import { describe, expect, it } from 'vitest';
import { decodeScenario } from '../../src/core/simulation/decode-scenario.ts';
import { scenarioOf, TABLES } from '../support/simulation-fixtures.ts';

function problemsOf(written: Readonly<Record<string, unknown>>): readonly string[] {
  const decoded = decodeScenario({ schema: 1, ...written }, TABLES);
  return decoded.ok ? [] : decoded.problems.map(({ path, message }) => `${path}: ${message}`);
}

const ATTACKER = { name: 'a', strategy: 'buys', hardware: 'mega', addresses: 'home' };

describe('a scenario', () => {
  it('has a default for every member but its version and what an attacker is', () => {
    const scenario = scenarioOf({ attackers: [ATTACKER] });
    expect(scenario).toMatchObject({ hours: 24, stepSeconds: 10, locations: 2 });
    expect(scenario.visitors.devices).toBe(TABLES.devices);
    expect(scenario.attackers[0]).toMatchObject({ networks: 1, isEverywhere: false, units: 1 });
  });

  it('takes figures of its own for hardware, addresses and devices', () => {
    const scenario = scenarioOf({
      attackers: [
        {
          ...ATTACKER,
          hardware: { attemptsPerSecond: 5e6, dollarsPerHour: 2 },
          addresses: { dollarsPerGigabyte: 3, isHosting: true },
        },
      ],
      visitors: { devices: [{ name: 'tv', attemptsPerSecond: 2e5, share: 1 }] },
    });
    expect(scenario.attackers[0]?.hardware).toMatchObject({ attemptsPerSecond: 5e6 });
    expect(scenario.attackers[0]?.addresses).toMatchObject({
      dollarsPerNetworkMonth: 0,
      dollarsPerGigabyte: 3,
      isHosting: true,
    });
    expect(scenario.visitors.devices).toMatchObject([{ label: 'tv', attemptsPerSecond: 2e5 }]);
  });

  it('reports every problem at once, with its place and what to do', () => {
    const problems = problemsOf({
      hour: 3,
      hours: 0,
      site: { staticPerPage: 1.5 },
      visitors: { perDay: -1, colour: 'red' },
      attackers: [{ ...ATTACKER, strategy: 'shouts', hardware: 'tera', networks: 0 }, 7],
    });
    expect(problems).toEqual([
      'hours: write a number from 0.01 to 336',
      'site.staticPerPage: write a whole number from 0 to 500',
      'visitors.perDay: write a number from 0 to 1,000,000',
      expect.stringMatching(/^visitors\.colour: remove this member or correct it; .*perDay/),
      'attackers[1]: write a table of members',
      'attackers[0].strategy: write one of floods, replays, waits, buys, insists',
      'attackers[0].hardware: write a table of figures, or one of mega, giga',
      'attackers[0].networks: write a whole number from 1 to 20,000',
      'attackers[1].name: name the attacker',
      expect.stringContaining('attackers[1].strategy'),
      expect.stringContaining('attackers[1].hardware'),
      expect.stringContaining('attackers[1].addresses'),
      expect.stringMatching(/^hour: remove this member or correct it/),
    ]);
  });

  it('is refused without its version, and where it is no table', () => {
    expect(decodeScenario({}, TABLES)).toMatchObject({ problems: [{ path: 'schema' }] });
    for (const value of [null, 'text', [], 5]) {
      expect(decodeScenario(value, TABLES).ok).toBe(false);
    }
  });

  it('holds each bound just inside and just outside', () => {
    expect(problemsOf({ hours: 336 })).toEqual([]);
    expect(problemsOf({ hours: 336.1 })).toHaveLength(1);
    expect(problemsOf({ stepSeconds: 60 })).toEqual([]);
    expect(problemsOf({ stepSeconds: 61 })).toHaveLength(1);
    expect(problemsOf({ locations: Number.NaN })).toHaveLength(1);
    expect(problemsOf({ attackers: [{ ...ATTACKER, besideVisitors: 1 }] })).toEqual([]);
    expect(problemsOf({ attackers: [{ ...ATTACKER, besideVisitors: 1.01 }] })).toHaveLength(1);
  });

  it('wants shares that add up, names that differ, and both halves of a period', () => {
    const pages = [
      { path: '/', share: 0.5 },
      { path: '/a', share: 0.4 },
    ];
    expect(problemsOf({ site: { pages } })).toEqual(['site.pages: make the shares add up to 1']);
    expect(problemsOf({ attackers: [ATTACKER, ATTACKER] })).toEqual([
      'attackers: give each a name of its own',
    ]);
    expect(problemsOf({ attackers: [{ ...ATTACKER, onMinutes: 5 }] })).toEqual([
      'attackers[0].onMinutes: write onMinutes and offMinutes together',
    ]);
  });
});
