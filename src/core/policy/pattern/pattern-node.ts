/**
 * The syntax tree of a pattern.
 *
 * Owns its shape, and the two numbers by which expansion is bounded before anything is expanded:
 * `size`, instructions that the node compiles to, and `copies`, the product of nested repetition
 * counts, which RE2 bounds too. Must not know how patterns are spelled or run.
 */
import type { CharSet } from './char-set.ts';

/**
 * What stands on one side of a position, as a bit, so that an assertion is a mask of what it
 * accepts. Word characters are ASCII, as in RE2.
 */
export const EDGE = 1;
export const NEWLINE = 2;
export const WORD = 4;
export const OTHER = 8;

interface Bounded {
  readonly size: number;
  readonly copies: number;
}

export type PatternNode = Bounded &
  (
    | { readonly kind: 'empty' }
    | { readonly kind: 'char'; readonly set: CharSet }
    | { readonly kind: 'behind'; readonly mask: number }
    | { readonly kind: 'ahead'; readonly mask: number }
    | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
    | { readonly kind: 'choice'; readonly items: readonly PatternNode[] }
    | { readonly kind: 'repeat'; readonly item: PatternNode; readonly count: Count }
  );

/** How often an item stands; `max` is -1 where there is no upper bound. */
export interface Count {
  readonly min: number;
  readonly max: number;
}

export const EMPTY: PatternNode = { kind: 'empty', size: 1, copies: 1 };

export function charNode(set: CharSet): PatternNode {
  return { kind: 'char', set, size: 1, copies: 1 };
}

export function behindNode(mask: number): PatternNode {
  return { kind: 'behind', mask, size: 1, copies: 1 };
}

export function aheadNode(mask: number): PatternNode {
  return { kind: 'ahead', mask, size: 1, copies: 1 };
}

function mostCopies(items: readonly PatternNode[]): number {
  return items.reduce((most, item) => Math.max(most, item.copies), 1);
}

function totalSize(items: readonly PatternNode[]): number {
  return items.reduce((total, item) => total + item.size, 0);
}

export function sequenceNode(items: readonly PatternNode[]): PatternNode {
  const [only = EMPTY, ...rest] = items;
  if (rest.length === 0) return only;
  return { kind: 'sequence', items, size: totalSize(items), copies: mostCopies(items) };
}

export function choiceNode(items: readonly PatternNode[]): PatternNode {
  const [only = EMPTY, ...rest] = items;
  if (rest.length === 0) return only;
  const size = totalSize(items) + items.length - 1;
  return { kind: 'choice', items, size, copies: mostCopies(items) };
}

/** Nothing is ever of size 0, so a repetition of nothing is bounded like any other. */
export function repeatNode(item: PatternNode, count: Count): PatternNode {
  const { min, max } = count;
  const optional = max === -1 ? 1 + (min === 0 ? item.size : 0) : (max - min) * (item.size + 1);
  const factor = Math.max(1, max === -1 ? min : max);
  return {
    kind: 'repeat',
    item,
    count,
    size: Math.max(1, min * item.size + optional),
    copies: max === 0 ? 1 : factor * item.copies,
  };
}

/** `\b`, or `\B` where `holds` is false. */
export function boundaryNode(holds: boolean): PatternNode {
  const gap = EDGE | NEWLINE | OTHER;
  return choiceNode([
    sequenceNode([behindNode(WORD), aheadNode(holds ? gap : WORD)]),
    sequenceNode([behindNode(gap), aheadNode(holds ? WORD : gap)]),
  ]);
}
