/**
 * The gate's application inside workerd, with real KV, real rate limits and an origin
 * that notes what reaches it.
 *
 * Owns the composition for tests: the same modules as `worker.ts`, with the clock, the
 * origin and the record store in the test's hands.
 */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { NO_IDENTITY } from '../../src/core/policy/request-view.ts';
import type { ActivePolicy, Log, LogFacts, PolicySource } from '../../src/core/ports.ts';
import {
  compileLockdownPolicy,
  compilePublishedPolicy,
  compileSettingsPolicy,
  policyBaseOf,
} from '../../src/core/settings-policy.ts';
import { decodeSettings, type Settings } from '../../src/core/settings.ts';
import { importAssertionKeys } from '../../src/core/token/assertion-key.ts';
import { deriveKeyRing } from '../../src/core/token/key-ring.ts';
import { createIsolateDebits } from '../../src/edge/isolate-debits.ts';
import { createLockdownPolicies } from '../../src/edge/lockdown-policies.ts';
import { createKvPassRecords } from '../../src/edge/kv-pass-records.ts';
import type { RecordStore } from '../../src/edge/kv-pass-records.ts';
import { createFixedPolicies, createKvPolicies } from '../../src/edge/kv-policy-store.ts';
import type { PolicyStore } from '../../src/edge/kv-policy-store.ts';
import { digestPolicy } from '../../src/edge/policy-digest.ts';
import { basePrices, createPriceBookClient } from '../../src/edge/price-book-client.ts';
import type { PriceBookStub } from '../../src/edge/price-book-client.ts';
import { createCeilings } from '../../src/edge/rate-limit-ceilings.ts';
import { systemRandom } from '../../src/edge/system.ts';
import { createApp } from '../../src/http/app.ts';
import { createPages } from '../../src/http/page/pages.ts';
import type { GateSetup } from '../../src/http/visit.ts';
import { CountingStore } from './counting-store.ts';

export const HOST = 'site.test';
export const ORIGIN = `https://${HOST}`;
/** 2026-11-01T00:00:00Z, in seconds. */
export const START_SECONDS = 1_793_491_200;

export const SECRET = '3q2-7wR1cZk0v8LhXo5TqJ4mYbN6sUeFgA9iDpKxWzM';
export const OTHER_SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';

/** A limiter that always admits, or refuses from the nth call of a key on. */
export function createLimiter(limit = Number.POSITIVE_INFINITY) {
  const calls = new Map<string, number>();
  return {
    calls,
    async limit({ key }: { readonly key: string }) {
      const count = (calls.get(key) ?? 0) + 1;
      calls.set(key, count);
      return { success: count <= limit };
    },
  };
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface TestGateOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  readonly previousSecret?: string;
  readonly store?: CountingStore;
  /** Instead of the counting store, where the test needs no counts. */
  readonly records?: RecordStore;
  /** Name of the location's cache: two gates of one location share it. */
  readonly cache?: string;
  readonly passLimit?: number;
  readonly networkLimit?: number;
  readonly patienceLimit?: number;
  readonly recordLimit?: number;
  readonly freeLimit?: number;
  /** A policy document behind the variables', in force from the start. */
  readonly document?: Readonly<Record<string, unknown>>;
  /** Where a policy is published: followed as on Cloudflare, with the test's clock. */
  readonly policyStore?: PolicyStore;
  /** The price book that this isolate reports to; absent: none is bound. */
  readonly book?: PriceBookStub;
  readonly identify?: GateSetup['ports']['identify'];
  /** What happens each time that a request waits; a turn of the event loop goes by in any case. */
  readonly onPause?: (pauses: number) => void;
  readonly answer?: (request: Request) => Promise<Response> | Response;
  /** Replaces ports after they are made, for fault injection. */
  readonly override?: (setup: GateSetup) => GateSetup;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  readonly ip?: string;
  readonly cf?: Readonly<Record<string, unknown>>;
}

export class TestGate {
  nowSeconds = START_SECONDS;
  readonly seen: SeenRequest[] = [];
  readonly events: { readonly name: string; readonly facts: LogFacts }[] = [];
  readonly store: CountingStore;
  /** Milliseconds that requests waited, each time that one did. */
  readonly pauses: number[] = [];
  readonly #options: TestGateOptions;
  #app: ReturnType<typeof createApp> | undefined;
  setup: GateSetup | undefined;

  constructor(options: TestGateOptions) {
    this.#options = options;
    this.store = options.store ?? new CountingStore(env.PASSES);
  }

  async open(): Promise<this> {
    const { variables = {}, secret = SECRET, previousSecret } = this.#options;
    const previous = previousSecret === undefined ? {} : { TOLL_SECRET_PREVIOUS: previousSecret };
    const reading = decodeSettings({ TOLL_SECRET: secret, ...previous, ...variables });
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
    const { settings } = reading;
    const keys = await importAssertionKeys(settings.assertionKeys);
    if (!keys.ok) throw new Error(JSON.stringify(keys.problem));
    const ports = this.#createPorts();
    const setup: GateSetup = {
      settings,
      ring: await deriveKeyRing(settings.secret, settings.previousSecret),
      assertions: keys.keys,
      policies: await this.#createPolicies(settings, ports.log),
      ports,
      pages: createPages(settings, (path) => ports.assets.read(path)),
    };
    this.setup = this.#options.override?.(setup) ?? setup;
    this.#app = createApp(this.setup);
    return this;
  }

  async #createPolicies(settings: Settings, log: Log): Promise<PolicySource> {
    const { document, policyStore } = this.#options;
    const decoded = document === undefined ? undefined : decodeDocument(document);
    if (decoded?.ok === false) throw new Error(JSON.stringify(decoded.problems));
    const policy =
      decoded === undefined
        ? compileSettingsPolicy(settings)
        : compilePublishedPolicy(settings, decoded.document);
    const clock = { nowMs: () => this.nowSeconds * 1000 };
    const variables: ActivePolicy = {
      policy,
      digest: await digestPolicy(policy),
      source: 'variables',
      version: undefined,
      loadedAtMs: clock.nowMs(),
    };
    const compile: Parameters<typeof createLockdownPolicies>[0]['compile'] = (active) =>
      compileLockdownPolicy(
        settings,
        active.document ?? (decoded?.ok === true ? decoded.document : undefined),
      );
    if (policyStore === undefined)
      return createLockdownPolicies({ policies: createFixedPolicies(variables), compile, log });
    const policies = createKvPolicies({
      store: policyStore,
      clock,
      log,
      refreshSeconds: settings.policyRefreshSeconds,
      base: policyBaseOf(settings),
      compile: (published) => compilePublishedPolicy(settings, published),
      variables,
    });
    return createLockdownPolicies({ policies, compile, log });
  }

  #createPorts(): GateSetup['ports'] {
    const options = this.#options;
    const log: Log = { event: (name, facts = {}) => this.events.push({ name, facts }) };
    const clock = { nowMs: () => this.nowSeconds * 1000 };
    const limiters = {
      PASS_CEILING: createLimiter(options.passLimit),
      NETWORK_CEILING: createLimiter(options.networkLimit),
      HOSTING_CEILING: createLimiter(options.networkLimit),
      PATIENCE_PACE: createLimiter(options.patienceLimit),
      RECORD_PACE_NETWORK: createLimiter(options.recordLimit),
      RECORD_PACE_LOCATION: createLimiter(options.recordLimit),
    };
    const free =
      options.freeLimit === undefined ? {} : { FREE_ALLOWANCE: createLimiter(options.freeLimit) };
    const debits = createIsolateDebits();
    const { book } = options;
    const parts = { clock, log, random: systemRandom, debits };
    const prices =
      book === undefined ? basePrices : createPriceBookClient({ ...parts, openBook: () => book });
    return {
      ...parts,
      prices,
      pause: async (milliseconds) => {
        this.pauses.push(milliseconds);
        options.onPause?.(this.pauses.length);
        await new Promise((resolve) => setTimeout(resolve, 0));
      },
      identify: options.identify ?? (() => NO_IDENTITY),
      ceilings: createCeilings({ ...limiters, ...free }, log, (client) => prices.isCurbed(client)),
      records: createKvPassRecords({
        store: options.records ?? this.store,
        openCache: () => caches.open(options.cache ?? 'edgetoll-test'),
        clock,
        log,
      }),
      origin: { fetch: (request) => this.#answer(request) },
      assets: {
        fetch: async (path) => new Response(path),
        read: async (path) => (await env.ASSETS.fetch(new URL(path, ORIGIN))).text(),
      },
    };
  }

  async #answer(request: Request): Promise<Response> {
    const { answer } = this.#options;
    const copy = request.clone();
    const body = new Uint8Array(await copy.arrayBuffer());
    this.seen.push({ method: copy.method, url: copy.url, headers: copy.headers, body });
    return answer === undefined ? new Response('origin page') : answer(request);
  }

  /** Sends one request and waits for what it left running. @param target path, or a whole URL */
  async send(target: string, sent: Sent = {}): Promise<Response> {
    const ctx = createExecutionContext();
    const response = await this.answer(target, sent, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  }

  /** The response alone: what the request left running stays with `ctx`. */
  async answer(target: string, sent: Sent, ctx: ExecutionContext): Promise<Response> {
    const { method = 'GET', headers = {}, body, ip = '192.0.2.7', cf } = sent;
    const url = target.startsWith('/') ? ORIGIN + target : target;
    const init = {
      method,
      redirect: 'manual' as const,
      cf: { colo: 'FRA', asn: 64_500, country: 'DE', ...cf },
    };
    const all = { 'CF-Connecting-IP': ip, 'User-Agent': 'test agent', ...headers };
    const request = new Request(url, {
      ...init,
      headers: all,
      ...(body === undefined ? {} : { body }),
    });
    if (this.#app === undefined) throw new Error('open the gate first');
    return this.#app.fetch(request, env, ctx);
  }
}

export function openTestGate(options: TestGateOptions = {}): Promise<TestGate> {
  return new TestGate(options).open();
}
