/**
 * Buying a pass: solve the least that is accepted, redeem, and solve on where that is too little.
 *
 * Owns the order and how much is worth having; must not know lanes, fetch or why a pass is wanted.
 * Redeeming the same challenge with more solutions gives the same pass with more credit, so the
 * visitor has a good pass after the least work, and the rest is no loss whenever it ends.
 */
import type { ChallengeObject } from '../../core/wire/challenge-object.ts';
import type { Job, SolveResult } from '../pool.ts';
import type { TollClient, TollFailure } from '../toll-client.ts';
import type { PurchaseFailure } from './keeper.ts';

/** A challenge lives 300 s: what is solved by then has a minute to be redeemed. */
const SOLVING_MS = 240_000;
/** The balance at which the next top-up is due is not for spending. */
const RESERVE_SHARE = 1 / 4;

export interface PurchasePorts {
  readonly client: TollClient;
  readonly digest: (text: string) => Promise<Uint8Array>;
  readonly solve: (job: Job) => Promise<SolveResult>;
  readonly nowMs: () => number;
  /** There is a new pass, or the new one is worth more. */
  readonly redeemed: () => void;
}

export interface Offer {
  readonly allowance: number;
  readonly lifeSeconds: number;
  readonly minSolutions: number;
  readonly maxSolutions: number;
}

/** Solutions that a pass needs to last its life at `pace` requests a minute. */
export function solutionsFor(pace: number, offer: Offer): number {
  const { allowance, lifeSeconds, minSolutions, maxSolutions } = offer;
  if (allowance <= 0) return minSolutions;
  const requests = (pace * lifeSeconds) / 60 + allowance * RESERVE_SHARE;
  const wanted = Math.ceil((requests * minSolutions) / allowance);
  return Math.min(Math.max(wanted, minSolutions), maxSolutions);
}

export function describeFailure(failure: TollFailure): PurchaseFailure {
  if (failure.kind === 'unreachable') return { detail: 'unreachable' };
  return { detail: failure.code, retryAfterSeconds: failure.retryAfterSeconds };
}

/** @param pace requests a minute that the pass should bear; 0: the least pass will do */
export async function buyPass(
  toll: ChallengeObject,
  pace: number,
  ports: PurchasePorts,
): Promise<PurchaseFailure | undefined> {
  const { client, digest, solve, nowMs, redeemed } = ports;
  const { puzzle } = toll;
  if (puzzle.name !== 'sha256') return { detail: 'no puzzle to solve' };
  const { threshold, minSolutions, maxSolutions } = puzzle;
  const untilMs = nowMs() + SOLVING_MS;
  const job = { digest: await digest(toll.challenge), threshold };

  const least = await solve({ ...job, solutions: minSolutions });
  if (least.kind === 'failed') return { detail: least.detail };
  const pass = await client.redeem(toll, least.nonces);
  if (pass.kind !== 'pass') return describeFailure(pass);
  redeemed();

  // It is replaced five minutes before it expires, which is as long as a challenge lives.
  const lifeSeconds = pass.expires - toll.expires;
  const offer = { allowance: pass.allowance, lifeSeconds, minSolutions, maxSolutions };
  const wanted = solutionsFor(pace, offer);
  let { nonces } = least;
  while (nonces.length < wanted && nowMs() < untilMs) {
    const solutions = Math.min(wanted, nonces.length + minSolutions);
    const more = await solve({ ...job, solutions, found: nonces });
    if (more.kind === 'failed') break;
    ({ nonces } = more);
  }
  if (nonces.length > minSolutions) {
    const richer = await client.redeem(toll, nonces);
    if (richer.kind === 'pass') redeemed();
  }
  return undefined;
}
