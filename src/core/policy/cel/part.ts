/**
 * Compiled parts of an expression: a type, a closure, and what the closure depends on.
 *
 * Owns the shapes that the compiling modules hand to each other.
 */
import type { Ast } from './ast.ts';
import type { CelType, Outcome } from './cel-value.ts';
import type { CompiledRegex } from './environment.ts';
import type { Evaluation } from './evaluation.ts';

export type Run = (evaluation: Evaluation) => Outcome;

export interface Dependencies {
  /** Reads a variable or calls a function that is not pure. */
  readonly varies: boolean;
  /** The outermost macro variable that is read; `Infinity` where none is. */
  readonly outermostSlot: number;
}

export interface Part extends Dependencies {
  readonly type: CelType;
  readonly run: Run;
  /** What a part that depends on nothing came to when it was compiled: a value, or that it fails. */
  readonly constant?: { readonly outcome: Outcome };
}

interface Local {
  readonly slot: number;
  readonly type: CelType;
}

/** The macro variables in sight. */
export interface Scope {
  readonly locals: ReadonlyMap<string, Local>;
  /** The next free slot. */
  readonly depth: number;
}

/** What the compiling modules need of the one that knows the whole expression. */
export interface PartCompiler {
  compile(node: Ast, scope: Scope): Part;
  compileRegex(source: string): CompiledRegex;
  /** Records a problem; the part stands in for one that cannot be compiled. */
  refuse(node: Ast, message: string): Part;
}

/** What depends on all of these depends on. */
export function dependenciesOf(parts: readonly Dependencies[]): Dependencies {
  return {
    varies: parts.some(({ varies }) => varies),
    outermostSlot: parts.reduce((least, part) => Math.min(least, part.outermostSlot), Infinity),
  };
}

/** A part whose outcome is known. */
export function constantPart(outcome: Outcome, type: CelType): Part {
  const dependencies = { varies: false, outermostSlot: Infinity };
  return { type, run: () => outcome, constant: { outcome }, ...dependencies };
}
