/**
 * The real gate with the demo origin behind it, on loopback, for black-box tests.
 *
 * Owns how both Workers are started; must not know what the gate answers. Run
 * `npm run build` before: the build command of wrangler.toml is left out here, because
 * test files run side by side and would write the same files.
 *
 * What was learned about `createTestHarness()` of wrangler 4.155 and its local runtime:
 * - `{ configPath, env, vars, secrets }` works, but runs the build command at every start,
 *   and `{ config }` takes no env. So wrangler reads [env.dev] itself, and what it gives is
 *   handed over as an inline config (without `triggers`, which it would refuse). The code
 *   is bundled from source at each start, about 1 s: never stale.
 * - In [env.dev] the Worker's name is `edgetoll-dev`; nothing persists; port random.
 * - CF-Connecting-IP is the socket's address (127.0.0.1) unless the client sends one,
 *   which is then kept. So a test chooses it by a header; on Cloudflare nobody can.
 * - request.cf is a fixed placeholder (ASN 395747, US, colo DFW, botManagement score 99)
 *   unless the client sends the header `MF-CF-Blob`, JSON, which replaces it whole. Both
 *   headers reach the Worker: see `actAs`.
 * - Node's fetch always sends `Sec-Fetch-Mode: cors`; the header `MF-Sec-Fetch-Mode` is
 *   put in its place by the runtime. `Accept-Encoding` always arrives as "br, gzip".
 * - KV can be a Worker with KV's method names, called by RPC: `kv: 'double'`.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createTestHarness,
  unstable_readConfig as readConfig,
  type TestHarness,
  type TestHarnessOptions,
} from 'wrangler';
import type { KvMood, KvOperations } from './kv-mood.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url).href);
const ORIGIN_NAME = 'edgetoll-demo';
const KV_DOUBLE_NAME = 'edgetoll-kv-double';

export interface GateOptions {
  /**
   * Added to the vars of [env.dev], or in their place; `undefined` takes one out. Without a word
   * about PRESET there is none: tests are about the gate, and every request is charged.
   */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** TOLL_SECRET: a random one unless given; `null` leaves it out. */
  readonly secret?: string | null;
  /**
   * Requests per period of a rate-limit binding, by the binding's name, in place of the
   * configured; one that is not configured (FREE_ALLOWANCE) is added, per 60 s.
   */
  readonly limits?: Readonly<Record<string, number>>;
  /** `double` counts KV operations and can lag or fail. */
  readonly kv?: 'real' | 'double';
  /** Another program in place of src/worker.ts, relative to the root. */
  readonly main?: string;
}

/** A request as it reached the origin. */
export interface OriginRequest {
  readonly method: string;
  readonly path: string;
  readonly bodyBytes?: number;
  readonly bodySha256?: string;
}

export interface Gate {
  readonly url: URL;
  /** Requests that reached the origin since the start or the last `resetOrigin()`. */
  originSeen(): Promise<number>;
  /** The last 50 of them, oldest first. */
  originRequests(): Promise<readonly OriginRequest[]>;
  resetOrigin(): Promise<void>;
  /** Calls of the KV double; throws with the real KV. */
  kvOperations(): Promise<KvOperations>;
  setKvMood(mood: KvMood): Promise<void>;
  /** Empties the KV double, its counts and its mood. */
  resetKv(): Promise<void>;
  /** What both Workers wrote to the console. */
  logs(): string[];
  close(): Promise<void>;
}

type WorkerInput = TestHarnessOptions['workers'][number];
type InlineConfig = Extract<WorkerInput, { config: unknown }>['config'];
type Vars = NonNullable<InlineConfig['vars']>;

/** One entry of `[[ratelimits]]`. */
interface RateLimit {
  readonly name: string;
  readonly namespace_id: string;
  readonly simple: { readonly limit: number; readonly period: number };
}

function createVars(configured: Vars, { vars, secret }: GateOptions): Vars {
  const chosen = secret === undefined ? randomBytes(32).toString('base64url') : secret;
  const all = {
    ...configured,
    PRESET: undefined,
    ...(chosen === null ? {} : { TOLL_SECRET: chosen }),
    ...vars,
  };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  // Bindings of type "var" are JSON, and so is all that comes from a structured clone of JSON.
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as Vars;
}

function setLimits(
  configured: readonly RateLimit[],
  limits: Readonly<Record<string, number>>,
): RateLimit[] {
  const names = new Set(configured.map((each) => each.name));
  const added = Object.entries(limits).filter(([name]) => !names.has(name));
  return [
    ...configured.map(({ name, namespace_id, simple }) => {
      const limit = limits[name] ?? simple.limit;
      return { name, namespace_id, simple: { limit, period: simple.period } };
    }),
    ...added.map(([name, limit], index) => {
      return { name, namespace_id: String(9000 + index), simple: { limit, period: 60 } };
    }),
  ];
}

function createGateConfig(options: GateOptions): InlineConfig {
  const path = `${ROOT}wrangler.toml`;
  const read = readConfig({ config: path, env: 'dev' }, { hideWarnings: true });
  const { triggers: _refused, build: _separate, secrets: _asVars, ...config } = read;
  const isDouble = options.kv === 'double';
  const double = { binding: 'PASSES', service: KV_DOUBLE_NAME, entrypoint: 'KvDouble' };
  return {
    ...config,
    ...(options.main === undefined ? {} : { main: `${ROOT}${options.main}` }),
    vars: createVars(config.vars, options),
    kv_namespaces: isDouble ? [] : config.kv_namespaces,
    // The binding comes before ORIGIN_URL, so an origin of the test's own does without it.
    services: [
      ...(options.vars?.['ORIGIN_URL'] === undefined ? (config.services ?? []) : []),
      ...(isDouble ? [double] : []),
    ],
    ratelimits: setLimits(config.ratelimits, options.limits ?? {}),
  };
}

const KV_DOUBLE: WorkerInput = {
  config: {
    name: KV_DOUBLE_NAME,
    main: `${ROOT}test/support/kv-double.ts`,
    compatibility_date: '2026-10-01',
  },
};

interface Seen {
  readonly seen: number;
  readonly recent: readonly OriginRequest[];
}

function isSeen(value: unknown): value is Seen {
  if (typeof value !== 'object' || value === null) return false;
  return 'seen' in value && typeof value.seen === 'number' && 'recent' in value;
}

function isOperations(value: unknown): value is KvOperations {
  return typeof value === 'object' && value !== null && 'get' in value && 'put' in value;
}

/** A Worker of the harness asked directly, past the gate. */
async function ask(harness: TestHarness, name: string, request: string): Promise<unknown> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const response = await harness.getWorker(name).fetch(path, { method });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

function createGate(harness: TestHarness, url: URL, isDouble: boolean): Gate {
  const readOrigin = async (): Promise<Seen> => {
    const answer = await ask(harness, ORIGIN_NAME, 'GET /api/seen');
    if (!isSeen(answer)) throw new Error('the demo origin does not tell what it has seen');
    return answer;
  };
  const askKv = async (request: string): Promise<KvOperations> => {
    if (!isDouble) throw new Error("this gate was not started with kv: 'double'");
    const answer = await ask(harness, KV_DOUBLE_NAME, request);
    if (!isOperations(answer)) throw new Error('the KV double does not tell its counts');
    return answer;
  };
  return {
    url,
    originSeen: async () => (await readOrigin()).seen,
    originRequests: async () => (await readOrigin()).recent,
    resetOrigin: async () => {
      await ask(harness, ORIGIN_NAME, 'DELETE /api/seen');
    },
    kvOperations: () => askKv('GET /'),
    setKvMood: async (mood) => {
      await askKv(`PUT /?mood=${mood}`);
    },
    resetKv: async () => {
      await askKv('DELETE /');
    },
    logs: () => harness.getLogs().map((each) => each.message),
    close: () => harness.close(),
  };
}

/** Starts the gate and its origin on 127.0.0.1, random port; `close()` ends both and their storage. */
export async function startGate(options: GateOptions = {}): Promise<Gate> {
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  process.env['WRANGLER_SEND_METRICS'] = 'false';
  process.env['WRANGLER_LOG'] ??= 'warn';
  if (!existsSync(`${ROOT}static/build/public`)) {
    throw new Error('static/build/public is missing: run `npm run build` before these tests.');
  }
  const isDouble = options.kv === 'double';
  const harness = createTestHarness({
    root: ROOT,
    workers: [
      { config: createGateConfig(options) },
      { configPath: 'demo/wrangler.toml', env: 'dev' },
      ...(isDouble ? [KV_DOUBLE] : []),
    ],
  });
  try {
    const { url } = await harness.listen();
    return createGate(harness, url, isDouble);
  } catch (error) {
    await harness.close();
    throw error;
  }
}

/** Who a request seems to come from, as Cloudflare would tell the gate. */
export interface Actor {
  readonly address: string;
  readonly asn?: number;
  readonly country?: string;
  readonly asOrganization?: string;
}

/** Request headers by which the local runtime takes a client to be at this address and network. */
export function actAs({ address, ...cf }: Actor): Record<string, string> {
  return { 'CF-Connecting-IP': address, 'MF-CF-Blob': JSON.stringify(cf) };
}
