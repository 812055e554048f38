/**
 * What Cloudflare charges the operator on the paid plan, in dollars for a million of each.
 *
 * Owns the figures and their sum; must not know what the gate uses.
 */
import type { Source } from './economics.ts';

/** One meter of Cloudflare's bill. */
export interface PlatformPrice {
  /** Kebab case, unique. */
  readonly name: PlatformMeter;
  readonly label: string;
  readonly dollarsPerMillion: number;
  /** What the free plan includes, a day; `undefined`: the paid plan alone has it, or it is not metered. */
  readonly freePerDay: number | undefined;
  readonly sources: readonly Source[];
}

export type PlatformMeter =
  | 'requests'
  | 'kv-reads'
  | 'kv-writes'
  | 'object-requests'
  | 'object-rows-written'
  | 'object-gigabyte-seconds'
  | 'analytics-points';

const WORKERS: Source = {
  title: 'Cloudflare Workers, pricing and limits',
  url: 'https://developers.cloudflare.com/workers/platform/pricing/',
  date: '2026-11',
};
const OBJECTS: Source = {
  title: 'Cloudflare Durable Objects, pricing',
  url: 'https://developers.cloudflare.com/durable-objects/platform/pricing/',
  date: '2026-11',
};

export const PLATFORM_PRICES: readonly PlatformPrice[] = [
  {
    name: 'requests',
    label: 'requests of the Worker',
    dollarsPerMillion: 0.3,
    freePerDay: 100_000,
    sources: [WORKERS],
  },
  {
    name: 'kv-reads',
    label: 'KV reads',
    dollarsPerMillion: 0.5,
    freePerDay: 100_000,
    sources: [WORKERS],
  },
  {
    name: 'kv-writes',
    label: 'KV writes',
    dollarsPerMillion: 5,
    freePerDay: 1000,
    sources: [WORKERS],
  },
  {
    name: 'object-requests',
    label: 'requests of Durable Objects',
    dollarsPerMillion: 0.15,
    freePerDay: 100_000,
    sources: [OBJECTS],
  },
  {
    name: 'object-rows-written',
    label: 'rows that objects write',
    dollarsPerMillion: 1,
    freePerDay: 100_000,
    sources: [OBJECTS],
  },
  {
    name: 'object-gigabyte-seconds',
    label: 'GB-seconds of Durable Objects',
    dollarsPerMillion: 12.5,
    freePerDay: undefined,
    sources: [OBJECTS],
  },
  {
    name: 'analytics-points',
    label: 'points of Analytics Engine',
    dollarsPerMillion: 0.25,
    freePerDay: 100_000,
    sources: [WORKERS],
  },
];

/** Dollars for what was used, before anything that a plan includes. */
export function platformDollars(
  used: Partial<Readonly<Record<PlatformMeter, number>>>,
  prices: readonly PlatformPrice[] = PLATFORM_PRICES,
): number {
  return prices.reduce(
    (sum, { name, dollarsPerMillion }) => sum + ((used[name] ?? 0) / 1e6) * dollarsPerMillion,
    0,
  );
}
