/**
 * Problems of a policy document.
 *
 * Owns their shape; must not know what is wrong with what. Paths name places, messages say what to
 * do, and neither repeats a value.
 */

export interface PolicyProblem {
  /** Place in the document, such as `RULES[2].network[0]`. */
  readonly path: string;
  /** One sentence that says what to do. */
  readonly message: string;
}

/** One value decoded, or the sentence that says what to do about it. */
export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Path of a member; names that are not plain words are quoted and cut to 40 characters. */
export function memberPath(parent: string, name: string): string {
  if (/^[A-Za-z_]\w{0,39}$/.test(name)) return `${parent}.${name}`;
  return `${parent}[${JSON.stringify(name.slice(0, 40))}]`;
}

/** A table of the document: own string keys only, already swept of forbidden ones. */
export type Table = ReadonlyMap<string, unknown>;

/** `undefined` for anything that is no table. */
export function readTable(value: unknown): Table | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value));
}
