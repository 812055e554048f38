/**
 * Every way in which the gate refuses, and what a client reads.
 *
 * Owns the stable codes of wire format version 1 and their HTTP status; one table,
 * so that a new code cannot be forgotten on any surface. The details are coarse on
 * purpose: no expected answer, no token, no address.
 */

export type FailureCode =
  | 'malformed'
  | 'too-large'
  | 'unknown-key'
  | 'bad-signature'
  | 'expired'
  | 'wrong-host'
  | 'wrong-client'
  | 'insufficient-work'
  | 'too-early'
  | 'slow-down'
  | 'unavailable'
  | 'toll-required'
  | 'credit-spent'
  | 'denied'
  | 'not-found'
  | 'method-not-allowed'
  | 'unknown-host'
  | 'origin-unreachable';

export interface Failure {
  readonly status: number;
  /** What happened and what to do. */
  readonly detail: string;
}

export const FAILURES: Readonly<Record<FailureCode, Failure>> = {
  malformed: { status: 400, detail: 'The request does not have the form that this address takes.' },
  'too-large': {
    status: 413,
    detail: 'The body or the token in it is larger than this address takes.',
  },
  'unknown-key': {
    status: 403,
    detail: 'The challenge is not signed by a current key: ask for a new one.',
  },
  'bad-signature': {
    status: 403,
    detail: 'The challenge was not issued by this gate: ask for a new one.',
  },
  expired: { status: 403, detail: 'The challenge is too old: ask for a new one.' },
  'wrong-host': { status: 403, detail: 'The challenge was issued for another host: ask this one.' },
  'wrong-client': {
    status: 403,
    detail: 'The challenge was issued to another network or browser: ask for a new one.',
  },
  'insufficient-work': {
    status: 403,
    detail: 'The solutions are too few, or one of them is wrong.',
  },
  'too-early': { status: 403, detail: 'The waiting time is not over yet.' },
  'slow-down': {
    status: 429,
    detail: 'Too many requests from this network or with this pass: wait.',
  },
  unavailable: {
    status: 503,
    detail: 'The gate cannot work at the moment: try again in a minute.',
  },
  'toll-required': {
    status: 403,
    detail:
      'This site asks for a small computation first: solve the challenge in `toll`, POST the solutions to its `redeem` path, and repeat the request with the pass.',
  },
  'credit-spent': {
    status: 429,
    detail: 'The pass has no credit left: solve the challenge in `toll` for another one.',
  },
  denied: { status: 403, detail: 'A rule of this site refuses the request.' },
  'not-found': { status: 404, detail: 'The gate has nothing at this address.' },
  'method-not-allowed': {
    status: 405,
    detail: 'This address does not take the method: see Allow.',
  },
  'unknown-host': { status: 421, detail: 'The gate does not answer for this host.' },
  'origin-unreachable': {
    status: 502,
    detail: 'The gate let the request through, but the site behind it could not be reached.',
  },
};
