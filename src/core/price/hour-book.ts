/**
 * The running hour of the price book's history.
 *
 * Owns the sums and when an hour is over; must not know passes.
 */
import { KEPT_HOURS, type HourSummary } from './hour-summary.ts';
import type { OriginCounts, RequestCounts } from './price-report.ts';
import { keepHeaviest } from './top-entries.ts';

const HOUR_SECONDS = 3600;
const NAMED_NETWORKS = 10;
const MAX_COUNTED_NETWORKS = 2000;

interface NetworkHour {
  readonly attempts: number;
  readonly bits: number;
}

/** What one call adds to the hour. */
export interface CallFacts {
  readonly isolates: number;
  readonly globalBits: number;
  readonly isLockdown: boolean;
  /** `undefined` where the report was taken before. */
  readonly counts: { readonly origin: OriginCounts; readonly requests: RequestCounts } | undefined;
}

export interface HourBook {
  /** Notes a call; an hour that is over ends with it. */
  addCall(nowMs: number, call: CallFacts): void;
  addPass(): void;
  /** Adds attempts of `network`, which pays `bits` above the base. */
  addNetwork(network: string, attempts: number, bits: number): void;
  /** Hours that ended since the last call of this; each is given once. */
  takeEnded(): readonly HourSummary[];
  /** The hour that runs; `undefined` before the first call. */
  current(): HourSummary | undefined;
}

const NO_COUNTS = {
  origin: { requests: 0, errors: 0, latencyMs: 0 },
  requests: { paid: 0, free: 0, allowed: 0, denied: 0, challenged: 0, slowed: 0 },
};

/** Sums member by member; both have the same members. */
export function addCounts<Name extends string>(
  a: Readonly<Record<Name, number>>,
  b: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const sum: Record<Name, number> = { ...a };
  for (const name in b) sum[name] += b[name];
  return sum;
}

function createHour(nowMs: number) {
  return {
    start: Math.floor(nowMs / 1000 / HOUR_SECONDS) * HOUR_SECONDS,
    ...NO_COUNTS,
    attempts: 0,
    passes: 0,
    isolates: 0,
    globalBits: 0,
    isLockdown: false,
    calls: 0,
  };
}

export function createHourBook(): HourBook {
  let hour: ReturnType<typeof createHour> | undefined;
  const networks = new Map<string, NetworkHour>();
  let ended: HourSummary[] = [];

  function current(): HourSummary | undefined {
    if (hour === undefined) return undefined;
    const named = [...networks].map(([network, { attempts, bits }]) => ({
      network,
      attempts,
      bits,
    }));
    const heaviest = named.toSorted((a, b) => b.attempts - a.attempts).slice(0, NAMED_NETWORKS);
    return { ...hour, networks: heaviest };
  }

  return {
    addCall(nowMs, { isolates, globalBits, isLockdown, counts = NO_COUNTS }) {
      const next = createHour(nowMs);
      if (hour === undefined || next.start > hour.start) {
        ended = [...ended, current() ?? []].flat().slice(-KEPT_HOURS);
        hour = next;
        networks.clear();
      }
      hour.calls += 1;
      hour.isolates = Math.max(hour.isolates, isolates);
      hour.globalBits = Math.max(hour.globalBits, globalBits);
      hour.isLockdown ||= isLockdown;
      hour.origin = addCounts(hour.origin, counts.origin);
      hour.requests = addCounts(hour.requests, counts.requests);
    },
    addPass() {
      if (hour !== undefined) hour.passes += 1;
    },
    addNetwork(network, attempts, bits) {
      const known = networks.get(network) ?? { attempts: 0, bits: 0 };
      const sums = { attempts: known.attempts + attempts, bits: Math.max(known.bits, bits) };
      networks.set(network, sums);
      if (hour !== undefined) hour.attempts += attempts;
      if (networks.size > MAX_COUNTED_NETWORKS) {
        keepHeaviest(networks, MAX_COUNTED_NETWORKS / 2, (one) => one.attempts);
      }
    },
    takeEnded() {
      const hours = ended;
      ended = [];
      return hours;
    },
    current,
  };
}
