/**
 * Random well-typed expressions against an independent implementation: @marcbachmann/cel-js (MIT).
 *
 * Known differences, which the generator leaves out:
 * - it lets the smallest integer, negated or divided by -1, leave 64 bits; CEL says overflow, and so
 *   do we;
 * - it refuses `1 == 1.0` when it checks types; we compare numbers by what they are;
 * - it splits, finds and cuts by UTF-16 units; CEL and we count code points;
 * - it gives `[]` no type and then refuses macros over it: lists have elements until they are
 *   filtered;
 * - it reads whole numbers in texts as JavaScript does ("" is 0, "0b1" is 1), and lets doubles
 *   beyond 64 bits become integers: only texts of integers, and small doubles, become integers here;
 * - it writes and reads some doubles as texts in another form: only whole numbers and truths are
 *   turned into texts here.
 * Failures are compared as failures: reasons are ours.
 */
import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CelType, CelValue } from '../../src/core/policy/cel/cel-value.ts';
import { compileExpression } from '../../src/core/policy/cel/expression.ts';
import { LITERALS, typedSourcesOf, type Atoms } from './cel-arbitraries.ts';
import { ENVIRONMENT } from './cel-fixtures.ts';

const FAILED = '<failed>';
/** Fixed, because a sum can come to the smallest integer; EDGETOLL_SEED tries another. */
const SEED = Number(process.env['EDGETOLL_SEED'] ?? 20_261_122);
const COMMON: Atoms = {
  ...LITERALS,
  ints: LITERALS.ints.filter((literal) => literal !== '-9223372036854775808'),
  strings: LITERALS.strings.filter((literal) => literal !== '"😀"'),
};
const TYPES = { ints: 'int', doubles: 'double', strings: 'string', bools: 'bool' } as const;

/** Every literal as a variable too, so that nothing is decided when the expression is compiled. */
const variables = new Map<string, { readonly type: CelType; readonly value: CelValue }>();
const oracle = new Environment();

function valueOf(literal: string): CelValue {
  const compiled = compileExpression(literal, ENVIRONMENT, { type: 'dyn' });
  const result = compiled.ok ? compiled.expression.evaluate(() => undefined) : undefined;
  if (result?.ok !== true) throw new Error(literal);
  return result.value;
}

function declareAtoms(kind: keyof Atoms): readonly string[] {
  return COMMON[kind].map((literal, at) => {
    const name = `${kind}_${at}`;
    variables.set(name, { type: TYPES[kind], value: valueOf(literal) });
    oracle.registerVariable(name, TYPES[kind]);
    return name;
  });
}

const VARIABLES: Atoms = {
  ints: declareAtoms('ints'),
  doubles: declareAtoms('doubles'),
  strings: declareAtoms('strings'),
  bools: declareAtoms('bools'),
};
const environment = {
  ...ENVIRONMENT,
  variables: new Map(Array.from(variables, ([name, { type }]) => [name, type] as const)),
};
const context = Object.fromEntries(Array.from(variables, ([name, { value }]) => [name, value]));

function ours(source: string): { readonly outcome: unknown; readonly reason?: string } {
  const limits = { sourceLength: 100_000, depth: 200, nodes: 10_000 };
  const options = { type: 'dyn', limits, budget: 1_000_000 } as const;
  const compiled = compileExpression(source, environment, options);
  if (!compiled.ok) {
    const message = compiled.problems[0]?.message ?? '';
    const [, reason] = /^this fails whatever the request: (.*)$/.exec(message) ?? [];
    if (reason === undefined) throw new Error(`${source}: ${message}`);
    return { outcome: FAILED, reason };
  }
  const result = compiled.expression.evaluate((name) => variables.get(name)?.value);
  return result.ok ? { outcome: result.value } : { outcome: FAILED, reason: result.reason };
}

function theirs(source: string): unknown {
  try {
    return oracle.evaluate(source, context);
  } catch {
    return FAILED;
  }
}

describe('expressions agree with an independent implementation', () => {
  it.each([
    ['literals', COMMON, 2500],
    ['variables', VARIABLES, 2500],
  ])(
    'made of %s',
    (_name, atoms, runs) => {
      const { bool, int, double, string, ints, strings } = typedSourcesOf(atoms);
      const counts = { compared: 0, failed: 0 };
      fc.assert(
        fc.property(fc.oneof(bool, bool, int, double, string, ints, strings), (source) => {
          const { outcome } = ours(source);
          counts.compared += 1;
          counts.failed += Number(outcome === FAILED);
          expect(outcome, source).toEqual(theirs(source));
        }),
        { numRuns: runs, seed: SEED },
      );
      expect(counts.compared).toBe(runs);
      expect(counts.compared - counts.failed).toBeGreaterThan(runs / 3);
      process.stderr.write(`${JSON.stringify(counts)}\n`);
    },
    120_000,
  );
});
