/**
 * Random well-typed expressions against an independent implementation: @marcbachmann/cel-js (MIT).
 *
 * Known differences, which the generator or `isKnown` leaves out:
 * - it lets `-(-9223372036854775808)` leave 64 bits; CEL says overflow, and so do we;
 * - it refuses `1 == 1.0` when it checks types; we compare numbers by what they are;
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
  return LITERALS[kind].map((literal, at) => {
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

function isKnown(source: string): boolean {
  return /-\(/.test(source) && /9223372036854775808|ints_6/.test(source);
}

describe('expressions agree with an independent implementation', () => {
  it.each([
    ['literals', LITERALS, 1500],
    ['variables', VARIABLES, 1500],
  ])(
    'made of %s',
    (_name, atoms, runs) => {
      const { bool, int, double, string, ints, strings } = typedSourcesOf(atoms);
      const counts = { compared: 0, failed: 0, known: 0 };
      fc.assert(
        fc.property(fc.oneof(bool, bool, int, double, string, ints, strings), (source) => {
          if (isKnown(source)) {
            counts.known += 1;
            return;
          }
          const { outcome } = ours(source);
          counts.compared += 1;
          counts.failed += Number(outcome === FAILED);
          expect(outcome, source).toEqual(theirs(source));
        }),
        { numRuns: runs },
      );
      expect(counts.compared).toBeGreaterThanOrEqual(1000);
      expect(counts.compared - counts.failed).toBeGreaterThan(500);
      console.log(JSON.stringify(counts));
    },
    120_000,
  );
});
