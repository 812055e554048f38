/**
 * A list of regular expressions as one question.
 *
 * Owns the way from texts to automata and the memory of answers; the automaton, which is linear in
 * its input, is the affair of `pattern/`.
 */
import { literalTexts } from '../pattern/literal-texts.ts';
import { parsePattern, type ParsedPattern } from '../pattern/parse-pattern.ts';
import { compilePatterns } from '../pattern/pattern-set.ts';
import type { PatternSet } from '../pattern/pattern-set.ts';
import type { Decoded } from '../policy-problem.ts';
import type { Truth } from './condition-kind.ts';

export type CompiledPatternList =
  | { readonly ok: true; readonly matches: (text: string) => Truth }
  | { readonly ok: false; readonly message: string };

/** A pattern as it was written, if it compiles; the message names the place that does not. */
export function decodePatternText(value: unknown): Decoded<string> {
  if (typeof value !== 'string') {
    return { ok: false, message: 'write a regular expression in RE2 syntax' };
  }
  const compiled = compilePatternList([value]);
  if (compiled.ok) return { ok: true, value };
  return { ok: false, message: `write the pattern otherwise: ${compiled.message}` };
}

/** Answers kept per list: clients send the same few user agents. */
const KEPT_ANSWERS = 64;

function rememberAnswers(matches: (text: string) => Truth): (text: string) => Truth {
  const answers = new Map<string, Truth>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = matches(text);
    if (answers.size >= KEPT_ANSWERS) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}

function includesAny(text: string, parts: readonly string[]): boolean {
  for (const part of parts) if (text.includes(part)) return true;
  return false;
}

/** Asks one automaton, or several where one for all would be too large. */
function ask(sets: readonly PatternSet[]): (text: string) => Truth {
  return (text) => {
    let truth: Truth = false;
    for (const set of sets) {
      const found = set.matches(text);
      if (found === true) return true;
      if (found === 'exhausted') truth = undefined;
    }
    return truth;
  };
}

/** More texts than this are found faster by one automaton. */
const MAX_TEXTS = 8;

/** The texts that `patterns` are made of, where they are few and nothing else. */
function textsOf(patterns: readonly ParsedPattern[]): readonly string[] | undefined {
  const texts: string[] = [];
  for (const { root } of patterns) {
    const own = literalTexts(root, MAX_TEXTS);
    if (own === undefined) return undefined;
    texts.push(...own);
  }
  return texts.length > MAX_TEXTS ? undefined : [...new Set(texts)];
}

function compileList(sources: readonly string[]): CompiledPatternList {
  const patterns = [];
  for (const source of sources) {
    const parsed = parsePattern(source);
    if (!parsed.ok) {
      return { ok: false, message: `${parsed.message} (at character ${parsed.at + 1})` };
    }
    patterns.push(parsed);
  }
  const texts = textsOf(patterns);
  if (texts !== undefined) return { ok: true, matches: (text) => includesAny(text, texts) };
  const whole = compilePatterns(patterns);
  if (whole.ok) return { ok: true, matches: rememberAnswers(ask([whole.set])) };
  const sets = [];
  for (const pattern of patterns) {
    const single = compilePatterns([pattern]);
    if (!single.ok) return single;
    sets.push(single.set);
  }
  return { ok: true, matches: rememberAnswers(ask(sets)) };
}

/** Lists of one pattern: a document that is read asks for each when it is decoded and again later. */
const kept = new Map<string, CompiledPatternList>();
const MAX_KEPT = 256;

/** Whether any of `sources` matches anywhere in a text; or what is wrong with one of them. */
export function compilePatternList(sources: readonly string[]): CompiledPatternList {
  const [only] = sources;
  if (only === undefined || sources.length > 1) return compileList(sources);
  const known = kept.get(only);
  if (known !== undefined) return known;
  const compiled = compileList(sources);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(only, compiled);
  return compiled;
}
