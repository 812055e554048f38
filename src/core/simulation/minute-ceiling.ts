/**
 * A rate-limiting binding of one location: so many in each minute under each key.
 *
 * Owns the window. Cloudflare counts approximately; this counts exactly.
 */

const WINDOW_SECONDS = 60;

export class MinuteCeiling {
  readonly #limit: number;
  readonly #used = new Map<string, number>();
  #window = -1;

  /** @param limit requests a minute */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many of `wanted` pass now; they are counted. `limit`: another one for this key. */
  admit(
    key: string,
    wanted: number,
    { nowSeconds, limit = this.#limit }: { nowSeconds: number; limit?: number },
  ): number {
    const left = this.left(key, nowSeconds, limit);
    const admitted = Math.min(wanted, left);
    if (admitted > 0) this.#used.set(key, (this.#used.get(key) ?? 0) + admitted);
    return admitted;
  }

  /** How many may pass in this minute still. */
  left(key: string, nowSeconds: number, limit = this.#limit): number {
    const window = Math.floor(nowSeconds / WINDOW_SECONDS);
    // A visitor who waits is ahead of the others: the window never goes back.
    if (window > this.#window) {
      this.#window = window;
      this.#used.clear();
    }
    return Math.max(0, limit - (this.#used.get(key) ?? 0));
  }
}
