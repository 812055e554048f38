/**
 * The keeper: buys the next pass before the balance runs short.
 *
 * Owns the moment, and that it never becomes a loop; must not know the DOM, the network or how a
 * pass is bought, which are ports. Every way through an attempt ends in a rest.
 *
 *   balance seen -> due? -> attended? -> idle -> power to spare? -> this tab alone -> buy -> rest
 */
import type { BackOff } from './back-off.ts';
import type { Balance } from './balance.ts';

/**
 * A quarter of what a fresh pass gives is bought again: 30 requests by default, a few minutes of
 * quick browsing, and little enough to be lost with the pass that is replaced.
 */
const SHORT_SHARE = 1 / 4;
/** A pass that expires this soon is replaced, unless it is worth more than its successor. */
export const EXPIRES_SOON_MS = 300_000;
/** And so is that one, shortly before it is worth nothing. */
export const EXPIRES_NOW_MS = 60_000;
/** Until the next reading tells whether the purchase was enough. */
const AFTER_PURCHASE_MS = 10_000;
/** Another tab is buying, or the device spares its power. */
export const UNWELCOME_MS = 60_000;

export interface PurchaseFailure {
  readonly detail: string;
  readonly retryAfterSeconds?: number | undefined;
}

export interface KeeperPorts {
  readonly nowMs: () => number;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, callback: () => void) => void;
  readonly backOff: BackOff;
  /** Somebody is there. */
  readonly isAttended: () => boolean;
  /** Resolves when the page has nothing to do. */
  readonly idle: () => Promise<unknown>;
  readonly hasSparePower: () => Promise<boolean>;
  /** Runs `work` unless another tab of the site runs its own. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** `undefined` where a pass was bought. */
  readonly buy: (balance: Balance) => Promise<PurchaseFailure | undefined>;
  readonly complain: (detail: string) => void;
}

function dueMsOf({ requests, fresh, expiresMs }: Balance): number {
  if (requests <= fresh * SHORT_SHARE) return Number.NEGATIVE_INFINITY;
  return expiresMs - (requests <= fresh ? EXPIRES_SOON_MS : EXPIRES_NOW_MS);
}

export class Keeper {
  readonly #ports: KeeperPorts;
  #balance: Balance | undefined;
  #passMs = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  #alarmMs = Number.POSITIVE_INFINITY;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  /** A reply has told of the pass; of one that was replaced since, if it was asked before. */
  see(balance: Balance): void {
    if (balance.requestedMs < this.#passMs) return;
    this.#balance = balance;
    this.consider();
  }

  /** There is a new pass: what was known is of the old one. */
  forget(): void {
    this.#balance = undefined;
    this.#passMs = this.#ports.nowMs();
  }

  /** To be called when something has changed: the visitor is back, or has touched the page. */
  consider(): void {
    const waitMs = this.#waitMs();
    if (this.#isBusy || waitMs === undefined) return;
    if (waitMs > 0) this.#wake(waitMs);
    else if (this.#ports.isAttended()) void this.#attempt();
  }

  /** Until a purchase is due and allowed; `undefined` while nothing is known. */
  #waitMs(): number | undefined {
    if (this.#balance === undefined) return undefined;
    const { nowMs, backOff } = this.#ports;
    return Math.max(dueMsOf(this.#balance), backOff.untilMs) - nowMs();
  }

  #wake(waitMs: number): void {
    const alarmMs = this.#ports.nowMs() + waitMs;
    if (alarmMs >= this.#alarmMs) return;
    this.#alarmMs = alarmMs;
    this.#ports.after(waitMs, () => {
      if (this.#alarmMs === alarmMs) this.#alarmMs = Number.POSITIVE_INFINITY;
      this.consider();
    });
  }

  async #attempt(): Promise<void> {
    const { idle, hasSparePower, alone, backOff, complain } = this.#ports;
    this.#isBusy = true;
    try {
      await idle();
      backOff.rest(UNWELCOME_MS);
      if (await hasSparePower()) await alone(() => this.#buy());
    } catch (error) {
      backOff.fail();
      complain(String(error));
    }
    this.#isBusy = false;
    this.consider();
  }

  async #buy(): Promise<void> {
    const { isAttended, nowMs, buy, backOff, complain } = this.#ports;
    const balance = this.#balance;
    // Another tab may have bought, and the visitor may have gone, since this began.
    if (balance === undefined || dueMsOf(balance) > nowMs() || !isAttended()) return;
    const failure = await buy(balance);
    if (failure === undefined) {
      backOff.succeed();
      backOff.rest(AFTER_PURCHASE_MS);
    } else {
      backOff.fail(failure.retryAfterSeconds);
      complain(failure.detail);
    }
  }
}
