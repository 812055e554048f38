/**
 * What a review takes from the published assessment (KV `assessment/current`).
 *
 * Owns the reading of its two numbers; must not know classes. The whole summary and its strict
 * decoder are the affair of `assessment/`, for which the Worker has no room.
 */
import { readTable } from '../policy/policy-problem.ts';
import { isCount } from './count-grammar.ts';
import type { Expectation } from './review-facts.ts';

/** `undefined` for anything that is no assessment of format 1. */
export function readExpectation(summary: unknown): Expectation | undefined {
  const table = readTable(summary);
  const [requestsPerHour, to] = [table?.get('expectedRequestsPerHour'), table?.get('to')];
  return table?.get('format') === 1 && isCount(requestsPerHour) && isCount(to)
    ? { requestsPerHour, to }
    : undefined;
}
