/**
 * How far reading has come, on one line of a terminal.
 *
 * Owns the line and when it is written anew: to the standard error, only where that is a terminal, and
 * ten times a second at the most.
 */
import { formatValue } from './html/value-format.ts';
import type { Terminal } from './terminal.ts';

const INTERVAL_MS = 100;
const BAR_WIDTH = 28;
const ERASE = '\r\u001B[2K';

export class LogProgress {
  readonly #terminal: Terminal;
  /** `undefined`: not known. */
  readonly #totalBytes: number | undefined;
  readonly #isShown: boolean;
  readonly #startMs = performance.now();
  #bytes = 0;
  #shownMs = 0;

  constructor(terminal: Terminal, totalBytes: number | undefined) {
    this.#terminal = terminal;
    this.#totalBytes = totalBytes;
    this.#isShown = process.stderr.isTTY;
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes;
  }

  show(lines: number): void {
    const nowMs = performance.now();
    if (!this.#isShown || nowMs - this.#shownMs < INTERVAL_MS) return;
    this.#shownMs = nowMs;
    this.#terminal.err(`${ERASE}${this.#line(lines, nowMs)}`);
  }

  #line(lines: number, nowMs: number): string {
    const rate = (1000 * lines) / Math.max(1, nowMs - this.#startMs);
    const pace = `${lines.toLocaleString('en-US')} lines, ${formatValue(rate)} a second`;
    const total = this.#totalBytes;
    if (total === undefined || total === 0) return `${formatValue(this.#bytes, 'bytes')}  ${pace}`;
    const part = Math.min(1, this.#bytes / total);
    const done = Math.round(part * BAR_WIDTH);
    const bar = `${'█'.repeat(done)}${'░'.repeat(BAR_WIDTH - done)}`;
    return `${bar} ${Math.round(100 * part)} %  ${pace}`;
  }

  /** Seconds since the start; the line is gone. */
  end(): number {
    if (this.#isShown) this.#terminal.err(ERASE);
    return (performance.now() - this.#startMs) / 1000;
  }
}
