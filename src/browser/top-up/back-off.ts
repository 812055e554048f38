/**
 * When something may be tried again.
 *
 * Owns the pauses: 1, 2, 4 ... minutes after failures in a row, longer where the gate asks for it.
 */

export const FIRST_PAUSE_MS = 60_000;
export const LAST_PAUSE_MS = 32 * FIRST_PAUSE_MS;

export class BackOff {
  readonly #nowMs: () => number;
  #failures = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Nothing is tried before this moment. */
  get untilMs(): number {
    return this.#untilMs;
  }

  rest(pauseMs: number): void {
    this.#untilMs = this.#nowMs() + pauseMs;
  }

  fail(retryAfterSeconds = 0): void {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LAST_PAUSE_MS);
    this.#failures += 1;
    this.rest(Math.max(pauseMs, retryAfterSeconds * 1000));
  }

  succeed(): void {
    this.#failures = 0;
  }
}
