/**
 * The price book as a Durable Object: one for each deployment, under a fixed name.
 *
 * Owns when it is loaded and stored. Between reading and changing the book there is no await, so no two
 * reports are taken at once. It has no alarm and no timer: an object that nobody calls costs nothing
 * (SECURITY-BAR H10), and what was not stored when it goes is told again by isolates as they debit.
 */
import { DurableObject } from 'cloudflare:workers';
import type { PolicyOrders } from '../core/ports.ts';
import { createPriceBook, type PriceBook as Book } from '../core/price/price-book.ts';
import { isHour } from '../core/price/hour-book.ts';
import type { HourSummary } from '../core/price/hour-summary.ts';
import { decodePriceReport, type PriceReply } from '../core/price/price-report.ts';
import { readTable } from '../core/policy/policy-problem.ts';
import { priceLimitsOf } from '../core/settings-price.ts';
import { decodeSettings } from '../core/settings.ts';
import { KvOrders, type OrderStore } from './kv-orders.ts';
import { PriceBookRows } from './price-book-rows.ts';
import { errorName } from '../core/error-name.ts';
import { systemClock } from './system.ts';
import { log } from './worker-log.ts';

/** The name of the one object. */
export const BOOK_NAME = 'price-book';

/** A book that is called all the time is stored once a minute. */
const FLUSH_MS = 60_000;
/**
 * One that is called seldom may be gone before its next call (Cloudflare hibernates an idle object after
 * ten seconds): it is stored by each call, six times a minute at most.
 */
const QUIET_MS = 5000;
const QUIET_FLUSH_MS = 10_000;

/** The part of the Worker's `env` that is used beside its variables. */
interface BookEnv {
  readonly POLICY?: OrderStore;
}

interface Opened {
  readonly rows: PriceBookRows;
  readonly book: Book;
  readonly orders: KvOrders | undefined;
  /** Unix milliseconds. */
  storedAtMs: number;
  calledAtMs: number;
}

/** How the orders are stored, so that they survive where KV cannot be read. */
function readOrders(value: unknown): PolicyOrders {
  const orders = readTable(value);
  const version = orders?.get('policyVersion');
  return {
    isLockdown: orders?.get('isLockdown') === true,
    policyVersion: typeof version === 'string' ? version : undefined,
  };
}

export class PriceBook extends DurableObject<BookEnv> {
  #opened: Opened | undefined;

  /**
   * Takes one isolate's report. @throws where it is none of this version, or the settings are refused
   */
  async report(value: unknown): Promise<PriceReply> {
    const opened = this.#open();
    await opened.orders?.follow();
    return this.#take(value, opened);
  }

  /** Hours since `fromSeconds`, oldest first; the last one may still run. */
  history(fromSeconds: number): readonly HourSummary[] {
    const { rows, book } = this.#open();
    const current = book.currentHour();
    const ended = rows.hours(fromSeconds).filter((hour) => isHour(hour));
    return current === undefined ? ended : [...ended, current];
  }

  #open(): Opened {
    this.#opened ??= this.#load();
    return this.#opened;
  }

  #load(): Opened {
    const reading = decodeSettings({ ...this.env });
    if (!reading.ok) throw new Error('the settings are refused: the gate is closed');
    const rows = new PriceBookRows(this.ctx.storage.sql);
    const stored = rows.load();
    const [first, passes] = stored;
    const state = readTable(first);
    if (stored.length > 0 && (state === undefined || passes === undefined))
      log.event('do.corrupt', { parts: stored.length });
    const book = createPriceBook(priceLimitsOf(reading.settings), {
      state: state?.get('state'),
      passes,
    });
    const { POLICY: store } = this.env;
    const orders =
      store && new KvOrders({ store, clock: systemClock, log }, readOrders(state?.get('orders')));
    const storedAtMs = Number(state?.get('storedAtMs') ?? 0) || 0;
    return { rows, book, orders, storedAtMs, calledAtMs: 0 };
  }

  #take(value: unknown, opened: Opened): PriceReply {
    const report = decodePriceReport(value);
    if (report === undefined) throw new Error('this is no report of this version');
    const nowMs = systemClock.nowMs();
    const orders = opened.orders?.current() ?? readOrders(undefined);
    const { isLockdown } = orders;
    const reply = opened.book.take(report, { nowMs, isLockdown });
    this.#store(opened, nowMs);
    return { ...reply, ...orders };
  }

  #store(opened: Opened, nowMs: number): void {
    const { rows, book, orders } = opened;
    const isQuiet = nowMs - opened.calledAtMs >= QUIET_MS;
    opened.calledAtMs = nowMs;
    const since = Math.abs(nowMs - opened.storedAtMs);
    if (since < (isQuiet ? QUIET_FLUSH_MS : FLUSH_MS)) return;
    opened.storedAtMs = nowMs;
    const { state, passes } = book.snapshot();
    try {
      rows.save([{ state, orders: orders?.current(), storedAtMs: nowMs }, passes]);
      for (const hour of book.takeEndedHours()) rows.addHour(hour.start, hour);
    } catch (error) {
      // A quota of rows, say. What isolates are told does not hang on what is stored.
      log.event('do.not_stored', { error: errorName(error) });
    }
  }
}
