/**
 * Patterns that are nothing but texts: `GPTBot|ClaudeBot`, `https\://bot\.example/`.
 *
 * Owns the way back from a syntax tree to the texts. Nearly all patterns of operators are of this
 * kind; looking for a few texts needs no automaton, which takes longer to build than thousands of
 * such searches do.
 */
import type { CharSet } from './char-set.ts';
import type { PatternNode } from './pattern-node.ts';

/** Half of a pair in UTF-16: an automaton reads pairs as one character, a search for a text does not. */
const SURROGATES = [0xd800, 0xdfff] as const;
const EMPTY_TEXT: readonly string[] = [''];

function textOfSet(set: CharSet): readonly string[] | undefined {
  const [from = 0, to = from] = set;
  if (set.length !== 2 || from !== to) return undefined;
  return from >= SURROGATES[0] && from <= SURROGATES[1] ? undefined : [String.fromCodePoint(from)];
}

/** Each text of `left` followed by each of `right`. */
function join(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.flatMap((start) => right.map((end) => start + end));
}

/**
 * The texts that `node` matches, some perhaps twice; undefined where it is not made of texts alone,
 * or of more than `most`.
 */
export function literalTexts(node: PatternNode, most: number): readonly string[] | undefined {
  if (node.kind === 'empty') return EMPTY_TEXT;
  if (node.kind === 'char') return textOfSet(node.set);
  if (node.kind !== 'sequence' && node.kind !== 'choice') return undefined;
  if (node.kind === 'choice' && node.items.length > most) return undefined;
  let texts: readonly string[] = node.kind === 'sequence' ? EMPTY_TEXT : [];
  for (const item of node.items) {
    const own = literalTexts(item, most);
    if (own === undefined) return undefined;
    texts = node.kind === 'sequence' ? join(texts, own) : [...texts, ...own];
    if (texts.length > most) return undefined;
  }
  return texts;
}
