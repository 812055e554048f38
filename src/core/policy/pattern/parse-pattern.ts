/**
 * Patterns of operators: the regular expressions of RE2 and Go.
 *
 * Owns their syntax, and what is refused: whatever RE2 refuses, look-around and back-references
 * among it, Unicode classes, and what outgrows the bounds below (SECURITY-BAR E06). Must not know
 * how a pattern is run. Syntax: https://github.com/google/re2/wiki/Syntax, with the flags that Go's
 * `regexp.Compile` sets.
 */
import { complement, MAX_CODE_POINT } from './char-set.ts';
import type { CharSet } from './char-set.ts';
import { foldedSet, takeClass, takePerlClass } from './parse-class.ts';
import { PatternCursor, takeEscape } from './parse-escape.ts';
import type { PatternProblem } from './parse-escape.ts';
import * as tree from './pattern-node.ts';
import type { Count, PatternNode } from './pattern-node.ts';

export const MAX_PATTERN_CHARACTERS = 1024;
/**
 * An alternation of words, without repetitions and groups, is a list in the dress of a pattern and
 * may be longer: the one that Anubis ships against crawlers of AI has 2,129 characters.
 */
export const MAX_WORDS_CHARACTERS = 16_384;
export const MAX_PATTERN_INSTRUCTIONS = 2000;
export const MAX_GROUP_DEPTH = 100;
export const MAX_REPETITIONS = 1000;

export interface ParsedPattern {
  readonly ok: true;
  readonly source: string;
  readonly root: PatternNode;
}

const FOLD = 1;
const LINES = 2;
const DOT_ALL = 4;
/** Lazy and greedy differ in where a match ends, which nobody asks here. */
const UNGREEDY = 8;

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['i', FOLD],
  ['m', LINES],
  ['s', DOT_ALL],
  ['U', UNGREEDY],
]);

const ANY: CharSet = [0, MAX_CODE_POINT];
const ANY_BUT_NEWLINE: CharSet = complement([10, 10]);

const SYMBOLS: ReadonlyMap<string, Count> = new Map([
  ['*', { min: 0, max: -1 }],
  ['+', { min: 1, max: -1 }],
  ['?', { min: 0, max: 1 }],
]);

/** Characters that may be more than themselves. */
const SPECIAL = '\\.[(*+?{^$';

/** Nodes of ASCII characters, made once: most of most patterns. */
const ASCII = Array.from({ length: 128 }, (_, code) => tree.charNode([code, code]));

const COUNT = /\{(0|[1-9]\d*)(,?)(0|[1-9]\d*)?\}/y;

const GROUP_ADVICE: ReadonlyMap<string, string> = new Map([
  ['(?=', 'look-ahead cannot be matched in linear time: use a second condition instead'],
  ['(?!', 'look-ahead cannot be matched in linear time: use a second condition under not instead'],
  ['(?<=', 'look-behind cannot be matched in linear time: use a second condition instead'],
  [
    '(?<!',
    'look-behind cannot be matched in linear time: use a second condition under not instead',
  ],
  ['(?>', 'atomic groups have no meaning here, nothing backtracks: write (?: instead'],
  ['(?#', 'remove this comment: RE2 has none'],
  ['(?P=', 'back-references cannot be matched in linear time: write the text out'],
]);

class Parser {
  readonly cursor: PatternCursor;
  #flags = 0;
  #depth = 0;
  readonly #names = new Set<string>();

  constructor(source: string) {
    this.cursor = new PatternCursor(source);
  }

  choice(): PatternNode | undefined {
    const items: PatternNode[] = [];
    do {
      const item = this.#sequence();
      if (item === undefined) return undefined;
      items.push(item);
    } while (this.cursor.takes('|'));
    return tree.choiceNode(items);
  }

  #sequence(): PatternNode | undefined {
    const { cursor } = this;
    const items: PatternNode[] = [];
    let repeated = false;
    while (cursor.at < cursor.source.length && !cursor.sees('|') && !cursor.sees(')')) {
      const from = cursor.at;
      if (!SPECIAL.includes(cursor.source.charAt(from))) {
        items.push(this.#literal(cursor.takeCode()));
        repeated = false;
        continue;
      }
      const count = this.#takeCount();
      if (count === undefined) {
        if (!this.#atoms(items)) return undefined;
      } else {
        if (repeated) return cursor.fail('remove the second of two repetitions in a row', from);
        const item = items.pop();
        if (item === undefined)
          return cursor.fail('write what is to be repeated before this', from);
        const node = this.#repeat(item, count, from);
        if (node === undefined) return undefined;
        items.push(node);
      }
      repeated = count !== undefined;
    }
    return tree.sequenceNode(items);
  }

  #repeat(item: PatternNode, count: Count, from: number): PatternNode | undefined {
    const node = tree.repeatNode(item, count);
    const { min, max } = count;
    if (max > MAX_REPETITIONS || min > MAX_REPETITIONS || (max !== -1 && max < min)) {
      return this.cursor.fail(`write at most ${MAX_REPETITIONS}, the lower number first`, from);
    }
    if ((min > 1 || max > 1) && node.copies > MAX_REPETITIONS) {
      return this.cursor.fail(
        `repeat at most ${MAX_REPETITIONS} times, nested ones multiplied`,
        from,
      );
    }
    if (node.size > MAX_PATTERN_INSTRUCTIONS) {
      return this.cursor.fail('repeat less, or something shorter: this grows too large', from);
    }
    return node;
  }

  /** A repetition with the `?` that makes it lazy; `{` is itself where no numbers follow. */
  #takeCount(): Count | undefined {
    const { cursor } = this;
    let count = SYMBOLS.get(cursor.source.charAt(cursor.at));
    if (count === undefined) {
      COUNT.lastIndex = cursor.at;
      const found = COUNT.exec(cursor.source);
      if (found === null) return undefined;
      const [whole, low = '', comma, high] = found;
      if (comma === '' && high !== undefined) return undefined;
      const min = Number(low);
      count = { min, max: high === undefined ? (comma === '' ? min : -1) : Number(high) };
      cursor.at += whole.length;
    } else {
      cursor.at += 1;
    }
    cursor.takes('?');
    return count;
  }

  /** Reads what is no repetition; false after a problem. */
  #atoms(items: PatternNode[]): boolean {
    const { cursor } = this;
    if (cursor.sees('(')) {
      const group = this.#group();
      if (group !== undefined && group !== 'flags') items.push(group);
    } else if (cursor.takes('\\Q')) {
      const end = cursor.source.indexOf('\\E', cursor.at);
      const stop = end === -1 ? cursor.source.length : end;
      while (cursor.at < stop) items.push(this.#literal(cursor.takeCode()));
      if (end !== -1) cursor.at += 2;
    } else {
      const node = this.#assertion() ?? this.#character();
      if (node !== undefined) items.push(node);
    }
    return cursor.problem === undefined;
  }

  #literal(code: number): PatternNode {
    const folds = (this.#flags & FOLD) !== 0;
    const plain = folds ? undefined : ASCII[code];
    return plain ?? tree.charNode(foldedSet([code, code], folds));
  }

  #assertion(): PatternNode | undefined {
    const { cursor } = this;
    const edge = (this.#flags & LINES) === 0 ? tree.EDGE : tree.EDGE | tree.NEWLINE;
    if (cursor.takes('^')) return tree.behindNode(edge);
    if (cursor.takes('$')) return tree.aheadNode(edge);
    if (cursor.takes('\\A')) return tree.behindNode(tree.EDGE);
    if (cursor.takes('\\z')) return tree.aheadNode(tree.EDGE);
    if (cursor.takes('\\b')) return tree.boundaryNode(true);
    if (cursor.takes('\\B')) return tree.boundaryNode(false);
    return undefined;
  }

  #character(): PatternNode | undefined {
    const { cursor } = this;
    const folds = (this.#flags & FOLD) !== 0;
    if (cursor.takes('.')) {
      return tree.charNode((this.#flags & DOT_ALL) === 0 ? ANY_BUT_NEWLINE : ANY);
    }
    const set = cursor.sees('[') ? takeClass(cursor, folds) : takePerlClass(cursor, folds);
    if (set !== undefined) return tree.charNode(set);
    if (cursor.problem !== undefined) return undefined;
    const code = cursor.sees('\\') ? takeEscape(cursor) : cursor.takeCode();
    return code === undefined ? undefined : this.#literal(code);
  }

  #group(): PatternNode | 'flags' | undefined {
    const { cursor } = this;
    const flags = this.#flags;
    const from = cursor.at;
    const opened = this.#open();
    if (opened !== 'group') return opened;
    if (this.#depth === MAX_GROUP_DEPTH) {
      return cursor.fail(`nest at most ${MAX_GROUP_DEPTH} groups`, from);
    }
    this.#depth += 1;
    const node = this.choice();
    this.#depth -= 1;
    this.#flags = flags;
    if (node === undefined) return undefined;
    return cursor.takes(')') ? node : cursor.fail('close this group with )', from);
  }

  /** Reads `(` and what belongs to it: a group's head, or flags for the rest of this group. */
  #open(): 'group' | 'flags' | undefined {
    const { cursor } = this;
    const from = cursor.at;
    cursor.at += 1;
    if (!cursor.takes('?')) return 'group';
    const name = /^(?:P?<)([^>]*)>/.exec(cursor.source.slice(cursor.at));
    if (name !== null && /^\w+$/.test(name[1] ?? '')) {
      if (this.#names.has(name[1] ?? '')) return cursor.fail('give each group another name', from);
      this.#names.add(name[1] ?? '');
      cursor.at += name[0].length;
      return 'group';
    }
    const flags = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(cursor.source.slice(cursor.at));
    if (flags === null) return this.#refuseGroup(from);
    const [whole, on = '', off = '', end] = flags;
    for (const letter of on) this.#flags |= FLAGS.get(letter) ?? 0;
    for (const letter of off) this.#flags &= ~(FLAGS.get(letter) ?? 0);
    cursor.at += whole.length;
    return end === ':' ? 'group' : 'flags';
  }

  #refuseGroup(from: number): undefined {
    for (const [head, advice] of GROUP_ADVICE) {
      if (this.cursor.source.startsWith(head, from)) return this.cursor.fail(advice, from);
    }
    return this.cursor.fail('write (?:...), (?P<name>...) or flags of i, m, s and U', from);
  }
}

function branchesOf(pattern: ParsedPattern): readonly PatternNode[] {
  return pattern.root.kind === 'choice' ? pattern.root.items : [pattern.root];
}

/** The sets that a word is spelled with; undefined for anything but a word. */
function wordOf(node: PatternNode): readonly CharSet[] | undefined {
  if (node.kind === 'empty') return [];
  const sets: CharSet[] = [];
  for (const item of node.kind === 'sequence' ? node.items : [node]) {
    if (item.kind !== 'char') return undefined;
    sets.push(item.set);
  }
  return sets;
}

/** The texts of which one must be contained, where `pattern` says nothing else; else undefined. */
export function literalsOf(pattern: ParsedPattern): readonly string[] | undefined {
  const literals: string[] = [];
  for (const branch of branchesOf(pattern)) {
    const word = wordOf(branch);
    if (word?.every((set) => set.length === 2 && set[0] === set[1]) !== true) return undefined;
    const literal = String.fromCodePoint(...word.map((set) => set[0] ?? 0));
    if (!literal.isWellFormed()) return undefined;
    literals.push(literal);
  }
  return literals;
}

function checkBounds(pattern: ParsedPattern): PatternProblem | undefined {
  const { source, root } = pattern;
  const isLong = source.length > MAX_PATTERN_CHARACTERS;
  if (!isLong && root.size <= MAX_PATTERN_INSTRUCTIONS) return undefined;
  if (branchesOf(pattern).every((branch) => wordOf(branch) !== undefined)) return undefined;
  if (!isLong) return { ok: false, message: 'split this pattern: it grows too large', at: 0 };
  return {
    ok: false,
    message: `split this pattern into several of at most ${MAX_PATTERN_CHARACTERS} characters`,
    at: MAX_PATTERN_CHARACTERS,
  };
}

/** Reads a pattern, or says what to do about it and where. */
export function parsePattern(source: string): ParsedPattern | PatternProblem {
  if (source.length > MAX_WORDS_CHARACTERS) {
    const message = `write at most ${MAX_WORDS_CHARACTERS} characters`;
    return { ok: false, message, at: MAX_WORDS_CHARACTERS };
  }
  const parser = new Parser(source);
  const root = parser.choice();
  const { cursor } = parser;
  if (cursor.problem === undefined && cursor.at < source.length) {
    cursor.fail('open this group with (, or write \\)');
  }
  if (cursor.problem !== undefined || root === undefined) {
    return cursor.problem ?? { ok: false, message: 'write a pattern', at: 0 };
  }
  const pattern: ParsedPattern = { ok: true, source, root };
  return checkBounds(pattern) ?? pattern;
}
