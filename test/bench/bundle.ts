/**
 * What workerd runs: the Worker exactly as `wrangler deploy` would upload it, the Workers that
 * it is compared with, and the configuration that joins them.
 *
 * Owns the files in one temporary directory; must not know how workerd is started or measured.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unstable_readConfig as readConfig } from 'wrangler';
import { STORED_KEY } from '../../src/core/policy/document/stored-policy.ts';
import { CONFIG_FILE, formatConfig, type BenchWorker, type WorkerModule } from './capnp-config.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url).href);
const WORKERS = join(ROOT, 'test/bench/workers');
const MAIN = 'worker.js';
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
};

/** Ceilings that one benchmark client would meet at once. */
const LIFTED: ReadonlySet<string> = new Set(['PASS_CEILING', 'NETWORK_CEILING', 'HOSTING_CEILING']);
const LIFTED_LIMIT = 1_000_000_000;
/** One attempt: a pass of the entry fee lasts 524,288 requests. */
const REQUEST_PRICE = 1;

/** Said beside the numbers: what in this run is not Cloudflare's. */
export const STAND_INS = {
  kv: 'in-memory map in the same isolate, asynchronous',
  rateLimiters: 'in-memory counters in the same isolate, asynchronous; ceilings lifted',
  assets: 'an empty set: Cloudflare serves them without running the Worker',
  origin: 'stub Worker in the same process, by service binding, for forward and the gate alike',
  cf: 'request.cf from a header of the load generator',
} as const;

const resolveFrom = createRequire(import.meta.url);

async function runWrangler(args: readonly string[]): Promise<void> {
  const command = join(resolveFrom.resolve('wrangler/package.json'), '../bin/wrangler.js');
  const child = spawn(process.execPath, [command, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`wrangler ${args.join(' ')} failed:\n${output}`);
}

async function bundleGate(directory: string): Promise<readonly WorkerModule[]> {
  await runWrangler(['deploy', '--dry-run', '--env', '', '--outdir', directory]);
  const files = await readdir(directory);
  const texts = files.filter((file) => file.endsWith('.html'));
  return [
    { name: MAIN, kind: 'esModule' },
    ...texts.map((name): WorkerModule => ({ name, kind: 'text' })),
  ];
}

/** One of the benchmarks' own Workers, built as the gate is. */
export async function bundleOwn(
  directory: string,
  name: string,
  keepNames: boolean,
): Promise<WorkerModule> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(WORKERS, `${name}.ts`)],
    outfile: join(directory, `${name}.js`),
    bundle: true,
    format: 'esm',
    target: 'es2024',
    // As the gate is built, so that the same libraries cost the same.
    keepNames,
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'silent',
  });
  return { name: `${name}.js`, kind: 'esModule' };
}

interface ConfiguredLimit {
  readonly name: string;
  readonly simple: { readonly limit: number; readonly period: number };
}

interface ConfiguredStore {
  readonly binding: string;
}

interface GateConfig {
  readonly limits: readonly ConfiguredLimit[];
  readonly namespaces: readonly string[];
}

/** The binding that holds the published policy. */
const POLICY_STORE = 'POLICY';

/**
 * The module that workerd starts: the gate, with stand-ins in its `env`.
 * @param policy module with the published policy's text
 */
function formatEntry({ limits, namespaces }: GateConfig, policy?: string): string {
  const limiters = limits.map(({ name, simple }) => {
    const limit = LIFTED.has(name) ? LIFTED_LIMIT : simple.limit;
    return `  ${name}: createLimiter({ limit: ${limit}, periodSeconds: ${simple.period} }),\n`;
  });
  const stores = namespaces.map((name) => {
    const isPublished = name === POLICY_STORE && policy !== undefined;
    const content = isPublished ? `[['${STORED_KEY}', published]]` : '';
    return `  ${name}: createKvNamespace(${content}),\n`;
  });
  const published = policy === undefined ? '' : `import published from './${policy}';\n`;
  return `import gate from './${MAIN}';
import { createKvNamespace, createLimiter, emptyAssets } from './stand-ins.js';
${published}const standIns = {
${limiters.join('')}${stores.join('')}  ASSETS: emptyAssets,
};
let wrapped;
export default {
  fetch: (request, env, ctx) => gate.fetch(request, (wrapped ??= { ...env, ...standIns }), ctx),
};
`;
}

/** Another gate beside the first, with a policy in its store. */
export interface PublishedGate {
  /** Of its socket: letters alone. */
  readonly name: string;
  /** The published value. */
  readonly policy: string;
}

/** Vars of every gate here. */
function gateVars(vars: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    ...vars,
    // The preset of a first deploy charges nobody.
    PRESET: 'balanced',
    REQUEST_PRICE,
    TOLL_SECRET: randomBytes(32).toString('base64url'),
  };
}

/** Writes everything that workerd needs into `directory`, which is empty. */
export async function writeBundle(
  directory: string,
  published: readonly PublishedGate[] = [],
): Promise<void> {
  const config = readConfig({ config: join(ROOT, 'wrangler.toml') }, { hideWarnings: true });
  const keepNames = config.keep_names ?? true;
  const gate = await bundleGate(directory);
  const [standIns, noop, forward, origin] = await Promise.all([
    bundleOwn(directory, 'stand-ins', keepNames),
    bundleOwn(directory, 'noop', keepNames),
    bundleOwn(directory, 'forward', keepNames),
    bundleOwn(directory, 'origin', keepNames),
  ]);
  const stores: readonly ConfiguredStore[] = config.kv_namespaces;
  const parts = { limits: config.ratelimits, namespaces: stores.map(({ binding }) => binding) };
  const vars = gateVars(config.vars);
  const gateWorker = (name: string, own: readonly WorkerModule[]): BenchWorker => ({
    name,
    modules: [...own, standIns, ...gate],
    services: { ORIGIN: 'origin' },
    vars,
    isPublic: true,
  });
  await writeFile(join(directory, 'entry.js'), formatEntry(parts));
  const others = published.map(async ({ name, policy }) => {
    const entry: WorkerModule = { name: `${name}-entry.js`, kind: 'esModule' };
    const text: WorkerModule = { name: `${name}-policy.txt`, kind: 'text' };
    await writeFile(join(directory, text.name), policy);
    await writeFile(join(directory, entry.name), formatEntry(parts, text.name));
    return gateWorker(name, [entry, text]);
  });
  const workers: readonly BenchWorker[] = [
    { name: 'noop', modules: [noop], isPublic: true },
    { name: 'forward', modules: [forward], services: { ORIGIN: 'origin' }, isPublic: true },
    gateWorker('gate', [{ name: 'entry.js', kind: 'esModule' }]),
    ...(await Promise.all(others)),
    { name: 'origin', modules: [origin], isPublic: false },
  ];
  await writeConfig(directory, workers);
}

/** Writes the configuration that starts `workers`, whose modules are in `directory`. */
export async function writeConfig(
  directory: string,
  workers: readonly BenchWorker[],
): Promise<void> {
  const config = readConfig({ config: join(ROOT, 'wrangler.toml') }, { hideWarnings: true });
  const date = config.compatibility_date;
  if (date === undefined) throw new Error('wrangler.toml has no compatibility_date');
  const text = formatConfig(workers, { date, flags: config.compatibility_flags });
  await writeFile(join(directory, CONFIG_FILE), text);
}

/** Version of the wrangler that made the bundle. */
export function wranglerVersion(): string {
  const manifest: unknown = resolveFrom('wrangler/package.json');
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
