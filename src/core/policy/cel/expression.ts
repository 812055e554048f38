/**
 * Expressions: from source to something that answers for a request.
 *
 * Owns the bounds (SECURITY-BAR E07) and the result of an evaluation; must not know which variables
 * there are, nor what a policy does with an answer.
 */
import { locate, readsVariables, type Ast } from './ast.ts';
import {
  CelFailure,
  TYPE_FAILURE,
  fits,
  formatType,
  isOfType,
  type CelType,
  type CelValue,
  type FailureReason,
} from './cel-value.ts';
import { ExpressionCompiler } from './compile-part.ts';
import type { CelEnvironment } from './environment.ts';
import { Evaluation, type Resolve } from './evaluation.ts';
import { parseExpression, SYNTAX_LIMITS, type SyntaxLimits } from './parse.ts';

export interface ExpressionOptions {
  readonly limits?: SyntaxLimits;
  /** Most steps of one evaluation. */
  readonly budget?: number;
  /** What the expression has to be; `bool` unless said. */
  readonly type?: CelType;
}

export const STEP_BUDGET = 10_000;

export type EvaluationResult =
  | { readonly ok: true; readonly value: CelValue; readonly steps: number }
  | { readonly ok: false; readonly reason: FailureReason; readonly steps: number };

export interface Expression {
  readonly ast: Ast;
  readonly reads: ReadonlySet<string>;
  /** Never throws unless `resolve` or a declared function does. */
  evaluate(resolve: Resolve): EvaluationResult;
}

export interface ExpressionProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type CompiledExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

const MAX_PROBLEMS = 10;

/** Compiles a source for an environment, or says what is wrong with it and where. */
export function compileExpression(
  source: string,
  environment: CelEnvironment,
  options: ExpressionOptions = {},
): CompiledExpression {
  const { limits = SYNTAX_LIMITS, budget = STEP_BUDGET, type = 'bool' } = options;
  const describe = (problem: { readonly at: number; readonly message: string }) => ({
    ...locate(source, problem.at),
    message: problem.message,
  });
  const parsed = parseExpression(source, limits);
  if (!parsed.ok) return { ok: false, problems: [describe(parsed.problem)] };
  const { ast } = parsed;
  const compiler = new ExpressionCompiler(environment, budget);
  const { type: found, run, constant } = compiler.compileWhole(ast);
  if (!fits(found, type)) {
    compiler.refuse(ast, `this is ${formatType(found)}, but has to be ${formatType(type)}`);
  }
  if (constant?.outcome instanceof CelFailure) {
    compiler.refuse(ast, `this fails whatever the request: ${constant.outcome.reason}`);
  }
  if (compiler.problems.length > 0) {
    return { ok: false, problems: compiler.problems.slice(0, MAX_PROBLEMS).map(describe) };
  }
  const evaluate = (resolve: Resolve): EvaluationResult => {
    const evaluation = new Evaluation(resolve, budget);
    const { meter } = evaluation;
    const outcome = run(evaluation);
    const { steps } = meter;
    // Nothing absorbs a budget that ran out: `x || true` was not evaluated to its end.
    if (meter.isExhausted) return { ok: false, reason: 'budget', steps };
    if (outcome instanceof CelFailure) return { ok: false, reason: outcome.reason, steps };
    if (!isOfType(outcome, type)) return { ok: false, reason: TYPE_FAILURE.reason, steps };
    return { ok: true, value: outcome, steps };
  };
  return { ok: true, expression: { ast, reads: readsVariables(ast), evaluate } };
}
