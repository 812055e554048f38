/**
 * Syntax trees to canonical text, for the digest of a policy and for what is shown.
 *
 * Owns spacing, quotes and brackets: equal trees give equal text, and the text parses to the tree.
 */
import type { Ast } from './ast.ts';

/** How tightly a node holds together; a child that holds less tightly is put in brackets. */
function tightness(node: Ast): number {
  if (node.kind === 'conditional') return 0;
  if (node.kind === 'logic') return node.operator === '||' ? 1 : 2;
  if (node.kind === 'binary') {
    if (node.operator === '+' || node.operator === '-') return 4;
    return '*/%'.includes(node.operator) ? 5 : 3;
  }
  if (node.kind === 'not' || node.kind === 'negate') return 6;
  // A number in front of a dot, or behind a sign, would be read as another tree.
  const isNumber =
    node.kind === 'literal' && (typeof node.value === 'bigint' || typeof node.value === 'number');
  return isNumber ? 6 : 7;
}

function formatDouble(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function within(node: Ast, least: number): string {
  const text = formatExpression(node);
  return tightness(node) < least ? `(${text})` : text;
}

function formatAll(nodes: readonly Ast[]): string {
  return nodes.map(formatExpression).join(', ');
}

/** Canonical text of a tree. */
// oxlint-disable-next-line typescript/consistent-return -- exhaustive, which tsc checks
export function formatExpression(node: Ast): string {
  switch (node.kind) {
    case 'literal':
      if (typeof node.value === 'number') return formatDouble(node.value);
      return typeof node.value === 'string' ? JSON.stringify(node.value) : String(node.value);
    case 'name':
      return node.name;
    case 'select':
      return `${within(node.operand, 7)}.${node.field}`;
    case 'has':
      return `has(${within(node.operand, 7)}.${node.field})`;
    case 'index':
      return `${within(node.operand, 7)}[${formatExpression(node.key)}]`;
    case 'call': {
      const target = node.target === undefined ? '' : `${within(node.target, 7)}.`;
      return `${target}${node.name}(${formatAll(node.arguments)})`;
    }
    case 'not':
      return `!${within(node.operand, 7)}`;
    case 'negate':
      return `-${within(node.operand, 7)}`;
    case 'binary': {
      const least = tightness(node);
      return `${within(node.left, least)} ${node.operator} ${within(node.right, least + 1)}`;
    }
    case 'logic':
      return node.terms.map((term) => within(term, tightness(node) + 1)).join(` ${node.operator} `);
    case 'conditional': {
      const branches = `${within(node.whenTrue, 1)} : ${formatExpression(node.whenFalse)}`;
      return `${within(node.condition, 1)} ? ${branches}`;
    }
    case 'list':
      return `[${formatAll(node.items)}]`;
    case 'map':
      return `{${node.entries.map((entry) => entry.map(formatExpression).join(': ')).join(', ')}}`;
    case 'macro':
      return `${within(node.range, 7)}.${node.macro}(${node.variable}, ${formatAll(node.bodies)})`;
  }
}
