/**
 * The short form of an assessment: what a later review holds the traffic against.
 *
 *   {"format": 1, "from": 1794000000, "to": 1794600000, "requests": 1000000,
 *    "classes": {"browser": {"clients": 24366, "requests": 628000, "bytes": 9000000}, ...},
 *    "expectedRequestsPerHour": 5952, "topNetworks": [{"network": "192.0.2.0/24", "requests": 812}],
 *    "yieldPerThousand": 0.4, "proposed": {"rules": ["false-bots"], "variables": {"NETWORK_TARGET": 240}}}
 *
 * Owns the format and its strict decoder. Published as KV `assessment/current`, below 8 KB.
 */
import { CLIENT_CLASSES, type ClientClass } from './client-class.ts';
import { forEachClass } from './top-counter.ts';
import type { Traffic } from './traffic.ts';

export const ASSESSMENT_KEY = 'assessment/current';
export const SUMMARY_FORMAT = 1;
export const MAX_SUMMARY_BYTES = 8192;
export const MAX_TOP_NETWORKS = 20;
const MAX_NAMES = 32;
const MAX_NAME = 64;

export interface SummaryClass {
  readonly clients: number;
  readonly requests: number;
  readonly bytes: number;
}

export interface AssessmentSummary {
  readonly format: typeof SUMMARY_FORMAT;
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly classes: Readonly<Record<ClientClass, SummaryClass>>;
  /** The mean over the time that the log covers. */
  readonly expectedRequestsPerHour: number;
  /** At most 20, those with the most requests first. */
  readonly topNetworks: readonly { readonly network: string; readonly requests: number }[];
  /** Dollars; absent where nobody stated it. */
  readonly yieldPerThousand?: number;
  readonly proposed: {
    /** Names of the rules. */
    readonly rules: readonly string[];
    readonly variables: Readonly<Record<string, number>>;
  };
}

export interface SummaryExtras {
  readonly yieldPerThousand: number | undefined;
  readonly rules: readonly string[];
  readonly variables: Readonly<Record<string, number>>;
}

const HOUR = 3600;

/** A log of less than an hour counts as an hour. */
export function summariseAssessment(
  traffic: Omit<Traffic, 'sample'>,
  extras: SummaryExtras,
): AssessmentSummary {
  const { from, to, requests, classes, networks } = traffic;
  const hours = Math.max(1, (to - from) / HOUR);
  const { yieldPerThousand, rules, variables } = extras;
  return {
    format: SUMMARY_FORMAT,
    from,
    to,
    requests,
    classes: forEachClass((kind) => {
      const { clients, requests: count, bytes } = classes[kind];
      return { clients, requests: count, bytes };
    }),
    expectedRequestsPerHour: Math.round(requests / hours),
    topNetworks: networks.slice(0, MAX_TOP_NETWORKS).map(({ name, requests: count }) => {
      return { network: name.slice(0, MAX_NAME), requests: count };
    }),
    ...(yieldPerThousand === undefined ? {} : { yieldPerThousand }),
    proposed: {
      rules: rules.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME)),
      variables,
    },
  };
}

type Table = ReadonlyMap<string, unknown>;

function tableOf(value: unknown, keys: readonly string[]): Table | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const table = new Map<string, unknown>(Object.entries(value));
  return [...table.keys()].every((key) => keys.includes(key)) ? table : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_NAME ? value : undefined;
}

/** Every item decoded; `undefined` where any is not, or there are too many. */
function listOf<Item>(
  value: unknown,
  most: number,
  decode: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const items = value.map(decode).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function decodeClass(value: unknown): SummaryClass | undefined {
  const table = tableOf(value, ['clients', 'requests', 'bytes']);
  const [clients, requests] = [countOf(table?.get('clients')), countOf(table?.get('requests'))];
  const bytes = countOf(table?.get('bytes'));
  if (clients === undefined || requests === undefined || bytes === undefined) return undefined;
  return { clients, requests, bytes };
}

function decodeClasses(value: unknown): AssessmentSummary['classes'] | undefined {
  const table = tableOf(value, CLIENT_CLASSES);
  const decoded = forEachClass((kind) => decodeClass(table?.get(kind)));
  const {
    'verified-bot': verified,
    'declared-bot': declared,
    'false-bot': lying,
    browser,
    automation,
  } = decoded;
  const isWhole = verified !== undefined && declared !== undefined && lying !== undefined;
  if (!isWhole || browser === undefined || automation === undefined) return undefined;
  return {
    'verified-bot': verified,
    'declared-bot': declared,
    'false-bot': lying,
    browser,
    automation,
  };
}

function decodeNetwork(value: unknown): AssessmentSummary['topNetworks'][number] | undefined {
  const table = tableOf(value, ['network', 'requests']);
  const [network, requests] = [nameOf(table?.get('network')), countOf(table?.get('requests'))];
  return network === undefined || requests === undefined ? undefined : { network, requests };
}

const VARIABLE = /^[A-Z][A-Z0-9_]{0,63}$/;

function decodeProposed(value: unknown): AssessmentSummary['proposed'] | undefined {
  const table = tableOf(value, ['rules', 'variables']);
  const rules = listOf(table?.get('rules'), MAX_NAMES, nameOf);
  const written: unknown = table?.get('variables');
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return undefined;
  const variables: Record<string, number> = {};
  const entries = Object.entries(written);
  for (const [name, number] of entries) {
    const amount = amountOf(number);
    if (amount === undefined || !VARIABLE.test(name)) return undefined;
    variables[name] = amount;
  }
  return rules === undefined || entries.length > MAX_NAMES ? undefined : { rules, variables };
}

const KEYS = [
  'format',
  'from',
  'to',
  'requests',
  'classes',
  'expectedRequestsPerHour',
  'topNetworks',
  'yieldPerThousand',
  'proposed',
] as const;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A published summary; `undefined` for anything else, unknown members included. Never throws. */
export function decodeAssessmentSummary(text: string): AssessmentSummary | undefined {
  if (text.length > MAX_SUMMARY_BYTES) return undefined;
  const table = tableOf(parseJson(text), KEYS);
  if (table?.get('format') !== SUMMARY_FORMAT) return undefined;
  const [from, to] = [countOf(table.get('from')), countOf(table.get('to'))];
  const requests = countOf(table.get('requests'));
  const expected = countOf(table.get('expectedRequestsPerHour'));
  const classes = decodeClasses(table.get('classes'));
  const topNetworks = listOf(table.get('topNetworks'), MAX_TOP_NETWORKS, decodeNetwork);
  const proposed = decodeProposed(table.get('proposed'));
  const stated = table.has('yieldPerThousand');
  const yieldPerThousand = amountOf(table.get('yieldPerThousand'));
  if (from === undefined || to === undefined || to < from || requests === undefined)
    return undefined;
  if (expected === undefined || classes === undefined || topNetworks === undefined)
    return undefined;
  if (proposed === undefined || (stated && yieldPerThousand === undefined)) return undefined;
  return {
    format: SUMMARY_FORMAT,
    from,
    to,
    requests,
    classes,
    expectedRequestsPerHour: expected,
    topNetworks,
    ...(yieldPerThousand === undefined ? {} : { yieldPerThousand }),
    proposed,
  };
}
