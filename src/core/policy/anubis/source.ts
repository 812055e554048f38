/**
 * Files of an Anubis policy as the importer sees them: parsed values that know their place.
 *
 * Owns the port through which files are read and parsed, and the walk over a parsed value; must not
 * know YAML, file systems, or what the values mean.
 *
 * Anubis reads YAML as JSON into Go structures (`encoding/json`): the names of members are compared
 * in any case where no exact one is there, unknown members are ignored, null is an absent value.
 */
import { memberPath, readTable } from '../policy-problem.ts';

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface FilePlace extends Place {
  readonly file: string;
}

/** One document of a file. */
export interface ParsedDocument {
  readonly value: unknown;
  /** Place of the value that a path such as `bots[2].name` names, or of what holds it; `` is the root. */
  locate(path: string): Place;
}

export type ParsedFile =
  | { readonly ok: true; readonly documents: readonly ParsedDocument[] }
  | { readonly ok: false; readonly problems: readonly (Place & { readonly message: string })[] };

/** Where policies come from. Names are as an import writes them: `(data)/bots/x.yaml`, `./x.json`. */
export interface AnubisFiles {
  /** The text of a file; `undefined` where there is none or it cannot be read. */
  read(name: string): string | undefined;
  /** Names of all files in a folder and the folders below it; the folder's name is part of each. */
  list(folder: string): readonly string[];
  /** Never throws. */
  parse(text: string, name: string): ParsedFile;
}

interface NodePlace {
  readonly file: string;
  readonly path: string;
  readonly document: ParsedDocument;
}

/** A value inside a file. */
export class SourceNode {
  readonly value: unknown;
  readonly #place: NodePlace;

  constructor(value: unknown, place: NodePlace) {
    this.value = value;
    this.#place = place;
  }

  get file(): string {
    return this.#place.file;
  }

  get at(): FilePlace {
    const { file, path, document } = this.#place;
    return { file, ...document.locate(path) };
  }

  #child(value: unknown, path: string): SourceNode {
    return new SourceNode(value, { ...this.#place, path });
  }

  /** Names of the members, as they are written; none for what is no table. */
  get keys(): readonly string[] {
    return [...(readTable(this.value)?.keys() ?? [])];
  }

  get isTable(): boolean {
    return readTable(this.value) !== undefined;
  }

  /** A member by name; `undefined` when it is absent or null. */
  member(name: string): SourceNode | undefined {
    const table = readTable(this.value);
    if (table === undefined) return undefined;
    const key = table.has(name)
      ? name
      : [...table.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
    const value = key === undefined ? undefined : table.get(key);
    if (key === undefined || value === undefined || value === null) return undefined;
    const { path } = this.#place;
    return this.#child(value, path === '' ? key : memberPath(path, key));
  }

  /** The items of a list; `undefined` for what is no list. */
  get items(): readonly SourceNode[] | undefined {
    if (!Array.isArray(this.value)) return undefined;
    const items: readonly unknown[] = this.value;
    return items.map((item, index) => this.#child(item, `${this.#place.path}[${index}]`));
  }
}

/** The root of a document. */
export function rootOf(document: ParsedDocument, file: string): SourceNode {
  return new SourceNode(document.value, { file, path: '', document });
}
