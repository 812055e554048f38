/**
 * Typed members of a table, as Go's JSON decoder takes them: no conversion between types.
 *
 * Owns the types; must not know which members there are.
 */
import type { Journal } from './journal.ts';
import type { SourceNode } from './source.ts';

/** A text and where it stands. */
export interface PlacedString {
  readonly text: string;
  readonly node: SourceNode;
}

/** Reads members of one table; a member of another type is a problem and counts as absent. */
export class MemberReader {
  readonly #node: SourceNode;
  readonly #journal: Journal;

  constructor(node: SourceNode, journal: Journal) {
    this.#node = node;
    this.#journal = journal;
  }

  has(name: string): boolean {
    return this.#node.member(name) !== undefined;
  }

  /** The member, or the table where it is absent: a place for problems. */
  place(name: string): SourceNode {
    return this.#node.member(name) ?? this.#node;
  }

  #string(node: SourceNode): PlacedString | undefined {
    if (typeof node.value === 'string') return { text: node.value, node };
    return this.#journal.refuse(node, 'write a text here: put the value in quotes');
  }

  string(name: string): PlacedString | undefined {
    const node = this.#node.member(name);
    return node === undefined ? undefined : this.#string(node);
  }

  wholeNumber(name: string): number | undefined {
    const node = this.#node.member(name);
    if (node === undefined) return undefined;
    if (typeof node.value === 'number' && Number.isSafeInteger(node.value)) return node.value;
    return this.#journal.refuse(node, 'write a whole number here, without quotes');
  }

  flag(name: string): boolean | undefined {
    const node = this.#node.member(name);
    if (node === undefined) return undefined;
    if (typeof node.value === 'boolean') return node.value;
    return this.#journal.refuse(node, 'write true or false here');
  }

  list(name: string): readonly SourceNode[] | undefined {
    const node = this.#node.member(name);
    if (node === undefined) return undefined;
    return node.items ?? this.#journal.refuse(node, 'write a list here');
  }

  strings(name: string): readonly PlacedString[] | undefined {
    return this.list(name)?.flatMap((item) => this.#string(item) ?? []);
  }

  wholeNumbers(name: string): readonly number[] | undefined {
    return this.list(name)?.flatMap((item) => {
      if (typeof item.value === 'number' && Number.isSafeInteger(item.value)) return [item.value];
      return this.#journal.refuse(item, 'write a whole number here, without quotes') ?? [];
    });
  }

  table(name: string): SourceNode | undefined {
    const node = this.#node.member(name);
    if (node === undefined || node.isTable) return node;
    return this.#journal.refuse(node, 'write a table of names and values here');
  }

  /** Members of a table of texts, by their names as they are written. */
  stringTable(name: string): ReadonlyMap<string, PlacedString> | undefined {
    const table = this.table(name);
    if (table === undefined) return undefined;
    const found = new Map<string, PlacedString>();
    for (const key of table.keys) {
      const node = table.member(key);
      const string = node === undefined ? undefined : this.#string(node);
      if (string !== undefined) found.set(key, string);
    }
    return found;
  }
}
