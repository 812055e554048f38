/**
 * The currency: expected attempts.
 *
 * Owns the arithmetic between thresholds, attempts and the unit shown to people.
 * Must not know which puzzle or engine does the work.
 */
import { MAX_THRESHOLD, MIN_THRESHOLD } from './puzzle.ts';

/** Attempts that are shown to people as one millisecond of work. Frozen: see DESIGN section 2. */
export const ATTEMPTS_PER_WORK_MS = 13_300;

const WORD_VALUES = 0x1_0000_0000;

/** Most expected attempts that one solution can be made to cost: 2^26. */
export const MAX_ATTEMPTS_PER_SOLUTION = WORD_VALUES / (MIN_THRESHOLD + 1);

/** Expected attempts of one solution: 2^32 / (threshold + 1), in [1, 2^26]; not always whole. */
export function attemptsOf(threshold: number): number {
  return WORD_VALUES / (threshold + 1);
}

/**
 * The largest threshold whose expected attempts are at least `attempts`.
 * @param attempts in [1, 2^26]; clamped to what the format can state.
 */
export function thresholdFor(attempts: number): number {
  const threshold = Math.floor(WORD_VALUES / attempts) - 1;
  return Math.min(MAX_THRESHOLD, Math.max(MIN_THRESHOLD, threshold));
}

/** Credit of `solutions` solutions, in whole attempts, rounded down. */
export function creditOf(solutions: number, threshold: number): number {
  return Math.floor(solutions * attemptsOf(threshold));
}

/** Attempts as people see them: milliseconds of work on the reference core. */
export function workMsOf(attempts: number): number {
  return attempts / ATTEMPTS_PER_WORK_MS;
}
