import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelLookup, listOf, type CelType } from '../../src/core/policy/cel/cel-value.ts';
import type {
  CelEnvironment,
  CelFunction,
  CompiledRegex,
} from '../../src/core/policy/cel/environment.ts';
import { compileExpression, STEP_BUDGET } from '../../src/core/policy/cel/expression.ts';
import { MAX_BUILT_LENGTH, Meter } from '../../src/core/policy/cel/meter.ts';
import { parseExpression, SYNTAX_LIMITS } from '../../src/core/policy/cel/parse.ts';
import { findOccurrences } from '../../src/core/policy/cel/text-search.ts';
import { anySource } from './cel-arbitraries.ts';
import { compileNativeRegex, compileOk, ENVIRONMENT, resolveFixture } from './cel-fixtures.ts';

const MEGABYTE = 2 ** 20;
const HUGE = 'a'.repeat(MEGABYTE);
const HALF_BOMB = 'a,'.repeat(MEGABYTE / 2);

/** What a client may send at its worst, and a function that counts how often it is called. */
function hostileEnvironment(): { environment: CelEnvironment; calls: () => number } {
  let calls = 0;
  const tick: CelFunction = {
    kind: 'function',
    parameters: [],
    result: 'bool',
    style: 'global',
    isPure: false,
    call: () => {
      calls += 1;
      return false;
    },
  };
  const variables = new Map<string, CelType>([
    ['headers', 'lookup'],
    ['userAgent', 'string'],
    ['contentLength', 'int'],
    ['many', listOf('int')],
    ['words', listOf('string')],
  ]);
  const functions = new Map([['tick', [tick]]]);
  return {
    environment: { variables, functions, compileRegex: compileNativeRegex },
    calls: () => calls,
  };
}

const HOSTILE = new Map<string, unknown>([
  ['userAgent', HUGE],
  ['contentLength', 0],
  ['many', Array.from({ length: 100 }, (_, at) => BigInt(at))],
  ['words', Array.from({ length: 100 }, () => 'word')],
]);

function resolveHostile(name: string) {
  if (name === 'headers') return new CelLookup((key) => (key === 'List' ? HALF_BOMB : HUGE));
  return HOSTILE.get(name) as never;
}

const nest = (levels: number, source: string, wrap: (inner: string) => string): string =>
  levels === 0 ? source : wrap(nest(levels - 1, source, wrap));

const LITERALS = `[${Array.from({ length: 40 }, (_, at) => at).join(',')}]`;
const DOUBLING = '.map(x, x + x)'.repeat(20);

describe('E07 expression bombs end within the step budget', () => {
  it.each([
    ['nested exists', 'many.exists(a, many.exists(b, many.exists(c, tick())))'],
    ['nested all', 'many.all(a, many.all(b, many.all(c, !tick())))'],
    ['nested exists_one', 'many.exists_one(a, many.exists_one(b, many.exists(c, tick())))'],
    ['product of maps', 'many.map(a, many.map(b, many.map(c, a + b + c))).size() > 0'],
    [
      'product of filters',
      'many.filter(a, many.filter(b, many.filter(c, tick()).size() > 0).size() > 0).size() > 0',
    ],
    ['exists after a failure', 'many.exists(a, many.exists(b, 1 / 0 == a + b || tick()))'],
    [
      'a budget behind ||',
      'many.exists(a, many.exists(b, many.exists(c, tick()))) || true || tick()',
    ],
    ['a budget behind &&', 'many.all(a, many.all(b, many.all(c, !tick()))) && false'],
    ['text doubling', `[userAgent]${DOUBLING}.size() > 0`],
    ['text doubling, small at first', `words${DOUBLING}.size() > 0`],
    ['list doubling', 'many.map(a, [a])' + '.map(x, x + x)'.repeat(20) + '.size() > 0'],
    ['megabytes joined', 'userAgent + userAgent == userAgent'],
    ['a megabyte lowered', 'userAgent.lowerAscii() == "a"'],
    ['a megabyte searched', 'userAgent.contains("b")'],
    ['a megabyte searched for a megabyte', 'userAgent.contains(headers["A"] )'],
    ['a megabyte matched', 'userAgent.matches("b$")'],
    ['a megabyte compared', 'userAgent == headers["A"]'],
    ['a megabyte ordered', 'userAgent < headers["A"]'],
    ['a megabyte split', 'headers["List"].split(",").size() > 0'],
    ['a megabyte split to characters', 'userAgent.split("").size() > 0'],
    ['a megabyte replaced', 'userAgent.replace("a", "aaaaaaaaaa").size() > 0'],
    ['a megabyte counted', 'size(userAgent) > 0'],
    ['a megabyte trimmed', 'userAgent.trim() == ""'],
    ['membership of long lists', 'many.all(a, many.all(b, !((a + b + 1000) in many)))'],
    ['equality of long lists', 'many.all(a, many.all(b, many + [a] == many + [a]))'],
    ['joining over and over', 'many.all(a, words.join(words.join("x")) != "")'],
    ['replacing nothing', 'many.all(a, words.join("").replace("", words.join("")) != "")'],
  ])('E07: %s ends within the step budget', (_name, source) => {
    const { environment, calls } = hostileEnvironment();
    const result = compileOk(source, environment, {}).evaluate(resolveHostile);
    expect(result).toMatchObject({ ok: false, reason: 'budget' });
    expect(result.steps).toBeLessThanOrEqual(STEP_BUDGET);
    expect(calls()).toBeLessThanOrEqual(STEP_BUDGET);
  });

  it.each([
    [
      'constant nested exists',
      `${LITERALS}.exists(a, ${LITERALS}.exists(b, ${LITERALS}.exists(c, a + b + c < 0)))`,
    ],
    ['constant doubling', `["aaaaaaaa"]${DOUBLING}.size() > 0`],
    [
      'constant bomb beside a request',
      `contentLength == 1 || ${LITERALS}.exists(a, ${LITERALS}.exists(b, ${LITERALS}.all(c, a + b + c < 99) && a < 0))`,
    ],
  ])('E07: %s is refused when it is compiled', (_name, source) => {
    const compiled = compileExpression(source, hostileEnvironment().environment);
    expect(compiled).toMatchObject({
      ok: false,
      problems: [{ message: 'this takes too many steps whatever the request' }],
    });
  });

  it.each([
    ['brackets', nest(500, '1', (inner) => `(${inner})`)],
    ['lists', nest(300, '', (inner) => `[${inner}]`)],
    ['maps', nest(100, '1', (inner) => `{1: ${inner}}`)],
    ['minus signs', `${'-'.repeat(1000)}1`],
    ['negations', `${'!'.repeat(1000)}true`],
    ['conditionals', `${'true ? 1 : '.repeat(80)}1`],
    ['calls', nest(100, '"a"', (inner) => `size(${inner})`)],
    ['members', `a${'.b'.repeat(400)}`],
    ['indexes', `a${'[0]'.repeat(300)}`],
    ['sums', `1${'+1'.repeat(400)}`],
    ['comparisons', `1${'<1'.repeat(400)}`],
    ['open brackets alone', '('.repeat(1024)],
    ['open lists alone', '['.repeat(1024)],
    ['open maps alone', '{'.repeat(1024)],
    ['open conditionals alone', 'a?'.repeat(512)],
  ])('E07: deep %s are refused', (_name, source) => {
    expect(source.length).toBeLessThanOrEqual(SYNTAX_LIMITS.sourceLength);
    expect(compileExpression(source, ENVIRONMENT).ok).toBe(false);
  });

  it.each([
    ['one / zero == 1', 'division'],
    ['one % zero == 1', 'division'],
    ['1 / (one - 1) == 1', 'division'],
    ['numbers[least] == 1', 'index'],
    ['most + 1 > 0', 'overflow'],
    ['-least > 0', 'overflow'],
    ['dyn(anyNull) + 1 == 1', 'type'],
    ['anyNull.size() == 1', 'type'],
    ['anyNull.x == 1', 'type'],
    ['anyNull[0] == 1', 'type'],
    ['unknown < 0', 'unknown'],
  ])('E07: hostile attributes: %s is %s', (source, reason) => {
    expect(compileOk(source).evaluate(resolveFixture)).toMatchObject({ ok: false, reason });
  });
});

describe('E07 each bound, just inside and just outside', () => {
  const problemsOf = (source: string) => {
    const parsed = parseExpression(source);
    return parsed.ok ? undefined : parsed.problem.message;
  };

  it('characters', () => {
    expect(problemsOf(`"${'a'.repeat(1022)}"`)).toBeUndefined();
    expect(problemsOf(`"${'a'.repeat(1023)}"`)).toBe('write at most 1024 characters');
    const limits = { ...SYNTAX_LIMITS, sourceLength: 2000 };
    expect(parseExpression(`"${'a'.repeat(1998)}"`, limits).ok).toBe(true);
    expect(parseExpression(`"${'a'.repeat(1999)}"`, limits).ok).toBe(false);
  });

  it('brackets: 31 around an expression', () => {
    expect(problemsOf(nest(31, 'a', (inner) => `(${inner})`))).toBeUndefined();
    expect(problemsOf(nest(32, 'a', (inner) => `(${inner})`))).toBe('nest at most 32 levels');
  });

  it('levels of nodes', () => {
    expect(problemsOf(`${'!'.repeat(31)}a`)).toBeUndefined();
    expect(problemsOf(`${'!'.repeat(32)}a`)).toBe('nest at most 32 levels');
    expect(problemsOf(`a${'+a'.repeat(31)}`)).toBeUndefined();
    expect(problemsOf(`a${'+a'.repeat(32)}`)).toBe('nest at most 32 levels');
    expect(problemsOf(`a${'&&a'.repeat(300)}`)).toBeUndefined();
  });

  it('nodes', () => {
    const limits = { ...SYNTAX_LIMITS, sourceLength: 4000 };
    const list = (items: number) => parseExpression(`[${'1,'.repeat(items)}]`, limits);
    expect(list(999).ok).toBe(true);
    expect(list(1000)).toMatchObject({
      problem: { message: 'write at most 1000 operations and values' },
    });
  });

  it('E07: steps', () => {
    const source = 'numbers.all(x, x > 0)';
    const { steps } = compileOk(source).evaluate(resolveFixture);
    const within = (budget: number) =>
      compileOk(source, ENVIRONMENT, { budget }).evaluate(resolveFixture);
    expect(within(steps)).toEqual({ ok: true, value: true, steps });
    expect(within(steps - 1)).toEqual({ ok: false, reason: 'budget', steps: steps - 1 });
    expect(within(0)).toEqual({ ok: false, reason: 'budget', steps: 0 });
  });

  it('E07: built texts and lists', () => {
    const meter = new Meter(10 * MAX_BUILT_LENGTH);
    expect(meter.chargeBuilt(MAX_BUILT_LENGTH)).toBeUndefined();
    expect(meter.isExhausted).toBe(false);
    expect(meter.chargeBuilt(MAX_BUILT_LENGTH + 1)).toMatchObject({ reason: 'budget' });
    expect(meter.isExhausted).toBe(true);
    expect(meter.charge(0)).toBe(false);
  });

  it('a pattern that gives up is out of budget', () => {
    const compileRegex = (): CompiledRegex => ({ ok: true, matches: () => 'exhausted' });
    const expression = compileOk('abc.matches("b")', { ...ENVIRONMENT, compileRegex });
    expect(expression.evaluate(resolveFixture)).toMatchObject({ ok: false, reason: 'budget' });
  });
});

describe('E07 searching a text', () => {
  it('agrees with indexOf, also where it does not use it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 });
    const needle = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(text, needle, fc.nat(4), (haystack, sought, most) => {
        const expected = haystack.split(sought).slice(0, -1).slice(0, most);
        // Long enough that the product leaves the native search.
        const filler = 'c'.repeat(20_000);
        for (const whole of [haystack, haystack + filler]) {
          const found = findOccurrences(whole, sought, most);
          expect(found.map((at) => whole.startsWith(sought, at))).toEqual(expected.map(() => true));
          const starts: number[] = [];
          for (const part of expected) {
            starts.push((starts.at(-1) ?? -sought.length) + sought.length + part.length);
          }
          expect(found).toEqual(starts);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('E07 random expressions', () => {
  it('E07: never throw, and never take more steps than they may', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(anySource, fc.constantFrom(0, 7, 300, STEP_BUDGET), (source, budget) => {
        const compiled = compileExpression(source, ENVIRONMENT, { type: 'dyn', budget });
        if (!compiled.ok) {
          expect(compiled.problems.length).toBeGreaterThan(0);
          return;
        }
        const result = compiled.expression.evaluate(resolveFixture);
        expect(result.steps).toBeLessThanOrEqual(budget);
        evaluated += 1;
      }),
      { numRuns: 3000 },
    );
    expect(evaluated).toBeGreaterThan(150);
  }, 60_000);
});
