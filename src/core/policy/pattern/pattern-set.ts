/**
 * A list of patterns, matched in one pass over the text.
 *
 * Owns a deterministic automaton whose states are built when a text first needs them and kept in
 * bounded memory (Cox, "Regular Expression Matching in the Wild", 2010), and the budget of one
 * evaluation (SECURITY-BAR E06). Must not know syntax.
 *
 * A step is one instruction visited. Every transition is charged what it cost to build, also when it
 * is taken from the cache, so a verdict depends on patterns and text alone: not on what was matched
 * before, and not on which isolate answers.
 */
import type { Alphabet } from './alphabet.ts';
import { createAlphabet } from './alphabet.ts';
import { holds } from './char-set.ts';
import { Closure } from './closure.ts';
import type { ParsedPattern } from './parse-pattern.ts';
import { EDGE, NEWLINE, OTHER, WORD } from './pattern-node.ts';
import type { PatternNode } from './pattern-node.ts';
import { AHEAD, BEHIND, CHAR, emitProgram } from './program.ts';
import type { Program } from './program.ts';
import { boundSize } from './size-bound.ts';
import { createStartIndex } from './start-index.ts';
import type { StartIndex } from './start-index.ts';

export const MAX_SET_INSTRUCTIONS = 32_000;
const MAX_CLASSES = 1024;
/** Bounds what compiling may take. */
const MAX_COMPILE_WORK = 2_000_000;
const MAX_START_PAIRS = 500_000;

/**
 * Steps of one evaluation. With an empty cache the dearest patterns found, such as `a.{500}b.{400}X`
 * and `[^X]{999}X`, take 18 to 37 ns a step on 512 characters, 52 before the code is optimised: 4.2 ms
 * at most. On 4,096 characters a new state for each adds to that: up to 5.7 ms (CPU time, mean of 20,
 * Node 24.21, one of two busy x86-64 cloud cores, November 2026). `npx vitest run --project node
 * test/unit/pattern-budget.test.ts -t dearest` prints the dearest of its own; vitest rewrites each
 * import into a look-up, which costs extra. An ordinary user agent against 20 patterns and 163 words
 * takes some 1,000 steps.
 */
export const STEP_BUDGET = 80_000;
/** Numbers of four bytes that the built states of one set may take: 1 MiB. */
export const CACHE_CELLS = 262_144;
/** What a state takes besides its row and its items. */
const STATE_CELLS = 32;
/** A step stands for so much of a row as well: 2 to this power. */
const ROW_SHIFT = 6;

/** A cell of the table: target state in the lower bits, steps above; 0 where not built yet. */
const STATE_BITS = 14;
const STATE_MASK = (1 << STATE_BITS) - 1;
const MATCHED = 1;
const HOPELESS = 2;
const FIRST_STATE = 3;

export interface PatternSet {
  /**
   * Whether any pattern matches anywhere in `text`; 'exhausted' where deciding that takes more than
   * the budget of steps. The same for the same text, always.
   */
  matches(text: string): boolean | 'exhausted';
  /** Steps of the last evaluation: at most one transition more than the budget. */
  readonly steps: number;
  /** Numbers of four bytes that built states take now. */
  readonly cells: number;
}

export interface PatternSetLimits {
  readonly steps?: number;
  readonly cacheCells?: number;
}

export type CompiledPatterns =
  | { readonly ok: true; readonly set: PatternSet }
  | { readonly ok: false; readonly message: string };

interface Automaton {
  readonly program: Program;
  readonly alphabet: Alphabet;
  readonly index: StartIndex;
  readonly closure: Closure;
}

interface State {
  /** Canonical kind of what stands behind. */
  readonly behind: number;
  /** CHAR and AHEAD instructions in any order, less those that begin here anyway. */
  readonly items: Uint16Array;
  matchesAtEnd: boolean | undefined;
}

class LazyPatternSet implements PatternSet {
  steps = 0;
  cells = 0;
  readonly #parts: Automaton;
  readonly #budget: number;
  readonly #cacheCells: number;
  readonly #onlyAtStart: boolean;
  #table: Int32Array;
  #states: State[] = [];
  /** Ids of states by hash. */
  readonly #ids = new Map<number, number[]>();
  readonly #targets: Uint16Array;
  /** Id of the state before the first character; 0 where not built. */
  #initial = 0;
  #flushes = 0;

  constructor(parts: Automaton, limits: PatternSetLimits) {
    this.#parts = parts;
    this.#budget = limits.steps ?? STEP_BUDGET;
    this.#cacheCells = limits.cacheCells ?? CACHE_CELLS;
    this.#targets = new Uint16Array(2 * parts.program.op.length);
    this.#table = new Int32Array(parts.alphabet.size * (FIRST_STATE + 8));
    this.#onlyAtStart = [NEWLINE, WORD, OTHER].every((kind) => {
      const start = parts.index.starts[parts.index.canonical[kind] ?? 0];
      return start?.isEmpty === true && !start.matches;
    });
  }

  matches(text: string): boolean | 'exhausted' {
    const { alphabet, index } = this.#parts;
    const { ascii, size } = alphabet;
    const budget = this.#budget;
    this.steps = 0;
    if (index.starts[EDGE]?.matches === true) return true;
    let steps = 0;
    if (this.#initial === 0) this.#begin();
    let id = this.#initial;
    let table = this.#table;
    for (let at = 0; at < text.length; at += 1) {
      let code = text.charCodeAt(at);
      let letter = 0;
      if (code < 128) {
        letter = ascii[code] ?? 0;
      } else {
        if ((code & 0xfc00) === 0xd800) code = text.codePointAt(at) ?? code;
        if (code > 0xffff) at += 1;
        letter = alphabet.classOf(code);
      }
      let cell = table[id * size + letter] ?? 0;
      if (cell === 0) {
        cell = this.#build(id, letter);
        table = this.#table;
      }
      steps += cell >>> STATE_BITS;
      id = cell & STATE_MASK;
      this.steps = steps;
      if (id === MATCHED) return true;
      if (steps > budget) return 'exhausted';
      if (id === HOPELESS) return false;
    }
    return this.#atEnd(id);
  }

  /** Builds the state before the first character. */
  #begin(): void {
    this.#parts.closure.begin(EDGE, 0);
    this.#initial = this.#stateId(EDGE);
  }

  #atEnd(id: number): boolean {
    const state = this.#states[id - FIRST_STATE];
    if (state === undefined) return false;
    state.matchesAtEnd ??= this.#findEnd(state);
    return state.matchesAtEnd;
  }

  #findEnd(state: State): boolean {
    const { program, closure, index } = this.#parts;
    if (index.starts[state.behind]?.matchesAtEnd === true) return true;
    closure.begin(state.behind, EDGE);
    for (const pc of state.items) if (program.op[pc] === AHEAD) closure.add(pc);
    return closure.matched;
  }

  /** Works out one transition; the cell is kept unless the cache was emptied for it. */
  #build(id: number, letter: number): number {
    const { alphabet } = this.#parts;
    const flushes = this.#flushes;
    const state = this.#states[id - FIRST_STATE];
    if (state === undefined) return HOPELESS;
    const found = this.#step(state, letter);
    const cell = (found.steps << STATE_BITS) | found.id;
    if (flushes === this.#flushes) this.#table[id * alphabet.size + letter] = cell;
    return cell;
  }

  #step(state: State, letter: number): { readonly id: number; readonly steps: number } {
    const { alphabet, closure, index } = this.#parts;
    const fresh = index.starts[state.behind]?.targets[letter];
    if (fresh === null) return { id: MATCHED, steps: 1 };
    const targets = this.#read(state, letter);
    let steps = 1 + (alphabet.size >> ROW_SHIFT) + state.items.length + targets.visits;
    if (targets.matched) return { id: MATCHED, steps };
    const behind = index.canonical[alphabet.kinds[letter] ?? 0] ?? 0;
    const start = index.starts[behind];
    if (start?.matches === true) return { id: MATCHED, steps };
    closure.begin(behind, 0, start?.reached);
    for (const pc of fresh ?? []) closure.add(pc);
    for (let at = 0; at < targets.count; at += 1) closure.add(this.#targets[at] ?? 0);
    steps += (fresh?.length ?? 0) + closure.visits;
    if (closure.matched) return { id: MATCHED, steps };
    if (closure.count === 0 && this.#onlyAtStart) return { id: HOPELESS, steps };
    return { id: this.#stateId(behind), steps };
  }

  /** Puts into `#targets` where the items of `state` lead with a character of class `letter`. */
  #read(state: State, letter: number) {
    const { program, alphabet, closure } = this.#parts;
    const { op, arg, next, sets } = program;
    const member = alphabet.members[letter] ?? 0;
    let count = 0;
    const take = (pc: number) => {
      if (op[pc] !== CHAR || !holds(sets[arg[pc] ?? 0] ?? [], member)) return;
      this.#targets[count] = next[pc] ?? 0;
      count += 1;
    };
    closure.begin(state.behind, alphabet.kinds[letter] ?? 0);
    for (const pc of state.items) {
      if (op[pc] === AHEAD) closure.add(pc);
      else take(pc);
    }
    for (const pc of closure.leaves()) take(pc);
    return { count, visits: closure.visits, matched: closure.matched };
  }

  /** Id of the state of the walk that ended, built where it is new. */
  #stateId(behind: number): number {
    const { alphabet, closure } = this.#parts;
    const hash = (closure.hash + behind) | 0;
    for (const id of this.#ids.get(hash) ?? []) {
      const state = this.#states[id - FIRST_STATE];
      if (state?.behind === behind && closure.hasLeaves(state.items)) return id;
    }
    const { size } = alphabet;
    const cells = size + closure.count + STATE_CELLS;
    const isFull = this.cells + cells > this.#cacheCells;
    if (isFull || this.#states.length + FIRST_STATE === STATE_MASK) this.#flush();
    this.cells += cells;
    const items = closure.leaves().slice();
    const id = this.#states.push({ behind, items, matchesAtEnd: undefined }) - 1 + FIRST_STATE;
    const sameHash = this.#ids.get(hash);
    if (sameHash === undefined) this.#ids.set(hash, [id]);
    else sameHash.push(id);
    if ((id + 1) * size > this.#table.length) {
      const table = new Int32Array(2 * this.#table.length);
      table.set(this.#table);
      this.#table = table;
    }
    return id;
  }

  #flush(): void {
    this.#flushes += 1;
    this.#table.fill(0);
    this.#states = [];
    this.#ids.clear();
    this.cells = 0;
    this.#initial = 0;
  }
}

/** What the assertions of `program` tell apart. */
function distinctionsOf(program: Program) {
  let newline = false;
  let word = false;
  for (const [pc, op] of program.op.entries()) {
    if (op !== BEHIND && op !== AHEAD) continue;
    const mask = program.arg[pc] ?? 0;
    const other = (mask & OTHER) !== 0;
    newline ||= ((mask & NEWLINE) !== 0) !== other;
    word ||= ((mask & WORD) !== 0) !== other;
  }
  return { newline, word };
}

const TOO_LARGE = {
  ok: false,
  message: 'split this list of patterns: it grows too large',
} as const;

function buildSet(
  roots: readonly PatternNode[],
  limits: PatternSetLimits,
): LazyPatternSet | undefined {
  const program = emitProgram(roots);
  const alphabet = createAlphabet(program.sets, distinctionsOf(program), MAX_COMPILE_WORK);
  if (alphabet === undefined || alphabet.size > MAX_CLASSES) return undefined;
  const closure = new Closure(program);
  const index = createStartIndex({ program, alphabet, closure }, MAX_START_PAIRS);
  if (index === undefined) return undefined;
  return new LazyPatternSet({ program, alphabet, index, closure }, limits);
}

/** What is built in a millisecond, so that the first text that needs it may pay for it. */
const DEFERRED = { instructions: 4096, classes: 512, pairs: 32_768 };

/** Whether an automaton for `roots` is small, and so within all bounds for certain. */
function isSurelySmall(roots: readonly PatternNode[]): boolean {
  const { instructions, classes, pairs } = boundSize(roots);
  return (
    instructions <= DEFERRED.instructions && classes <= DEFERRED.classes && pairs <= DEFERRED.pairs
  );
}

/** Built when it is first asked: a policy of hundreds of lists is loaded for one request. */
class DeferredPatternSet implements PatternSet {
  #build: (() => PatternSet | undefined) | undefined;
  #set: PatternSet | undefined;

  constructor(build: () => PatternSet | undefined) {
    this.#build = build;
  }

  get steps(): number {
    return this.#set?.steps ?? 0;
  }

  get cells(): number {
    return this.#set?.cells ?? 0;
  }

  matches(text: string): boolean | 'exhausted' {
    if (this.#build !== undefined) {
      this.#set = this.#build();
      this.#build = undefined;
    }
    // Never without a set: only what is surely small is deferred.
    return this.#set === undefined ? 'exhausted' : this.#set.matches(text);
  }
}

/** One automaton for a list of patterns, or the sentence that says what to do about its size. */
export function compilePatterns(
  patterns: readonly ParsedPattern[],
  limits: PatternSetLimits = {},
): CompiledPatterns {
  const roots = patterns.map((pattern) => pattern.root);
  const size = roots.reduce((total, root) => total + root.size, 1);
  if (size > MAX_SET_INSTRUCTIONS) return TOO_LARGE;
  if (isSurelySmall(roots)) {
    return { ok: true, set: new DeferredPatternSet(() => buildSet(roots, limits)) };
  }
  const set = buildSet(roots, limits);
  return set === undefined ? TOO_LARGE : { ok: true, set };
}
