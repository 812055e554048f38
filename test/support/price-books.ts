/**
 * Price books for tests: one that says what a test wants, and the faults of SECURITY-BAR 3.3 in front of
 * any other.
 *
 * Owns the counts and the errors, worded as Cloudflare words them.
 */
import type { PriceReply, PriceReport } from '../../src/core/price/price-report.ts';
import type { PriceBookStub } from '../../src/edge/price-book-client.ts';

export const CALM: PriceReply = {
  version: 1,
  nextReportSeconds: 15,
  isolates: 1,
  globalBits: 0,
  networks: [],
  asns: [],
  passes: [],
  isLockdown: false,
  policyVersion: undefined,
};

export type BookMode =
  | 'well'
  | 'unreachable'
  | 'overloaded'
  | 'cap'
  | 'free-plan'
  | 'hang'
  | 'lost';

function fault(mode: BookMode): Error {
  switch (mode) {
    case 'overloaded': {
      const message = 'Durable Object is overloaded. Too many requests queued.';
      return Object.assign(new Error(message), { overloaded: true });
    }
    case 'cap':
      return new Error("Exceeded the account's spending cap.");
    case 'free-plan':
      return new Error('Exceeded allowed duration in Durable Objects free tier.');
    default:
      return Object.assign(new Error('Network connection lost.'), { retryable: true });
  }
}

export class TestBook implements PriceBookStub {
  mode: BookMode = 'well';
  reply: unknown = CALM;
  readonly reports: PriceReport[] = [];
  readonly #book: PriceBookStub | undefined;

  /** @param book what answers where all is well; absent: `reply` is the answer */
  constructor(book?: PriceBookStub) {
    this.#book = book;
  }

  get calls(): number {
    return this.reports.length;
  }

  async report(report: PriceReport): Promise<unknown> {
    this.reports.push(structuredClone(report));
    if (this.mode === 'hang') await new Promise(() => undefined);
    if (this.mode !== 'well' && this.mode !== 'lost') throw fault(this.mode);
    const answer = this.#book === undefined ? this.reply : await this.#book.report(report);
    if (this.mode === 'lost') throw fault(this.mode);
    return answer;
  }
}
