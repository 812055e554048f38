/**
 * Whether somebody is there for whom a pass is worth buying.
 *
 * Owns that judgement alone: the page is in sight, and was opened, returned to or touched within
 * the last minutes and since the last purchase. So a tab that is forgotten buys once at most.
 */

/** Long enough to read a page without touching it. */
export const ATTENTIVE_MS = 300_000;

export interface AttentionPorts {
  readonly nowMs: () => number;
  readonly isHidden: () => boolean;
}

export class Attention {
  readonly #ports: AttentionPorts;
  #touchedMs: number;
  #passMs = Number.NEGATIVE_INFINITY;

  constructor(ports: AttentionPorts) {
    this.#ports = ports;
    this.#touchedMs = ports.nowMs();
  }

  /** When this page or another of its site last got a new pass, on the page's own clock. */
  get passMs(): number {
    return this.#passMs;
  }

  noteTouch(): void {
    this.#touchedMs = this.#ports.nowMs();
  }

  notePass(): void {
    this.#passMs = this.#ports.nowMs();
  }

  isGiven(): boolean {
    const { nowMs, isHidden } = this.#ports;
    const isRecent = nowMs() - this.#touchedMs < ATTENTIVE_MS;
    return !isHidden() && isRecent && this.#touchedMs > this.#passMs;
  }
}
