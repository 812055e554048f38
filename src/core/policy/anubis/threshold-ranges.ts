/**
 * Conditions on a weight as ranges of points.
 *
 * Owns which expressions are ranges (comparisons of `weight` with whole numbers, and their
 * combinations) and the ranges that they are; must not know actions.
 */
import { visitAst, type Ast } from '../cel/ast.ts';
import type { CelEnvironment } from '../cel/environment.ts';
import { compileExpression } from '../cel/expression.ts';

/** At least `from` points, fewer than `below`; absent: no bound. */
export interface PointRange {
  readonly from?: number;
  readonly below?: number;
}

const ENVIRONMENT: CelEnvironment = {
  variables: new Map([['weight', 'int']]),
  functions: new Map(),
  compileRegex: () => ({ ok: false, message: 'a weight is no text' }),
};
/** Bounds of a document. */
const LIMIT = 1_000_000_000;

function boundOf(node: Ast): number | undefined {
  if (node.kind === 'negate') {
    const bound = boundOf(node.operand);
    return bound === undefined ? undefined : -bound;
  }
  if (node.kind !== 'literal' || typeof node.value !== 'bigint') return undefined;
  const bound = Number(node.value);
  return Math.abs(bound) < LIMIT ? bound : undefined;
}

function isWeight(node: Ast): boolean {
  return node.kind === 'name' && node.name === 'weight';
}

/** Numbers at which the truth may change; `undefined` where it may change elsewhere. */
function breakpointsOf(ast: Ast): readonly number[] | undefined {
  const bounds: number[] = [];
  let isPlain = true;
  visitAst(ast, (node) => {
    if (node.kind === 'binary') {
      const other = [node.left, node.right].find((side) => !isWeight(side));
      const isPair = isWeight(node.left) !== isWeight(node.right);
      const bound = other === undefined || !isPair ? undefined : boundOf(other);
      if (bound === undefined || node.operator === 'in') isPlain = false;
      else bounds.push(bound);
    } else if (!['logic', 'not', 'literal', 'name', 'negate', 'conditional'].includes(node.kind)) {
      isPlain = false;
    }
  });
  return isPlain ? [...new Set(bounds)].toSorted((a, b) => a - b) : undefined;
}

/** The ranges in which `source` holds, in their order; `undefined` where they are no such thing. */
export function rangesOf(source: string): readonly PointRange[] | undefined {
  const compiled = compileExpression(source, ENVIRONMENT);
  if (!compiled.ok) return undefined;
  const { expression } = compiled;
  const bounds = breakpointsOf(expression.ast);
  if (bounds === undefined) return undefined;
  // Every bound and its successor begin a stretch in which nothing changes.
  const starts = [...new Set(bounds.flatMap((bound) => [bound, bound + 1]))].toSorted(
    (a, b) => a - b,
  );
  const holds = (weight: number): boolean => {
    const result = expression.evaluate((name) => (name === 'weight' ? BigInt(weight) : undefined));
    return result.ok && result.value === true;
  };
  const ranges: PointRange[] = [];
  let from: number | undefined;
  let isOpen = holds((starts[0] ?? 0) - 1);
  for (const start of starts) {
    const isTrue = holds(start);
    if (isOpen && !isTrue) ranges.push({ ...(from === undefined ? {} : { from }), below: start });
    if (!isOpen && isTrue) from = start;
    isOpen = isTrue;
  }
  if (isOpen) ranges.push(from === undefined ? {} : { from });
  return ranges;
}

/** Whether every sum of points is in one of the ranges. */
export function coverAll(ranges: readonly PointRange[]): boolean {
  const points = ranges.flatMap(({ from, below }) => [from ?? 0, (from ?? 1) - 1, below ?? 0]);
  return [...points, -LIMIT, LIMIT].every((point) =>
    ranges.some(({ from, below }) => point >= (from ?? -LIMIT) && point < (below ?? Infinity)),
  );
}
