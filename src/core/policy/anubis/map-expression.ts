/**
 * Changes to the syntax tree of an expression.
 *
 * Owns the walk that builds a new tree; must not know what is changed.
 */
import type { Ast } from '../cel/ast.ts';

function mapChildren(node: Ast, map: (child: Ast) => Ast): Ast {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return node;
    case 'select':
    case 'has':
    case 'not':
    case 'negate':
      return { ...node, operand: map(node.operand) };
    case 'index':
      return { ...node, operand: map(node.operand), key: map(node.key) };
    case 'call': {
      const target = node.target === undefined ? undefined : map(node.target);
      return { ...node, target, arguments: node.arguments.map(map) };
    }
    case 'binary':
      return { ...node, left: map(node.left), right: map(node.right) };
    case 'logic':
      return { ...node, terms: node.terms.map(map) };
    case 'conditional':
      return {
        ...node,
        condition: map(node.condition),
        whenTrue: map(node.whenTrue),
        whenFalse: map(node.whenFalse),
      };
    case 'list':
      return { ...node, items: node.items.map(map) };
    case 'map':
      return { ...node, entries: node.entries.map(([key, value]) => [map(key), map(value)]) };
    case 'macro':
      return { ...node, range: map(node.range), bodies: node.bodies.map(map) };
    default:
      return node satisfies never;
  }
}

/** A tree in which `change` has replaced nodes, parents before their children; a replaced node is final. */
export function mapExpression(node: Ast, change: (node: Ast) => Ast | undefined): Ast {
  return change(node) ?? mapChildren(node, (child) => mapExpression(child, change));
}

function isTrue(node: Ast): boolean {
  return node.kind === 'literal' && node.value === true;
}

/** Without the terms of conjunctions that always hold. */
export function dropTrueTerms(node: Ast): Ast {
  const inner = mapChildren(node, dropTrueTerms);
  if (inner.kind !== 'logic' || inner.operator !== '&&') return inner;
  const terms = inner.terms.filter((term) => !isTrue(term));
  const [only] = terms;
  if (only === undefined) return { kind: 'literal', value: true, at: inner.at };
  return terms.length === 1 ? only : { ...inner, terms };
}
