/**
 * What a review takes from the published assessment (KV `assessment/current`).
 *
 * Owns the reading of its few numbers; must not know classes. The whole summary and its strict
 * decoder are the affair of `assessment/`, which the Worker has no room for.
 */
import { readTable } from '../policy/policy-problem.ts';
import type { Expectation } from './review-facts.ts';

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** `undefined` for anything that is no assessment of format 1; never throws. */
export function readExpectation(text: string): Expectation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const summary = readTable(value);
  const [requestsPerHour, to] = [summary?.get('expectedRequestsPerHour'), summary?.get('to')];
  if (summary?.get('format') !== 1 || !isCount(requestsPerHour) || !isCount(to)) return undefined;
  return { requestsPerHour, to };
}
