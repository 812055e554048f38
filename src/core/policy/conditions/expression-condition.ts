/** Expressions in CEL. Owns the kind: the language is the affair of `cel/`. */
import { compileExpression, type CompiledExpression, type Expression } from '../cel/expression.ts';
import type { ConditionKind } from './condition-kind.ts';
import {
  confinesWhenTrue,
  POLICY_ENVIRONMENT,
  readsAgentAlone,
  resolveFacts,
} from './expression-environment.ts';
import { anyTruth } from './truth.ts';

/** A document that is checked asks for each expression several times. */
const compiled = new Map<string, CompiledExpression>();
const MAX_KEPT = 512;

function compileOnce(source: string): CompiledExpression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = compileExpression(source, POLICY_ENVIRONMENT);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(source, made);
  return made;
}

/** Those that compile: every entry was decoded. */
function expressionsOf(sources: readonly string[]): readonly Expression[] {
  return sources.flatMap((source) => {
    const made = compileOnce(source);
    return made.ok ? [made.expression] : [];
  });
}

function isVaried({ reads }: Expression): boolean {
  return reads.has('path') || reads.has('tags');
}

/** Whether the expression asks for nothing but the user agent and the method. */
export function asksForAgentAlone(source: string): boolean {
  return expressionsOf([source]).every(({ ast }) => readsAgentAlone(ast));
}

export const expressionCondition: ConditionKind<string> = {
  maxEntries: 64,
  takesScalar: true,
  scope: 'reading',
  scopeOf: (sources) => (expressionsOf(sources).some(isVaried) ? 'reading' : 'request'),
  decodeEntry(value) {
    if (typeof value !== 'string') return { ok: false, message: 'write a CEL expression' };
    const made = compileOnce(value);
    if (made.ok) return { ok: true, value };
    const texts = made.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    return { ok: false, message: `write the expression otherwise: ${texts.join('; ')}` };
  },
  formatEntry: (source) => source,
  confines: (source) => expressionsOf([source]).some(({ ast }) => confinesWhenTrue(ast)),
  compile(sources) {
    return anyTruth(
      expressionsOf(sources).map((expression) => (facts) => {
        const result = expression.evaluate(resolveFacts(facts));
        return result.ok ? result.value === true : undefined;
      }),
    );
  },
};
