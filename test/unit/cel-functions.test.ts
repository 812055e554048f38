import { describe, expect, it } from 'vitest';
import {
  CelFailure,
  CelLookup,
  listOf,
  type CelType,
} from '../../src/core/policy/cel/cel-value.ts';
import type { CelFunction, Unavailable } from '../../src/core/policy/cel/environment.ts';
import { compileExpression } from '../../src/core/policy/cel/expression.ts';
import {
  canonicalHeaderName,
  createHeaderLookup,
  createQueryLookup,
} from '../../src/core/policy/cel/header-lookup.ts';
import {
  asText,
  compileOk,
  ENVIRONMENT,
  outcomeOf,
  problemOf,
  resolveFixture,
} from './cel-fixtures.ts';

describe('expressions: functions on texts', () => {
  it.each([
    ['abc.contains("b")', true],
    ['abc.contains("")', true],
    ['empty.contains("")', true],
    ['empty.contains("a")', false],
    ['abc.startsWith("ab")', true],
    ['abc.startsWith("b")', false],
    ['abc.endsWith("bc")', true],
    ['abc.endsWith("")', true],
    ['abc.matches("^a.c$")', true],
    ['abc.matches("b")', true],
    ['abc.matches("^b")', false],
    ['matches(abc, "b")', true],
    ['abc.matches("^" + "a")', true],
    ['size(abc)', 3n],
    ['abc.size()', 3n],
    ['smile.size()', 3n],
    ['size(numbers)', 3n],
    ['size(ages)', 1n],
    ['[].size()', 0n],
    ['"ÀbC".lowerAscii()', 'Àbc'],
    ['"àbC".upperAscii()', 'àBC'],
    [String.raw`" \t\n\u0085\u00a0\u2003a b\r ".trim()`, 'a b'],
    [String.raw`"\ufeffa".trim()`, '\ufeffa'],
    ['"   ".trim()', ''],
    ['"a,b,c".split(",")', ['a', 'b', 'c']],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['"a,b,c".split(",", 1)', ['a,b,c']],
    ['"a,b,c".split(",", 0)', []],
    ['"a,b,c".split(",", -1)', ['a', 'b', 'c']],
    ['smile.split("")', ['a', '😀', 'b']],
    ['smile.split("", 2)', ['a', '😀b']],
    ['empty.split("")', []],
    ['empty.split(",")', ['']],
    ['"aaa".replace("a", "b")', 'bbb'],
    ['"aaa".replace("aa", "b")', 'ba'],
    ['"aaa".replace("a", "b", 2)', 'bba'],
    ['"aaa".replace("a", "b", 0)', 'aaa'],
    ['"aaa".replace("a", "b", -1)', 'bbb'],
    ['"ab".replace("", "-")', '-a-b-'],
    ['"ab".replace("", "-", 2)', '-a-b'],
    ['empty.replace("", "x")', 'x'],
    ['"a$&b".replace("$&", "$1")', 'a$1b'],
    ['smile.substring(1)', '😀b'],
    ['smile.substring(1, 2)', '😀'],
    ['smile.substring(3)', ''],
    ['smile.substring(4)', '<index>'],
    ['smile.substring(-one)', '<index>'],
    ['smile.substring(2, one)', '<index>'],
    ['smile.substring(0, most)', '<index>'],
    ['smile.charAt(1)', '😀'],
    ['smile.charAt(3)', ''],
    ['smile.charAt(4)', '<index>'],
    ['smile.indexOf("b")', 2n],
    ['smile.indexOf("x")', -1n],
    ['"abab".indexOf("ab", 1)', 2n],
    ['abc.indexOf("", 2)', 2n],
    ['abc.indexOf("c", 4)', '<index>'],
    ['words.join()', 'ab'],
    ['words.join("-")', 'a-b'],
    ['[].join("-")', ''],
  ])('%s', (source, expected) => {
    expect(outcomeOf(source)).toEqual(expected);
  });

  it.each([
    ['abc.matches("(")', '1:5 the pattern of matches() is refused: the pattern cannot be read'],
    ['abc.matches(abc)', '1:5 write the pattern of matches() out: it is compiled beforehand'],
    ['abc.matches(1)', '1:5 matches() compares texts'],
    ['abc.matches()', '1:5 matches() takes a text and a pattern'],
  ])('%s: %s', (source, problem) => {
    expect(problemOf(source)).toBe(problem);
  });
});

describe('expressions: conversions', () => {
  it.each([
    ['int(seven)', 7n],
    ['int("42")', 42n],
    ['int("-42")', -42n],
    ['int("9223372036854775807")', 2n ** 63n - 1n],
    ['int("9223372036854775808" + empty)', '<overflow>'],
    ['int(abc)', '<conversion>'],
    ['int(empty)', '<conversion>'],
    ['int("1.5" + empty)', '<conversion>'],
    ['int(1.9)', 1n],
    ['int(-1.9)', -1n],
    ['int(nan)', '<overflow>'],
    ['int(half / 0.0)', '<overflow>'],
    ['int(half * 1e300)', '<overflow>'],
    ['double(seven)', 7],
    ['double("1e3")', 1000],
    ['double(".5")', 0.5],
    ['double(abc)', '<conversion>'],
    ['double(empty)', '<conversion>'],
    ['double(" 1" + empty)', '<conversion>'],
    ['double("0x10" + empty)', '<conversion>'],
    ['string(seven)', '7'],
    ['string(half)', '0.5'],
    ['string(1.0)', '1'],
    ['string(yes)', 'true'],
    ['string(abc)', 'abc'],
    ['string(any)', 'text'],
    ['string(anyNull)', '<type>'],
    ['bool("true")', true],
    ['bool("0")', false],
    ['bool(abc)', '<conversion>'],
    ['bool(yes)', true],
    ['dyn(1) == 1.0', true],
    ['size(any)', 4n],
    ['size(anyList)', 1n],
    ['size(anyInt)', '<type>'],
    ['any.contains("ex")', true],
    ['anyInt.contains("ex")', '<type>'],
  ])('%s', (source, expected) => {
    expect(outcomeOf(source)).toEqual(expected);
  });
});

function declare(overload: Partial<CelFunction>): CelFunction {
  return {
    kind: 'function',
    parameters: ['string'],
    result: 'string',
    style: 'global',
    isPure: false,
    call: ([text]) => text ?? null,
    ...overload,
  };
}

describe('expressions: what a caller declares', () => {
  const functions = new Map<string, readonly CelFunction[] | Unavailable>([
    ['echo', [declare({})]],
    [
      'twice',
      [
        declare({ isPure: true, call: ([text]) => `${asText(text)}${asText(text)}` }),
        declare({ parameters: ['int'], result: 'int', call: ([number]) => Number(number) * 2 }),
      ],
    ],
    ['parts', [declare({ result: listOf('string'), call: ([text]) => asText(text).split('/') })]],
    ['fail', [declare({ parameters: [], call: () => new CelFailure('argument') })]],
    ['lie', [declare({ parameters: [], call: () => 1n })]],
    ['shout', [declare({ style: 'member', call: ([text]) => `${asText(text)}!` })]],
    [
      'missingHeader',
      [
        declare({
          parameters: ['lookup', 'string'],
          result: 'bool',
          call: ([headers, name]) =>
            headers instanceof CelLookup && headers.lookup(asText(name)) === undefined,
        }),
      ],
    ],
    ['verifyFCrDNS', { kind: 'unavailable', reason: 'a Worker cannot ask the DNS' }],
  ]);
  const variables = new Map<string, CelType | Unavailable>([
    ...ENVIRONMENT.variables,
    ['load_1m', { kind: 'unavailable', reason: 'a Worker has no load' }],
  ]);
  const environment = { ...ENVIRONMENT, variables, functions };

  it.each([
    ['echo(abc) == "abc"', true],
    ['twice(abc)', 'abcabc'],
    ['twice(seven)', 14n],
    ['twice(any)', 'texttext'],
    ['twice(anyInt)', 2n],
    ['abc.matches(twice("a") + "|b")', true],
    ['parts("a/b").exists(part, part == "b")', true],
    ['abc.shout()', 'abc!'],
    ['missingHeader(headers, "Cookie")', true],
    ['missingHeader(headers, "Accept")', false],
  ])('%s', (source, value) => {
    const expression = compileOk(source, environment);
    expect(expression.evaluate(resolveFixture)).toMatchObject({ ok: true, value });
  });

  it.each([
    ['fail()', 'argument'],
    ['lie()', 'type'],
    ['twice(anyNull)', 'type'],
    ['twice(most)', 'type'],
  ])('%s fails: %s', (source, reason) => {
    const expression = compileOk(source, environment);
    expect(expression.evaluate(resolveFixture)).toMatchObject({ ok: false, reason });
  });

  it.each([
    ['verifyFCrDNS(abc, "x")', 'verifyFCrDNS() is not available: a Worker cannot ask the DNS'],
    ['load_1m > 2.0', 'load_1m is not available: a Worker has no load'],
    ['echo(1)', 'echo() does not take (int)'],
    ['abc.echo()', 'echo() does not take (string)'],
    ['shout(abc)', 'shout() does not take (string)'],
    ['missingHeader(ages, "a")', 'missingHeader() does not take (map(string, int), string)'],
    ['abc.matches(echo("a"))', 'write the pattern of matches() out: it is compiled beforehand'],
  ])('%s is refused: %s', (source, message) => {
    expect(compileExpression(source, environment, { type: 'dyn' })).toMatchObject({
      ok: false,
      problems: [{ message }],
    });
  });

  it.each([
    ['one == 1', 1, true],
    ['one == 0', 0, true],
    ['one < 0', -1, true],
    ['one == 1', 1.5, 'type'],
    ['one == 1', Number.NaN, 'type'],
    ['one == 1', 2 ** 60, 'type'],
    ['one == 1', 2n ** 63n, 'overflow'],
    ['one == 1', null, 'type'],
    ['one == 1', '1', 'type'],
    ['one == 1', undefined, 'unknown'],
    ['one == 1', new CelFailure('unknown'), 'unknown'],
    ['half == 1.0', 1n, 'type'],
    ['abc == "a"', null, 'type'],
    ['headers["a"] == "b"', new Map([['a', 'b']]), 'type'],
    ['numbers == [1]', 'text', 'type'],
  ])('%s with %s', (source, handed, expected) => {
    const result = compileOk(source).evaluate(() => handed);
    expect(result.ok ? result.value : result.reason).toBe(expected);
  });
});

describe('lookups of headers and queries', () => {
  it.each([
    ['sec-ch-ua', 'Sec-Ch-Ua'],
    ['DNT', 'Dnt'],
    ['X-FIREFOX-ai', 'X-Firefox-Ai'],
    ['etag', 'Etag'],
    ['a--b', 'A--B'],
    ['not a token', 'not a token'],
    ['', ''],
  ])('%j is %j as Go writes it', (name, canonical) => {
    expect(canonicalHeaderName(name)).toBe(canonical);
  });

  it('finds a header by its canonical name alone, or in any case', () => {
    const read = (name: string) => (name === 'x-a' ? '1' : undefined);
    const canonical = createHeaderLookup(read, 'canonical');
    const anyCase = createHeaderLookup(read, 'any-case');
    expect(['X-A', 'x-a', 'X-B'].map((name) => canonical.lookup(name))).toEqual([
      '1',
      undefined,
      undefined,
    ]);
    expect(['X-A', 'x-a', 'X-B', 'x a'].map((name) => anyCase.lookup(name))).toEqual([
      '1',
      '1',
      undefined,
      undefined,
    ]);
  });

  it('joins the values of a query, and takes it apart once and only when asked', () => {
    let reads = 0;
    const query = createQueryLookup(() => {
      reads += 1;
      return [
        ['a', '1'],
        ['b', ''],
        ['a', '2'],
        ['__proto__', 'x'],
      ] as const;
    });
    expect(reads).toBe(0);
    expect(['a', 'b', 'c', '__proto__', 'A'].map((name) => query.lookup(name))).toEqual([
      '1,2',
      '',
      undefined,
      'x',
      undefined,
    ]);
    expect(reads).toBe(1);
  });
});
