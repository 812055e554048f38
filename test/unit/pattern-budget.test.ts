import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import {
  MAX_PATTERN_INSTRUCTIONS,
  parsePattern,
} from '../../src/core/policy/pattern/parse-pattern.ts';
import {
  CACHE_CELLS,
  compilePatterns,
  STEP_BUDGET,
} from '../../src/core/policy/pattern/pattern-set.ts';
import type { PatternSet, PatternSetLimits } from '../../src/core/policy/pattern/pattern-set.ts';

function compiled(source: string, limits?: PatternSetLimits): PatternSet {
  const pattern = parsePattern(source);
  if (!pattern.ok) throw new Error(`${source}: ${pattern.message}`);
  const result = compilePatterns([pattern], limits);
  if (!result.ok) throw new Error(result.message);
  return result.set;
}

/** What makes engines that backtrack take exponential or polynomial time. */
const BACKTRACKING = [
  '(a+)+$', '(a*)*$', '(a|a)*$', '(a|aa)+$', '(a|a?)+$', '(.*)*$', '(.*)+x', '(a+){10}$', '(a*)*b',
  '^(a+)+b', '^(([a-z])+.)+[A-Z]([a-z])+$', '([a-zA-Z]+)*X', '(x+x+)+y', '(.*a){12}X',
  '(.*a){20}X', '.*bot.*bot.*bot.*X', '.*.*=.*X', '.*.*.*.*.*X', '(.+)+\\d', '(\\w+\\s?)*X$',
  '^(\\w+\\s?)*$', '(a?){20}a{20}', '(a?){50}a{50}', '((a+)+)+$', '(((a+)+)+)+$', '((a*)*)*$',
  '(a+a+)+$', '(a+|b+|ab)*c', '([ab]|a|b)+c', '(ab|a|b)+X', '^(.*?,){11}P', '(\\d+)*\\.(\\d+)*X',
  '^([a-z0-9]+[-.]?)+@', '(bot|bo|b|ot|t)+X', '(?i)(BOT|bot|b.t)+X', '\\s+$', '^\\s+|\\s+$',
  '(a|b|ab)*bc', '(?s)(.|\\n)*X', '(^a|b$)*X', '(\\b\\w+\\b\\s*)+X', '(a{1,5}){1,20}X',
  '(a{0,3}){0,3}X', '([^"]*"){5}X', '(.*?){30}X', '(|a)+X', '(|a|b)*X', '(a|(b|(c|d)*)*)*X',
  '^((ab)*|(ba)*)*$', '(a.*){10}X', '(foo|foob|fooba|foobar)*X', '[ab]*[bc]*[ab]*[bc]*X',
]; // prettier-ignore

/** What makes automata large. */
const BLOW_UP = [
  '[ab]*a[ab]{10}X', '[ab]*a[ab]{100}X', '[ab]*a[ab]{900}X', '(a|b)*a(a|b)(a|b)(a|b)(a|b)(a|b)X',
  'a.{200}X', 'a.{500}b.{400}X', '(a?){900}X', '([ab]?[abc]?){190}X', '.{1,900}X', 'a{1,500}b{1,400}X',
  '(a.{0,9}b){20}X', '[^X]{999}X',
]; // prettier-ignore

/** What would be too large after its repetitions are written out. */
const TOO_LARGE = [
  '(a{1,1000}){1,1000}', '((a{100}){100}){100}', '(((((a{9}){9}){9}){9}){9})', 'a{1001}', 'a{1,1001}',
  '(a{1000}b{1000}c){1}', '((((a?){10}){10}){10}){10}', '(\\b\\w){900}', '(a|b|c|d|e){500}',
  '(){1000}{1000}', '((){1000}){1000}', '(((a*){1000}){1000}){1000}', '(.*.*.*){700}',
]; // prettier-ignore

function inputs(length: number): readonly string[] {
  const half = length / 2;
  return [
    `${'a'.repeat(length - 1)}!`,
    'ab'.repeat(half),
    `${'x'.repeat(half)}${'a'.repeat(half)}`,
    'bot '.repeat(length / 4),
    ' '.repeat(length),
    'aab b'.repeat(length / 5),
    Array.from({ length }, (_, at) => 'ab'.charAt((at * at * 7 + (at >> 3)) % 2)).join(''),
    Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 37) % 90))).join(''),
  ];
}

describe('E06: patterns that other engines choke on', () => {
  it('E06: there are more than 70 of them', { timeout: 60_000 }, () => {
    expect(BACKTRACKING.length + BLOW_UP.length + TOO_LARGE.length).toBeGreaterThan(70);
  });

  it.each(TOO_LARGE)('E06: %s is refused', (source) => {
    expect(parsePattern(source).ok).toBe(false);
  });

  it.each([...BACKTRACKING, ...BLOW_UP])('E06: %s stays within its budget', (source) => {
    const fresh = compiled(source);
    for (const length of [100, 1000, 10_000]) {
      for (const text of inputs(length)) {
        const verdict = fresh.matches(text);
        const most = verdict === 'exhausted' ? 4 * MAX_PATTERN_INSTRUCTIONS : 0;
        expect(fresh.steps).toBeLessThanOrEqual(STEP_BUDGET + most);
        expect(fresh.steps).toBeGreaterThan(verdict === 'exhausted' ? STEP_BUDGET : -1);
        expect(fresh.cells).toBeLessThanOrEqual(CACHE_CELLS);
      }
    }
  });

  it.each(BACKTRACKING)('E06: %s has the verdict of re2js at 500 characters', (source) => {
    const theirs = RE2JS.compile(source);
    const ours = compiled(source, { steps: Number.MAX_SAFE_INTEGER });
    for (const text of inputs(500)) expect(ours.matches(text)).toBe(theirs.matcher(text).find());
  });

  it(
    'E06: steps are at most a constant times length times size, so linear in the text',
    { timeout: 60_000 },
    () => {
      for (const source of [...BACKTRACKING, ...BLOW_UP]) {
        const set = compiled(source, { steps: Number.MAX_SAFE_INTEGER });
        const pattern = parsePattern(source);
        const size = pattern.ok ? pattern.root.size : 0;
        for (const text of inputs(1000)) {
          set.matches(text);
          expect(set.steps, source).toBeLessThanOrEqual(text.length * (4 * size + 4));
        }
      }
    },
  );

  it('E06: prints what the dearest evaluation takes', { timeout: 60_000 }, () => {
    let dearest = { source: '', milliseconds: 0, steps: 0 };
    for (const source of [...BACKTRACKING, ...BLOW_UP]) {
      for (const text of inputs(512)) {
        const sets = Array.from({ length: 10 }, () => compiled(source));
        const before = process.cpuUsage();
        for (const set of sets) set.matches(text);
        const { user, system } = process.cpuUsage(before);
        const milliseconds = (user + system) / 1000 / sets.length;
        const steps = sets[0]?.steps ?? 0;
        if (milliseconds > dearest.milliseconds) dearest = { source, milliseconds, steps };
      }
    }
    process.stdout.write(`${JSON.stringify(dearest)}\n`);
    expect(dearest.steps).toBeLessThanOrEqual(STEP_BUDGET + 4 * MAX_PATTERN_INSTRUCTIONS);
  });
});

describe('E06: the budget', () => {
  it('E06: just inside and just outside', { timeout: 60_000 }, () => {
    const text = 'abbaab'.repeat(20);
    const source = '[ab]*a[ab]{30}X';
    const free = compiled(source);
    expect(free.matches(text)).toBe(false);
    expect(compiled(source, { steps: free.steps }).matches(text)).toBe(false);
    expect(compiled(source, { steps: free.steps - 1 }).matches(text)).toBe('exhausted');
  });

  it('E06: is charged the same whatever was matched before', { timeout: 60_000 }, () => {
    const text = inputs(512)[6] ?? '';
    const source = '[ab]*a[ab]{300}X';
    const cold = compiled(source);
    const verdict = cold.matches(text);
    const { steps } = cold;
    const warm = compiled(source);
    for (const other of inputs(300)) warm.matches(other);
    for (let round = 0; round < 100; round += 1) {
      expect([warm.matches(text), warm.steps]).toEqual([verdict, steps]);
    }
  });

  it(
    'E06: a cache that is emptied all the time changes neither verdict nor steps',
    { timeout: 60_000 },
    () => {
      for (const source of BACKTRACKING) {
        const large = compiled(source);
        for (const cacheCells of [0, 100, 400]) {
          const small = compiled(source, { cacheCells });
          for (const text of inputs(100)) {
            expect(small.matches(text)).toBe(large.matches(text));
            expect(small.steps).toBe(large.steps);
          }
        }
      }
    },
  );

  it(
    'E06: the cache stays within its bound through 2,000 texts that share few states',
    { timeout: 60_000 },
    () => {
      const set = compiled('[ab]*a[ab]{60}X');
      let most = 0;
      for (let round = 1; round <= 2000; round += 1) {
        const bits = Array.from({ length: 80 }, (_, at) => 'ab'.charAt((round >> (at % 11)) & 1));
        set.matches(bits.join(''));
        most = Math.max(most, set.cells);
      }
      expect(most).toBeLessThanOrEqual(CACHE_CELLS);
      expect(most).toBeGreaterThan(CACHE_CELLS / 4);
    },
  );
});

describe('lists', () => {
  it('an empty list matches nothing, an empty pattern everything', { timeout: 60_000 }, () => {
    const none = compilePatterns([]);
    expect(none.ok && none.set.matches('a')).toBe(false);
    expect(none.ok && none.set.matches('')).toBe(false);
    expect(compiled('').matches('')).toBe(true);
    expect(compiled('').matches('a')).toBe(true);
  });
});
