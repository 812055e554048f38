/**
 * Patterns as instructions of one non-deterministic automaton.
 *
 * Owns the translation (Thompson 1968), back to front so that every target exists when it is named.
 * Must not know syntax or how the automaton is run.
 */
import type { CharSet } from './char-set.ts';
import type { PatternNode } from './pattern-node.ts';

/** Match one character of set `arg`, go on at `next`. */
export const CHAR = 0;
/** Go on at `next` and at `arg`. */
export const SPLIT = 1;
/** Go on at `next` where mask `arg` accepts what stands behind. */
export const BEHIND = 2;
/** Go on at `next` where mask `arg` accepts what comes. */
export const AHEAD = 3;
/** The text matches. */
export const MATCH = 4;

export interface Program {
  readonly op: Uint8Array;
  readonly arg: Uint16Array;
  readonly next: Uint16Array;
  /** Where each pattern begins. */
  readonly starts: readonly number[];
  /** The distinct sets that CHAR refers to. */
  readonly sets: readonly CharSet[];
}

class Emitter {
  readonly op: number[] = [];
  readonly arg: number[] = [];
  readonly next: number[] = [];
  readonly sets: CharSet[] = [];
  /** By the set itself, for those that many nodes share, and by its ranges. */
  readonly #setIds = new Map<CharSet | string, number>();

  add(op: number, arg: number, next: number): number {
    this.arg.push(arg);
    this.next.push(next);
    return this.op.push(op) - 1;
  }

  #setId(set: CharSet): number {
    const known = this.#setIds.get(set);
    if (known !== undefined) return known;
    const ranges = set.join();
    const id = this.#setIds.get(ranges) ?? this.sets.push(set) - 1;
    this.#setIds.set(ranges, id).set(set, id);
    return id;
  }

  /** Where `node` begins, which goes on at `next`. */
  emit(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'char':
        return this.add(CHAR, this.#setId(node.set), next);
      case 'behind':
        return this.add(BEHIND, node.mask, next);
      case 'ahead':
        return this.add(AHEAD, node.mask, next);
      case 'sequence':
        return node.items.reduceRight((at, item) => this.emit(item, at), next);
      case 'choice':
        return node.items
          .map((item) => this.emit(item, next))
          .reduceRight((rest, start) => this.add(SPLIT, rest, start));
      case 'repeat':
      default:
        return this.#repeat(node.item, node.count, next);
    }
  }

  #repeat(
    item: PatternNode,
    count: { readonly min: number; readonly max: number },
    next: number,
  ): number {
    let at = next;
    if (count.max === -1) {
      const loop = this.add(SPLIT, next, next);
      const body = this.emit(item, loop);
      this.next[loop] = body;
      at = count.min === 0 ? loop : body;
    }
    for (let more = count.max - count.min; more > 0; more -= 1) {
      at = this.add(SPLIT, next, this.emit(item, at));
    }
    const left = count.max === -1 ? count.min - 1 : count.min;
    for (let copy = 0; copy < left; copy += 1) at = this.emit(item, at);
    return at;
  }
}

/** One automaton for all `roots`, each of a bounded `size`. */
export function emitProgram(roots: readonly PatternNode[]): Program {
  const emitter = new Emitter();
  const match = emitter.add(MATCH, 0, 0);
  const starts = roots.map((root) => emitter.emit(root, match));
  return {
    op: Uint8Array.from(emitter.op),
    arg: Uint16Array.from(emitter.arg),
    next: Uint16Array.from(emitter.next),
    starts,
    sets: emitter.sets,
  };
}
