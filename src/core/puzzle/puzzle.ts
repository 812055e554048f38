/**
 * The puzzles of wire format version 1, as they stand in a challenge.
 *
 * Owns the union of puzzles and its strict parser; must not know tokens, prices
 * or how any puzzle is solved.
 *
 *   { "name": "sha256", "threshold": T, "minSolutions": m, "maxSolutions": M }
 *   { "name": "patience", "notBefore": <unix seconds> }
 */

/** `threshold` in [63, 2^32 - 1]: at most 2^26 expected attempts a solution. */
export const MIN_THRESHOLD = 63;
export const MAX_THRESHOLD = 0xffff_ffff;
/** `1 <= minSolutions <= maxSolutions <= 256`. */
export const MAX_SOLUTIONS = 256;

export interface Sha256Puzzle {
  readonly name: 'sha256';
  /** A solution's last output word, big-endian, is at most this. */
  readonly threshold: number;
  /** Fewest solutions that redeem: the entry fee. */
  readonly minSolutions: number;
  /** Most solutions that one challenge gives credit for. */
  readonly maxSolutions: number;
}

export interface PatiencePuzzle {
  readonly name: 'patience';
  /** Unix seconds before which redemption is refused; no leeway. */
  readonly notBefore: number;
}

export type Puzzle = Sha256Puzzle | PatiencePuzzle;

function isIntegerWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function hasExactly(record: object, names: readonly string[]): boolean {
  return (
    Object.keys(record).length === names.length &&
    names.every((name) => Object.hasOwn(record, name))
  );
}

/** A puzzle exactly as the format draws it; `undefined` for anything else (unknown members included). */
export function parsePuzzle(value: unknown): Puzzle | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!('name' in value)) return undefined;
  if (value.name === 'patience') {
    if (!hasExactly(value, ['name', 'notBefore']) || !('notBefore' in value)) return undefined;
    const { notBefore } = value;
    if (!isIntegerWithin(notBefore, 0, Number.MAX_SAFE_INTEGER)) return undefined;
    return { name: 'patience', notBefore };
  }
  if (value.name !== 'sha256') return undefined;
  if (!hasExactly(value, ['name', 'threshold', 'minSolutions', 'maxSolutions'])) return undefined;
  if (!('threshold' in value && 'minSolutions' in value && 'maxSolutions' in value))
    return undefined;
  const { threshold, minSolutions, maxSolutions } = value;
  if (!isIntegerWithin(threshold, MIN_THRESHOLD, MAX_THRESHOLD)) return undefined;
  if (!isIntegerWithin(maxSolutions, 1, MAX_SOLUTIONS)) return undefined;
  if (!isIntegerWithin(minSolutions, 1, maxSolutions)) return undefined;
  return { name: 'sha256', threshold, minSolutions, maxSolutions };
}
