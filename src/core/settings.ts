/**
 * The operator's settings: decoded once per isolate from the Worker's variables.
 *
 * Owns names, ranges and defaults of every variable; must not know bindings. All
 * problems are reported at once, each with the variable's name, never with its value.
 */
import { ACCENT, CONTACT, LOGO_PATH, type Brand } from './brand.ts';
import {
  ASSERTION_KEY_RULES,
  parseAssertionKey,
  parsePublishedKeys,
  type AssertionKeyReading,
  type AssertionKeyTexts,
} from './token/assertion-key.ts';
import type { BindingMode } from './token/binding.ts';
import { MAX_SOLUTIONS } from './puzzle/puzzle.ts';
import { MAX_ATTEMPTS_PER_SOLUTION } from './puzzle/work.ts';
import { findUnpayableCharges } from './policy/charge-terms.ts';
import { findPresetProblems } from './policy/document/complete-document.ts';
import { decodeRules } from './policy/decode-rules.ts';
import { PRESET_NAMES, type PresetName } from './policy/document/policy-document.ts';
import { PRICE_VARIABLES, readPriceSettings, type PriceSettings } from './settings-price.ts';
import { VariableReader, type SettingsProblem } from './settings-reader.ts';
import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from './policy/rule.ts';
import type { ChargeTerms, Rule } from './policy/rule.ts';

export interface Settings {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly previousSecret: Uint8Array<ArrayBuffer> | undefined;
  /** What signs `Toll-Assertion`; `undefined`: no request is asserted. */
  readonly assertionKeys: AssertionKeyTexts | undefined;
  /** Canonical hosts that the gate answers for; `undefined`: whatever the routes send. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** Reserved path prefix, with a slash at both ends. */
  readonly prefix: string;
  readonly binding: BindingMode;
  readonly caseInsensitivePaths: boolean;
  /** What a charge rule that says nothing else asks for. */
  readonly terms: ChargeTerms;
  /** Seconds that the patience puzzle waits. */
  readonly patienceWaitSeconds: number;
  /** Scheme and authority of the origin; `undefined`: the zone's own, or a service binding. */
  readonly originUrl: string | undefined;
  /** Whether replies tell a visitor's own page what its pass has left: for top-ups. */
  readonly reportsBalance: boolean;
  readonly brand: Brand;
  /** What most sites want; `undefined`: none, every request is charged. */
  readonly preset: PresetName | undefined;
  readonly rules: readonly Rule[];
  /** Hosts of signed agents (Web Bot Auth) that are trusted beside those that ship. */
  readonly signedAgents: readonly string[];
  /** How often an isolate looks for a newly published policy. */
  readonly policyRefreshSeconds: number;
  readonly price: PriceSettings;
}

export type { SettingsProblem };

export type SettingsReading =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

/** The wire format that this version writes; the only value of TOKEN_VERSION it knows. */
const TOKEN_VERSIONS: ReadonlySet<unknown> = new Set([1, '1']);
const DEFAULT_PREFIX = '/.toll/';
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::([1-9]\d{0,4}))?$/;
/** Scheme, host and port; ports above 65,999 are refused here, the last few by the first request. */
const ORIGIN =
  /^https?:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::[1-9]\d{0,3}|:[1-5]\d{4}|:6[0-5]\d{3})?$/i;
const DEFAULT_PORTS: ReadonlySet<number> = new Set([80, 443]);

export const VARIABLES = [
  'TOKEN_VERSION',
  'TOLL_SECRET',
  'TOLL_SECRET_PREVIOUS',
  'TOLL_ASSERTION_KEY',
  'TOLL_ASSERTION_KEY_PREVIOUS',
  'HOSTS',
  'PREFIX',
  'BINDING',
  'CASE_INSENSITIVE_PATHS',
  'MIN_SOLUTIONS',
  'MAX_SOLUTIONS',
  'ATTEMPTS_PER_SOLUTION',
  'REQUEST_PRICE',
  'PASS_TTL_SECONDS',
  'PATIENCE_WAIT_SECONDS',
  'ORIGIN_URL',
  'TOP_UP',
  'BRAND_TITLE',
  'BRAND_LOGO',
  'BRAND_ACCENT',
  'BRAND_CONTACT',
  'BRAND_FOOTER',
  'PRESET',
  'RULES',
  'SIGNED_AGENTS',
  'POLICY_REFRESH_SECONDS',
  ...PRICE_VARIABLES,
] as const;

type Variable = (typeof VARIABLES)[number];
type Reader = VariableReader<Variable>;

const MAX_SIGNED_AGENTS = 32;
const AGENT_HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Names only: a directory of keys is fetched from each, over https and the default port. */
function readSignedAgents(reader: Reader): readonly string[] {
  const value = reader.read('SIGNED_AGENTS');
  if (value === undefined) return [];
  const hosts: readonly unknown[] = Array.isArray(value) ? value : [];
  const valid = hosts.filter((host) => typeof host === 'string' && AGENT_HOST.test(host));
  const isGood = valid.length === hosts.length && hosts.length <= MAX_SIGNED_AGENTS;
  if (hosts.length > 0 && isGood) return valid.map(String);
  reader.refuse(
    'SIGNED_AGENTS',
    `must be a list of 1 to ${MAX_SIGNED_AGENTS} host names in lower case, such as ["agent.example.com"]`,
  );
  return [];
}

/** A host as tokens name it: A-labels in lower case, and a port that is not a scheme's default. */
function isCanonicalHost(host: string): boolean {
  const match = HOST.exec(host);
  if (match === null) return false;
  const port = match[1] === undefined ? undefined : Number(match[1]);
  return port === undefined || (port <= 65_535 && !DEFAULT_PORTS.has(port));
}

function readHosts(reader: Reader): ReadonlySet<string> | undefined {
  const value = reader.read('HOSTS');
  if (value === undefined) return undefined;
  const hosts: unknown[] = Array.isArray(value) ? value : [];
  const valid = hosts.filter((host) => typeof host === 'string' && isCanonicalHost(host));
  if (hosts.length > 0 && valid.length === hosts.length) return new Set(valid.map(String));
  reader.refuse(
    'HOSTS',
    'must be a list of hosts in lower case without a trailing dot or a default port, such as ["example.com"]',
  );
  return undefined;
}

function readTerms(reader: Reader): ChargeTerms {
  const terms: ChargeTerms = {
    tier: 0,
    minSolutions: reader.integer('MIN_SOLUTIONS', 32, [1, MAX_SOLUTIONS]),
    maxSolutions: reader.integer('MAX_SOLUTIONS', 256, [1, MAX_SOLUTIONS]),
    attemptsPerSolution: reader.integer('ATTEMPTS_PER_SOLUTION', 16_384, [
      1,
      MAX_ATTEMPTS_PER_SOLUTION,
    ]),
    requestPrice: reader.integer('REQUEST_PRICE', 4369, [1, 2 ** 40]),
    ttlSeconds: reader.integer('PASS_TTL_SECONDS', 3600, [MIN_TTL_SECONDS, MAX_TTL_SECONDS]),
    remember: false,
  };
  if (terms.minSolutions > terms.maxSolutions) {
    reader.refuse('MIN_SOLUTIONS', 'must not exceed MAX_SOLUTIONS');
  }
  if (terms.minSolutions * terms.attemptsPerSolution < terms.requestPrice) {
    reader.refuse(
      'REQUEST_PRICE',
      'must not exceed MIN_SOLUTIONS x ATTEMPTS_PER_SOLUTION: a pass would buy no request',
    );
  }
  return terms;
}

const MAX_TITLE_CHARACTERS = 60;
const MAX_FOOTER_CHARACTERS = 200;

function readBrand(reader: Reader, prefix: string): Brand {
  const logo = reader.text(
    'BRAND_LOGO',
    LOGO_PATH,
    'must be the path of an image on this site, such as "/images/logo.svg"',
  );
  if (logo?.startsWith(prefix) === true) {
    reader.refuse('BRAND_LOGO', 'must not be below the reserved prefix');
  }
  return {
    title: reader.plainText('BRAND_TITLE', MAX_TITLE_CHARACTERS),
    logo,
    accent: reader
      .text('BRAND_ACCENT', ACCENT, 'must be a colour such as "#0f6a62"')
      ?.toLowerCase(),
    contact: reader.text(
      'BRAND_CONTACT',
      CONTACT,
      'must be a mailto: or https: address or a path, such as "mailto:help@example.com"',
    ),
    footer: reader.plainText('BRAND_FOOTER', MAX_FOOTER_CHARACTERS),
  };
}

function readPreset(reader: Reader): PresetName | undefined {
  const value = reader.read('PRESET');
  if (value === undefined) return undefined;
  const found = PRESET_NAMES.find((name) => name === value);
  if (found === undefined) {
    const names = PRESET_NAMES.map((name) => `"${name}"`).join(', ');
    reader.refuse('PRESET', `must be one of ${names}`);
  }
  return found;
}

function readRules(reader: Reader, defaults: ChargeTerms): readonly Rule[] {
  const value = reader.read('RULES');
  if (value === undefined) return [];
  const reading = decodeRules(value);
  const problems = reading.ok ? findUnpayableCharges(reading.rules, defaults) : reading.problems;
  for (const problem of problems) reader.refuse(problem.path, problem.message);
  return reading.ok ? reading.rules : [];
}

/** Names that the platform, Node compatibility and test runners put into `env` themselves. */
const FOREIGN_NAME = /^(?:_|CF_|CLOUDFLARE_|WRANGLER_|NODE_)/;

/** A plain value of an unknown name is refused: a misspelt setting must not be ignored in silence. */
function refuseUnknown(reader: Reader, variables: Readonly<Record<string, unknown>>): void {
  const known: ReadonlySet<string> = new Set(VARIABLES);
  for (const [name, value] of Object.entries(variables)) {
    const isPlain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if ((isPlain || Array.isArray(value)) && !known.has(name) && !FOREIGN_NAME.test(name)) {
      reader.refuse(name, 'is not a setting of the gate: correct its name or remove it');
    }
  }
}

/** On cheap terms the fee of a preset may buy less than one request at the preset's price. */
function refuseUnpayablePreset(
  reader: Reader,
  { preset, rules, terms }: Omit<Settings, 'secret'>,
): void {
  const document = {
    preset,
    rules,
    isDryRun: false,
    named: new Map<string, never>(),
    thresholds: [],
    otherwise: undefined,
  };
  for (const { path, message } of findPresetProblems(document, terms, 'PRESET')) {
    reader.refuse(path, message);
  }
}

function readAssertionKeys(reader: Reader): AssertionKeyTexts | undefined {
  const valueOf = <Value>(name: Variable, reading: AssertionKeyReading<Value>) => {
    if (reading.ok) return reading.value;
    reader.refuse(name, ASSERTION_KEY_RULES[reading.rule]);
    return undefined;
  };
  const text = reader.read('TOLL_ASSERTION_KEY');
  const previous = reader.read('TOLL_ASSERTION_KEY_PREVIOUS');
  const published =
    previous === undefined
      ? []
      : valueOf('TOLL_ASSERTION_KEY_PREVIOUS', parsePublishedKeys(previous));
  if (text === undefined) {
    if (previous !== undefined)
      reader.refuse('TOLL_ASSERTION_KEY_PREVIOUS', 'is set without TOLL_ASSERTION_KEY');
    return undefined;
  }
  if (text === reader.read('TOLL_SECRET')) {
    reader.refuse('TOLL_ASSERTION_KEY', ASSERTION_KEY_RULES.reused);
    return undefined;
  }
  const current = valueOf('TOLL_ASSERTION_KEY', parseAssertionKey(text));
  return current === undefined || published === undefined ? undefined : { current, published };
}

/** @param variables the Worker's `env`; bindings in it are ignored */
export function decodeSettings(variables: Readonly<Record<string, unknown>>): SettingsReading {
  const reader = new VariableReader<Variable>(variables);
  const version = reader.read('TOKEN_VERSION');
  if (version !== undefined && !TOKEN_VERSIONS.has(version)) {
    reader.refuse('TOKEN_VERSION', 'is not a wire format that this version can write: use 1');
  }
  const secret = reader.secret('TOLL_SECRET');
  const hasPrevious = reader.read('TOLL_SECRET_PREVIOUS') !== undefined;
  const previousSecret = hasPrevious ? reader.secret('TOLL_SECRET_PREVIOUS') : undefined;
  const binding = reader.text('BINDING', /^(?:network|roaming)$/, 'must be "network" or "roaming"');
  const prefix = reader.text(
    'PREFIX',
    /^\/(?!\.\.\/)[A-Za-z0-9._~-]{2,64}\/$/,
    'must be one path segment between slashes, such as "/.toll/"',
  );
  const terms = readTerms(reader);
  const settings: Omit<Settings, 'secret'> = {
    previousSecret,
    assertionKeys: readAssertionKeys(reader),
    hosts: readHosts(reader),
    prefix: prefix ?? DEFAULT_PREFIX,
    binding: binding === 'roaming' ? 'roaming' : 'network',
    caseInsensitivePaths: reader.flag('CASE_INSENSITIVE_PATHS'),
    terms,
    patienceWaitSeconds: reader.integer('PATIENCE_WAIT_SECONDS', 10, [1, 240]),
    originUrl: reader.text(
      'ORIGIN_URL',
      ORIGIN,
      'must be a scheme and a host without a path, such as "https://origin.example.com"',
    ),
    reportsBalance: reader.text('TOP_UP', /^(?:on|off)$/, 'must be "on" or "off"') === 'on',
    brand: readBrand(reader, prefix ?? DEFAULT_PREFIX),
    preset: readPreset(reader),
    rules: readRules(reader, terms),
    signedAgents: readSignedAgents(reader),
    policyRefreshSeconds: reader.integer('POLICY_REFRESH_SECONDS', 60, [30, 3600]),
    price: readPriceSettings(reader),
  };
  refuseUnknown(reader, variables);
  refuseUnpayablePreset(reader, settings);
  if (secret === undefined || reader.problems.length > 0)
    return { ok: false, problems: reader.problems };
  return { ok: true, settings: { ...settings, secret } };
}
