/**
 * The price book: what isolates report, added up, and what they are told.
 *
 * Owns who is told what; a state machine that is given the time. Must not know how it is stored or
 * called. All that it keeps is bounded, and nothing of it is needed to let a visitor through.
 */
import { membersOf } from './count-grammar.ts';
import { createDemandSignal } from './demand-signal.ts';
import { createHourBook } from './hour-book.ts';
import type { HourSummary } from './hour-summary.ts';
import { createIsolateRegister } from './isolate-register.ts';
import { isCurbed } from './network-price.ts';
import { createPassLedger, type PassIncrease, type Reporter } from './pass-ledger.ts';
import { advancePrices, type PriceState } from './price-controller.ts';
import { PERIOD_SECONDS, type PriceLimits } from './price-limits.ts';
import {
  MAX_PRICED_NETWORKS,
  PRICE_REPORT_VERSION,
  type PassCount,
  type PriceReply,
  type PriceReport,
} from './price-report.ts';
import { restorePrices, storePrices } from './stored-prices.ts';

/** A reply without what the book does not know. */
export type BookReply = Omit<PriceReply, 'isLockdown' | 'policyVersion'>;

/** When a report came, and what holds then. */
export interface TakingContext {
  readonly nowMs: number;
  /** For the hour's summary. */
  readonly isLockdown: boolean;
}

/** What is stored: each part JSON-able and less than 1.6 million characters as JSON. */
export interface BookSnapshot {
  readonly state: unknown;
  readonly passes: unknown;
}

export interface PriceBook {
  /** Takes a report in and answers it; the same report again changes nothing. */
  take(report: PriceReport, context: TakingContext): BookReply;
  /** Hours that ended since the last call of this; each is given once. */
  takeEndedHours(): readonly HourSummary[];
  /** The hour that runs; `undefined` before the first report. */
  currentHour(): HourSummary | undefined;
  snapshot(): BookSnapshot;
}

function pricesOf(state: PriceState): Pick<PriceReply, 'globalBits' | 'networks' | 'asns'> {
  const networks = [...state.networks]
    .map(([network, own]) => ({ network, bits: own.bits, isCurbed: isCurbed(own) }))
    .toSorted((a, b) => b.bits - a.bits)
    .slice(0, MAX_PRICED_NETWORKS);
  const asns = [...state.asns].map(([asn, bits]) => ({ asn, bits }));
  return { globalBits: state.globalBits, networks, asns };
}

/** @param restored what `snapshot` gave; a part that does not decode is begun anew */
export function createPriceBook(limits: PriceLimits, restored?: BookSnapshot): PriceBook {
  const stored = membersOf(restored?.state);
  const isolates = createIsolateRegister(limits, stored['isolates']);
  const ledger = createPassLedger(restored?.passes);
  const signal = createDemandSignal(stored['signal']);
  const hours = createHourBook(stored['hour']);
  let state = restorePrices(stored['prices']);

  /** @param weight of the work in the signal: less than 1 where it is of more than one period */
  function takePass(count: PassCount, reporter: Reporter, weight: number): PassIncrease['balance'] {
    const { network, asn, isPatience } = count;
    const { spent, demand, isNew, balance } = ledger.take(count, reporter);
    if (isNew) hours.addPass();
    if (!isPatience && spent > 0) {
      signal.addDemand(network, { asn, spent: spent * weight, demand: demand * weight });
      const bits = state.globalBits + (state.networks.get(network)?.bits ?? 0);
      hours.addNetwork(network, spent, bits);
    }
    return balance;
  }

  function take(report: PriceReport, { nowMs, isLockdown }: TakingContext): BookReply {
    const { isolate, sequence, origin, requests } = report;
    const { isNewer, silentMs } = isolates.note(isolate, sequence, nowMs);
    const nextReportSeconds = isolates.intervalSeconds();
    // Prices move no faster than what follows from them can be reported.
    const periodMs = 1000 * Math.max(PERIOD_SECONDS, nextReportSeconds);
    if (nowMs < state.sinceMs || nowMs >= state.sinceMs + periodMs) {
      const period = { nowMs, periodSeconds: periodMs / 1000, limits };
      state = advancePrices(state, signal.end(), period);
    }
    const counts = isNewer ? { origin, requests } : undefined;
    const { globalBits } = state;
    hours.addCall(nowMs, { isolates: isolates.live(nowMs), globalBits, isLockdown, counts });
    if (isNewer) signal.addOrigin(origin);
    const remembered = isolates.remembered();
    const reporter = { isolate, isNewer, isAlone: remembered === 1, nowSeconds: nowMs / 1000 };
    const weight = Math.min(1, periodMs / Math.max(1, silentMs));
    const passes = report.passes.flatMap((count) => takePass(count, reporter, weight) ?? []);
    const version = PRICE_REPORT_VERSION;
    return { version, nextReportSeconds, isolates: remembered, ...pricesOf(state), passes };
  }

  return {
    take,
    takeEndedHours: () => hours.takeEnded(),
    currentHour: () => hours.current(),
    snapshot: () => ({
      state: {
        prices: storePrices(state),
        isolates: isolates.snapshot(),
        signal: signal.snapshot(),
        hour: hours.current(),
      },
      passes: ledger.snapshot(),
    }),
  };
}
