/**
 * User agents and paths by regular expression (RE2 syntax).
 *
 * Owns the two kinds; the automaton, which is linear in its input, is the affair of `pattern/`.
 */
import { compilePatterns, parsePattern } from '../pattern/pattern-set.ts';
import type { Decoded } from '../policy-problem.ts';
import type { ConditionKind, Predicate } from './condition-kind.ts';

const MAX_ENTRIES = 1024;

/** A pattern that compiles, as it was written; the message names the character that does not. */
export function decodePatternText(value: unknown): Decoded<string> {
  if (typeof value !== 'string') {
    return { ok: false, message: 'write a regular expression in RE2 syntax' };
  }
  const parsed = parsePattern(value);
  if (parsed.ok) return { ok: true, value };
  return { ok: false, message: `write the pattern otherwise: ${parsed.message}` };
}

/** One automaton for all of `patterns`; every one of them was decoded before. */
export function compilePatternTexts(
  patterns: readonly string[],
): (text: string) => boolean | undefined {
  const parsed = patterns.map(parsePattern);
  const set = compilePatterns(parsed.flatMap((each) => (each.ok ? [each.pattern] : [])));
  return (text) => {
    const found = set.matches(text);
    return found === 'exhausted' ? undefined : found;
  };
}

/** User agents repeat: the last few answers are kept. */
const KEPT_ANSWERS = 64;

function rememberAnswers(matches: (text: string) => boolean | undefined): typeof matches {
  const answers = new Map<string, boolean | undefined>();
  return (text) => {
    if (answers.has(text)) return answers.get(text);
    const answer = matches(text);
    if (answers.size >= KEPT_ANSWERS) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}

export const agentPatternCondition: ConditionKind<string> = {
  maxEntries: MAX_ENTRIES,
  scope: 'request',
  decodeEntry: decodePatternText,
  formatEntry: (pattern) => pattern,
  confines: () => false,
  compile(patterns): Predicate {
    const matches = rememberAnswers(compilePatternTexts(patterns));
    return ({ client }) => matches(client.agentForRules);
  },
};

/** Anchored at the start of the path, with something literal behind the first slash. */
const CONFINED = /^(?:\^|\\A)\/(?:\\[./_-]|[\w.~%-])/;

export const pathPatternCondition: ConditionKind<string> = {
  maxEntries: 256,
  scope: 'reading',
  decodeEntry: decodePatternText,
  formatEntry: (pattern) => pattern,
  // An alternation may hide an open branch behind an anchored one.
  confines: (pattern) => CONFINED.test(pattern) && !pattern.includes('|'),
  compile(patterns, { caseInsensitivePaths }) {
    const texts = caseInsensitivePaths ? patterns.map((text) => `(?i:${text})`) : patterns;
    const matches = compilePatternTexts(texts);
    return ({ path }) => matches(path);
  },
};
