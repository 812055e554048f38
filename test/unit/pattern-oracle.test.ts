/**
 * The engine against re2js, an independent port of RE2.
 */
import crawlers from 'crawler-user-agents';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../src/core/policy/pattern/parse-pattern.ts';
import type { PatternNode } from '../../src/core/policy/pattern/pattern-node.ts';
import { compilePatterns } from '../../src/core/policy/pattern/pattern-set.ts';
import type { PatternSet, PatternSetLimits } from '../../src/core/policy/pattern/pattern-set.ts';
import { hasCorpora, readJsonCorpus } from '../support/corpora.ts';

const AGENTS = crawlers.flatMap((crawler) => crawler.instances);

const PATHS = [
  '/',
  '/robots.txt',
  '/favicon.ico',
  '/.well-known/acme-challenge/x',
  '/owner/project/releases.rss',
  '/owner/project.atom',
  '/old',
  '/new',
  '/evil/admin',
  `/${'a'.repeat(300)}.rss`,
  '/sitemap.xml',
];

function oracle(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}

function compiled(sources: readonly string[], limits?: PatternSetLimits): PatternSet {
  const patterns = sources.map((source) => {
    const pattern = parsePattern(source);
    if (!pattern.ok) throw new Error(`${source}: ${pattern.message}`);
    return pattern;
  });
  const result = compilePatterns(patterns, limits);
  if (!result.ok) throw new Error(result.message);
  return result.set;
}

/** Numbers below `bound`, the same in every run. */
function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
}

/** A text that is likely to match `node`. */
function sample(node: PatternNode, random: (bound: number) => number): string {
  switch (node.kind) {
    case 'char': {
      const at = 2 * random(node.set.length / 2);
      const lo = node.set[at] ?? 0;
      const span = Math.min((node.set[at + 1] ?? 0) - lo + 1, 90);
      return node.set.length === 0 ? '' : String.fromCodePoint(lo + random(span));
    }
    case 'sequence':
      return node.items.map((item) => sample(item, random)).join('');
    case 'choice':
      return sample(node.items[random(node.items.length)] ?? node, random);
    case 'repeat': {
      const { min, max } = node.count;
      const count = min + random(max === -1 ? 3 : Math.min(max - min, 3) + 1);
      return Array.from({ length: count }, () => sample(node.item, random)).join('');
    }
    case 'empty':
    case 'behind':
    case 'ahead':
    default:
      return '';
  }
}

/** Texts around `source`: some that match, some that nearly do. */
function derived(source: string, count: number): readonly string[] {
  const pattern = parsePattern(source);
  if (!pattern.ok) return [];
  const random = seeded(source.length + 1);
  return Array.from({ length: count }, (_, round) => {
    const text = sample(pattern.root, random);
    const at = random(text.length + 1);
    if (round % 4 === 0) return text;
    if (round % 4 === 1) return `x ${text} y`;
    if (round % 4 === 2) return text.slice(0, at) + text.slice(at + 1);
    return `${text.slice(0, at)}${String.fromCodePoint(32 + random(95))}${text.slice(at)}`;
  });
}

describe.skipIf(!hasCorpora())('the patterns of Anubis', () => {
  it(
    'E06: 102 uses of 104 compile, as with re2js, and every verdict is that of re2js',
    { timeout: 60_000 },
    () => {
      const uses = readJsonCorpus('anubis/anubis-regex-corpus.json') as readonly string[][];
      const verdicts = uses.map(([, , source = '']) => [
        oracle(source) !== undefined,
        parsePattern(source).ok,
      ]);
      const sources = [...new Set(uses.map(([, , source = '']) => source))];
      expect(verdicts.filter(([theirs, ours]) => theirs !== ours)).toEqual([]);
      expect([uses.length, verdicts.filter(([, ours]) => ours).length]).toEqual([104, 102]);
      let compared = 0;
      for (const source of sources) {
        const theirs = oracle(source);
        if (theirs === undefined) continue;
        const ours = compiled([source]);
        const agents = AGENTS.filter((_, index) => index % 8 === 0);
        for (const text of [...agents, ...PATHS, ...derived(source, 100)]) {
          compared += 1;
          if (ours.matches(text) !== theirs.matcher(text).find()) {
            expect.fail(`${source} on ${JSON.stringify(text)}`);
          }
        }
      }
      expect(compared).toBeGreaterThan(15_000);
    },
  );

  it('all in one list match where one of them does', { timeout: 60_000 }, () => {
    const uses = readJsonCorpus('anubis/anubis-regex-corpus.json') as readonly string[][];
    const sources = [...new Set(uses.map(([, , source = '']) => source))].filter(
      (source) =>
        parsePattern(source).ok && !source.startsWith('.*') && !source.includes('Mozilla'),
    );
    const each = sources.map((source) => compiled([source]));
    const all = compiled(sources);
    for (const text of [...AGENTS, ...PATHS]) {
      expect(all.matches(text)).toBe(each.some((one) => one.matches(text) === true));
    }
  });
});

describe('the patterns of crawler-user-agents', () => {
  it(
    'each has the verdict of re2js on its own instances, and on those of others',
    { timeout: 60_000 },
    () => {
      expect(crawlers.length).toBe(1500);
      const refused: string[] = [];
      let compared = 0;
      for (const [index, { pattern, instances }] of crawlers.entries()) {
        const theirs = oracle(pattern);
        if (theirs === undefined) refused.push(pattern);
        expect(parsePattern(pattern).ok, pattern).toBe(theirs !== undefined);
        if (theirs === undefined) continue;
        const ours = compiled([pattern]);
        const others = Array.from(
          { length: 6 },
          (_, at) => AGENTS[(index * 7 + at * 311) % 2118] ?? '',
        );
        for (const text of [...instances, ...others]) {
          compared += 1;
          expect(ours.matches(text), `${pattern} on ${text}`).toBe(theirs.matcher(text).find());
        }
      }
      expect({ refused, compared: compared > 11_000 }).toEqual({ refused: [], compared: true });
    },
  );

  it('all in one list know every instance, however small the cache', { timeout: 60_000 }, () => {
    const all = compiled(crawlers.map((crawler) => crawler.pattern));
    const small = compiled(
      crawlers.map((crawler) => crawler.pattern),
      { cacheCells: 1000 },
    );
    for (const [at, agent] of AGENTS.entries()) {
      expect(all.matches(agent), agent).toBe(true);
      if (at % 20 === 0) expect(small.matches(agent), agent).toBe(true);
    }
  });
});

const CHARACTERS = [
  'a',
  'b',
  'A',
  'k',
  'K',
  '\u212a',
  's',
  '\u017f',
  '1',
  '_',
  ' ',
  '\n',
  'é',
  'É',
];
CHARACTERS.push('😀', 'ß', 'ẞ', 'ς', 'Σ', '-', 'µ', 'μ', 'ǅ', 'ǆ', 'İ', 'ı', 'i');

const ATOMS = [
  'a',
  'b',
  'k',
  's',
  'S',
  'é',
  '😀',
  '.',
  '^',
  '$',
  '\\A',
  '\\z',
  '\\b',
  '\\B',
  '\\d',
];
ATOMS.push(
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '[ab]',
  '[^a]',
  '[^\\n]',
  '[a-z]',
  '[A-\\x{FF}]',
  'ß',
);
ATOMS.push(
  '[[:alpha:]]',
  '[[:^upper:]1]',
  '[\\W_]',
  '(?i)',
  '(?m)',
  '(?s)',
  '(?-i)',
  '(?U)',
  'K',
  'ς',
);
ATOMS.push(
  '\\Qa.\\E',
  '\\x41',
  '\\x{212a}',
  '[k-s]',
  'ſ',
  '(?i-m)',
  '[]a]',
  '\\_',
  '{',
  '}',
  ']',
  'µ',
);
ATOMS.push('ǅ', 'i', 'İ', 'ı', '[^\\x00-\\x{10FFFF}]', '[à-ž]', '[Α-ω]');

const REPEATS = [
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0}',
  '{1,}',
  '{0,2}',
  '{2,3}?',
];
const OPENINGS = ['(', '(?:', '(?i:', '(?m:', '(?s-i:', '(?-s:', '(?U:'];

const { pattern: ANY_LENGTH } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('piece'), { maxLength: 5 }), { minLength: 1, maxLength: 3 })
    .map((choice) => choice.map((pieces) => pieces.join('')).join('|')),
  piece: fc.oneof(
    { maxDepth: 3, depthSize: 'xsmall', withCrossShrink: true },
    fc.tuple(fc.constantFrom(...ATOMS), fc.constantFrom(...REPEATS)).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...OPENINGS), tie('pattern'), fc.constantFrom(...REPEATS))
      .map(([opening, inner, repeat]) => `${opening}${inner})${repeat}`),
  ),
}));

/** Those that our own bounds leave to the syntax. */
const PATTERN = ANY_LENGTH.filter((source) => source.length <= 100);

const TEXT = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }).map((all) => all.join(''));

describe('random patterns', () => {
  it(
    'E06: are refused where re2js refuses them, and have its verdict else, in 6,000 cases',
    { timeout: 60_000 },
    () => {
      let compared = 0;
      fc.assert(
        fc.property(PATTERN, fc.array(TEXT, { minLength: 1, maxLength: 4 }), (source, texts) => {
          const theirs = oracle(source);
          const ours = parsePattern(source);
          expect(ours.ok).toBe(theirs !== undefined);
          if (theirs === undefined) return;
          const set = compiled([source]);
          const tiny = compiled([source], { cacheCells: 0 });
          for (const text of texts) {
            compared += 1;
            const expected = theirs.matcher(text).find();
            expect(set.matches(text)).toBe(expected);
            expect(tiny.matches(text)).toBe(expected);
            expect(tiny.steps).toBe(set.steps);
          }
        }),
        { numRuns: 6000 },
      );
      expect(compared).toBeGreaterThan(5000);
    },
  );

  it('in a list match where one of them does, in 3,000 cases', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(PATTERN, { maxLength: 4 }), TEXT, (sources, text) => {
        const good = sources.filter((source) => oracle(source) !== undefined);
        const expected = good.some((source) => oracle(source)?.matcher(text).find() === true);
        expect(compiled(good).matches(text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it(
    'random characters are refused where re2js refuses them, in 10,000 cases',
    { timeout: 60_000 },
    () => {
      const letters = '(?P<:iab)[]^-|*+{}1,02\\dxpbQEAz.$ns!='.split('');
      const source = fc
        .array(fc.constantFrom(...letters), { maxLength: 10 })
        .filter((parts) => !/\\p/i.test(parts.join('')));
      fc.assert(
        fc.property(source, (parts) => {
          const text = parts.join('');
          expect(parsePattern(text).ok, text).toBe(oracle(text) !== undefined);
        }),
        { numRuns: 10_000 },
      );
    },
  );

  it(
    'letters fold as in re2js, in all of Latin, Greek, Cyrillic and Armenian',
    { timeout: 60_000 },
    () => {
      for (let code = 0x21; code < 0x590; code += 1) {
        const source = `(?i)^\\x{${code.toString(16)}}$`;
        const theirs = RE2JS.compile(source);
        const ours = compiled([source]);
        const letter = String.fromCodePoint(code);
        const others = [
          letter.toLowerCase(),
          letter.toUpperCase(),
          letter,
          'ſ',
          '\u212a',
          'µ',
          'ϐ',
          'ẞ',
        ];
        for (const text of others) {
          expect(ours.matches(text), `${source} on ${text}`).toBe(theirs.matcher(text).find());
        }
      }
    },
  );
});
