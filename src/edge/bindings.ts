/**
 * From the Worker's `env` to ports.
 *
 * Owns the list of bindings (`wrangler types` writes `Env`; a local run has `ORIGIN`, a
 * zone may have `FREE_ALLOWANCE`); the only module that sees all of Cloudflare.
 */
import type { Settings } from '../core/settings.ts';
import { createCeilings } from './rate-limit-ceilings.ts';
import type { RateLimiter } from './rate-limit-ceilings.ts';
import { createConsoleLog } from './console-log.ts';
import { createIsolateDebits } from './isolate-debits.ts';
import { createKvPassRecords } from './kv-pass-records.ts';
import { createOrigin } from './origin.ts';
import type { Fetcher as OriginFetcher } from './origin.ts';
import { systemClock, systemRandom } from './system.ts';

/** Bindings of `wrangler.toml`, and the two that an operator may add. */
export type GateEnv = Env & {
  readonly FREE_ALLOWANCE?: RateLimiter;
  readonly ORIGIN?: OriginFetcher;
};

/** The name keeps remembered passes apart from the zone's own cache. */
const CACHE_NAME = 'edgetoll';

// oxlint-disable-next-line no-console -- the console is the Worker's log
const writeLine = (line: string): void => console.log(line);

export const log = createConsoleLog(systemClock, writeLine);

export function createPorts(env: GateEnv, { originUrl }: Settings) {
  return {
    clock: systemClock,
    random: systemRandom,
    log,
    ceilings: createCeilings(env, log),
    debits: createIsolateDebits(),
    records: createKvPassRecords({
      store: env.PASSES,
      openCache: () => caches.open(CACHE_NAME),
      clock: systemClock,
      log,
    }),
    origin: createOrigin(env.ORIGIN, originUrl),
    assets: {
      fetch: (path: string, request: Request) =>
        env.ASSETS.fetch(new Request(new URL(path, request.url), request)),
    },
  };
}
