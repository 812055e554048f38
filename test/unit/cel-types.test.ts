import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/policy/cel/expression.ts';
import { compileOk, ENVIRONMENT, evaluate, problemOf, resolveFixture } from './cel-fixtures.ts';

describe('expressions: types are checked when they are compiled', () => {
  it.each([
    ['1 + 1.0', '1:3 + does not take int and double'],
    ['1 + "a"', '1:3 + does not take int and string'],
    ['yes + no', '1:5 + does not take bool and bool'],
    ['1.0 % 2.0', '1:5 % does not take double and double'],
    ['abc - "a"', '1:5 - does not take string and string'],
    ['abc == 1', '1:5 == does not take string and int'],
    ['abc == null', '1:5 == does not take string and null'],
    ['headers == headers', '1:9 == does not take map of named values and map of named values'],
    ['abc < 1', '1:5 < does not take string and int'],
    ['numbers < numbers', '1:9 < does not take list(int) and list(int)'],
    ['null < null', '1:6 < does not take null and null'],
    ['abc in numbers', '1:5 in does not take string and list(int)'],
    ['1 in abc', '1:3 in does not take int and string'],
    ['1 in headers', '1:3 in does not take int and map of named values'],
    ['!one', '1:1 ! takes true or false, not int'],
    ['-abc', '1:1 - takes a number, not string'],
    ['yes && one', '1:8 && takes true or false, not int'],
    ['abc || yes', '1:1 || takes true or false, not string'],
    ['one ? 1 : 2', '1:1 ? takes true or false before it'],
    ['yes ? 1 : "a"', '1:1 both values of ?: have to be of one type'],
    ['numbers["a"]', '1:8 nothing can be looked up in list(int) by string'],
    ['abc[0]', '1:4 nothing can be looked up in string by int'],
    ['abc.field', '1:5 string has no member "field"'],
    ['has(numbers.field)', '1:1 list(int) has no member "field"'],
    ['{1.0: 1}', '1:1 keys are texts, whole numbers, true or false'],
    ['{null: 1}', '1:1 keys are texts, whole numbers, true or false'],
    ['missing', '1:1 there is no variable missing'],
    ['numbers.all(x, x) && x', '1:9 the condition of all() has to be true or false'],
    ['numbers.exists(x, x > 1) && x > 1', '1:29 there is no variable x'],
    ['abc.all(x, true)', '1:5 all() goes over lists, not string'],
    [
      'headers.exists(x, true)',
      '1:9 these values can only be named one by one: the client sends them',
    ],
    ['size(headers)', '1:1 size() does not take (map of named values)'],
    ['abc.shout()', '1:5 there is no function shout()'],
    ['contains(abc, "a")', '1:1 contains() does not take (string, string)'],
    ['abc.contains(1)', '1:5 contains() does not take (string, int)'],
    ['abc.contains()', '1:5 contains() does not take (string)'],
    ['abc.int()', '1:5 int() does not take (string)'],
    ['1 / 0', '1:3 this fails whatever the request: division'],
    ['{"a": 1}.b', '1:10 this fails whatever the request: no-such-key'],
  ])('%s: %s', (source, problem) => {
    expect(problemOf(source)).toBe(problem);
  });

  it('has to be true or false unless another type is asked for', () => {
    expect(problemOf('one', {})).toBe('1:1 this is int, but has to be bool');
    expect(problemOf('yes', {})).toBeUndefined();
    expect(problemOf('one', { type: 'int' })).toBeUndefined();
    expect(compileOk('any', undefined, {}).evaluate(resolveFixture)).toMatchObject({
      ok: false,
      reason: 'type',
    });
  });

  it('reports several problems at once, ten at most', () => {
    const source = Array.from({ length: 12 }, (_, at) => `v${at} == 1`).join(' || ');
    const compiled = compileExpression(source, ENVIRONMENT);
    const messages = compiled.ok ? [] : compiled.problems.map(({ message }) => message);
    expect(messages).toEqual(Array.from({ length: 10 }, (_, at) => `there is no variable v${at}`));
  });

  it('decides at load what no request changes', () => {
    const constant = '"b" in ["a", "b"] && [1, 2].exists(x, x > 1) && "abc".matches("b")';
    expect(evaluate(constant)).toEqual({ ok: true, value: true, steps: 0 });
    expect(evaluate(`${constant} && yes`).steps).toBeLessThan(8);
  });

  it('asks for a variable once, and for none that it does not need', () => {
    const asked: string[] = [];
    const expression = compileOk('abc == "x" || abc == "y" || yes || one == 1');
    const result = expression.evaluate((name) => {
      asked.push(name);
      return resolveFixture(name);
    });
    expect(result).toMatchObject({ ok: true, value: true });
    expect(asked).toEqual(['abc', 'yes']);
  });
});
