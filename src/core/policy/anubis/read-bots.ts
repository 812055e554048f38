/**
 * The list of bot rules, with everything that it imports.
 *
 * Owns imports: what they may hold, wildcards, cycles. Must not know rules.
 */
import { BOT_KEYS, readBot, type AnubisBot } from './bot-config.ts';
import { folderOf, isFilePattern, matchNames } from './file-pattern.ts';
import type { Journal } from './journal.ts';
import { rootOf, type AnubisFiles, type SourceNode } from './source.ts';

/** In backquotes: a quoted one reads as an import to those who draw the import graph. */
const IMPORT_KEY = `import`;
/** Imports inside imports; Anubis follows a cycle until it dies. */
const MAX_DEPTH = 16;
/** All rules together; far more than can be carried over. */
const MAX_BOTS = 10_000;

/** Reads lists of rules and follows their imports. */
export class BotReader {
  readonly bots: AnubisBot[] = [];
  readonly #files: AnubisFiles;
  readonly #journal: Journal;

  constructor(files: AnubisFiles, journal: Journal) {
    this.#files = files;
    this.#journal = journal;
  }

  /** Rules and imports of one list. */
  readEntries(entries: readonly SourceNode[], chain: readonly string[]): void {
    for (const entry of entries) this.#entry(entry, chain);
  }

  #entry(entry: SourceNode, chain: readonly string[]): void {
    if (!entry.isTable) {
      this.#journal.refuse(entry, 'write a rule or an import here');
      return;
    }
    const source = entry.member(IMPORT_KEY);
    const isRule = BOT_KEYS.some((key) => entry.member(key) !== undefined);
    if (source !== undefined && isRule) {
      this.#journal.refuse(source, 'write either an import or a rule here, not both');
    } else if (source !== undefined) this.#import(source, chain);
    else if (isRule) this.#rule(entry);
    else this.#journal.refuse(entry, 'write a rule or an import here');
  }

  #rule(entry: SourceNode): void {
    const bot = readBot(entry, this.#journal);
    if (bot === undefined) return;
    if (this.bots.length === MAX_BOTS) this.#journal.refuse(entry, `use at most ${MAX_BOTS} rules`);
    this.bots.push(bot);
  }

  #import(source: SourceNode, chain: readonly string[]): void {
    const { value } = source;
    if (typeof value !== 'string' || value === '') {
      this.#journal.refuse(source, 'write the name of a file');
      return;
    }
    if (chain.length > MAX_DEPTH) {
      this.#journal.refuse(source, `nest at most ${MAX_DEPTH} imports`);
      return;
    }
    for (const name of this.#namesOf(value, source)) {
      if (chain.includes(name)) this.#journal.refuse(source, 'this file imports itself');
      else this.#file(name, source, [...chain, name]);
    }
  }

  #namesOf(pattern: string, source: SourceNode): readonly string[] {
    if (!isFilePattern(pattern)) return [pattern];
    const isData = pattern.startsWith('(data)/');
    const names = matchNames(pattern, this.#files.list(folderOf(pattern)));
    if (names === undefined) {
      this.#journal.refuse(source, 'correct the pattern: its brackets do not pair');
      return [];
    }
    if (names.length === 0) {
      const where = isData ? ' (does the data folder belong to the same version of Anubis?)' : '';
      this.#journal.refuse(source, `name files that exist: none matches${where}`);
    }
    return names;
  }

  #file(name: string, source: SourceNode, chain: readonly string[]): void {
    const text = this.#files.read(name);
    if (text === undefined) {
      this.#journal.refuse(source, 'name a file that exists and can be read');
      return;
    }
    const parsed = this.#files.parse(text, name);
    if (!parsed.ok) {
      this.#journal.problems.push(...parsed.problems.map((each) => ({ file: name, ...each })));
      return;
    }
    if (parsed.documents.every(({ value }) => value === null || value === undefined)) {
      this.#journal.refuse(source, 'name a file that holds rules: this one is empty');
    }
    this.readLists(
      parsed.documents.map((document) => rootOf(document, name)),
      chain,
    );
  }

  /** Documents that each have to be a list of rules; an empty one holds none. */
  readLists(roots: readonly SourceNode[], chain: readonly string[]): void {
    for (const root of roots) {
      if (root.value === null || root.value === undefined) continue;
      const { items } = root;
      if (items !== undefined) this.readEntries(items, chain);
      else this.#journal.refuse(root, 'write a list of rules: an imported file holds nothing else');
    }
  }
}
