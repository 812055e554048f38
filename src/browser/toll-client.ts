/**
 * The two requests of a solver: redeem, and a fresh challenge.
 *
 * Owns the wire side of both and the retries; must not know the page. Every reply is read as
 * unknown data: a proxy or an old Worker may answer in the gate's place.
 */
import { parsePuzzle } from '../core/puzzle/puzzle.ts';
import { type ChallengeObject, WIRE_VERSION } from '../core/wire/challenge-object.ts';
import { formatSolutions } from '../core/wire/solutions.ts';

export type TollFailure =
  /** problem+json: `code` of DESIGN.md section 5. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly retryAfterSeconds: number | undefined;
    }
  /** No usable answer after all retries. */
  | { readonly kind: 'unreachable' };

export type RedeemResult =
  | {
      readonly kind: 'pass';
      readonly returnPath: string;
      /** Requests that the pass buys where the challenge was met: an estimate. */
      readonly allowance: number;
      /** Unix seconds. */
      readonly expires: number;
    }
  | TollFailure;
export type ChallengeResult =
  | { readonly kind: 'challenge'; readonly toll: ChallengeObject }
  | TollFailure;

export interface TollClientPorts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly sleep: (delayMs: number) => Promise<void>;
}

export interface TollClient {
  redeem(toll: ChallengeObject, nonces: readonly number[]): Promise<RedeemResult>;
  /** A new challenge that leads to `returnPath`. */
  renew(redeemPath: string, returnPath: string): Promise<ChallengeResult>;
}

/** Pauses before the second and the third try. */
const BACK_OFF_MS = [800, 2_500];

type Answer =
  | { readonly kind: 'json'; readonly value: object }
  | Extract<TollFailure, { readonly kind: 'refused' }>;

export function createTollClient({ fetch, sleep }: TollClientPorts): TollClient {
  async function ask(path: string, init: RequestInit): Promise<Answer | undefined> {
    try {
      return await readAnswer(await fetch(path, { ...init, redirect: 'error' }));
    } catch {
      // The network failed: there is nothing more to know.
      return undefined;
    }
  }

  /** Redeeming twice gives the same pass, so asking again is always safe. */
  async function askWithRetries(path: string, init: RequestInit): Promise<Answer | undefined> {
    for (const delayMs of BACK_OFF_MS) {
      const answer = await ask(path, init);
      if (answer !== undefined) return answer;
      await sleep(delayMs);
    }
    return ask(path, init);
  }

  return {
    async redeem(toll, nonces) {
      const { challenge } = toll;
      const answer = await askWithRetries(toll.redeem, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ challenge, solutions: formatSolutions(nonces) }),
      });
      if (answer?.kind === 'refused') return answer;
      return readPass(answer?.value) ?? { kind: 'unreachable' };
    },
    async renew(redeemPath, returnPath) {
      const prefix = redeemPath.slice(0, redeemPath.lastIndexOf('/') + 1);
      const path = `${prefix}challenge?return=${encodeURIComponent(returnPath)}`;
      const answer = await askWithRetries(path, { headers: { Accept: 'application/json' } });
      if (answer?.kind === 'refused') return answer;
      const toll = answer === undefined ? undefined : parseChallenge(answer.value);
      return toll === undefined ? { kind: 'unreachable' } : { kind: 'challenge', toll };
    },
  };
}

function readPass(value: object | undefined): RedeemResult | undefined {
  if (value === undefined || !('return' in value)) return undefined;
  if (!('allowance' in value && 'expires' in value)) return undefined;
  const { return: returnPath, allowance, expires } = value;
  if (typeof returnPath !== 'string') return undefined;
  return { kind: 'pass', returnPath, allowance: Number(allowance), expires: Number(expires) };
}

/** `undefined` where the answer is none of ours, or asks to try again (5xx). */
async function readAnswer(response: Response): Promise<Answer | undefined> {
  const value: unknown = await response.json();
  if (typeof value !== 'object' || value === null) return undefined;
  if (response.ok) return { kind: 'json', value };
  if (response.status >= 500 || !('code' in value) || typeof value.code !== 'string') {
    return undefined;
  }
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const retryAfterSeconds = Number.isNaN(seconds) ? undefined : seconds;
  return { kind: 'refused', code: value.code, retryAfterSeconds };
}

/** A challenge object that this code can work with; `undefined` for anything else. */
export function parseChallenge(value: unknown): ChallengeObject | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('version' in value && 'challenge' in value && 'puzzle' in value)) return undefined;
  if (!('expires' in value && 'redeem' in value)) return undefined;
  const { version, challenge, expires, redeem } = value;
  const puzzle = parsePuzzle(value.puzzle);
  if (version !== WIRE_VERSION || puzzle === undefined) return undefined;
  if (typeof challenge !== 'string' || typeof expires !== 'number') return undefined;
  if (typeof redeem !== 'string' || !/^\/(?!\/)/.test(redeem)) return undefined;
  return { version: WIRE_VERSION, challenge, puzzle, expires, redeem };
}
