import { describe, expect, it } from 'vitest';
import { importAnubis } from '../../src/core/policy/anubis/import-anubis.ts';
import { matchNames } from '../../src/core/policy/anubis/file-pattern.ts';
import { splitPattern } from '../../src/core/policy/anubis/split-pattern.ts';
import { coverAll, rangesOf } from '../../src/core/policy/anubis/threshold-ranges.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { memoryFiles } from '../support/anubis-files.ts';

function importText(text: string, more: Readonly<Record<string, string>> = {}, geo = false) {
  return importAnubis('policy.yaml', memoryFiles({ 'policy.yaml': text, ...more }), { geo });
}

function rulesOf(text: string, geo = false): readonly unknown[] {
  const imported = importText(text, {}, geo);
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  expect(decodeDocument(imported.document)).toMatchObject({ ok: true });
  return imported.document['rules'] as readonly unknown[];
}

function notesOf(text: string): readonly (readonly [string, number])[] {
  const imported = importText(text);
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.notes.map(({ kind, line }) => [kind, line] as const);
}

function problemsOf(text: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const imported = importText(text, more);
  if (imported.ok) return [];
  return imported.problems.map(({ file, line }) => `${file}:${line}`);
}

describe('conditions', () => {
  it('E04: all kinds of one rule have to hold', () => {
    const text = `
- name: one
  action: DENY
  user_agent_regex: " Bot|Spider "
  remote_addresses: [192.0.2.0/24, 198.51.100.7/24]
  headers_regex: { Accept: "^text/", X-A: .*, X-B: "^$" }
  expression: { all: ['method == "GET"', 'path == "/a"'] }
`;
    expect(rulesOf(text)).toEqual([
      {
        name: 'one',
        action: 'deny',
        status: 403,
        network: ['192.0.2.0/24', '198.51.100.0/24'],
        agentPattern: ['Bot|Spider'],
        all: [
          { header: [{ name: 'Accept', pattern: '^text/' }] },
          { header: [{ name: 'X-A', present: true }] },
          // An absent header is an empty text to Anubis.
          {
            header: [
              { name: 'X-B', pattern: '^$' },
              { name: 'X-B', present: false },
            ],
          },
          { expression: 'method == "GET"' },
          { expression: 'path == "/a"' },
        ],
      },
    ]);
  });

  it('reads the protocol off the connection', () => {
    const text = `
- name: old
  action: DENY
  expression:
    all:
      - '"X-Http-Version" in headers'
      - headers["X-Http-Version"] == "HTTP/2.0"
`;
    expect(rulesOf(text)).toMatchObject([{ expression: 'protocol == "HTTP/2"' }]);
  });

  it('has rules by country and system report until they are asked for', () => {
    const text = `
- { name: a, action: DENY, geoip: { countries: [de] } }
- { name: b, action: WEIGH, asns: { match: [64500] } }
`;
    const live = [
      { name: 'a', action: 'deny', status: 403, country: ['DE'] },
      { name: 'b', action: 'weigh', points: 5, asn: [64_500] },
    ];
    expect(rulesOf(text, true)).toEqual(live);
    expect(rulesOf(text)).toMatchObject(live);
    for (const rule of rulesOf(text)) expect(rule).toHaveProperty('mode', 'dry-run');
  });

  it.each([
    ['"Cf-Ray" in headers', 'neutralised'],
    ['!("Cf-Ray" in headers)', 'neutralised'],
    ['missingHeader(headers, "Cf-Visitor")', 'neutralised'],
    ['"Cf-Ray" in headers || path == "/a"', 'neutralised'],
    ['"Cf-Ray" in headers && path == "/a"', 'changed'],
    ['"cf-worker" in headers', 'neutralised'],
    ['headers["X-Forwarded-For"] == "192.0.2.1"', 'neutralised'],
  ])('%s is %s', (expression, kind) => {
    const text = `- name: a\n  action: DENY\n  expression: ${JSON.stringify(expression)}\n`;
    expect(notesOf(text)).toEqual([[kind, 1]]);
    const [rule] = rulesOf(text);
    expect(rule).toHaveProperty('action', 'deny');
    if (kind === 'neutralised') expect(rule).toHaveProperty('mode', 'dry-run');
    else expect(rule).not.toHaveProperty('mode');
  });

  it.each(['"Cf-Worker" in headers', '"Cf-Ew-Via" in headers', '"Accept" in headers'])(
    '%s is carried over',
    (expression) => {
      const text = `- name: a\n  action: DENY\n  expression: ${JSON.stringify(expression)}\n`;
      expect(notesOf(text)).toEqual([]);
    },
  );
});

describe('allows', () => {
  it.each([
    'user_agent_regex: Googlebot',
    `expression: userAgent.contains("Googlebot")`,
    `expression: 'headers["User-Agent"].contains("Googlebot")'`,
    `{ user_agent_regex: a, expression: 'userAgent != ""' }`,
  ])('D03: %s is dropped', (condition) => {
    const inner = condition.startsWith('{') ? condition.slice(1, -1) : condition;
    const text = `- { name: a, action: ALLOW, ${inner} }`;
    expect(rulesOf(text)).toEqual([]);
    expect(notesOf(text)).toEqual([['dropped', 1]]);
  });

  it('D03: what anybody can send is allowed and said to be so', () => {
    const text = `- { name: a, action: ALLOW, expression: '"X-Key" in headers' }`;
    expect(rulesOf(text)).toMatchObject([{ action: 'allow', spoofable: true }]);
    expect(notesOf(text)).toEqual([['carried', 1]]);
  });

  it('D03: an address or a path confines', () => {
    const text = `
- { name: a, action: ALLOW, user_agent_regex: b, remote_addresses: [192.0.2.0/24] }
- { name: b, action: ALLOW, path_regex: "^/feed" }
`;
    for (const rule of rulesOf(text)) expect(rule).not.toHaveProperty('spoofable');
  });

  it('a look-up in the DNS becomes another proof where there is one', () => {
    const rule = (domain: string): string =>
      `- { name: a, action: ALLOW, expression: { all: ['userAgent.contains("x")', 'verifyFCrDNS(remoteAddress, "${domain}$")'] } }`;
    expect(rulesOf(rule('.googlebot.com'))).toMatchObject([{ verifiedBot: ['googlebot'] }]);
    expect(rulesOf(rule('.example.com'))).toEqual([]);
  });
});

describe('challenges and thresholds', () => {
  it.each([
    [0, 1, 1, 1],
    [1, 16, 1, 1],
    [2, 32, 8, 2],
    [4, 32, 2048, 546],
    [6, 32, 2 ** 19, 139_810],
    [8, 64, 2 ** 26, 35_791_394],
    [9, 256, 2 ** 26, 143_165_576],
  ])(
    'difficulty %i asks for 16^n attempts',
    (difficulty, ...[minSolutions, each, requestPrice]) => {
      const text = `- { name: a, action: CHALLENGE, path_regex: /, challenge: { algorithm: fast, difficulty: ${difficulty} } }`;
      expect(rulesOf(text)).toMatchObject([
        { action: 'charge', minSolutions, attemptsPerSolution: each, requestPrice },
      ]);
      expect(notesOf(text)).toEqual(difficulty === 9 ? [['changed', 1]] : []);
    },
  );

  it('patience stands in for metarefresh and preact', () => {
    const text = `- { name: a, action: CHALLENGE, path_regex: /, challenge: { algorithm: preact, difficulty: 1 } }`;
    expect(rulesOf(text)).toMatchObject([{ action: 'charge', puzzle: 'patience' }]);
  });

  it.each([
    ['weight <= 0', [{ below: 1 }]],
    ['weight > 0 && weight < 10', [{ from: 1, below: 10 }]],
    ['0 < weight', [{ from: 1 }]],
    ['weight == 5 || weight > 9', [{ from: 5, below: 6 }, { from: 10 }]],
    ['!(weight >= -3)', [{ below: -3 }]],
    ['true', [{}]],
    ['weight > 5 && weight < 5', []],
    ['weight % 2 == 0', undefined],
    ['size("a") == weight', undefined],
  ])('%s is a range', (source, ranges) => {
    expect(rangesOf(source)).toEqual(ranges);
  });

  it('knows gaps', () => {
    expect(coverAll([{ below: 1 }, { from: 1 }])).toBe(true);
    expect(coverAll([{ below: 1 }, { from: 2 }])).toBe(false);
    expect(coverAll([{ from: 1 }])).toBe(false);
    expect(coverAll([])).toBe(false);
  });

  it('lets through what nothing decides, as Anubis does, where there is a gap', () => {
    const bots = 'bots: [{ name: a, action: WEIGH, path_regex: / }]\n';
    const one = (expression: string): string =>
      `${bots}thresholds: [{ name: t, expression: ${expression}, action: DENY }]`;
    expect(importText(one('weight > 1'))).toMatchObject({
      document: { default: { action: 'allow', spoofable: true } },
    });
    const imported = importText(one('"true"'));
    expect(imported.ok && imported.document).not.toHaveProperty('default');
    expect(importText(bots)).toMatchObject({ document: { thresholds: [{ from: 1 }] } });
  });
});

describe('files', () => {
  it('reads members in any case, imports and several documents', () => {
    const files = {
      'lists/b10.yaml': '- { name: ten, action: DENY, path_regex: /10 }',
      'lists/b2.yaml': '- { name: two, action: DENY, path_regex: /2 }\n---\n- import: one.json',
      'one.json': '[{"Name": "one", "ACTION": "DENY", "path_regex": "/1"}]',
    };
    const imported = importText('Bots:\n  - import: lists/*.yaml', files);
    expect(imported).toMatchObject({
      ok: true,
      document: { rules: [{ name: 'two' }, { name: 'one' }, { name: 'ten' }] },
    });
  });

  it('refuses cycles, absent files, and full configurations as lists', () => {
    const loop = { 'a.yaml': '- import: b.yaml', 'b.yaml': '- import: a.yaml' };
    expect(problemsOf('- import: a.yaml', loop)).toEqual(['b.yaml:1']);
    expect(problemsOf('- import: gone.yaml')).toEqual(['policy.yaml:1']);
    expect(problemsOf('- import: a.yaml', { 'a.yaml': 'bots: []' })).toEqual(['a.yaml:1']);
    expect(problemsOf('- import: a.yaml', { 'a.yaml': '' })).toEqual(['policy.yaml:1']);
  });

  it.each(['', 'null', '3', 'text', '{}', '[3]', '[[]]', 'bots: 3', 'bots: {a: 1}', '- name: 3'])(
    'refuses %j',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );

  it('reports every problem at once', () => {
    const text = `
bots:
  - { name: a, action: NO, path_regex: "(" }
  - { action: DENY, expression: "1 +" }
  - { name: c, action: DENY, remote_addresses: [nonsense, 192.0.2.1] }
thresholds:
  - { name: t, expression: weight > 1, action: CHALLENGE }
`;
    expect(new Set(problemsOf(text))).toEqual(
      new Set(['policy.yaml:3', 'policy.yaml:4', 'policy.yaml:5', 'policy.yaml:7']),
    );
  });

  it('gives every rule a name of ours once', () => {
    const rule = (name: string): string => `- { name: "${name}", action: DENY, path_regex: / }`;
    const text = ['a b', 'a-b', 'a b', 'default', '...', 'x'.repeat(80)].map(rule).join('\n');
    expect(rulesOf(text).map((each) => (each as { readonly name: string }).name)).toEqual([
      'a-b',
      'a-b-2',
      'a-b-3',
      'rule-default',
      'rule',
      'x'.repeat(64),
    ]);
  });

  it.each([256, 257, 3000])('%i rules become at most 256', (count) => {
    const rules = Array.from(
      { length: count },
      (_, at) => `- { name: r${at}, action: DENY, path_regex: ^/${at}$ }`,
    );
    const imported = importText(rules.join('\n'));
    if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
    const merged = imported.document['rules'] as readonly unknown[];
    expect(merged).toHaveLength(count > 256 ? Math.ceil(count / 64) : count);
    expect(decodeDocument(imported.document).ok).toBe(true);
  });

  it('chooses files as wildcards do', () => {
    const names = ['a/1.yaml', 'a/10.yaml', 'a/2.yml', 'a/b/3.yaml'];
    expect(matchNames('a/*.yaml', names)).toEqual(['a/1.yaml', 'a/10.yaml']);
    expect(matchNames('./a/?.y{a,}ml', names)).toEqual(['a/1.yaml', 'a/2.yml']);
    expect(matchNames('a/**/*.yaml', names)).toEqual(['a/1.yaml', 'a/10.yaml', 'a/b/3.yaml']);
    expect(matchNames('a/[!1]*', names)).toEqual(['a/2.yml']);
    expect(matchNames('a/[1', names)).toBeUndefined();
    expect(matchNames('a/{1', names)).toBeUndefined();
  });
});

describe('long patterns', () => {
  const fits = (most: number) => (text: string) => text.length <= most;

  it('E06: are cut at their top level alone', () => {
    expect(splitPattern('abc|def|ghi', fits(7))).toEqual(['abc|def', 'ghi']);
    expect(splitPattern('(?i)ab|cd|ef', fits(9))).toEqual(['(?i)ab|cd', '(?i)ef']);
    expect(splitPattern('(ab|cd)ef', fits(4))).toEqual(['(ab|cd)ef']);
    expect(splitPattern('[|]a|b', fits(4))).toEqual(['[|]a', 'b']);
    expect(splitPattern('a\\|b|c', fits(4))).toEqual(['a\\|b', 'c']);
    expect(splitPattern('\\Qa|b\\E|c', fits(7))).toEqual(['\\Qa|b\\E', 'c']);
    expect(splitPattern('a|(?i)b|c', fits(4))).toEqual(['a|(?i)b|c']);
  });
});
