/**
 * Expressions of Anubis as conditions here.
 *
 * Owns what differs between the two languages: headers that a proxy tells the protocol by, look-ups
 * in the DNS, the spelling of header names. Both are CEL; variables have the same names.
 */
import { conjunctsOf, visitAst, type Ast } from '../cel/ast.ts';
import { formatExpression } from '../cel/format-expression.ts';
import { canonicalHeaderName } from '../cel/header-lookup.ts';
import { parseExpression } from '../cel/parse.ts';
import { expressionCondition } from '../conditions/expression-condition.ts';
import {
  askedHeader,
  constancyOf,
  headersIn,
  readHeader,
  type Constancy,
} from './behind-cloudflare.ts';
import { dropTrueTerms, mapExpression } from './map-expression.ts';

const SYNTAX = { sourceLength: 65_536, depth: 200, nodes: 20_000 };

/** A proxy in front of Anubis tells the client's protocol in these. */
const PROTOCOL_HEADERS: ReadonlySet<string> = new Set(['x-http-version', 'x-http-protocol']);
/** Go writes versions with a minor number, Cloudflare without one from 2 on. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['HTTP/2.0', 'HTTP/2'],
  ['HTTP/3.0', 'HTTP/3'],
]);

/**
 * Bots that Anubis's users prove by reverse look-up, by a part of the domain, under the names that
 * they have here; each can be proven by Cloudflare or by its addresses.
 */
const BOTS_BY_DOMAIN: readonly (readonly [domain: string, bot: string])[] = [
  ['googlebot.com', 'googlebot'],
  ['google.com', 'googlebot'],
  ['search.msn.com', 'bingbot'],
  ['applebot.apple.com', 'applebot'],
  ['yandex', 'yandexbot'],
  ['baidu', 'baiduspider'],
  ['seznam.cz', 'seznambot'],
  ['petalsearch.com', 'petalbot'],
  ['crawl.amazonbot.amazon', 'amazonbot'],
];

export interface TranslatedExpression {
  /** `undefined`: nothing is left of it but what `bots` says, or what always holds. */
  readonly text: string | undefined;
  /** Names of bots of which the client has to be one. */
  readonly bots: readonly string[];
  readonly constancy: Constancy;
  /** Headers that it names, as they are written. */
  readonly headers: ReadonlySet<string>;
  /** Names of variables that it reads, as far as a client writes what they hold. */
  readonly readsAgentAlone: boolean;
  /** Whether protocol headers were replaced. */
  readonly readsProtocol: boolean;
}

export type ExpressionTranslation =
  | { readonly ok: true; readonly expression: TranslatedExpression }
  | { readonly ok: false; readonly why: string };

function isProtocolHeader(name: string | undefined): boolean {
  return name !== undefined && PROTOCOL_HEADERS.has(name.toLowerCase());
}

function asProtocol(node: Ast): Ast | undefined {
  const { at } = node;
  const asked = askedHeader(node);
  if (isProtocolHeader(asked)) return { kind: 'literal', value: node.kind !== 'call', at };
  return isProtocolHeader(readHeader(node)) ? { kind: 'name', name: 'protocol', at } : undefined;
}

function asProtocolText(node: Ast): Ast | undefined {
  if (node.kind !== 'literal' || typeof node.value !== 'string') return undefined;
  const text = PROTOCOLS.get(node.value);
  return text === undefined ? undefined : { ...node, value: text };
}

/** A number below 1, as Anubis draws it, is 0; any other draw is a matter of chance. */
function asOnlyDraw(node: Ast): Ast | undefined {
  if (node.kind !== 'call' || node.name !== 'randInt') return undefined;
  const [bound] = node.arguments;
  const isOne = bound?.kind === 'literal' && bound.value === 1n;
  return isOne ? { kind: 'literal', value: 0n, at: node.at } : undefined;
}

function drawsOnce(ast: Ast): boolean {
  let isFound = false;
  visitAst(ast, (node) => {
    if (asOnlyDraw(node) !== undefined) isFound = true;
  });
  return isFound;
}

function replaceProtocol(ast: Ast): Ast {
  const replaced = mapExpression(ast, asProtocol);
  return dropTrueTerms(mapExpression(replaced, asProtocolText));
}

/** The bot that a look-up is about; `undefined` for any other node. */
function botOf(node: Ast): string | undefined {
  if (node.kind !== 'call' || node.name !== 'verifyFCrDNS') return undefined;
  const [, pattern] = node.arguments;
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return undefined;
  const domain = pattern.value.replaceAll('\\', '');
  return BOTS_BY_DOMAIN.find(([part]) => domain.includes(part))?.[1];
}

/** A conjunction without the look-ups that another proof stands in for. */
function takeBots(ast: Ast): { readonly rest: Ast | undefined; readonly bots: readonly string[] } {
  const terms = conjunctsOf(ast);
  const bots = terms.flatMap((term) => botOf(term) ?? []);
  if (bots.length === 0) return { rest: ast, bots };
  const kept = terms.filter((term) => botOf(term) === undefined);
  const [only] = kept;
  if (only === undefined) return { rest: undefined, bots };
  const rest: Ast =
    kept.length === 1 ? only : { kind: 'logic', operator: '&&', terms: kept, at: 0 };
  return { rest, bots };
}

/** Whether all that the expression reads of a request is its user agent. */
function readsAgentAlone(ast: Ast): boolean {
  let isAlone = true;
  visitAst(ast, (node) => {
    const header = askedHeader(node) ?? readHeader(node);
    if (header !== undefined && header.toLowerCase() !== 'user-agent') isAlone = false;
    if (node.kind === 'name' && node.name !== 'userAgent' && node.name !== 'headers')
      isAlone = false;
  });
  return isAlone;
}

/** One expression, or why it cannot be asked here. */
export function translateExpression(source: string): ExpressionTranslation {
  const parsed = parseExpression(source, SYNTAX);
  if (!parsed.ok) return { ok: false, why: parsed.problem.message };
  const headers = headersIn(parsed.ast);
  const readsProtocol = [...headers].some(isProtocolHeader);
  const hasDraw = drawsOnce(parsed.ast);
  const drawn = hasDraw ? mapExpression(parsed.ast, asOnlyDraw) : parsed.ast;
  const ast = readsProtocol ? replaceProtocol(drawn) : drawn;
  const { rest, bots } = takeBots(ast);
  const isTrue = rest === undefined || (rest.kind === 'literal' && rest.value === true);
  const about = {
    bots,
    headers,
    readsProtocol,
    constancy: bots.length > 0 ? 'varies' : constancyOf(ast),
    readsAgentAlone: bots.length === 0 && readsAgentAlone(ast),
  } as const;
  if (isTrue && (readsProtocol || bots.length > 0)) {
    return { ok: true, expression: { ...about, text: undefined } };
  }
  const isChanged = readsProtocol || hasDraw || bots.length > 0;
  const text = isChanged && rest !== undefined ? formatExpression(rest) : source.trim();
  const decoded = expressionCondition.decodeEntry(text);
  if (!decoded.ok) {
    return { ok: false, why: decoded.message.replace(/^write the expression otherwise: /, '') };
  }
  return { ok: true, expression: { ...about, text } };
}

/** Headers under whose spelling Anubis finds nothing. */
export function deadHeaders(headers: ReadonlySet<string>): readonly string[] {
  return [...headers].filter((name) => canonicalHeaderName(name) !== name);
}
