import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePatternList } from '../../src/core/policy/conditions/pattern-list.ts';
import { createAlphabet } from '../../src/core/policy/pattern/alphabet.ts';
import { parsePattern } from '../../src/core/policy/pattern/parse-pattern.ts';
import type { ParsedPattern } from '../../src/core/policy/pattern/parse-pattern.ts';
import { compilePatterns } from '../../src/core/policy/pattern/pattern-set.ts';
import { CHAR, emitProgram } from '../../src/core/policy/pattern/program.ts';
import { boundSize } from '../../src/core/policy/pattern/size-bound.ts';
import { createTextIndex } from '../../src/core/policy/pattern/text-index.ts';

const SEED = 20_261_107;

function parsed(source: string): ParsedPattern {
  const pattern = parsePattern(source);
  if (!pattern.ok) throw new Error(`${source}: ${pattern.message}`);
  return pattern;
}

describe('many texts at once', () => {
  const alike = (count: number) => Array.from({ length: count }, (_, index) => `ab${index}`);

  it('are found wherever they stand, and nothing else is', () => {
    const index = createTextIndex(['GPTBot', 'ClaudeBot', 'Go', 'Gopher']);
    for (const text of ['GPTBot', 'x GPTBot/1.0', 'ClaudeBot', '\u{1f600}Go', 'GGo']) {
      expect([text, index?.isIn(text)]).toEqual([text, true]);
    }
    for (const text of ['', 'G', 'GPTBo', 'gptbot', 'laudeBot', 'G\u{1f600}o', '\u{1f600}']) {
      expect([text, index?.isIn(text)]).toEqual([text, false]);
    }
  });

  it('E06: are left to an automaton outside the bounds of their search', () => {
    for (const texts of [['ab'], ['a'.repeat(128)], alike(16)]) {
      expect(createTextIndex(texts)?.isIn(` ${texts.at(-1)}`)).toBe(true);
    }
    for (const texts of [['a'], [''], ['a'.repeat(129)], alike(17), ['café']]) {
      expect(createTextIndex(texts)).toBeUndefined();
      const list = [...texts, ...alike(20)];
      const compiled = compilePatternList(list);
      expect(compiled.ok && compiled.matches(`- ${list[0]}`)).toBe(true);
      expect(compiled.ok && compiled.matches('-')).toBe(texts.includes(''));
    }
  });
});

/** Patterns of few letters, so that texts of the same letters often match. */
const plain = ['a', 'b', 'ab', 'ba', 'c', '.', 'a.b', '\u{1f600}'];
const signs = ['a+', 'b?', '^', '[ab]', '(a|b)', '(?:|a)', String.raw`\.`];
const piece = fc.constantFrom(...plain, ...signs);
const alternation = fc
  .array(fc.array(piece, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .map((branches) => branches.map((branch) => branch.join('')).join('|'));
const words = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.'), maxLength: 4 }), { maxLength: 20 })
  .map((all) => all.join('|'));
const asked = fc
  .array(fc.constantFrom(...plain, '\n', '\ud83d', '\ude00'), { maxLength: 12 })
  .map((letters) => letters.join(''));

describe('a list of patterns', () => {
  it('says the same by searches as by one automaton', () => {
    const list = fc.array(fc.oneof(alternation, words), { minLength: 1, maxLength: 3 });
    const property = fc.property(list, asked, (sources, text) => {
      const whole = compilePatterns(sources.map(parsed));
      const compiled = compilePatternList(sources);
      if (!whole.ok || !compiled.ok) return false;
      return compiled.matches(text) === whole.set.matches(text);
    });
    fc.assert(property, { seed: SEED, numRuns: 4000 });
  });

  it('E06: is refused as its patterns are, also where it is made of words', () => {
    const list = (length: number) => 'GPTBot|Go.'.repeat(2000).slice(0, length);
    for (const source of [list(1024), list(16_384), 'a||b', '.', '|']) {
      expect(compilePatternList([source]).ok).toBe(true);
      expect(parsePattern(source).ok).toBe(true);
    }
    for (const source of [list(16_385), `(${list(1023)})+`, 'a|(', String.raw`a|\1`]) {
      expect(compilePatternList([source])).toMatchObject({ ok: false });
      expect(parsePattern(source).ok).toBe(false);
    }
    const { message } = { message: '', ...compilePatternList(['ab|*']) };
    expect(message).toContain('(at character 4)');
  });

  it('E06: is as large at most as is said before it is built', () => {
    const wide = [String.raw`\w`, '[^a]', '(?i:word)', 'x{3,5}', '(?:a|[b-d]){2}'];
    const part = fc.oneof(piece, fc.constantFrom(...wide));
    const source = fc.array(part, { maxLength: 8 }).map((all) => all.join(''));
    const property = fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), (sources) => {
      const roots = sources.map((each) => parsed(each).root);
      const bound = boundSize(roots);
      const program = emitProgram(roots);
      const alphabet = createAlphabet(program.sets, { newline: true, word: true }, 2_000_000);
      if (alphabet === undefined) return false;
      const sets = [...program.op].flatMap((op, pc) => (op === CHAR ? [program.arg[pc] ?? 0] : []));
      const pairs = sets.reduce(
        (sum, set) => sum + alphabet.classesOf(program.sets[set] ?? []).length,
        0,
      );
      expect(alphabet.size).toBeLessThanOrEqual(bound.classes);
      expect(pairs).toBeLessThanOrEqual(bound.pairs);
      expect(program.op.length).toBeLessThanOrEqual(bound.instructions);
      return true;
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it('takes no steps before it is asked, and the same whenever it is', () => {
    const compiled = compilePatterns([parsed('a+b'), parsed('[0-9]+x')]);
    if (!compiled.ok) throw new Error(compiled.message);
    expect([compiled.set.steps, compiled.set.cells]).toEqual([0, 0]);
    expect(compiled.set.matches('xxab')).toBe(true);
    const { steps } = compiled.set;
    expect(steps).toBeGreaterThan(0);
    expect(compiled.set.matches('xxab')).toBe(true);
    expect(compiled.set.steps).toBe(steps);
  });
});
