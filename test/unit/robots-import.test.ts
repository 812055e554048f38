import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest } from '../../src/core/policy/evaluate-policy.ts';
import {
  importRobots,
  type RobotsImportOptions,
} from '../../src/core/policy/robots/import-robots.ts';
import { MAX_ROBOTS_CHARACTERS, parseRobots } from '../../src/core/policy/robots/parse-robots.ts';
import { parseYaml } from '../../src/cli/anubis-files.ts';
import { hasCorpora, readCorpus } from '../support/corpora.ts';
import { policyBase, requestView } from '../support/policy-fixtures.ts';

interface Outcome {
  readonly kind: string;
  readonly points: number;
}

/** Decides requests by a robots.txt; `allow` is what no rule decides. */
function judgeBy(text: string, options: Partial<RobotsImportOptions> = {}) {
  const { document } = importRobots(text, { base: 'allow', ...options });
  const decoded = decodeDocument(document);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const policy = compileDocument(decoded.document, policyBase());
  return (target: string, agent = 'Other/1.0'): Outcome => {
    const [path = '/', search] = target.split('?');
    const { decision, points } = judgeRequest(policy, {
      views: [path],
      method: 'GET',
      hasQuery: search !== undefined,
      client: createClientView({
        connectingIp: '192.0.2.1',
        userAgent: agent,
        asn: 64_500,
        country: 'DE',
      }),
      request: requestView({}, search === undefined ? '' : `?${search}`),
    });
    return { kind: decision.kind, points };
  };
}

describe('RFC 9309', () => {
  it('reads BOM, all line ends, comments, case and white space', () => {
    const robots = parseRobots(
      '\uFEFFUSER-AGENT :  A # me\r\nuser-agent:B\rDisallow:\t/x # why\n\n  allow : /x/y  \n',
    );
    expect(robots).toMatchObject({
      groups: [
        {
          agents: ['A', 'B'],
          disallows: [{ pattern: '/x', line: 3 }],
          allows: [{ pattern: '/x/y', line: 5 }],
        },
      ],
      unknownLines: [],
      strayLines: [],
    });
  });

  it('combines groups of one agent, in any case', () => {
    const { groups } = parseRobots('User-agent: A\nDisallow: /1\nUser-agent: a\nDisallow: /2');
    expect(groups).toHaveLength(1);
    expect(groups[0]?.disallows.map(({ pattern }) => pattern)).toEqual(['/1', '/2']);
  });

  it('lets other lines stand between agents', () => {
    const { groups } = parseRobots(
      'User-agent: A\nSitemap: /s\nnonsense\nUser-agent: B\nDisallow: /',
    );
    expect(groups[0]?.agents).toEqual(['A', 'B']);
  });

  it('counts what it does not understand', () => {
    const { unknownLines, strayLines } = parseRobots(
      'Disallow: /a\nwhat\nUser-agent:\nNoindex: /b',
    );
    expect([unknownLines, strayLines]).toEqual([[2, 3, 4], [1]]);
  });

  it('reads 500 KiB and no more', () => {
    const tail = '\nUser-agent: *\nDisallow: /a';
    const filler = '#'.repeat(MAX_ROBOTS_CHARACTERS - tail.length);
    expect(parseRobots(filler + tail)).toMatchObject({ isCut: false, groups: [{ agents: ['*'] }] });
    const longer = parseRobots(`#${filler}${tail}`);
    expect(longer.isCut).toBe(true);
    expect(longer.groups[0]?.disallows[0]?.pattern).toBe('/');
  });

  it('matches wildcards and ends', () => {
    const judge = judgeBy('User-agent: *\nDisallow: /*.php$\nDisallow: /a*/b\nDisallow: /exact$');
    const charged = ['/x.php', '/x/y.php', '/a/b', '/axx/bc', '/exact'];
    const allowed = ['/x.php5', '/a', '/b/a/b', '/exactly', '/X.PHP'];
    for (const path of charged) expect([path, judge(path).kind]).toEqual([path, 'charge']);
    for (const path of allowed) expect([path, judge(path).kind]).toEqual([path, 'allow']);
  });

  it('lets the longer pattern win, and the allow where both are as long', () => {
    const judge = judgeBy(
      'User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /d\nDisallow: /d',
    );
    expect(judge('/a').kind).toBe('charge');
    expect(judge('/a/b').kind).toBe('allow');
    expect(judge('/a/b/c').kind).toBe('charge');
    expect(judge('/d').kind).toBe('allow');
  });

  it('keeps an agent off the site but for what is allowed to it', () => {
    const judge = judgeBy('User-agent: Bad\nDisallow: /\nAllow: /public/');
    expect(judge('/x', 'bad/1.0').kind).toBe('deny');
    expect(judge('/public/x', 'bad/1.0').kind).toBe('allow');
    expect(judge('/x').kind).toBe('allow');
  });

  it('takes what follows a question mark for the query', () => {
    const judge = judgeBy('User-agent: *\nDisallow: /s?q=\nDisallow: /f?sort=up\nDisallow: /*?');
    expect(judge('/s?q=1').kind).toBe('charge');
    expect(judge('/s?p=1').kind).toBe('allow');
    expect(judge('/search').kind).toBe('allow');
    expect(judge('/f?sort=upwards').kind).toBe('charge');
    expect(judge('/f?sort=down').kind).toBe('allow');
  });

  it('says with its line what it cannot carry over', () => {
    const { notes, counts } = importRobots('User-agent: *\nDisallow: /*?\nDisallow: admin\nhuh');
    expect(notes.map(({ line, kind }) => [line, kind])).toEqual([
      [2, 'dropped'],
      [3, 'dropped'],
      [4, 'dropped'],
    ]);
    expect(counts).toEqual({ groups: 1, disallows: 2, allows: 0, rules: 0, unknownLines: 1 });
  });

  it('closes no site to everybody, and exempts nobody by a user agent', () => {
    const judge = judgeBy('User-agent: *\nDisallow: /\n\nUser-agent: Good\nAllow: /', {
      action: 'deny',
    });
    expect(judge('/').kind).toBe('charge');
    expect(judge('/', 'Good/1').kind).toBe('charge');
  });

  it.each([0, 1, 255, 256, 257, 5000])('decodes with %i agents', (count) => {
    const lines = Array.from({ length: count }, (_, at) => `User-agent: b${at}\nDisallow: /${at}`);
    const { document, counts, notes } = importRobots(lines.join('\n\n'));
    expect(decodeDocument(document).ok).toBe(true);
    expect(counts.rules).toBe(Math.min(count, 256));
    expect(notes).toHaveLength(Math.max(0, counts.groups - 256));
  });
});

interface AnubisRule {
  readonly action: string;
  readonly name: string;
  readonly expression:
    | string
    | { readonly all?: readonly string[]; readonly any?: readonly string[] };
  readonly weight?: { readonly adjust: number };
}

function holds(source: string, path: string, agent: string): boolean {
  const call = /^(\w+)\.(\w+)\((".*")\)$/.exec(source);
  if (source === 'true') return true;
  const value = call?.[1] === 'path' ? path : agent;
  const text = JSON.parse(call?.[3] ?? '""') as string;
  if (call?.[2] === 'matches') return new RegExp(text).test(value);
  return call?.[2] === 'startsWith' ? value.startsWith(text) : value.includes(text);
}

/** What Anubis decides by the rules that robots2policy made: the first that does not weigh. */
function anubisOutcome(rules: readonly AnubisRule[], path: string, agent: string): Outcome {
  let points = 0;
  for (const { action, expression, weight } of rules) {
    const applies =
      typeof expression === 'string'
        ? holds(expression, path, agent)
        : (expression.all?.every((each) => holds(each, path, agent)) ??
          expression.any?.some((each) => holds(each, path, agent)));
    if (applies !== true) continue;
    if (action === 'WEIGH') points += weight?.adjust ?? 0;
    else return { kind: action === 'DENY' ? 'deny' : 'charge', points };
  }
  return { kind: 'allow', points };
}

/** Expected rules, the file that they are made of, and the options that were used. */
const CASES: readonly (readonly [string, string, Partial<RobotsImportOptions>])[] = [
  ['simple.yaml', 'simple.robots.txt', {}],
  ['simple.json', 'simple.robots.txt', {}],
  ['deny-action.yaml', 'simple.robots.txt', { action: 'deny' }],
  ['custom-name.yaml', 'simple.robots.txt', { name: 'my-custom-policy' }],
  ['blacklist.yaml', 'blacklist.robots.txt', { crawlDelayPoints: 3 }],
  ['complex.yaml', 'complex.robots.txt', { crawlDelayPoints: 5, questionMark: 'any' }],
  ['consecutive.yaml', 'consecutive.robots.txt', { crawlDelayPoints: 3 }],
  ['wildcards.yaml', 'wildcards.robots.txt', { questionMark: 'any' }],
  ['empty.yaml', 'empty.robots.txt', {}],
];

const FOLDER = 'anubis/cmd/robots2policy/testdata';

describe.skipIf(!hasCorpora())('robots2policy', () => {
  it('has no case that is not asked', () => {
    const folder = resolve(process.env['EDGETOLL_CORPORA'] ?? '../shared/corpora', FOLDER);
    const files = readdirSync(folder).filter((name) => !name.endsWith('.robots.txt'));
    expect(new Set(CASES.map(([name]) => name))).toEqual(new Set(files));
  });

  it.each(CASES)('%s means the same', (expected, source, options) => {
    const parsed = parseYaml(readCorpus(`${FOLDER}/${expected}`));
    const rules = (parsed.ok ? (parsed.documents[0]?.value ?? []) : []) as readonly AnubisRule[];
    const text = readCorpus(`${FOLDER}/${source}`);
    const robots = parseRobots(text);
    const judge = judgeBy(text, options);
    const agents = ['Other/1.0', ...robots.groups.flatMap(({ agents: named }) => named)];
    const patterns = robots.groups.flatMap(({ allows, disallows }) => allows.concat(disallows));
    const paths = patterns.flatMap(({ pattern }) => {
      const path = pattern.replaceAll('*', 'x/y').replaceAll('?', 'q');
      return [path, `${path}z`, `${path}/z`, path.slice(0, -1) || '/', `/before${path}`];
    });
    let asked = 0;
    for (const agent of agents) {
      for (const path of ['/', '/index.html', ...paths]) {
        const wanted = anubisOutcome(rules, path, agent);
        expect([agent, path, judge(path, agent)]).toEqual([agent, path, wanted]);
        asked += 1;
      }
    }
    process.stdout.write(`robots ${expected}: ${asked} decisions alike\n`);
  });
});
