/**
 * The instructions that are reached without reading a character.
 *
 * Owns the working memory of one walk, so that a step allocates nothing. Must not know states.
 */
import { AHEAD, BEHIND, CHAR, MATCH, SPLIT } from './program.ts';
import type { Program } from './program.ts';

export class Closure {
  /** Whether MATCH was reached. */
  matched = false;
  /** Number of leaves: CHAR, and AHEAD that cannot be decided yet. */
  count = 0;
  /** A number that depends on the leaves but not on their order. */
  hash = 0;
  /** Instructions visited since `begin`, each once. */
  visits = 0;
  readonly #program: Program;
  readonly #marks: Uint32Array;
  readonly #stack: Uint16Array;
  readonly #seen: Uint16Array;
  readonly #leaf: Uint16Array;
  #mark = 0;
  #behind = 0;
  #ahead = 0;
  #skip: Uint8Array | undefined;

  constructor(program: Program) {
    const { length } = program.op;
    this.#program = program;
    this.#marks = new Uint32Array(length);
    this.#stack = new Uint16Array(length + 1);
    this.#seen = new Uint16Array(length);
    this.#leaf = new Uint16Array(length);
  }

  /**
   * Begins a walk at a position with `behind` before it and `ahead` after it, 0 where that is not
   * known yet. Instructions marked in `skip` are left out.
   */
  begin(behind: number, ahead: number, skip?: Uint8Array): void {
    this.#mark += 1;
    if (this.#mark === 0xffffffff) {
      this.#marks.fill(0);
      this.#mark = 1;
    }
    this.#behind = behind;
    this.#ahead = ahead;
    this.#skip = skip;
    this.matched = false;
    this.count = 0;
    this.hash = 0;
    this.visits = 0;
  }

  /** Walks from `start`. */
  add(start: number): void {
    let depth = this.#push(start, 0);
    const { op, arg, next } = this.#program;
    while (depth > 0) {
      depth -= 1;
      const pc = this.#stack[depth] ?? 0;
      const target = next[pc] ?? 0;
      const mask = arg[pc] ?? 0;
      switch (op[pc] ?? MATCH) {
        case CHAR:
          this.#keep(pc);
          break;
        case SPLIT:
          depth = this.#push(target, this.#push(mask, depth));
          break;
        case BEHIND:
          if ((mask & this.#behind) !== 0) depth = this.#push(target, depth);
          break;
        case AHEAD:
          if (this.#ahead === 0) this.#keep(pc);
          else if ((mask & this.#ahead) !== 0) depth = this.#push(target, depth);
          break;
        case MATCH:
          this.matched = true;
          break;
        default:
      }
    }
  }

  /** Marks at the push, so that the stack never holds an instruction twice. */
  #push(pc: number, depth: number): number {
    if (this.#marks[pc] === this.#mark || this.#skip?.[pc] === 1) return depth;
    this.#marks[pc] = this.#mark;
    this.#seen[this.visits] = pc;
    this.visits += 1;
    this.#stack[depth] = pc;
    return depth + 1;
  }

  #keep(pc: number): void {
    this.#leaf[this.count] = pc;
    this.count += 1;
    const mixed = Math.imul(pc + 1, 0x9e3779b1);
    this.hash = (this.hash + Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)) | 0;
  }

  /** Whether `items`, leaves of some walk with the same `ahead`, are the leaves of this one. */
  hasLeaves(items: Uint16Array): boolean {
    if (items.length !== this.count) return false;
    for (const pc of items) if (this.#marks[pc] !== this.#mark) return false;
    return true;
  }

  /** What was visited since `begin`; valid until the next. */
  visited(): Uint16Array {
    return this.#seen.subarray(0, this.visits);
  }

  /** The leaves since `begin`; valid until the next. */
  leaves(): Uint16Array {
    return this.#leaf.subarray(0, this.count);
  }
}
