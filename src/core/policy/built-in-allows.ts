/**
 * The few resources that no gate should hide (DESIGN.md section 5).
 *
 * Owns their list: exact on every reading of the path, letter case included whatever the origin,
 * for GET and HEAD alone, without a query: an application may read its path from one, and every
 * query is another object to a cache (SECURITY-BAR E02).
 */
import type { RequestFacts } from './conditions/condition-kind.ts';

export const BUILT_IN_PATHS: ReadonlySet<string> = new Set([
  '/robots.txt',
  '/favicon.ico',
  '/.well-known/security.txt',
  '/.well-known/change-password',
]);

/** Whether this reading of the request is one of the built-in allows. */
export function isBuiltInAllow({ view, method, hasQuery }: ReadingFacts): boolean {
  return (method === 'GET' || method === 'HEAD') && !hasQuery && BUILT_IN_PATHS.has(view);
}

type ReadingFacts = Pick<RequestFacts, 'view' | 'method' | 'hasQuery'>;

/** Name of the decision that a built-in allow makes. */
export const BUILT_IN_RULE = 'built-in';
