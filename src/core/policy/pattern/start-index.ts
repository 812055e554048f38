/**
 * Where a match can begin.
 *
 * A pattern may match anywhere, so every position begins it anew. Owns what that comes to, worked out
 * once per set of patterns: for what stands behind a position and the class of the character after
 * it, the instructions reached. Must not know states or texts.
 */
import type { Alphabet } from './alphabet.ts';
import type { Closure } from './closure.ts';
import { AHEAD, BEHIND, CHAR } from './program.ts';
import type { Program } from './program.ts';
import { EDGE, NEWLINE, OTHER, WORD } from './pattern-node.ts';

const KINDS = [EDGE, NEWLINE, WORD, OTHER] as const;

export interface Start {
  /** Whether nothing at all matches here. */
  readonly matches: boolean;
  /** Whether nothing at all matches here where the text ends. */
  readonly matchesAtEnd: boolean;
  /** Whether no pattern can begin here. */
  readonly isEmpty: boolean;
  /** Instructions reached before a character is read, marked with 1. */
  readonly reached: Uint8Array;
  /** By class: where it leads, less what begins there anyway; null where the text matches. */
  readonly targets: readonly (readonly number[] | null)[];
}

export interface StartIndex {
  /** The kind that stands for `kind`: equal for kinds that no BEHIND tells apart. */
  readonly canonical: Uint8Array;
  /** By canonical kind. */
  readonly starts: readonly (Start | undefined)[];
}

function canonicalKinds(program: Program): Uint8Array {
  const masks = new Set<number>();
  for (const [pc, op] of program.op.entries()) if (op === BEHIND) masks.add(program.arg[pc] ?? 0);
  const canonical = new Uint8Array(OTHER + 1);
  for (const kind of KINDS) {
    const same = (other: number) => [...masks].every((mask) => !(mask & kind) === !(mask & other));
    canonical[kind] = KINDS.find(same) ?? kind;
  }
  return canonical;
}

interface Parts {
  readonly program: Program;
  readonly alphabet: Alphabet;
  readonly closure: Closure;
}

function reach(parts: Parts, behind: number): Omit<Start, 'targets' | 'matchesAtEnd'> {
  const { program, closure } = parts;
  closure.begin(behind, 0);
  for (const start of program.starts) closure.add(start);
  const reached = new Uint8Array(program.op.length);
  for (const pc of closure.visited()) reached[pc] = 1;
  return { matches: closure.matched, isEmpty: closure.count === 0, reached };
}

/** Characters that may come, by what they look like: all at once where no assertion looks ahead. */
function kindsAhead(program: Program, reached: Uint8Array): readonly number[] {
  const looks = reached.some((mark, pc) => mark === 1 && program.op[pc] === AHEAD);
  return looks ? [NEWLINE, WORD, OTHER] : [0];
}

function indexTargets(
  parts: Parts,
  behind: number,
  reachedAfter: (kind: number) => Uint8Array | undefined,
) {
  const { program, alphabet, closure } = parts;
  const targets: (Set<number> | null)[] = Array.from(
    { length: alphabet.size },
    () => new Set<number>(),
  );
  let pairs = 0;
  for (const ahead of kindsAhead(program, reachedAfter(behind) ?? new Uint8Array())) {
    const comes = (id: number) => ahead === 0 || alphabet.kinds[id] === ahead;
    closure.begin(behind, ahead);
    for (const start of program.starts) closure.add(start);
    if (closure.matched) {
      for (const id of targets.keys()) if (comes(id)) targets[id] = null;
    }
    for (const pc of closure.leaves()) {
      if (program.op[pc] !== CHAR) continue;
      const target = program.next[pc] ?? 0;
      for (const id of alphabet.classesOf(program.sets[program.arg[pc] ?? 0] ?? [])) {
        if (!comes(id)) continue;
        pairs += 1;
        if (reachedAfter(alphabet.kinds[id] ?? 0)?.[target] !== 1) targets[id]?.add(target);
      }
    }
  }
  return { pairs, targets: targets.map((set) => set && Array.from(set)) };
}

/** Undefined where more than `maxPairs` pairs of an instruction and a class would be kept. */
export function createStartIndex(parts: Parts, maxPairs: number): StartIndex | undefined {
  const canonical = canonicalKinds(parts.program);
  const distinct = KINDS.filter((kind) => canonical[kind] === kind);
  const reached = new Map(distinct.map((kind) => [kind as number, reach(parts, kind)]));
  const reachedAfter = (kind: number) => reached.get(canonical[kind] ?? 0)?.reached;
  const starts: (Start | undefined)[] = [];
  let pairs = 0;
  for (const kind of distinct) {
    const own = reached.get(kind);
    if (own === undefined) continue;
    const index = indexTargets(parts, kind, reachedAfter);
    pairs += index.pairs;
    if (pairs > maxPairs) return undefined;
    parts.closure.begin(kind, EDGE);
    for (const start of parts.program.starts) parts.closure.add(start);
    starts[kind] = { ...own, targets: index.targets, matchesAtEnd: parts.closure.matched };
  }
  return { canonical, starts };
}
