/**
 * From the Worker's `env` to ports.
 *
 * Owns the list of bindings (`wrangler types` writes `Env`; a local run has `ORIGIN`, a
 * zone may have `FREE_ALLOWANCE` and do without `POLICY`); the only module that sees all of Cloudflare.
 */
import { errorName } from '../core/error-name.ts';
import { listsDueAt } from '../core/bots/address-lists.ts';
import type { ActivePolicy, PolicySource } from '../core/ports.ts';
import {
  compileLockdownPolicy,
  compilePublishedPolicy,
  compileSettingsPolicy,
  policyBaseOf,
} from '../core/settings-policy.ts';
import type { Settings, SettingsProblem } from '../core/settings.ts';
import { createCeilings, REQUIRED_LIMITERS } from './rate-limit-ceilings.ts';
import type { RateLimiter } from './rate-limit-ceilings.ts';
import type { FetchUrl } from './bounded-fetch.ts';
import { createIsolateDebits } from './isolate-debits.ts';
import { createKvBotLists, refreshBotLists } from './kv-bot-lists.ts';
import { createKvPassRecords } from './kv-pass-records.ts';
import { createFixedPolicies, createKvPolicies } from './kv-policy-store.ts';
import type { PolicyStore } from './kv-policy-store.ts';
import { createLockdownPolicies } from './lockdown-policies.ts';
import { createOrigin } from './origin.ts';
import type { Fetcher as OriginFetcher } from './origin.ts';
import { digestPolicy } from './policy-digest.ts';
import { basePrices, createPriceBookClient } from './price-book-client.ts';
import { BOOK_NAME, type PriceBook } from './price-book-object.ts';
import type { ReviewStore } from './scheduled-review.ts';
import { createSignedAgentKeys } from './signed-agent-keys.ts';
import { systemClock, systemPause, systemRandom } from './system.ts';
import { log } from './worker-log.ts';

/** Bindings of `wrangler.toml`, the two that an operator may add, and the two to do without. */
export type GateEnv = Omit<Env, 'POLICY' | 'PRICE_BOOK'> & {
  readonly POLICY?: PolicyStore & ReviewStore;
  readonly PRICE_BOOK?: DurableObjectNamespace<PriceBook>;
  readonly FREE_ALLOWANCE?: RateLimiter;
  readonly ORIGIN?: OriginFetcher;
};

/** The name keeps remembered passes apart from the zone's own cache. */
const CACHE_NAME = 'edgetoll';

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

/** The binding reads the path alone; the host is never asked. */
const ASSETS_ORIGIN = 'https://assets.invalid';
/** A page in English at once is better than one in the right language late. */
const ASSET_TIMEOUT_MS = 1000;

async function readAsset(env: GateEnv, path: string): Promise<string | undefined> {
  try {
    const response = await env.ASSETS.fetch(new URL(path, ASSETS_ORIGIN), {
      signal: AbortSignal.timeout(ASSET_TIMEOUT_MS),
    });
    if (response.ok) return await response.text();
    await response.body?.cancel();
    log.event('asset.missing', { status: response.status });
  } catch (error) {
    log.event('asset.error', { error: errorName(error) });
  }
  return undefined;
}

export function createPorts(env: GateEnv, { originUrl }: Settings) {
  const debits = createIsolateDebits();
  const { PRICE_BOOK: books } = env;
  const openBook = books && (() => books.getByName(BOOK_NAME));
  const parts = { debits, clock: systemClock, random: systemRandom, log };
  const prices =
    openBook === undefined ? basePrices : createPriceBookClient({ ...parts, openBook });
  return {
    ...parts,
    pause: systemPause,
    prices,
    ceilings: createCeilings(env, log, (client) => prices.isCurbed(client)),
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
      read: (path: string) => readAsset(env, path),
    },
  };
}

export const fetchUrl: FetchUrl = (url, init) => fetch(url, init);

/** Lists of addresses and directories of keys, both in the namespace of passes. */
export function createBotPorts({ PASSES: store }: GateEnv, hosts: ReadonlySet<string>) {
  const parts = { store, clock: systemClock, log };
  return {
    log,
    botLists: createKvBotLists(parts),
    agentKeys: createSignedAgentKeys({ ...parts, fetchUrl, hosts }),
  };
}

/** For the cron trigger: the lists that are due now. */
export async function refreshDueBotLists({ PASSES: store }: GateEnv): Promise<void> {
  const lists = listsDueAt(Math.floor(systemClock.nowMs() / 1000));
  await refreshBotLists({ store, fetchUrl, clock: systemClock, log, lists });
}

/** The policy of the variables, and what is published where `POLICY` is bound. */
export async function createPolicies(
  { POLICY }: GateEnv,
  settings: Settings,
): Promise<PolicySource> {
  const policy = compileSettingsPolicy(settings);
  const variables: ActivePolicy = {
    policy,
    digest: await digestPolicy(policy),
    source: 'variables',
    version: undefined,
    loadedAtMs: systemClock.nowMs(),
  };
  const policies =
    POLICY === undefined
      ? createFixedPolicies(variables)
      : createKvPolicies({
          store: POLICY,
          clock: systemClock,
          log,
          refreshSeconds: settings.policyRefreshSeconds,
          base: policyBaseOf(settings),
          compile: (document) => compilePublishedPolicy(settings, document),
          variables,
        });
  return createLockdownPolicies({
    policies,
    compile: ({ document }) => compileLockdownPolicy(settings, document),
    log,
  });
}
