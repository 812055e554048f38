/**
 * A list of regular expressions as one question.
 *
 * Owns the way from texts to searches and automata, and the memory of answers; both, linear in their
 * input, are the affair of `pattern/`. Most patterns of operators are nothing but texts.
 */
import { literalsOf, MAX_WORDS_CHARACTERS, parsePattern } from '../pattern/parse-pattern.ts';
import type { ParsedPattern } from '../pattern/parse-pattern.ts';
import { compilePatterns } from '../pattern/pattern-set.ts';
import type { PatternSet } from '../pattern/pattern-set.ts';
import { createTextIndex } from '../pattern/text-index.ts';
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

/** More texts than this are found faster by an index. */
const MAX_SEARCHES = 8;
/** Words with bars between them; a dot is the only sign among them. */
const WORDS = /^[\w .|/,:;=@<>~#%&'"!-]+$/;

/** A list of patterns, taken apart. */
interface Parts {
  /** Patterns that are these texts. */
  readonly texts: readonly string[];
  readonly patterns: readonly ParsedPattern[];
}

type Taken =
  | { readonly ok: true; readonly parts: Parts }
  | { readonly ok: false; readonly message: string };

/** Words are not parsed: of a list of 160 names only those with a dot are more than themselves. */
function takeApart(sources: readonly string[]): Taken {
  const texts: string[] = [];
  const patterns: ParsedPattern[] = [];
  for (const source of sources.flatMap(splitWords)) {
    if (isWord(source)) {
      texts.push(source);
      continue;
    }
    const parsed = parsePattern(source);
    if (!parsed.ok) {
      return { ok: false, message: `${parsed.message} (at character ${parsed.at + 1})` };
    }
    const literals = literalsOf(parsed);
    if (literals === undefined) patterns.push(parsed);
    else texts.push(...literals);
  }
  return { ok: true, parts: { texts: [...new Set(texts)], patterns } };
}

function splitWords(source: string): readonly string[] {
  return source.length <= MAX_WORDS_CHARACTERS && WORDS.test(source) ? source.split('|') : [source];
}

function isWord(source: string): boolean {
  return WORDS.test(source) && !source.includes('.') && !source.includes('|');
}

type Compiled =
  | { readonly ok: true; readonly sets: readonly PatternSet[] }
  | { readonly ok: false; readonly message: string };

/** One automaton, or several where one for all would be too large. */
function compileSets(patterns: readonly ParsedPattern[]): Compiled {
  if (patterns.length === 0) return { ok: true, sets: [] };
  const whole = compilePatterns(patterns);
  if (whole.ok) return { ok: true, sets: [whole.set] };
  const sets = [];
  for (const pattern of patterns) {
    const single = compilePatterns([pattern]);
    if (!single.ok) return single;
    sets.push(single.set);
  }
  return { ok: true, sets };
}

/** Undefined where an automaton has to look for the texts. */
function searchFor(texts: readonly string[]): ((text: string) => boolean) | undefined {
  if (texts.length <= MAX_SEARCHES) return (text) => includesAny(text, texts);
  const index = createTextIndex(texts);
  return index === undefined ? undefined : (text) => index.isIn(text);
}

/** The pattern of a text. */
function quote(text: string): string {
  return text.replaceAll(/[\\.[\](){}*+?^$|]/g, String.raw`\$&`);
}

function parseTexts(texts: readonly string[]): readonly ParsedPattern[] {
  return texts.map((text) => parsePattern(quote(text))).filter((parsed) => parsed.ok);
}

function compileList(sources: readonly string[]): CompiledPatternList {
  const taken = takeApart(sources);
  if (!taken.ok) return taken;
  const { texts, patterns } = taken.parts;
  const search = searchFor(texts);
  const compiled = compileSets(
    search === undefined ? [...parseTexts(texts), ...patterns] : patterns,
  );
  if (!compiled.ok) return compiled;
  const { sets } = compiled;
  if (search === undefined) return { ok: true, matches: rememberAnswers(ask(sets)) };
  if (sets.length === 0 && texts.length <= MAX_SEARCHES) return { ok: true, matches: search };
  const asked = ask(sets);
  return { ok: true, matches: rememberAnswers((text) => search(text) || asked(text)) };
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
