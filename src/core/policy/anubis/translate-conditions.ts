/**
 * The conditions of one rule of Anubis, all of which have to hold since its version 1.23.
 *
 * Owns the translation of each kind; must not know actions.
 */
import { formatNetwork, parseNetwork } from '../../client/network.ts';
import { MAX_PATTERN_CHARACTERS } from '../pattern/parse-pattern.ts';
import { compilePatternList } from '../conditions/pattern-list.ts';
import { canonicalHeaderName } from '../cel/header-lookup.ts';
import { allOf, anyOf, isAlwaysPresent, isFromProxy, type Constancy } from './behind-cloudflare.ts';
import type { AnubisBot, AnubisExpression } from './bot-config.ts';
import { splitPattern } from './split-pattern.ts';
import {
  deadHeaders,
  translateExpression,
  type TranslatedExpression,
} from './translate-expression.ts';

/** A table of conditions as it is written in a document. */
export type ConditionTable = Readonly<Record<string, unknown>>;

export interface TranslatedConditions {
  /** Conditions and combinations, to stand in a rule. */
  readonly table: ConditionTable;
  /** What became of the request's headers. */
  readonly constancy: Constancy;
  /** Headers that Cloudflare adds to every request. */
  readonly alwaysPresent: readonly string[];
  /** Headers that only a proxy in front of Anubis adds. */
  readonly fromProxy: readonly string[];
  /** Headers that Anubis never finds under the spelling that is used. */
  readonly dead: readonly string[];
  /** Bots that are proven here in another way than by the DNS. */
  readonly bots: readonly string[];
  /** Whether the protocol is read off the connection, no longer off a header. */
  readonly readsProtocol: boolean;
  /** Networks with bits below the prefix, which were cleared as Anubis clears them. */
  readonly masked: number;
  readonly networks: number;
  /** Whether the rule asks for the user agent and nothing else. */
  readonly isAgentAlone: boolean;
  readonly usesGeo: boolean;
}

export type ConditionsTranslation =
  | { readonly ok: true; readonly conditions: TranslatedConditions }
  | { readonly ok: false; readonly why: string };

/** Longer patterns of a header are refused by its kind of condition. */
const MAX_HEADER_PATTERN = 512;

function compiles(pattern: string): boolean {
  return pattern.length <= MAX_PATTERN_CHARACTERS && compilePatternList([pattern]).ok;
}

/** Anubis takes surrounding white space away. */
function patternsOf(regex: string, most = MAX_PATTERN_CHARACTERS): readonly string[] {
  return splitPattern(regex.trim(), (pattern) => pattern.length <= most && compiles(pattern));
}

function clearHostBits(text: string): string | undefined {
  const parsed = parseNetwork(text);
  if (parsed.ok) return formatNetwork(parsed.network);
  const [address = '', bits = ''] = text.split('/');
  const whole = parseNetwork(address);
  if (!whole.ok) return undefined;
  const kept = Number(bits) + (whole.network.version === 4 ? 96 : 0);
  const bytes = whole.network.bytes.map(
    (byte, index) => byte & (0xff << (8 - Math.min(Math.max(kept - index * 8, 0), 8))),
  );
  return formatNetwork({ version: whole.network.version, bits: Number(bits), bytes });
}

/** One header: `.*` asks Anubis whether it is there; an absent one is an empty text to the others. */
function headerTable(name: string, regex: string): ConditionTable {
  if (regex === '.*') return { header: [{ name, present: true }] };
  const compiled = compilePatternList([regex.trim()]);
  const matchesNothing = compiled.ok && compiled.matches('') === true;
  const patterns = patternsOf(regex, MAX_HEADER_PATTERN);
  return {
    header: [
      ...patterns.map((pattern) => ({ name, pattern })),
      ...(matchesNothing ? [{ name, present: false }] : []),
    ],
  };
}

/** Tables as one: a kind that occurs once stands by itself, the others under `all`. */
function conjunction(tables: readonly ConditionTable[]): ConditionTable {
  const keys = tables.flatMap((table) => Object.keys(table));
  const isAlone = (table: ConditionTable): boolean =>
    Object.keys(table).every((key) => keys.filter((each) => each === key).length === 1);
  const alone = tables.filter(isAlone);
  const others = tables.filter((table) => !isAlone(table));
  const single: ConditionTable = Object.fromEntries(
    alone.flatMap((table) => Object.entries(table)),
  );
  return others.length > 0 ? { ...single, all: others } : single;
}

interface Expressions {
  readonly tables: readonly ConditionTable[];
  readonly constancy: Constancy;
  readonly parts: readonly TranslatedExpression[];
}

type ExpressionsTranslation =
  | { readonly ok: true; readonly expressions: Expressions }
  | { readonly ok: false; readonly why: string };

/** Most expressions of one list. */
const MAX_ALTERNATIVES = 64;

function anyTable(texts: readonly string[]): ConditionTable {
  if (texts.length <= MAX_ALTERNATIVES) return { expression: texts };
  const lists: ConditionTable[] = [];
  for (let at = 0; at < texts.length; at += MAX_ALTERNATIVES) {
    lists.push({ expression: texts.slice(at, at + MAX_ALTERNATIVES) });
  }
  return { any: lists };
}

function translateExpressions({ kind, sources }: AnubisExpression): ExpressionsTranslation {
  const parts: TranslatedExpression[] = [];
  for (const { text } of sources) {
    const translated = translateExpression(text);
    if (!translated.ok) return translated;
    parts.push(translated.expression);
  }
  const texts = parts.flatMap(({ text }) => text ?? []);
  const constancies = parts.map(({ constancy }) => constancy);
  if (kind === 'any') {
    const isOpen = parts.some(({ text, bots }) => text === undefined && bots.length === 0);
    if (parts.some(({ bots }) => bots.length > 0)) {
      return {
        ok: false,
        why: 'a Worker cannot ask the DNS; use verifiedBot in a rule of its own',
      };
    }
    const tables = isOpen ? [] : [anyTable(texts)];
    return { ok: true, expressions: { tables, constancy: anyOf(constancies), parts } };
  }
  const bots = parts.flatMap((part) => part.bots).map((bot) => ({ verifiedBot: [bot] }));
  const tables = [...texts.map((text) => ({ expression: text })), ...bots];
  return { ok: true, expressions: { tables, constancy: allOf(constancies), parts } };
}

function plainTables(bot: AnubisBot, networks: readonly string[]): readonly ConditionTable[] {
  const { agentRegex, pathRegex, headerRegexes, countries, asns } = bot;
  return [
    ...(networks.length > 0 ? [{ network: networks }] : []),
    ...(agentRegex === undefined ? [] : [{ agentPattern: patternsOf(agentRegex.text) }]),
    ...(pathRegex === undefined ? [] : [{ pathPattern: patternsOf(pathRegex.text) }]),
    ...[...headerRegexes]
      .filter(([name]) => name !== '')
      .map(([name, { text }]) => headerTable(name.trim(), text)),
    ...(asns === undefined ? [] : [{ asn: asns }]),
    ...(countries === undefined ? [] : [{ country: countries.map((code) => code.toUpperCase()) }]),
  ];
}

function headerConstancy(name: string, regex: string): Constancy {
  return isAlwaysPresent(name) && regex.trim() === '.*' ? 'always' : 'varies';
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function describe(
  bot: AnubisBot,
  { tables, constancy, parts }: Expressions,
): Omit<TranslatedConditions, 'networks' | 'masked' | 'table'> {
  const regexHeaders = [...bot.headerRegexes.keys()];
  const headers = [...regexHeaders, ...parts.flatMap((part) => [...part.headers])];
  const plain = plainTables(bot, []);
  const regexes = [...bot.headerRegexes].map(([name, { text }]) => headerConstancy(name, text));
  // Addresses, agents, paths, countries and systems depend on the request.
  const others = plain.length - regexes.length + bot.remoteAddresses.length > 0;
  const hasExpression = bot.expression !== undefined;
  return {
    constancy: allOf([
      ...regexes,
      ...(hasExpression ? [constancy] : []),
      ...(others ? (['varies'] as const) : []),
    ]),
    alwaysPresent: unique(headers.filter(isAlwaysPresent).map(canonicalHeaderName)),
    fromProxy: unique([
      ...headers.filter(isFromProxy),
      ...regexHeaders.filter((name) => /^x-http-(?:version|protocol)$/i.test(name)),
    ]).map(canonicalHeaderName),
    dead: unique(parts.flatMap((part) => deadHeaders(part.headers))),
    bots: unique(parts.flatMap((part) => part.bots)),
    readsProtocol: parts.some((part) => part.readsProtocol),
    isAgentAlone:
      bot.remoteAddresses.length === 0 &&
      plain.every((table) => 'agentPattern' in table) &&
      parts.every((part) => part.readsAgentAlone) &&
      (plain.length > 0 || tables.length > 0),
    usesGeo: bot.countries !== undefined || bot.asns !== undefined,
  };
}

const NO_EXPRESSIONS: Expressions = { tables: [], constancy: 'always', parts: [] };

/** All conditions of a rule, or why they cannot be asked here. */
export function translateConditions(bot: AnubisBot): ConditionsTranslation {
  const translated =
    bot.expression === undefined
      ? { ok: true as const, expressions: NO_EXPRESSIONS }
      : translateExpressions(bot.expression);
  if (!translated.ok) return translated;
  const texts = bot.remoteAddresses.map(({ text }) => text);
  const networks = texts.flatMap((text) => clearHostBits(text) ?? []);
  const masked = texts.filter((text) => !parseNetwork(text).ok).length;
  const { expressions } = translated;
  const table = conjunction([...plainTables(bot, networks), ...expressions.tables]);
  const about = describe(bot, expressions);
  return { ok: true, conditions: { ...about, table, masked, networks: networks.length } };
}
