/**
 * YAML 1.2 (and so JSON) read into plain values, with the place of each of them.
 *
 * Owns everything that is YAML and not policy: syntax, duplicate keys, aliases, tags, several
 * documents. Must not know what the values mean.
 */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import { memberPath } from '../core/policy/policy-problem.ts';

export interface Place {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** A problem at a place of a file; `path` is empty where only the place is known. */
export interface PlacedProblem extends Place {
  readonly path: string;
  readonly message: string;
}

export interface PlacedText {
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  /** Place of the value that a path such as `rules[2].network[0]` names, or of what holds it. */
  readonly locate: (path: string) => Place;
}

/** Aliases write large values in few bytes; these are more values than any policy has. */
const MAX_VALUES = 200_000;
const MAX_DEPTH = 64;
const MAX_SYNTAX_PROBLEMS = 20;
/** Those of JSON's values; others make bytes, sets and worse. */
const TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
/** What problems of a whole document are reported under. */
const ROOT = 'policy';

class TooMuch extends Error {}

/** Turns the nodes of one document into values. */
class ValueReader {
  readonly problems: { readonly path: string; readonly at: number; readonly message: string }[] =
    [];
  /** Offsets by path. */
  readonly places = new Map<string, number>();
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  refuse(path: string, node: Node | undefined, message: string): undefined {
    this.problems.push({ path, at: node?.range?.[0] ?? 0, message });
    return undefined;
  }

  #alias(node: Alias, path: string, depth: number): unknown {
    // An anchor counts once its value is complete, so no value can hold itself.
    const target = this.#anchors.get(node.source);
    if (target !== undefined) return this.read(target, path, depth + 1);
    return this.refuse(path, node, `define &${node.source.slice(0, 40)} above its use`);
  }

  #key(node: unknown, path: string): string | undefined {
    if (isScalar(node)) return String(node.value);
    return this.refuse(path, undefined, 'write the keys of a table as text');
  }

  #map(node: YAMLMap, path: string, depth: number): unknown {
    const members = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const name = this.#key(key, path);
      if (name === undefined) continue;
      const place = path === '' ? name : memberPath(path, name);
      const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      if (members.has(name)) {
        const message = 'remove this key: the table has it already, further up';
        this.problems.push({ path: place, at, message });
        continue;
      }
      members.set(name, this.read(value, place, depth + 1));
      this.places.set(place, at);
      if (path === '') this.places.set(memberPath(ROOT, name), at);
    }
    // Own members, whatever their names: `__proto__` is refused by whoever judges them.
    return Object.fromEntries(members);
  }

  read(node: unknown, path: string, depth: number): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new TooMuch(`use fewer than ${MAX_VALUES} values in all`);
    if (depth > MAX_DEPTH) throw new TooMuch(`nest at most ${MAX_DEPTH} levels`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#alias(node, path, depth);
    if (isNode(node) && node.tag !== undefined && !TAGS.has(node.tag)) {
      return this.refuse(path, node, 'remove the tag: plain values are enough here');
    }
    let value: unknown;
    if (isScalar(node)) value = node.value;
    else if (isMap(node)) value = this.#map(node, path, depth);
    else if (isSeq(node)) {
      value = node.items.map((item, index) => {
        const place = `${path}[${index}]`;
        if (isNode(item)) this.places.set(place, item.range?.[0] ?? 0);
        return this.read(item, place, depth + 1);
      });
    }
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    return value;
  }
}

function parentOf(path: string): string {
  return path.replace(/(?:\.\w+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$|^[^.[\]]+$/, '');
}

function createLocator(
  places: ReadonlyMap<string, number>,
  placeOf: (offset: number) => Place,
): PlacedText['locate'] {
  return (path) => {
    let current = path;
    while (current !== '') {
      const at = places.get(current) ?? places.get(current.replace(/^policy\./, ''));
      if (at !== undefined) return placeOf(at);
      const parent = parentOf(current);
      current = parent.length < current.length ? parent : '';
    }
    return placeOf(0);
  };
}

function syntaxProblems(
  document: Document.Parsed,
  placeOf: (offset: number) => Place,
): readonly PlacedProblem[] {
  const all = [...document.errors, ...document.warnings];
  const tooDeep = all.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  // What else is wrong in there cannot be told.
  if (tooDeep !== undefined) {
    return [{ path: '', message: 'nest less deeply', ...placeOf(tooDeep.pos[0]) }];
  }
  return all.slice(0, MAX_SYNTAX_PROBLEMS).map(({ message, pos }) => {
    const { line, column } = placeOf(pos[0]);
    return { path: '', message: `correct the YAML: ${message}`, line, column };
  });
}

/** Never throws, whatever the text; an empty text is the value `null`. */
export function readPlacedText(text: string): PlacedText {
  const lineCounter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return line === 0 ? { line: 1, column: 1 } : { line, column: col };
  };
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    lineCounter,
    prettyErrors: false,
    strict: true,
    // Tables are compared key by key below, in linear time.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [first, second] = Array.isArray(parsed) ? parsed : [];
  const nothing = { value: null, locate: () => ({ line: 1, column: 1 }) };
  if (first === undefined) return { ...nothing, problems: [] };
  const problems: PlacedProblem[] = [...syntaxProblems(first, placeOf)];
  if (second !== undefined) {
    const message = 'write one document: remove "---" and what follows it';
    problems.push({ path: '', message, ...placeOf(second.range[0]) });
  }
  if (first.directives.yaml.version !== '1.2') {
    problems.push({ path: '', message: 'write YAML 1.2: remove the %YAML line', ...placeOf(0) });
  }
  if (problems.length > 0) return { ...nothing, problems };
  const reader = new ValueReader();
  try {
    const value = reader.read(first.contents, '', 0);
    return {
      value,
      problems: reader.problems.map(({ path, at, message }) => ({ path, message, ...placeOf(at) })),
      locate: createLocator(reader.places, placeOf),
    };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { ...nothing, problems: [{ path: '', message: error.message, ...placeOf(0) }] };
  }
}
