/** What a client of the gate does: meets the challenge, solves it, redeems it. */
import type { ChallengeObject } from '../../src/core/wire/challenge-object.ts';
import type { Sent, TestGate } from './test-gate.ts';
import { solve } from './solve.ts';

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly toll?: ChallengeObject;
}

export interface Redeemed {
  readonly pass: string;
  readonly expires: number;
  readonly credit: number;
  readonly allowance: number;
  readonly return: string;
}

/** A cheap entry fee: two solutions of 256 attempts each, three requests. */
export const CHEAP = {
  MIN_SOLUTIONS: 2,
  MAX_SOLUTIONS: 8,
  ATTEMPTS_PER_SOLUTION: 256,
  REQUEST_PRICE: 170,
} as const;

export const NAVIGATION = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' } as const;

export async function problemOf(response: Response): Promise<Problem> {
  return response.json();
}

/** The challenge that `target` answers with. */
export async function meet(
  gate: TestGate,
  target = '/page',
  sent: Sent = {},
): Promise<ChallengeObject> {
  const { toll } = await problemOf(await gate.send(target, sent));
  if (toll === undefined) throw new Error('no challenge');
  return toll;
}

export function redeemBody(gate: TestGate, body: unknown, sent: Sent = {}): Promise<Response> {
  return gate.send('/.toll/redeem', {
    ...sent,
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...sent.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Solves and redeems `toll`. */
export async function redeem(
  gate: TestGate,
  toll: ChallengeObject,
  sent: Sent = {},
): Promise<Response> {
  return redeemBody(gate, { challenge: toll.challenge, solutions: await solve(toll) }, sent);
}

/** A pass for `target`, paid for. */
export async function payFor(gate: TestGate, target = '/page', sent: Sent = {}): Promise<Redeemed> {
  const response = await redeem(gate, await meet(gate, target, sent), sent);
  if (response.status !== 200) throw new Error(`redeem answered ${response.status}`);
  return response.json();
}

export function cookieOf(pass: string): { readonly Cookie: string } {
  return { Cookie: `__Host-toll=${pass}` };
}
