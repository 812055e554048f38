/** An environment for the tests of expressions: one variable of each type, and one way to run. */
import {
  CelLookup,
  listOf,
  mapOf,
  type CelType,
  type CelValue,
} from '../../src/core/policy/cel/cel-value.ts';
import type { CelEnvironment, CompiledRegex } from '../../src/core/policy/cel/environment.ts';
import type { Resolve } from '../../src/core/policy/cel/evaluation.ts';
import {
  compileExpression,
  type EvaluationResult,
  type Expression,
  type ExpressionOptions,
} from '../../src/core/policy/cel/expression.ts';

/** Stands in for the linear-time engine; patterns of these tests are ours. */
export function compileNativeRegex(source: string): CompiledRegex {
  try {
    const pattern = new RegExp(source);
    return { ok: true, matches: (text) => pattern.test(text) };
  } catch {
    return { ok: false, message: 'the pattern cannot be read' };
  }
}

const HEADERS = new CelLookup((name) => (name === 'Accept' ? 'text/html' : undefined));

export const VALUES: ReadonlyMap<string, readonly [CelType, CelValue]> = new Map<
  string,
  readonly [CelType, CelValue]
>([
  ['zero', ['int', 0n]],
  ['one', ['int', 1n]],
  ['seven', ['int', 7n]],
  ['least', ['int', -(2n ** 63n)]],
  ['most', ['int', 2n ** 63n - 1n]],
  ['half', ['double', 0.5]],
  ['nan', ['double', Number.NaN]],
  ['yes', ['bool', true]],
  ['no', ['bool', false]],
  ['abc', ['string', 'abc']],
  ['empty', ['string', '']],
  ['smile', ['string', 'a😀b']],
  ['nothing', ['null', null]],
  ['numbers', [listOf('int'), [1n, 2n, 3n]]],
  ['words', [listOf('string'), ['a', 'b']]],
  ['ages', [mapOf('string', 'int'), new Map([['ann', 30n]])]],
  ['headers', ['lookup', HEADERS]],
  ['any', ['dyn', 'text']],
  ['anyInt', ['dyn', 1n]],
  ['anyDouble', ['dyn', 1]],
  ['anyNull', ['dyn', null]],
  ['anyList', ['dyn', [1n]]],
  ['anyMap', ['dyn', new Map<string, CelValue>([['x', null]])]],
]);

export const ENVIRONMENT: CelEnvironment = {
  variables: new Map<string, CelType>([
    ...Array.from(VALUES, ([name, [type]]) => [name, type] as const),
    ['unknown', 'int'],
    ['unknownBool', 'bool'],
  ]),
  functions: new Map(),
  compileRegex: compileNativeRegex,
};

export const resolveFixture: Resolve = (name) => VALUES.get(name)?.[1];

export function compileOk(
  source: string,
  environment: CelEnvironment = ENVIRONMENT,
  options: ExpressionOptions = { type: 'dyn' },
): Expression {
  const compiled = compileExpression(source, environment, options);
  if (compiled.ok) return compiled.expression;
  throw new Error(`${source}: ${compiled.problems.map(({ message }) => message).join('; ')}`);
}

export function evaluate(source: string): EvaluationResult {
  return compileOk(source).evaluate(resolveFixture);
}

/** An argument that the type check has shown to be a text. */
export function asText(value: CelValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error('no text');
}

/** The value, or the reason in brackets. */
export function outcomeOf(source: string): CelValue {
  const result = evaluate(source);
  return result.ok ? result.value : `<${result.reason}>`;
}

/** Line, column and message of the first problem, or undefined where it compiles. */
export function problemOf(
  source: string,
  options: ExpressionOptions = { type: 'dyn' },
): string | undefined {
  const compiled = compileExpression(source, ENVIRONMENT, options);
  if (compiled.ok) return undefined;
  const [problem] = compiled.problems;
  return `${problem?.line}:${problem?.column} ${problem?.message}`;
}
