/**
 * One visit: from the page's data to where the visitor was going, or to a plain explanation.
 *
 * Owns the order of events and what each outcome leads to; must not know the DOM, fetch or
 * workers, which are ports. It starts by itself at most once per page, restarts by itself at most
 * once, and everything else waits for the visitor's button: no loop without a person in it.
 */
import { attemptsOf } from '../core/puzzle/work.ts';
import type { ChallengeObject } from '../core/wire/challenge-object.ts';
import type { PageData } from '../core/wire/page-data.ts';
import type { Features } from './features.ts';
import type { Job, PoolStatus, SolveResult } from './pool.ts';
import type { StringKey } from './strings.ts';
import type { TollClient, TollFailure } from './toll-client.ts';

export type PageState = 'solving' | 'redeeming' | 'done' | 'waiting' | 'blocked' | 'error';

export interface Action {
  readonly label: StringKey;
  readonly run: () => void;
  /** The button can be pressed after so many seconds, and counts down until then. */
  readonly afterSeconds?: number;
}

export interface Scene {
  readonly state: PageState;
  readonly message: StringKey;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly action?: Action;
  /** A way on beside the button. */
  readonly linkPath?: string;
  /** Shows the way without computing. */
  readonly opensPatience?: boolean;
}

export interface VisitPorts {
  readonly data: PageData;
  readonly features: Features;
  readonly client: TollClient;
  readonly digest: (text: string) => Promise<Uint8Array>;
  readonly solve: (job: Job, onStatus: (status: PoolStatus) => void) => Promise<SolveResult>;
  readonly show: (scene: Scene) => void;
  readonly showProgress: (status: PoolStatus, attemptsPerSolution: number) => void;
  readonly mark: { isLost: () => boolean; leave: (path: string) => void };
  readonly pickOwnPath: (candidate: string, fallback: string) => string;
  readonly goTo: (path: string) => void;
  readonly sendForm: (action: string, body: string) => void;
  readonly goBack: () => void;
}

/** Where the gate did not say how long: the longest period of a ceiling. */
const SLOW_DOWN_SECONDS = 60;

/** Refusals that a fresh challenge can cure. */
const STALE_CODES: ReadonlySet<string> = new Set([
  'expired',
  'unknown-key',
  'bad-signature',
  'wrong-client',
]);

export class Visit {
  readonly #ports: VisitPorts;
  #canRestart = true;

  constructor(ports: VisitPorts) {
    this.#ports = ports;
  }

  /** Solves at once, unless there is a reason to ask first. */
  start(): void {
    const { data, features, show, mark } = this.#ports;
    const solveAnyway = { label: 'script.anyway', run: () => this.#begin(data.toll) } as const;
    if (data.reason === 'slow-down') {
      this.#slowDown(data.retryAfterSeconds ?? SLOW_DOWN_SECONDS);
    } else if (data.toll.puzzle.name === 'patience') {
      show({ state: 'waiting', message: 'script.patience', opensPatience: true });
    } else if (!features.keepsCookies) {
      show({ state: 'blocked', message: 'script.cookies-off', action: solveAnyway });
    } else if (!features.isSecure) {
      show({ state: 'blocked', message: 'script.insecure', action: solveAnyway });
    } else if (data.reason === 'toll-required' && mark.isLost()) {
      show({ state: 'blocked', message: 'script.pass-lost', action: this.#tryAgain() });
    } else {
      this.#begin(data.toll);
    }
  }

  #begin(toll: ChallengeObject): void {
    this.#solve(toll).catch((error: unknown) => this.#fail(String(error)));
  }

  async #solve(toll: ChallengeObject): Promise<void> {
    const { show, showProgress, digest, solve, client } = this.#ports;
    const { puzzle } = toll;
    if (puzzle.name !== 'sha256') {
      show({ state: 'waiting', message: 'script.patience', opensPatience: true });
      return;
    }
    show({ state: 'solving', message: 'script.solving' });
    const { threshold, minSolutions } = puzzle;
    const job = { digest: await digest(toll.challenge), threshold, solutions: minSolutions };
    const attempts = attemptsOf(threshold);
    const result = await solve(job, (status) => showProgress(status, attempts));
    if (result.kind === 'failed') {
      this.#fail(result.detail);
      return;
    }
    show({ state: 'redeeming', message: 'script.redeeming' });
    const redeemed = await client.redeem(toll, result.nonces);
    if (redeemed.kind === 'pass') this.#leave(redeemed.returnPath);
    else await this.#recover(redeemed);
  }

  /** Once by itself, where a fresh challenge helps. */
  async #recover(failure: TollFailure): Promise<void> {
    const { show } = this.#ports;
    if (failure.kind === 'unreachable') {
      show({ state: 'error', message: 'script.unreachable', action: this.#tryAgain() });
    } else if (failure.code === 'slow-down') {
      this.#slowDown(failure.retryAfterSeconds ?? SLOW_DOWN_SECONDS);
    } else if (STALE_CODES.has(failure.code) && this.#canRestart) {
      this.#canRestart = false;
      await this.#renew();
    } else {
      const values = { code: failure.code };
      show({ state: 'error', message: 'script.refused', values, action: this.#tryAgain() });
    }
  }

  async #renew(): Promise<void> {
    const { data, client, show } = this.#ports;
    show({ state: 'solving', message: 'script.renewing' });
    const renewed = await client.renew(data.toll.redeem, data.returnPath);
    if (renewed.kind === 'challenge') await this.#solve(renewed.toll);
    else await this.#recover(renewed);
  }

  /** The visitor's button: a fresh challenge, and one more restart by itself. */
  #tryAgain(afterSeconds?: number): Action {
    const run = (): void => {
      this.#canRestart = true;
      this.#renew().catch((error: unknown) => this.#fail(String(error)));
    };
    return { label: 'script.again', run, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
  }

  /** The pass may be good, the pace is not: afterwards the request itself is tried again. */
  #slowDown(afterSeconds: number): void {
    const { data, show } = this.#ports;
    const action =
      data.reason === 'slow-down' && data.form.kind !== 'not-sent'
        ? ({
            label: 'script.again',
            run: () => this.#leave(data.returnPath),
            afterSeconds,
          } as const)
        : this.#tryAgain(afterSeconds);
    show({ state: 'blocked', message: 'script.slow-down', action });
  }

  #leave(returnPath: string): void {
    const { data, show, mark, pickOwnPath, goTo, sendForm, goBack } = this.#ports;
    const { form } = data;
    const path = pickOwnPath(returnPath, pickOwnPath(data.returnPath, '/'));
    if (form.kind === 'not-sent') {
      const action = { label: 'script.back', run: goBack } as const;
      show({ state: 'done', message: 'script.not-sent', action, linkPath: path });
      return;
    }
    mark.leave(path);
    if (form.kind === 'carried') {
      show({ state: 'done', message: 'script.sending' });
      sendForm(pickOwnPath(data.returnPath, path), form.body);
    } else {
      show({ state: 'done', message: 'script.done' });
      goTo(path);
    }
  }

  #fail(detail: string): void {
    const action = this.#tryAgain();
    const values = { detail };
    const scene = { message: 'script.failed', values, action, opensPatience: true } as const;
    this.#ports.show({ state: 'error', ...scene });
  }
}
