/**
 * Macros: `all`, `exists`, `exists_one`, `filter` and `map` over lists and over the keys of maps.
 *
 * Owns their loops. Maps of named values (headers, query) are refused: a client chooses how many
 * it sends (SECURITY-BAR E07).
 */
import type { AstOf, MacroName } from './ast.ts';
import {
  BUDGET_FAILURE,
  CelFailure,
  TYPE_FAILURE,
  fits,
  formatType,
  isList,
  isMap,
  listOf,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import type { Evaluation } from './evaluation.ts';
import { MAX_BUILT_LENGTH } from './meter.ts';
import { dependenciesOf, type Part, type PartCompiler, type Run, type Scope } from './part.ts';

function elementType(range: CelType): CelType | undefined {
  if (range === 'dyn') return 'dyn';
  if (typeof range === 'string') return undefined;
  return range.kind === 'list' ? range.items : range.keys;
}

/** What a macro makes of its elements, one after the other. */
interface Fold {
  /** The result, where this element decides it. */
  add(item: CelValue, results: Outcome): Outcome | undefined;
  end(): Outcome;
}

/** `all` (sought false) and `exists` (sought true): one element found outweighs all failures. */
function seek(sought: boolean): Fold {
  let failure: CelFailure | undefined;
  return {
    add(_item, holds) {
      if (holds === sought) return sought;
      if (holds instanceof CelFailure) failure ??= holds;
      else if (typeof holds !== 'boolean') failure ??= TYPE_FAILURE;
      return undefined;
    },
    end: () => failure ?? !sought,
  };
}

function count(): Fold {
  let found = 0;
  return {
    add(_item, holds) {
      if (holds instanceof CelFailure) return holds;
      if (typeof holds !== 'boolean') return TYPE_FAILURE;
      found += Number(holds);
      return undefined;
    },
    end: () => found === 1,
  };
}

function keep(): Fold {
  const kept: CelValue[] = [];
  return {
    add(item, holds) {
      if (holds instanceof CelFailure) return holds;
      if (typeof holds !== 'boolean') return TYPE_FAILURE;
      if (holds) kept.push(item);
      return undefined;
    },
    end: () => kept,
  };
}

function collect(): Fold {
  const collected: CelValue[] = [];
  return {
    add(_item, result) {
      if (result instanceof CelFailure) return result;
      collected.push(result);
      return collected.length > MAX_BUILT_LENGTH ? BUDGET_FAILURE : undefined;
    },
    end: () => collected,
  };
}

const FOLDS: Readonly<Record<MacroName, () => Fold>> = {
  all: () => seek(false),
  exists: () => seek(true),
  exists_one: count,
  filter: keep,
  map: collect,
};

interface Loop {
  readonly range: Run;
  readonly slot: number;
  readonly condition: Run | undefined;
  readonly body: Run;
  readonly startFold: () => Fold;
}

/** The result of one element; undefined where the condition of `map` leaves it out. */
function runBody({ condition, body }: Loop, evaluation: Evaluation): Outcome | undefined {
  if (condition === undefined) return body(evaluation);
  const holds = condition(evaluation);
  if (holds === true) return body(evaluation);
  if (holds instanceof CelFailure) return holds;
  return holds === false ? undefined : TYPE_FAILURE;
}

function runLoop(loop: Loop, evaluation: Evaluation): Outcome {
  const range = loop.range(evaluation);
  if (range instanceof CelFailure) return range;
  const isRange = isList(range) || isMap(range);
  if (!isRange) return TYPE_FAILURE;
  const fold = loop.startFold();
  for (const item of isList(range) ? range : range.keys()) {
    if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
    evaluation.locals[loop.slot] = item;
    const result = runBody(loop, evaluation);
    if (evaluation.meter.isExhausted) return BUDGET_FAILURE;
    const decided = result === undefined ? undefined : fold.add(item, result);
    if (decided !== undefined) return decided;
  }
  return fold.end();
}

function resultType(macro: MacroName, element: CelType, body: CelType): CelType {
  if (macro === 'filter') return listOf(element);
  return macro === 'map' ? listOf(body) : 'bool';
}

/** A macro over a list or the keys of a map. */
export function compileMacro(compiler: PartCompiler, node: AstOf<'macro'>, scope: Scope): Part {
  const range = compiler.compile(node.range, scope);
  if (range.type === 'lookup') {
    return compiler.refuse(
      node,
      'these values can only be named one by one: the client sends them',
    );
  }
  const type = elementType(range.type);
  if (type === undefined) {
    return compiler.refuse(node, `${node.macro}() goes over lists, not ${formatType(range.type)}`);
  }
  const slot = scope.depth;
  const locals = new Map(scope.locals).set(node.variable, { slot, type });
  const bodies = node.bodies.map((body) => compiler.compile(body, { locals, depth: slot + 1 }));
  const body = bodies.at(-1) ?? range;
  const conditions = node.macro === 'map' ? bodies.slice(0, -1) : bodies;
  if (!conditions.every((condition) => fits(condition.type, 'bool'))) {
    return compiler.refuse(node, `the condition of ${node.macro}() has to be true or false`);
  }
  const condition = bodies.length === 2 ? bodies[0]?.run : undefined;
  const startFold = FOLDS[node.macro];
  const loop: Loop = { range: range.run, slot, condition, body: body.run, startFold };
  const inner = dependenciesOf(bodies);
  const outer = {
    ...inner,
    outermostSlot: inner.outermostSlot < slot ? inner.outermostSlot : Infinity,
  };
  return {
    ...dependenciesOf([range, outer]),
    type: resultType(node.macro, type, body.type),
    run: (evaluation) => runLoop(loop, evaluation),
  };
}
