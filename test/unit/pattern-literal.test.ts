import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePatternList } from '../../src/core/policy/conditions/pattern-list.ts';
import { createAlphabet } from '../../src/core/policy/pattern/alphabet.ts';
import { literalTexts } from '../../src/core/policy/pattern/literal-texts.ts';
import { parsePattern } from '../../src/core/policy/pattern/parse-pattern.ts';
import type { PatternNode } from '../../src/core/policy/pattern/pattern-node.ts';
import { compilePatterns } from '../../src/core/policy/pattern/pattern-set.ts';
import { emitProgram } from '../../src/core/policy/pattern/program.ts';
import { boundSize } from '../../src/core/policy/pattern/size-bound.ts';

const SEED = 20_261_107;

function rootOf(source: string): PatternNode {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.message}`);
  return parsed.root;
}

const textsOf = (source: string, most = 8) => literalTexts(rootOf(source), most);

describe('patterns that are texts', () => {
  it.each([
    ['GPTBot', ['GPTBot']],
    ['Mozilla|Opera', ['Mozilla', 'Opera']],
    [String.raw`\+https\://kagi\.com/bot`, ['+https://kagi.com/bot']],
    ['a(?:b|c)d', ['abd', 'acd']],
    ['(a|b)(c|d)', ['ac', 'ad', 'bc', 'bd']],
    ['', ['']],
    ['a|', ['a', '']],
    ['\u{1f600}', ['\u{1f600}']],
  ])('%j is %j', (source, texts) => expect(textsOf(source)).toEqual(texts));

  it.each(['a*', 'a?', '[ab]', '(?i)a', '.', '^a', 'a$', String.raw`\ba`, String.raw`\x{d800}`])(
    '%j is none',
    (source) => expect(textsOf(source)).toBeUndefined(),
  );

  it('are few: one more than the most is none', () => {
    expect(textsOf('a|b|c', 3)).toEqual(['a', 'b', 'c']);
    expect(textsOf('a|b|c|d', 3)).toBeUndefined();
    expect(textsOf('(a|b)(c|d)', 4)).toHaveLength(4);
    expect(textsOf('(a|b)(c|d)', 3)).toBeUndefined();
  });
});

/** Patterns of few letters, so that texts of the same letters often match. */
const piece = fc.constantFrom(
  'a',
  'b',
  'ab',
  '(a|b)',
  '(?:|a)',
  '\u{1f600}',
  '[ab]',
  'a+',
  '^',
  'b?',
);
const pattern = fc
  .array(fc.array(piece, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
  .map((words) => words.map((word) => word.join('')).join('|'));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '\u{1f600}', '\ud83d', '\ude00'), { maxLength: 12 })
  .map((letters) => letters.join(''));

describe('a list of patterns', () => {
  it('says the same by its texts as by its automaton', () => {
    const property = fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      text,
      (list, asked) => {
        const set = compilePatterns(
          list.map((source) => ({ ok: true, source, root: rootOf(source) })),
        );
        const compiled = compilePatternList(list);
        if (!set.ok || !compiled.ok) return false;
        return compiled.matches(asked) === set.set.matches(asked);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 4000 });
  });

  it('E06: is as large at most as is said before it is built', () => {
    const wide = fc.constantFrom(
      String.raw`\w`,
      '[^a]',
      '.',
      '(?i:word)',
      'x{3,5}',
      '(?:a|[b-d]){2}',
    );
    const source = fc.array(fc.oneof(piece, wide), { maxLength: 8 }).map((all) => all.join(''));
    const property = fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), (sources) => {
      const roots = sources.map(rootOf);
      const bound = boundSize(roots);
      const program = emitProgram(roots);
      const alphabet = createAlphabet(program.sets, { newline: true, word: true }, 2_000_000);
      if (alphabet === undefined) return false;
      const read = [...program.op].flatMap((op, pc) => (op === 0 ? [program.arg[pc] ?? 0] : []));
      const pairs = read.reduce(
        (sum, set) => sum + alphabet.classesOf(program.sets[set] ?? []).length,
        0,
      );
      expect(alphabet.size).toBeLessThanOrEqual(bound.classes);
      expect(pairs).toBeLessThanOrEqual(bound.pairs);
      expect(program.op.length).toBeLessThanOrEqual(bound.instructions);
      return true;
    });
    fc.assert(property, { seed: SEED, numRuns: 3000 });
  });

  it('takes no steps before it is asked, and the same whenever it is', () => {
    const roots = ['a+b', '[0-9]+x'].map((source) => ({
      ok: true as const,
      source,
      root: rootOf(source),
    }));
    const compiled = compilePatterns(roots);
    if (!compiled.ok) throw new Error(compiled.message);
    expect([compiled.set.steps, compiled.set.cells]).toEqual([0, 0]);
    expect(compiled.set.matches('xxab')).toBe(true);
    const { steps } = compiled.set;
    expect(steps).toBeGreaterThan(0);
    expect(compiled.set.matches('xxab')).toBe(true);
    expect(compiled.set.steps).toBe(steps);
  });
});
