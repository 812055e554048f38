/**
 * What a simulation runs with: settings, policy, price book.
 *
 * Owns the way from the Worker's configuration, and from changes to it, to the terms of a gate; what
 * stands for a client's headers; must not know scenarios.
 */
import { judgeRequest } from '../core/policy/evaluate-policy.ts';
import type { Decision } from '../core/policy/decision.ts';
import type { PolicyDocument } from '../core/policy/document/policy-document.ts';
import type { ExplainablePolicy } from '../core/policy/explain-policy.ts';
import { UNKNOWN_REQUEST } from '../core/policy/request-view.ts';
import type { RequestCase } from '../core/policy/request-case.ts';
import { createPriceBook } from '../core/price/price-book.ts';
import type { PriceLimits } from '../core/price/price-limits.ts';
import { maxFeeOf, scaleTerms } from '../core/price/scale-terms.ts';
import { PRESET_NAMES } from '../core/policy/document/policy-document.ts';
import { priceLimitsOf } from '../core/settings-price.ts';
import type { AskedShape, GateTerms } from '../core/simulation/simulated-gate.ts';
import { askRequest, REFUSED_PATH, type AskedRequest } from './asked-request.ts';
import type { Invocation } from './command.ts';
import { loadPolicy, preparePolicy, printProblems } from './policy-file.ts';
import {
  readNumber,
  readPriceSetup,
  SHIPPED_RATES,
  type PriceSetup,
  type Range,
} from './price-setup.ts';
import { printable } from './terminal.ts';
import { withVariables, type ConfigReading, type WorkerConfig } from './worker-config.ts';

export interface SimulationSetup {
  readonly terms: GateTerms;
  readonly price: PriceSetup;
  readonly limits: PriceLimits;
  /** Of the policy: its file, or the preset. */
  readonly policyName: string;
  /** It only watches; the simulation charges as it would if it did not. */
  readonly isDryRun: boolean;
}

export type SetupOpening =
  | { readonly ok: true; readonly setup: SimulationSetup }
  | { readonly ok: false; readonly code: 1 | 2 };

/** Changes to settings, as `--compare` takes them. */
export type SettingChanges = ReadonlyMap<string, string>;

/** Settings that change what a simulation comes to. */
const CHANGEABLE: ReadonlySet<string> = new Set([
  'MIN_SOLUTIONS',
  'MAX_SOLUTIONS',
  'ATTEMPTS_PER_SOLUTION',
  'REQUEST_PRICE',
  'PASS_TTL_SECONDS',
  'PATIENCE_WAIT_SECONDS',
  'TOP_UP',
  'PRESET',
  'NETWORK_TARGET',
  'SITE_TARGET',
  'VISITOR_SECONDS',
  'VISITOR_SECONDS_P95',
  'YIELD_PER_THOUSAND',
  'PRICE_CALLS_PER_DAY',
]);
const PRICE_BOOK = 'PRICE_BOOK';
const RATE_RANGE: Range = [0, 1e9];
const CHANGE = /^([A-Z][A-Z0-9_]*)=([^,]*)$/;
const MAX_DECISIONS = 50_000;

/** "REQUEST_PRICE=8738,NETWORK_TARGET=300"; `undefined` where it is not written so. */
export function parseChanges(text: string): SettingChanges | undefined {
  const changes = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name, value] = CHANGE.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined || changes.has(name)) return undefined;
    changes.set(name, value.trim());
  }
  return changes;
}

const BROWSER_HEADERS: readonly (readonly [string, string])[] = [
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['accept-language', 'en'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-dest', 'document'],
  ['sec-fetch-site', 'same-origin'],
];

/** Whoever says that it is a browser is taken to send what browsers send. */
function caseOf({ path, agent, method, address, asn }: AskedShape): RequestCase {
  const isBrowser = /^Mozilla\/5\.0 \((?!compatible)/.test(agent);
  const headers = isBrowser ? BROWSER_HEADERS : ([['accept', '*/*']] as const);
  return {
    name: undefined,
    url: path,
    method,
    headers: new Map([['user-agent', agent], ...headers]),
    ip: address,
    country: undefined,
    asn,
    cf: new Map<string, unknown>([
      ['httpProtocol', isBrowser ? 'HTTP/2' : 'HTTP/1.1'],
      ['tlsVersion', 'TLSv1.3'],
    ]),
    verifiedBots: [],
  };
}

/** What was made of a key before, at most so many. */
class Memo<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string, make: () => Value): Value {
    const found = this.#values.get(key);
    if (found !== undefined) return found;
    const value = make();
    if (this.#values.size >= MAX_DECISIONS) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}

/**
 * The policy's decision about a shape. Who asks and what is asked are read once each: a log has few of
 * both and many pairs, and a synthetic client asks the same a million times.
 */
function createDecide({ policy }: ExplainablePolicy): (asked: AskedShape) => Decision {
  const decisions = new Memo<Decision>();
  const clients = new Memo<AskedRequest>();
  const places = new Memo<AskedRequest>();
  const judge = (asked: AskedShape): Decision => {
    const { agent, address, asn, method, path } = asked;
    const nowhere = { ...asked, method: 'GET', path: '/' };
    const nobody = { ...asked, agent: '', address: '::', asn: undefined };
    const client = clients.get(`${address} ${asn} ${agent}`, () => askRequest(caseOf(nowhere)));
    const place = places.get(`${method} ${path}`, () => askRequest(caseOf(nobody)));
    if (client.kind !== 'judged' || place.kind !== 'judged') return REFUSED_PATH;
    const { views, hasQuery, request } = place.request;
    const fields = client.request.request ?? UNKNOWN_REQUEST;
    const view = {
      host: request?.host ?? '',
      search: request?.search ?? '',
      header: (name: string) => fields.header(name),
    };
    const combined = { ...client.request, views, hasQuery, method, request: view };
    return judgeRequest(policy, combined).decision;
  };
  return (asked) => {
    const key = `${asked.method} ${asked.path} ${asked.address} ${asked.asn} ${asked.agent}`;
    return decisions.get(key, () => judge(asked));
  };
}

interface NamedPolicy {
  readonly name: string;
  readonly prepared: ExplainablePolicy;
}

/** PRESET and RULES, where no file is named. */
function settingsPolicy(config: WorkerConfig): NamedPolicy {
  const preset = PRESET_NAMES.find((name) => name === config.preset);
  const document: PolicyDocument = {
    preset,
    isDryRun: false,
    named: new Map(),
    rules: [],
    thresholds: [],
    otherwise: undefined,
  };
  const name = preset === undefined ? 'no preset: everything is charged' : `preset ${preset}`;
  return { name, prepared: preparePolicy(document, config) };
}

async function openNamedPolicy(
  { cwd, terminal }: Invocation,
  config: WorkerConfig,
  file: string | undefined,
): Promise<NamedPolicy | 1 | 2> {
  if (file === undefined) return settingsPolicy(config);
  const loaded = await loadPolicy(file, { cwd, config });
  if (loaded.ok) return { name: file, prepared: preparePolicy(loaded.policy.document, config) };
  printProblems(terminal, loaded);
  return loaded.code;
}

interface GateParts {
  readonly price: PriceSetup;
  readonly limits: PriceLimits;
  readonly prepared: ExplainablePolicy;
  readonly vars: WorkerConfig['vars'];
}

function gateTermsOf({ price, limits, prepared, vars }: GateParts): GateTerms {
  const { ceilings, unpaid, budget } = price;
  const maxFee = maxFeeOf(budget);
  return {
    decide: createDecide(prepared),
    scale: (terms, bits) => scaleTerms(terms, Math.min(bits, limits.capBits), maxFee),
    ceilings: {
      pass: ceilings.pass,
      network: ceilings.network,
      hosting: ceilings.hosting,
      patience: unpaid.patiencePasses,
      free: unpaid.freeRequests > 0 ? unpaid.freeRequests : undefined,
    },
    patienceWaitSeconds: readNumber(vars['PATIENCE_WAIT_SECONDS'], [1, 240]) ?? 10,
    hasTopUp: vars['TOP_UP'] === 'on',
    createBook: price.hasPriceBook ? () => createPriceBook(limits) : undefined,
  };
}

/** `config` changed, or the sentence that says which change makes no sense. */
function changeConfig(config: WorkerConfig, changes: SettingChanges): ConfigReading {
  const variables = new Map<string, string>();
  const ratesPerMinute = new Map(config.ratesPerMinute ?? SHIPPED_RATES);
  const objects = new Set(config.objects);
  for (const [name, text] of changes) {
    const isRate = SHIPPED_RATES.has(name) || name === 'FREE_ALLOWANCE';
    const rate = readNumber(text, RATE_RANGE);
    if (isRate && rate !== undefined) ratesPerMinute.set(name, rate);
    else if (name === PRICE_BOOK && text === 'on') objects.add(name);
    else if (name === PRICE_BOOK && text === 'off') objects.delete(name);
    else if (CHANGEABLE.has(name)) variables.set(name, text);
    else {
      const names = [...CHANGEABLE, ...SHIPPED_RATES.keys(), 'FREE_ALLOWANCE', PRICE_BOOK];
      const message = `${name}=${text} cannot be simulated: numbers and texts of ${names.join(', ')} can`;
      return { ok: false, message };
    }
  }
  return withVariables({ ...config, ratesPerMinute, objects: [...objects] }, variables);
}

/** The setup of a configuration, changed as `changes` say; problems are printed here. */
export async function openSetup(
  invocation: Invocation,
  config: WorkerConfig,
  { policy, changes }: { readonly policy: string | undefined; readonly changes: SettingChanges },
): Promise<SetupOpening> {
  const refuse = (message: string): SetupOpening => {
    invocation.terminal.err(`${message}\n`);
    return { ok: false, code: 2 };
  };
  // Without a configuration the defaults of every setting hold, and the price book is one of them.
  const known = config.file === undefined ? { ...config, objects: [PRICE_BOOK] } : config;
  const changed =
    changes.size === 0 ? { ok: true as const, config: known } : changeConfig(known, changes);
  if (!changed.ok) return refuse(printable(`--compare: ${changed.message}`));
  const reading = readPriceSetup(changed.config, invocation.cwd);
  if (!reading.ok) return refuse(reading.message);
  const { setup: price } = reading;
  const { base, price: settings } = changed.config;
  const limits = priceLimitsOf({ terms: base.terms, price: settings });
  const named = await openNamedPolicy(invocation, changed.config, policy);
  if (typeof named === 'number') return { ok: false, code: named };
  const { name, prepared } = named;
  const terms = gateTermsOf({ price, limits, prepared, vars: changed.config.vars });
  const { isDryRun } = prepared.policy;
  return { ok: true, setup: { terms, price, limits, policyName: name, isDryRun } };
}
