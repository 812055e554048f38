/**
 * What the Worker's configuration says about policies.
 *
 * Owns finding it and asking wrangler for it: the terms of a charge, PRESET, and the rules of the
 * variables stand there. Without a configuration the defaults of every variable hold.
 */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { PolicyBase } from '../core/policy/document/complete-document.ts';
import type { RoutedConfig } from '../core/deploy/route-coverage.ts';
import { readTable } from '../core/policy/policy-problem.ts';
import type { Rule } from '../core/policy/rule.ts';
import { policyBaseOf } from '../core/settings-policy.ts';
import type { PriceSettings } from '../core/settings-price.ts';
import { decodeSettings, VARIABLES } from '../core/settings.ts';

export const CONFIG_OPTIONS = {
  config: { type: 'string', short: 'c' },
  env: { type: 'string', short: 'e' },
} as const;

export const CONFIG_HELP = `  -c, --config FILE  wrangler's configuration (default: wrangler.toml here or above)
  -e, --env NAME     environment in it
`;

export interface ConfigChoice {
  readonly config?: string | undefined;
  readonly env?: string | undefined;
}

export interface WorkerConfig {
  /** `undefined`: there is none, and the defaults hold. */
  readonly file: string | undefined;
  readonly base: PolicyBase;
  /** Of the variable RULES: asked before those of the document. */
  readonly rules: readonly Rule[];
  /** Of the variable PRESET, as it is written. */
  readonly preset: unknown;
  /** Names of its KV namespaces. */
  readonly namespaces: readonly string[];
  /** Its variables as they are written, those that the gate does not know among them. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** Its rate limits by name, in requests a minute; `undefined` without a configuration. */
  readonly ratesPerMinute: ReadonlyMap<string, number> | undefined;
  /** Settings of the price. */
  readonly price: PriceSettings;
  /** Names of its bindings of Durable Objects. */
  readonly objects: readonly string[];
}

export type ConfigReading =
  | { readonly ok: true; readonly config: WorkerConfig }
  | { readonly ok: false; readonly message: string };

const NAMES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'];

/** The nearest configuration in `folder` or above it. */
function findConfig(folder: string): string | undefined {
  const found = NAMES.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const parent = dirname(folder);
  return parent === folder ? undefined : findConfig(parent);
}

/** What of wrangler's configuration matters here, undecoded. */
export type RawConfig = Pick<WorkerConfig, 'vars' | 'namespaces' | 'ratesPerMinute' | 'objects'>;

const SECONDS_PER_MINUTE = 60;

function readRate(entry: unknown): readonly (readonly [string, number])[] {
  const table = readTable(entry);
  const simple = readTable(table?.get('simple'));
  const [limit, period] = [Number(simple?.get('limit')), Number(simple?.get('period'))];
  const isRate = Number.isFinite(limit) && period > 0;
  return isRate ? [[String(table?.get('name')), (limit * SECONDS_PER_MINUTE) / period]] : [];
}

/** @returns a sentence where wrangler refuses the file */
async function askWrangler(file: string, env: string | undefined) {
  process.env['WRANGLER_LOG'] ??= 'none';
  try {
    const { unstable_readConfig: readConfig } = await import('wrangler');
    return readConfig({ config: file, env: env ?? '' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `${file}: wrangler cannot read it: ${message}`;
  }
}

/** @returns a sentence where wrangler refuses the file */
export async function readRaw(file: string, env: string | undefined): Promise<RawConfig | string> {
  const config = await askWrangler(file, env);
  if (typeof config === 'string') return config;
  const namespaces: readonly unknown[] = config.kv_namespaces;
  const rates: readonly unknown[] = config.ratelimits ?? [];
  const objects: readonly unknown[] = config.durable_objects.bindings;
  return {
    vars: config.vars,
    namespaces: namespaces.map((namespace) => String(readTable(namespace)?.get('binding'))),
    ratesPerMinute: new Map(rates.flatMap(readRate)),
    objects: objects.map((object) => String(readTable(object)?.get('name'))),
  };
}

function decode(file: string | undefined, raw: RawConfig): ConfigReading {
  const { vars } = raw;
  const known = Object.entries(vars).filter(([name]) => VARIABLES.some((each) => each === name));
  // No secret is needed to judge a policy, and none is read.
  const secret = randomBytes(32).toString('base64url');
  const settings = { ...Object.fromEntries(known), TOLL_SECRET: secret };
  const decoded = decodeSettings(settings);
  if (!decoded.ok) {
    const where = file === undefined ? '' : `${file}: `;
    const lines = decoded.problems.map(({ path, message }) => `${where}${path} ${message}`);
    return { ok: false, message: lines.join('\n') };
  }
  const { rules, price } = decoded.settings;
  const base = policyBaseOf(decoded.settings);
  return { ok: true, config: { file, base, rules, preset: vars['PRESET'], price, ...raw } };
}

type Located =
  | { readonly ok: true; readonly file: string | undefined }
  | { readonly ok: false; readonly message: string };

function locate({ config }: ConfigChoice, cwd: string): Located {
  const named = config === undefined ? undefined : resolve(cwd, config);
  if (named === undefined) return { ok: true, file: findConfig(cwd) };
  return existsSync(named)
    ? { ok: true, file: named }
    : { ok: false, message: `${config}: there is no such file: name wrangler's configuration` };
}

const NO_CONFIG: RawConfig = {
  vars: {},
  namespaces: [],
  ratesPerMinute: undefined,
  objects: [],
};

/**
 * The configuration that a command was called with, or the nearest one, or none.
 * @param ask how wrangler is asked; here, or in a process of its own (`config-apart.ts`)
 */
export async function readWorkerConfig(
  choice: ConfigChoice,
  cwd: string,
  ask: typeof readRaw = readRaw,
): Promise<ConfigReading> {
  const located = locate(choice, cwd);
  if (!located.ok) return located;
  const { file } = located;
  if (file === undefined) return decode(undefined, NO_CONFIG);
  const raw = await ask(file, choice.env);
  return typeof raw === 'string' ? { ok: false, message: raw } : decode(file, raw);
}

/** The same configuration with other variables, as texts, or what is wrong with them. */
export function withVariables(
  config: WorkerConfig,
  changes: ReadonlyMap<string, string>,
): ConfigReading {
  const values = [...changes].map(([name, text]): [string, unknown] => [
    name,
    /^\d{1,15}$/.test(text) ? Number(text) : text,
  ]);
  const { file, vars, namespaces, ratesPerMinute, objects } = config;
  const changed = { ...vars, ...Object.fromEntries(values) };
  // What is wrong now is not the file's fault.
  const reading = decode(undefined, { vars: changed, namespaces, ratesPerMinute, objects });
  return reading.ok ? { ok: true, config: { ...reading.config, file } } : reading;
}

export type RoutesReading =
  | { readonly ok: true; readonly file: string; readonly config: RoutedConfig }
  | { readonly ok: false; readonly message: string };

/** What the configuration says of routes, whatever its variables are. */
export async function readRoutedConfig(choice: ConfigChoice, cwd: string): Promise<RoutesReading> {
  const located = locate(choice, cwd);
  if (!located.ok) return located;
  const { file } = located;
  if (file === undefined)
    return { ok: false, message: 'There is no wrangler configuration here or above: name one' };
  const config = await askWrangler(file, choice.env);
  return typeof config === 'string' ? { ok: false, message: config } : { ok: true, file, config };
}
