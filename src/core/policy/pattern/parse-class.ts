/**
 * Character classes: `[a-z]`, `[^...]`, `[[:alpha:]]`, `\d`.
 *
 * Owns their syntax. Must not know what stands around them.
 */
import { pushFolded } from './case-folding.ts';
import { charSet, complement, PERL_CLASSES, POSIX_CLASSES } from './char-set.ts';
import type { CharSet } from './char-set.ts';
import { takeEscape } from './parse-escape.ts';
import type { PatternCursor } from './parse-escape.ts';

/** `ranges`, with what differs from a member in case alone where `folds`. */
export function foldedSet(ranges: readonly number[], folds: boolean): CharSet {
  if (!folds) return charSet(ranges);
  const all: number[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    pushFolded(all, ranges[at] ?? 0, ranges[at + 1] ?? 0);
  }
  return charSet(all);
}

/** The set of `\d`, `\D` and the like where one stands here, stepped over. */
export function takePerlClass(cursor: PatternCursor, folds: boolean): CharSet | undefined {
  if (!cursor.sees('\\')) return undefined;
  const letter = cursor.source.charAt(cursor.at + 1);
  const ranges = PERL_CLASSES.get(letter.toLowerCase());
  if (ranges === undefined) return undefined;
  cursor.at += 2;
  const set = foldedSet(ranges, folds);
  return letter === letter.toLowerCase() ? set : complement(set);
}

/** The set of `[:alpha:]` and the like where one stands here; a problem where its name is none. */
function takePosixClass(cursor: PatternCursor, folds: boolean): CharSet | undefined {
  if (!cursor.sees('[:')) return undefined;
  const end = cursor.source.indexOf(':]', cursor.at + 2);
  if (end === -1) return undefined;
  const name = cursor.source.slice(cursor.at + 2, end);
  const negated = name.startsWith('^');
  const ranges = POSIX_CLASSES.get(negated ? name.slice(1) : name);
  if (ranges === undefined) return cursor.fail('write a known class, such as [:alpha:]');
  cursor.at = end + 2;
  const set = foldedSet(ranges, folds);
  return negated ? complement(set) : set;
}

function takeMember(cursor: PatternCursor): number | undefined {
  return cursor.sees('\\') ? takeEscape(cursor) : cursor.takeCode();
}

/** One member or range, added to `into`. */
function takeRange(cursor: PatternCursor, folds: boolean, into: number[]): void {
  const from = cursor.at;
  const lo = takeMember(cursor);
  if (lo === undefined) return;
  let hi: number | undefined = lo;
  if (cursor.sees('-') && !cursor.sees('-]') && cursor.at + 1 < cursor.source.length) {
    cursor.at += 1;
    hi = takeMember(cursor);
    if (hi === undefined) return;
  }
  if (hi < lo) cursor.fail('write the lower end of a range first', from);
  else if (folds) pushFolded(into, lo, hi);
  else into.push(lo, hi);
}

/** The set of the class whose `[` stands here, stepped over. */
export function takeClass(cursor: PatternCursor, folds: boolean): CharSet | undefined {
  const from = cursor.at;
  cursor.at += 1;
  const negated = cursor.takes('^');
  const ranges: number[] = [];
  for (let first = true; first || !cursor.sees(']'); first = false) {
    if (cursor.at >= cursor.source.length) return cursor.fail('close this class with ]', from);
    const named = takePosixClass(cursor, folds) ?? takePerlClass(cursor, folds);
    if (named === undefined) takeRange(cursor, folds, ranges);
    else for (const end of named) ranges.push(end);
    if (cursor.problem !== undefined) return undefined;
  }
  cursor.at += 1;
  const set = charSet(ranges);
  return negated ? complement(set) : set;
}
