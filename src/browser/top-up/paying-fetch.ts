/**
 * A `fetch` that pays where the gate asks for it in the middle of browsing.
 *
 * Owns when a refusal is paid and that the request is then repeated once; must not know how a
 * pass is bought. Whatever fails, the caller gets the response that it would have got anyway. The
 * refused request never reached the origin, so that it may be repeated whatever its method.
 */
import type { BackOff } from './back-off.ts';
import type { PurchaseFailure } from './keeper.ts';
import { prepareReplay } from './replay.ts';

/** Those that a pass cures; `slow-down` asks for patience instead. */
const PAYABLE: ReadonlySet<unknown> = new Set(['toll-required', 'credit-spent']);

export interface PayingFetchPorts {
  readonly fetch: typeof fetch;
  readonly origin: string;
  readonly nowMs: () => number;
  /** Somebody is there who waits for it. */
  readonly isAttended: () => boolean;
  /** When the site last got a pass. */
  readonly passMs: () => number;
  readonly backOff: BackOff;
  /** Solves the challenge object of a refusal, which is unread data. */
  readonly pay: (toll: unknown) => Promise<PurchaseFailure | undefined>;
  readonly complain: (detail: string) => void;
}

/** The challenge in a refusal of the gate's; `undefined` for every other response. */
async function readToll(response: Response): Promise<unknown> {
  const { status, headers } = response;
  // The gate takes headers of this name from the origin's replies: this one is its own.
  if ((status !== 403 && status !== 429) || !headers.has('Toll-Version')) return undefined;
  try {
    const problem: unknown = await response.clone().json();
    const isProblem = typeof problem === 'object' && problem !== null && 'code' in problem;
    if (!isProblem || !PAYABLE.has(problem.code)) return undefined;
    return 'toll' in problem ? problem.toll : undefined;
  } catch {
    return undefined;
  }
}

export function createPayingFetch(ports: PayingFetchPorts): typeof fetch {
  const { nowMs, isAttended, passMs, backOff, pay, complain } = ports;
  let pending: Promise<boolean> | undefined;

  async function buy(toll: unknown): Promise<boolean> {
    const failure = await pay(toll).catch((error: unknown) => ({ detail: String(error) }));
    pending = undefined;
    if (failure === undefined) return true;
    backOff.fail('retryAfterSeconds' in failure ? failure.retryAfterSeconds : undefined);
    complain(failure.detail);
    return false;
  }

  /** Whether there is a pass now that the request did not have. */
  function obtain(toll: unknown, sentMs: number): Promise<boolean> | boolean {
    if (passMs() > sentMs) return true;
    if (pending === undefined && (nowMs() < backOff.untilMs || !isAttended())) return false;
    pending ??= buy(toll);
    return pending;
  }

  return async function payingFetch(input, init) {
    const replay = prepareReplay(input, init);
    const sentMs = nowMs();
    const response = await ports.fetch(input, init);
    if (replay === undefined || new URL(replay.url).origin !== ports.origin) return response;
    const toll = await readToll(response);
    if (toll === undefined || !(await obtain(toll, sentMs))) return response;
    const second = await ports.fetch(...replay.again());
    // A pass that does not help (no cookie is kept, say) is not bought again and again.
    if ((await readToll(second)) === undefined) backOff.succeed();
    else backOff.fail();
    return second;
  };
}
