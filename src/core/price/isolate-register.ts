/**
 * Which isolates are about.
 *
 * Owns who reported when and the interval that follows from their number; must not know what they said.
 */
import { decodeList, isCount, isId } from './count-grammar.ts';
import { MAX_INTERVAL_SECONDS, type PriceLimits } from './price-limits.ts';

const SECONDS_PER_DAY = 86_400;
/** An isolate is remembered so long: the longest interval, twice. */
const REMEMBERED_MS = 2 * MAX_INTERVAL_SECONDS * 1000;
const MAX_ISOLATES = 20_000;
const MAX_STORED_ISOLATES = 5000;

interface Isolate {
  readonly sequence: number;
  readonly seenMs: number;
}

export interface NotedReport {
  /** It is newer than all before of this isolate. */
  readonly isNewer: boolean;
  /** Since the one before; 0 where there was none. */
  readonly silentMs: number;
}

export interface IsolateRegister {
  /** Notes a report. */
  note(isolate: string, sequence: number, nowMs: number): NotedReport;
  /** Isolates of the last two hours. */
  remembered(): number;
  /** Isolates of the last two intervals. */
  live(nowMs: number): number;
  /** Seconds until an isolate should report again: `callsPerDay` is kept by as many as are live. */
  intervalSeconds(): number;
  /** JSON-able: the latest of them, for `createIsolateRegister`. */
  snapshot(): unknown;
}

function decodeIsolate(value: unknown): readonly [string, Isolate] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [isolate, sequence, seenMs]: readonly unknown[] = value;
  if (!(isId(isolate) && isCount(sequence) && isCount(seenMs))) return undefined;
  return [isolate, { sequence, seenMs }];
}

/** @param stored what `snapshot` gave; anything else begins anew */
export function createIsolateRegister(limits: PriceLimits, stored?: unknown): IsolateRegister {
  /** In the order of their last report. */
  const isolates = new Map(decodeList(stored, MAX_STORED_ISOLATES, decodeIsolate));
  let interval = limits.minIntervalSeconds;

  function countLive(nowMs: number): number {
    let live = 0;
    for (const { seenMs } of isolates.values()) {
      if (nowMs - seenMs <= 2000 * interval) live += 1;
    }
    return live;
  }

  return {
    note(isolate, sequence, nowMs) {
      const known = isolates.get(isolate);
      const isNewer = known === undefined || sequence > known.sequence;
      isolates.delete(isolate);
      isolates.set(isolate, {
        sequence: isNewer ? sequence : known.sequence,
        seenMs: nowMs,
      });
      for (const [oldest, { seenMs }] of isolates) {
        if (nowMs - seenMs <= REMEMBERED_MS && isolates.size <= MAX_ISOLATES) break;
        isolates.delete(oldest);
      }
      const wanted = (countLive(nowMs) * SECONDS_PER_DAY) / limits.callsPerDay;
      interval = Math.min(
        MAX_INTERVAL_SECONDS,
        Math.max(limits.minIntervalSeconds, Math.ceil(wanted)),
      );
      return { isNewer, silentMs: known === undefined ? 0 : nowMs - known.seenMs };
    },
    remembered: () => isolates.size,
    live: countLive,
    intervalSeconds: () => interval,
    snapshot: () =>
      [...isolates]
        .slice(-MAX_STORED_ISOLATES)
        .map(([isolate, { sequence, seenMs }]) => [isolate, sequence, seenMs]),
  };
}
