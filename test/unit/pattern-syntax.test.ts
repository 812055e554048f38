import { describe, expect, it } from 'vitest';
import {
  literalsOf,
  MAX_GROUP_DEPTH,
  MAX_WORDS_CHARACTERS,
  MAX_PATTERN_CHARACTERS,
  MAX_PATTERN_INSTRUCTIONS,
  parsePattern,
} from '../../src/core/policy/pattern/parse-pattern.ts';
import type { ParsedPattern } from '../../src/core/policy/pattern/parse-pattern.ts';
import {
  compilePatterns,
  MAX_SET_INSTRUCTIONS,
} from '../../src/core/policy/pattern/pattern-set.ts';

function parsed(source: string): ParsedPattern {
  const pattern = parsePattern(source);
  if (!pattern.ok) throw new Error(`${pattern.message} at ${pattern.at}`);
  return pattern;
}

describe('what is no pattern', () => {
  it.each([
    ['a(?=b)', 1, 'look-ahead'],
    ['ab(?!c)', 2, 'look-ahead'],
    ['(?<=a)b', 0, 'look-behind'],
    ['x(?<!a)b', 1, 'look-behind'],
    ['(a)\\1', 3, 'back-references'],
    ['(?P<n>a)(?P=n)', 8, 'back-references'],
    ['(a)\\9', 3, 'back-references'],
    ['a(?>b)', 1, 'atomic'],
    ['a++', 2, 'two repetitions'],
    ['a*+', 2, 'two repetitions'],
    ['a?+', 2, 'two repetitions'],
    ['a{2}{3}', 4, 'two repetitions'],
    ['a???', 3, 'two repetitions'],
    ['a(?#b)', 1, 'comment'],
    ['(?x)a', 0, 'flags'],
    ['(?i-)a', 0, 'flags'],
    ['(?P<a-b>c)', 0, '(?P<name>'],
    ['(?<a>b)(?<a>c)', 7, 'another name'],
    ['a\\pL', 1, 'Unicode classes'],
    ['[\\p{Greek}]', 1, 'Unicode classes'],
    ['a\\Z', 1, '\\z'],
    ['a\\C', 1, 'no meaning'],
    ['\\y', 0, 'no meaning'],
    ['[a\\b]', 2, 'no meaning'],
    ['[a-\\d]', 3, 'no meaning'],
    ['\\é', 0, 'no meaning'],
    ['a\\', 1, 'backslash'],
    ['\\xg0', 0, '\\x'],
    ['\\x{110000}', 0, '\\x'],
    ['[[:foo:]]', 1, '[:alpha:]'],
    ['b[z-a]', 2, 'lower end'],
    ['a[b', 1, 'close this class'],
    ['a(b', 1, 'close this group'],
    ['a)b', 1, 'open this group'],
    ['*a', 0, 'before this'],
    ['a|+', 2, 'before this'],
    ['({2})', 1, 'before this'],
    ['a{1001}', 1, 'at most 1000'],
    ['a{3,2}', 1, 'lower number first'],
    ['😀(?=b)', 2, 'look-ahead'],
  ])('E06: %s is refused at %i, and the message says what to do', (source, at, words) => {
    const problem = parsePattern(source);
    expect(problem).toMatchObject({ ok: false, at });
    expect(problem.ok ? '' : problem.message).toContain(words);
  });
});

describe('E06: bounds of patterns, just inside and just outside', () => {
  it('E06: characters', () => {
    const classes = `${'[ab]'.repeat(MAX_PATTERN_CHARACTERS / 4 - 1)}ab+c`;
    expect(parsePattern(classes).ok).toBe(true);
    expect(parsePattern(`${classes}a`)).toMatchObject({ ok: false, at: MAX_PATTERN_CHARACTERS });
  });

  it('E06: characters of a list of words', () => {
    const text = '[a-z].bc'.repeat(MAX_WORDS_CHARACTERS / 8).slice(0, -2);
    expect(parsePattern(`${text}|b`).ok).toBe(true);
    expect(parsePattern(`${text}|bc`).ok).toBe(false);
  });

  it('E06: instructions, counted before anything is expanded', () => {
    const half = MAX_PATTERN_INSTRUCTIONS / 2;
    expect(parsed(`(?:[ab]c){${half}}`).root.size).toBe(MAX_PATTERN_INSTRUCTIONS);
    expect(parsePattern(`(?:[ab]c){${half - 1}}[ab][ab]`).ok).toBe(true);
    expect(parsePattern(`(?:[ab]c){${half - 1}}[ab][ab][ab]`)).toMatchObject({ ok: false, at: 0 });
    expect(parsePattern(`(?:[ab]cd){${half}}`)).toMatchObject({ ok: false, at: 10 });
  });

  it('E06: repetitions, and the product of nested ones as RE2 has it', () => {
    expect(parsePattern('a{1000}').ok).toBe(true);
    expect(parsePattern('a{1001}').ok).toBe(false);
    expect(parsePattern('(a{2}){500}').ok).toBe(true);
    expect(parsePattern('(a{2}){501}').ok).toBe(false);
  });

  it('E06: groups in groups', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(parsePattern(nested(MAX_GROUP_DEPTH)).ok).toBe(true);
    expect(parsePattern(nested(MAX_GROUP_DEPTH + 1))).toMatchObject({
      ok: false,
      at: MAX_GROUP_DEPTH,
    });
    expect(parsePattern('('.repeat(MAX_WORDS_CHARACTERS)).ok).toBe(false);
  });

  it('E06: instructions of a list', () => {
    const large = parsed(`[ab]{${MAX_PATTERN_INSTRUCTIONS / 2}}`);
    const count = (MAX_SET_INSTRUCTIONS * 2) / MAX_PATTERN_INSTRUCTIONS;
    const list = Array.from({ length: count }, () => large);
    expect(compilePatterns(list.slice(1)).ok).toBe(true);
    expect(compilePatterns([...list.slice(1), parsed('[ab]{999}')]).ok).toBe(true);
    expect(compilePatterns(list).ok).toBe(false);
  });

  it('E06: characters that a list tells apart', () => {
    const different = (count: number) =>
      parsed(Array.from({ length: count }, (_, at) => String.fromCharCode(0x4e00 + at)).join(''));
    expect(compilePatterns([different(1023)]).ok).toBe(true);
    expect(compilePatterns([different(1024)]).ok).toBe(false);
  });
});

describe('literals of a pattern', () => {
  it.each([
    ['GPTBot', ['GPTBot']],
    ['GPTBot|ClaudeBot', ['GPTBot', 'ClaudeBot']],
    ['(?:GPTBot|ClaudeBot)', ['GPTBot', 'ClaudeBot']],
    ['\\+https\\://kagi\\.com/bot', ['+https://kagi.com/bot']],
    ['\\Qa.b\\E|c', ['a.b', 'c']],
    ['a|', ['a', '']],
    ['', ['']],
    ['[a]b', ['ab']],
    ['😀', ['😀']],
    ['(?i)12', ['12']],
  ])('%s: %j', (source, literals) => {
    expect(literalsOf(parsed(source))).toEqual(literals);
  });

  it.each(['(?i)bot', 'a.b', '^a', 'a$', 'a+', 'a?', 'a(b|c)', '[ab]', '\\bbot', '\\x{D800}'])(
    '%s says more than that',
    (source) => {
      expect(literalsOf(parsed(source))).toBeUndefined();
    },
  );
});
