/**
 * Challenges of Anubis as work.
 *
 * Owns the arithmetic: `fast` and `slow` ask for a hash that begins with so many zeros in
 * hexadecimal, which takes 16^difficulty attempts on average; the rest asks for patience.
 */
import { MAX_SOLUTIONS, MIN_THRESHOLD } from '../../puzzle/puzzle.ts';
import type { AnubisChallenge } from './bot-config.ts';

const MAX_ATTEMPTS = 2 ** 32 / (MIN_THRESHOLD + 1);
const MAX_WORK = MAX_ATTEMPTS * MAX_SOLUTIONS;
/** As by default: enough parts that the time is predictable. */
const SOLUTIONS = 32;
/** As by default: what the entry fee buys. */
const REQUESTS_PER_FEE = 120;

export interface TranslatedChallenge {
  /** Members of a charge. */
  readonly terms: Readonly<Record<string, unknown>>;
  /** What differs from what was written. */
  readonly change: string | undefined;
}

function workOf(difficulty: number): TranslatedChallenge {
  const wanted = 16 ** difficulty;
  const work = Math.min(wanted, MAX_WORK);
  const attempts = Math.min(Math.max(1, work / SOLUTIONS), MAX_ATTEMPTS);
  const terms = {
    minSolutions: work / attempts,
    attemptsPerSolution: attempts,
    requestPrice: Math.max(1, Math.floor(work / REQUESTS_PER_FEE)),
  };
  const change =
    work < wanted
      ? `difficulty ${difficulty} means 16^${difficulty} attempts; the most that can be asked for is ${MAX_WORK}`
      : undefined;
  return { terms, change };
}

/** The terms of a charge; none for a rule that leaves the challenge to the defaults. */
export function translateChallenge(challenge: AnubisChallenge | undefined): TranslatedChallenge {
  if (challenge === undefined) return { terms: {}, change: undefined };
  const { algorithm, difficulty } = challenge;
  switch (algorithm === '' ? 'fast' : algorithm) {
    case 'fast':
    case 'slow':
      return workOf(difficulty);
    case 'metarefresh':
    case 'preact':
      return { terms: { puzzle: 'patience' }, change: undefined };
    default:
      return {
        terms: {},
        change: 'this algorithm is not known here; the rule charges on the default terms',
      };
  }
}
