/**
 * What the presets decide, written down: `test/vectors/preset-decisions.txt`, and every agent of
 * npm's crawler-user-agents (SECURITY-BAR D03).
 */
import agents from 'crawler-user-agents' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { KNOWN_BOTS } from '../../src/core/bots/known-bots.ts';
import { decodeDocument, PRESET_NAMES } from '../../src/core/policy/document/policy-document.ts';
import type { PresetName } from '../../src/core/policy/document/policy-document.ts';
import {
  compilePreset,
  decide,
  edgesOf,
  formatDecision,
  HOME,
  readPresetTable,
  type Place,
} from '../support/preset-table.ts';

const policies = new Map(PRESET_NAMES.map((name) => [name, compilePreset(name)]));

function decisionOf(preset: PresetName, asked: Parameters<typeof decide>[1]) {
  const policy = policies.get(preset);
  if (policy === undefined) throw new Error(preset);
  return decide(policy, asked);
}

function countOf(values: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}

const rows = readPresetTable();

describe('the table of decisions', () => {
  it('D03: each request is decided as it is written down', () => {
    const found = rows.map(({ preset, line, text, ...asked }) => {
      const name = PRESET_NAMES.find((each) => each === preset);
      if (name === undefined) throw new Error(`line ${line}: ${preset}`);
      return `${line}: ${text} -> ${formatDecision(decisionOf(name, asked))}`;
    });
    expect(found).toEqual(
      rows.map(({ line, text, expected }) => `${line}: ${text} -> ${expected}`),
    );
  });

  it('has at least 200 different requests under balanced', () => {
    const balanced = rows.filter(({ preset }) => preset === 'balanced');
    expect(new Set(balanced.map(({ text }) => text)).size).toBe(balanced.length);
    expect(balanced.length).toBeGreaterThanOrEqual(200);
    expect(countOf(balanced.map(({ expected }) => expected))).toEqual({
      'allow built-in': 4,
      'allow preset.api': 19,
      'allow preset.archives': 1,
      'allow preset.feeds': 27,
      'allow preset.git': 12,
      'allow preset.health': 4,
      'allow preset.home-feeds': 2,
      'allow preset.home-webhooks': 1,
      'allow preset.monitors': 3,
      'allow preset.preflights': 2,
      'allow preset.previews': 5,
      'allow preset.public-files': 8,
      'allow preset.search-engines': 11,
      'allow preset.webhooks': 10,
      'charge default': 182,
      'charge preset.false-bots': 23,
      'refused path': 3,
    });
  });

  it('names every rule of balanced', () => {
    const named = rows.filter(({ preset }) => preset === 'balanced');
    const rules = new Set(named.map(({ expected }) => expected.split(' ')[1]));
    const all = policies.get('balanced')?.rules.map(({ name }) => name) ?? [];
    expect(all.filter((name) => !rules.has(name))).toEqual([]);
  });

  it('every allow stays below the ceiling of the network', () => {
    for (const policy of policies.values()) {
      for (const { effect, name } of policy.rules) {
        if (effect.kind !== 'decide' || effect.decision.kind !== 'allow') continue;
        expect(effect.decision.limited, name).toBe(true);
      }
    }
  });

  it('who lies about its name never pays less for a request than who does not', () => {
    for (const [preset, policy] of policies) {
      const { otherwise } = policy;
      const lie = policy.rules.find(({ name }) => name === 'preset.false-bots')?.effect;
      if (lie?.kind !== 'decide' || lie.decision.kind !== 'charge') throw new Error(preset);
      if (otherwise.kind !== 'charge') throw new Error(preset);
      const { terms } = lie.decision;
      expect(terms.requestPrice, preset).toBeGreaterThanOrEqual(otherwise.terms.requestPrice);
      expect(terms.minSolutions, preset).toBeGreaterThan(otherwise.terms.minSolutions);
      expect(terms.minSolutions * terms.attemptsPerSolution).toBeGreaterThan(terms.requestPrice);
    }
  });
});

const CONTENT = ['/', '/wiki/Main_Page', '/posts/2026/some-title?page=2'];
const instances = agents.flatMap((each) => each.instances);
const NOWHERE: Place = { ip: undefined, asn: undefined };
const CLOUD: Place = { ip: '5.9.10.11', asn: 24_940 };

describe('every agent of crawler-user-agents 1.60.0', () => {
  it.each(PRESET_NAMES)('D03: from ordinary addresses, under %s: 0 allowed', (preset) => {
    const decisions = CONTENT.flatMap((target) =>
      [HOME, CLOUD, NOWHERE].flatMap((place) =>
        instances.map((agent) => {
          const asked = { method: 'GET', target, agent, place, headers: new Map() };
          return formatDecision(decisionOf(preset, asked));
        }),
      ),
    );
    expect(new Set(instances).size).toBe(2118);
    expect(decisions.filter((text) => text.startsWith('allow'))).toEqual([]);
    expect(countOf(decisions)).toEqual({
      'charge default': 18_396,
      'charge preset.false-bots': 666,
    });
  });
});

/** Bots that a preset lets read, and that prove it by a list. */
const WELCOME: Readonly<Record<Exclude<PresetName, 'monitor'>, readonly string[]>> = {
  balanced: [
    'googlebot',
    'bingbot',
    'duckduckbot',
    'applebot',
    'kagibot',
    'marginalia',
    'mojeekbot',
    'qwantbot',
    'uptimerobot',
    'updown',
    'google-feeds',
    'google-fetchers',
    'wikimedia-citoid',
    'internet-archive',
    'arquivo-pt',
  ],
  strict: [
    'googlebot',
    'bingbot',
    'duckduckbot',
    'applebot',
    'kagibot',
    'marginalia',
    'mojeekbot',
    'qwantbot',
    'uptimerobot',
    'updown',
  ],
  lockdown: ['uptimerobot', 'updown'],
};

/** First and last addresses of networks in the snapshot. */
const EDGES = {
  balanced: { allowed: 3988, charged: 1770 },
  strict: { allowed: 2168, charged: 3590 },
  lockdown: { allowed: 474, charged: 5284 },
};

describe('listed bots at the edges of their published networks', () => {
  const listed = KNOWN_BOTS.filter(({ name }) => edgesOf(name).length > 0);

  it.each(['balanced', 'strict', 'lockdown'] as const)(
    'D03: under %s, all of the welcome may read, none may write, nobody else may do either',
    (preset) => {
      const counts = { allowed: 0, charged: 0 };
      for (const { name, needles } of listed) {
        const agent = `Mozilla/5.0 (compatible; ${needles[0] ?? ''}/1.0)`;
        const isWelcome = WELCOME[preset].includes(name);
        for (const ip of edgesOf(name)) {
          const asked = { target: '/wiki/Main_Page', agent, place: { ip, asn: 3320 } };
          const headers = new Map<string, string>();
          const kindOf = (method: string) =>
            decisionOf(preset, { ...asked, method, headers })?.kind;
          expect(kindOf('GET'), `${name} ${ip}`).toBe(isWelcome ? 'allow' : 'charge');
          expect(kindOf('HEAD'), `${name} ${ip}`).toBe(isWelcome ? 'allow' : 'charge');
          for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
            expect(kindOf(method), `${name} ${ip} ${method}`).toBe('charge');
          }
          counts[isWelcome ? 'allowed' : 'charged'] += 1;
        }
      }
      expect(counts).toEqual(EDGES[preset]);
    },
  );

  it('D03: every welcome bot that a list proves is in the snapshot', () => {
    const names = new Set(listed.map(({ name }) => name));
    expect(WELCOME.balanced.filter((name) => !names.has(name))).toEqual([]);
  });
});

/** The rules of README.md that an operator copies. */
const RECIPES = [
  {
    name: 'go-get',
    action: 'allow',
    limited: true,
    spoofable: true,
    method: ['GET'],
    expression: 'queryString == "go-get=1"',
  },
  {
    name: 'fediverse',
    action: 'allow',
    limited: true,
    path: ['/inbox', '/actor', '/users/*'],
    header: [
      { name: 'Content-Type', contains: '+json' },
      { name: 'Accept', contains: '+json' },
    ],
    not: { agent: ['mozilla'] },
  },
  {
    name: 'dav',
    action: 'allow',
    limited: true,
    path: [
      '/remote.php/dav/*',
      '/remote.php/webdav/*',
      '/.well-known/caldav',
      '/.well-known/carddav',
    ],
  },
  { name: 'packages', action: 'allow', limited: true, host: ['packages.example.com'] },
  { name: 'preset.api', action: 'charge', path: ['/api/*'] },
];

describe('the rules of the README', () => {
  it('are accepted beside a preset', () => {
    const decoded = decodeDocument({ schema: 1, preset: 'balanced', rules: RECIPES });
    expect(decoded.ok ? [] : decoded.problems).toEqual([]);
  });
});
