/**
 * What every pass was debited, over all isolates.
 *
 * Owns the totals, how much an isolate may go on debiting, and what happens when there are too many
 * passes; must not know prices. An isolate is told what it has spent and at most an eighth of the credit
 * more: so what isolates debit beyond what is known here is bounded without locks or leases, whoever
 * restarts or falls silent.
 */
import { decodeList, isCount, membersOf } from './count-grammar.ts';
import { choosePassesToRetire } from './pass-crowds.ts';
import {
  consumedOf,
  decodePassEntry,
  setHolder,
  storePassEntry,
  type PassEntry,
  type ReportedBy,
  type StoredPass,
} from './pass-entry.ts';
import { UNANSWERED_SHARE, type PassBalance, type PassCount } from './price-report.ts';
import { createRetiredPasses } from './retired-passes.ts';

export const MAX_PASSES = 10_000;
/** A pass is kept so long beyond its end: clocks of isolates may be wrong by ten minutes. */
export const EXPIRY_LEEWAY_SECONDS = 900;
/** When there are too many, so many go at once: each time costs a look at all of them. */
const RETIRED_AT_ONCE = 500;
/** A stored pass with one holder has about 110 characters. */
const MAX_STORED_CHARACTERS = 1_500_000;

/** What one report adds to what is known of a pass: bounded by its credit. */
export interface PassIncrease {
  /** At the prices that were paid. */
  readonly spent: number;
  /** At base prices. */
  readonly demand: number;
  readonly isNew: boolean;
  /** `undefined`: the pass is not taken in, and the isolate goes by what it knows. */
  readonly balance: PassBalance | undefined;
}

export interface PassLedger {
  size(): number;
  /** Passes that had to go, and are remembered as such. */
  retired(): number;
  take(count: PassCount, reporter: Reporter): PassIncrease;
  /**
   * For storage: JSON-able, less than 1.6 million characters. What does not fit is not taken in again
   * by who restores it.
   */
  snapshot(): unknown;
}

/** The isolate that reports. */
export interface Reporter extends ReportedBy {
  /** No other is about: it may debit all that is left. */
  readonly isAlone: boolean;
  readonly nowSeconds: number;
}

const NOTHING: PassIncrease = { spent: 0, demand: 0, isNew: false, balance: undefined };

function isOver(expires: number, nowSeconds: number): boolean {
  return expires + EXPIRY_LEEWAY_SECONDS <= nowSeconds;
}

/** The newest passes, as many as fit; `until` is not before the end of any other. */
function store(entries: ReadonlyMap<string, PassEntry>, lastEnd: number): unknown {
  const passes: StoredPass[] = [];
  let room = MAX_STORED_CHARACTERS;
  let until = lastEnd;
  for (const entry of [...entries].toReversed()) {
    const row = storePassEntry(entry);
    room -= JSON.stringify(row).length + 1;
    if (room > 0) passes.push(row);
    else until = Math.max(until, entry[1].expires);
  }
  return { passes: passes.toReversed(), until };
}

/** @param stored what `snapshot` gave; anything else gives an empty ledger */
export function createPassLedger(stored?: unknown): PassLedger {
  const { passes, until } = membersOf(stored);
  const entries = new Map(decodeList(passes, MAX_PASSES, decodePassEntry));
  const retired = createRetiredPasses(isCount(until) ? until : 0);

  function makeRoom(nowSeconds: number): void {
    for (const [passId, { expires }] of entries) {
      if (isOver(expires, nowSeconds)) entries.delete(passId);
    }
    retired.drop((expires) => isOver(expires, nowSeconds));
    const excess = entries.size - MAX_PASSES + RETIRED_AT_ONCE;
    for (const passId of choosePassesToRetire(entries, excess)) {
      const entry = entries.get(passId);
      if (entry !== undefined) retired.retire(passId, entry);
      entries.delete(passId);
    }
  }

  function admit(count: PassCount, nowSeconds: number): PassEntry | undefined {
    const { passId, credit, expires, network, isPatience } = count;
    if (isOver(expires, nowSeconds) || retired.mayHaveForgotten(expires)) return undefined;
    if (entries.size >= MAX_PASSES) makeRoom(nowSeconds);
    const entry = { credit, expires, network, isPatience, counted: 0, folded: 0, holders: [] };
    entries.set(passId, entry);
    return entry;
  }

  function take(count: PassCount, reporter: Reporter): PassIncrease {
    const { passId, spent, price } = count;
    const gone = retired.take(count);
    if (gone !== undefined) return { ...NOTHING, ...gone };
    const known = entries.get(passId);
    const entry = known ?? admit(count, reporter.nowSeconds);
    if (entry === undefined) return NOTHING;
    // More solutions of the same challenge: the same pass with more credit.
    entry.credit = Math.max(entry.credit, count.credit);
    entry.network = count.network;
    const { credit } = entry;
    const share = setHolder(entry, count, reporter);
    const consumed = consumedOf(entry);
    const countable = Math.max(0, Math.min(consumed, credit) - entry.counted);
    entry.counted += countable;
    const left = Math.max(0, credit - consumed);
    const most = reporter.isAlone ? left : Math.max(credit * UNANSWERED_SHARE, price);
    return {
      spent: countable,
      demand: countable * share,
      isNew: known === undefined,
      balance: { passId, limit: spent + Math.min(left, most), left },
    };
  }

  return {
    size: () => entries.size,
    retired: () => retired.size(),
    take,
    snapshot: () => store(entries, retired.lastEnd()),
  };
}
