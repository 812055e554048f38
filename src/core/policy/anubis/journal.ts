/**
 * What an import has to say: problems that refuse the policy, and notes on what became of it.
 *
 * Owns their shapes and their collection; must not know what is wrong with what.
 */
import type { FilePlace, SourceNode } from './source.ts';

/** Anubis refuses the policy for this, or cannot read it. */
export interface ImportProblem extends FilePlace {
  readonly message: string;
}

/**
 * `carried`: means the same, in other words. `changed`: does something, but not quite the same.
 * `neutralised`: imported in dry-run. `dropped`: not imported.
 */
export type NoteKind = 'carried' | 'changed' | 'neutralised' | 'dropped';

export interface ImportNote extends FilePlace {
  readonly kind: NoteKind;
  /** The thing, such as `rule "googlebot"`. */
  readonly what: string;
  /** One sentence or two: why, and what to do about it. */
  readonly why: string;
}

export type NoteText = Pick<ImportNote, 'kind' | 'what' | 'why'>;

/** Collects, in the order of finding. */
export class Journal {
  readonly problems: ImportProblem[] = [];
  readonly notes: ImportNote[] = [];

  refuse(node: SourceNode, message: string): undefined {
    this.problems.push({ ...node.at, message });
    return undefined;
  }

  note(node: SourceNode, text: NoteText): void {
    this.notes.push({ ...node.at, ...text });
  }
}
