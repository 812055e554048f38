/**
 * The syntax tree of an expression and what can be read off it without evaluating.
 *
 * Owns the nodes, the walk over them and the analyses that callers decide by; must not know types,
 * functions or evaluation.
 */

export type BinaryOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

export type MacroName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';

interface Positioned {
  /** Offset in the source, in UTF-16 units; `locate` tells line and column. */
  readonly at: number;
}

export type Ast = Positioned &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | bigint | number | string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'select'; readonly operand: Ast; readonly field: string }
    | { readonly kind: 'has'; readonly operand: Ast; readonly field: string }
    | { readonly kind: 'index'; readonly operand: Ast; readonly key: Ast }
    | {
        readonly kind: 'call';
        readonly name: string;
        /** Of `target.name(...)`. */
        readonly target: Ast | undefined;
        readonly arguments: readonly Ast[];
      }
    | { readonly kind: 'not'; readonly operand: Ast }
    | { readonly kind: 'negate'; readonly operand: Ast }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Ast;
        readonly right: Ast;
      }
    /** A whole chain: `a && b && c` has three terms, none of them the same chain again. */
    | { readonly kind: 'logic'; readonly operator: '&&' | '||'; readonly terms: readonly Ast[] }
    | {
        readonly kind: 'conditional';
        readonly condition: Ast;
        readonly whenTrue: Ast;
        readonly whenFalse: Ast;
      }
    | { readonly kind: 'list'; readonly items: readonly Ast[] }
    | { readonly kind: 'map'; readonly entries: readonly (readonly [Ast, Ast])[] }
    | {
        readonly kind: 'macro';
        readonly macro: MacroName;
        readonly range: Ast;
        readonly variable: string;
        /** One expression, or for `map` with a condition that and what is collected. */
        readonly bodies: readonly Ast[];
      }
  );

/** The nodes of a kind. */
export type AstOf<Kind extends Ast['kind']> = Extract<Ast, { readonly kind: Kind }>;

/** The nodes right below a node, from left to right. */
// oxlint-disable-next-line typescript/consistent-return -- exhaustive, which tsc checks
export function childrenOf(node: Ast): readonly Ast[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'select':
    case 'has':
    case 'not':
    case 'negate':
      return [node.operand];
    case 'index':
      return [node.operand, node.key];
    case 'call':
      return node.target === undefined ? node.arguments : [node.target, ...node.arguments];
    case 'binary':
      return [node.left, node.right];
    case 'logic':
      return node.terms;
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'macro':
      return [node.range, ...node.bodies];
  }
}

/** Calls `visit` for a node and all below it, parents first. */
export function visitAst(node: Ast, visit: (node: Ast) => void): void {
  visit(node);
  for (const child of childrenOf(node)) visitAst(child, visit);
}

function collectReads(node: Ast, bound: ReadonlySet<string>, reads: Set<string>): void {
  if (node.kind === 'name') {
    if (!bound.has(node.name)) reads.add(node.name);
    return;
  }
  if (node.kind === 'macro') {
    collectReads(node.range, bound, reads);
    const inner = new Set([...bound, node.variable]);
    for (const body of node.bodies) collectReads(body, inner, reads);
    return;
  }
  for (const child of childrenOf(node)) collectReads(child, bound, reads);
}

/** The variables that an expression reads from its environment; those of macros are its own. */
export function readsVariables(node: Ast): ReadonlySet<string> {
  const reads = new Set<string>();
  collectReads(node, new Set(), reads);
  return reads;
}

/** The terms that all have to hold for the expression to hold. */
export function conjunctsOf(node: Ast): readonly Ast[] {
  return node.kind === 'logic' && node.operator === '&&' ? node.terms : [node];
}

/** Whether a part's being true keeps out clients that are free in what they send, and its being false. */
export interface Confinement {
  readonly whenTrue: boolean;
  readonly whenFalse: boolean;
}

/**
 * What an expression's truth and falsehood say about the client: one term of a conjunction is
 * enough, every term of a disjunction is needed.
 * @param ofLeaf asked about parts that are none of `&&`, `||`, `!`, `?:` and literals
 */
export function confinementOf(node: Ast, ofLeaf: (leaf: Ast) => Confinement): Confinement {
  if (node.kind === 'not') {
    const { whenTrue, whenFalse } = confinementOf(node.operand, ofLeaf);
    return { whenTrue: whenFalse, whenFalse: whenTrue };
  }
  if (node.kind === 'logic') {
    const terms = node.terms.map((term) => confinementOf(term, ofLeaf));
    const isAnd = node.operator === '&&';
    const ofTrue = new Set(terms.map(({ whenTrue }) => whenTrue));
    const ofFalse = new Set(terms.map(({ whenFalse }) => whenFalse));
    return {
      whenTrue: isAnd ? ofTrue.has(true) : !ofTrue.has(false),
      whenFalse: isAnd ? !ofFalse.has(false) : ofFalse.has(true),
    };
  }
  if (node.kind === 'conditional') {
    const condition = confinementOf(node.condition, ofLeaf);
    const first = confinementOf(node.whenTrue, ofLeaf);
    const second = confinementOf(node.whenFalse, ofLeaf);
    const combine = (ofFirst: boolean, ofSecond: boolean): boolean =>
      (condition.whenTrue || ofFirst) && (condition.whenFalse || ofSecond);
    return {
      whenTrue: combine(first.whenTrue, second.whenTrue),
      whenFalse: combine(first.whenFalse, second.whenFalse),
    };
  }
  // What is never true keeps everybody out.
  if (node.kind === 'literal') {
    return { whenTrue: node.value !== true, whenFalse: node.value !== false };
  }
  return ofLeaf(node);
}

/** Line and column of an offset, both from 1; a column counts UTF-16 units. */
export function locate(
  source: string,
  at: number,
): { readonly line: number; readonly column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
