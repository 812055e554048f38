/**
 * From the Worker's `env` to ports.
 *
 * Owns the list of bindings (`wrangler types` writes `Env`; a local run has `ORIGIN`, a
 * zone may have `FREE_ALLOWANCE`); the only module that sees all of Cloudflare.
 */
import type { Settings, SettingsProblem } from '../core/settings.ts';
import { createCeilings, REQUIRED_LIMITERS } from './rate-limit-ceilings.ts';
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

/** Every binding is required: without its limiters or its store the gate would give things away. */
export function findMissingBindings(env: GateEnv): readonly SettingsProblem[] {
  const bindings: Readonly<Record<string, unknown>> = { ...env };
  return ['PASSES', 'ASSETS', ...REQUIRED_LIMITERS]
    .filter((name) => typeof bindings[name] !== 'object' || bindings[name] === null)
    .map((path) => ({
      path,
      message: 'is not bound: copy its entry from wrangler.toml (an environment inherits none)',
    }));
}

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
