/**
 * What expressions of a policy may ask: the request's facts under the names that Anubis gave them
 * (TecharoHQ/anubis, lib/policy/expressions), and those that only this gate has.
 *
 * Owns names and types; must not know the language.
 *
 *   remoteAddress  string      canonical text of the address
 *   host, method, path, userAgent, contentLength
 *   queryString string         as it was sent, without its question mark; empty where there is none
 *   headers, query             looked up by name; asking for an absent one fails, test with `in`
 *   asn int, country, continent, protocol
 *   verifiedBots, claimedBots, tags   list(string)
 *   missingHeader(headers, name), segments(path), regexSafe(text)
 */
import { breadthOfLiteral } from '../breadth.ts';
import {
  childrenOf,
  confinementOf,
  readsVariables,
  visitAst,
  type Ast,
  type AstOf,
  type Confinement,
} from '../cel/ast.ts';
import {
  CelFailure,
  CelLookup,
  listOf,
  type CelType,
  type CelValue,
  type Outcome,
} from '../cel/cel-value.ts';
import type { CelEnvironment, CelFunction, Unavailable } from '../cel/environment.ts';
import type { Resolve } from '../cel/evaluation.ts';
import { createHeaderLookup, createQueryLookup } from '../cel/header-lookup.ts';
import { compilePatternList } from './pattern-list.ts';
import type { RequestFacts } from './condition-kind.ts';
import { MAX_FIELD_FOR_RULES } from './header-condition.ts';
import { isReadWhole, parametersOf } from './query-condition.ts';

const NO_DNS: Unavailable = {
  kind: 'unavailable',
  reason: 'a Worker cannot ask the DNS while it decides; use verifiedBot instead',
};
const NO_LOAD: Unavailable = {
  kind: 'unavailable',
  reason: 'a Worker has no load average',
};
const NO_CHANCE: Unavailable = {
  kind: 'unavailable',
  reason: 'decisions here do not depend on chance',
};

const VARIABLES: ReadonlyMap<string, CelType | Unavailable> = new Map<
  string,
  CelType | Unavailable
>([
  ['remoteAddress', 'string'],
  ['host', 'string'],
  ['method', 'string'],
  ['path', 'string'],
  ['userAgent', 'string'],
  ['contentLength', 'int'],
  ['queryString', 'string'],
  ['headers', 'lookup'],
  ['query', 'lookup'],
  ['asn', 'int'],
  ['country', 'string'],
  ['continent', 'string'],
  ['protocol', 'string'],
  ['verifiedBots', listOf('string')],
  ['claimedBots', listOf('string')],
  ['tags', listOf('string')],
  ['load_1m', NO_LOAD],
  ['load_5m', NO_LOAD],
  ['load_15m', NO_LOAD],
]);

function pure(
  parameters: readonly CelType[],
  result: CelType,
  call: (...values: readonly CelValue[]) => Outcome,
): readonly CelFunction[] {
  const run: CelFunction['call'] = (values) => call(...values);
  return [{ kind: 'function', parameters, result, style: 'global', isPure: true, call: run }];
}

const ARGUMENT_FAILURE = new CelFailure('argument');

function missingHeader(headers?: CelValue, name?: CelValue): Outcome {
  if (!(headers instanceof CelLookup) || typeof name !== 'string') return ARGUMENT_FAILURE;
  return headers.lookup(name) === undefined;
}

/** The names between slashes, as Anubis has them: "/a/b" is ["a", "b"]. */
function segmentsOf(path?: CelValue): Outcome {
  if (typeof path !== 'string' || !path.startsWith('/')) return ARGUMENT_FAILURE;
  return path.slice(1).split('/');
}

function regexSafe(text?: CelValue): Outcome {
  if (typeof text !== 'string') return ARGUMENT_FAILURE;
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

const FUNCTIONS: ReadonlyMap<string, readonly CelFunction[] | Unavailable> = new Map<
  string,
  readonly CelFunction[] | Unavailable
>([
  ['missingHeader', pure(['lookup', 'string'], 'bool', missingHeader)],
  ['segments', pure(['string'], listOf('string'), segmentsOf)],
  ['regexSafe', pure(['string'], 'string', regexSafe)],
  ['randInt', NO_CHANCE],
  ['verifyFCrDNS', NO_DNS],
  ['reverseDNS', NO_DNS],
  ['lookupHost', NO_DNS],
  ['arpaReverseIP', NO_DNS],
]);

export const POLICY_ENVIRONMENT: CelEnvironment = {
  variables: VARIABLES,
  functions: FUNCTIONS,
  compileRegex(source) {
    const compiled = compilePatternList([source]);
    if (!compiled.ok) return compiled;
    return { ok: true, matches: (text) => compiled.matches(text) ?? 'exhausted' };
  },
};

function contentLengthOf({ request }: RequestFacts): Outcome | undefined {
  const text = request.header('content-length');
  if (text === undefined) return 0n;
  return /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}

/** One reader per variable. */
const READERS: ReadonlyMap<string, (facts: RequestFacts) => Outcome | undefined> = new Map<
  string,
  (facts: RequestFacts) => Outcome | undefined
>([
  [
    'remoteAddress',
    ({ client }) => (client.address === undefined ? undefined : client.addressText),
  ],
  ['host', ({ request }) => request.host],
  ['method', ({ method }) => method],
  ['path', ({ path }) => path],
  ['userAgent', ({ client }) => client.agentForRules],
  ['contentLength', contentLengthOf],
  // Whole: what `query` leaves out, the origin may read.
  ['queryString', ({ request: { search } }) => search?.slice(1)],
  [
    'headers',
    ({ request }) =>
      createHeaderLookup((name) => request.header(name)?.slice(0, MAX_FIELD_FOR_RULES), 'any-case'),
  ],
  [
    'query',
    ({ request: { search } }) =>
      search === undefined || !isReadWhole(search)
        ? undefined
        : createQueryLookup(() =>
            [...parametersOf(search)].flatMap(([name, values]) =>
              values.map((value) => [name, value] as const),
            ),
          ),
  ],
  ['asn', ({ client }) => client.asn],
  ['country', ({ client }) => client.country],
  ['continent', ({ connection }) => connection.continent],
  ['protocol', ({ connection }) => connection.protocol],
  ['verifiedBots', ({ identity }) => identity.verified],
  ['claimedBots', ({ identity }) => identity.claimed],
  ['tags', ({ tags }) => [...tags]],
]);

/** Values of the variables for one request under one reading of its path. */
export function resolveFacts(facts: RequestFacts): Resolve {
  return (name) => READERS.get(name)?.(facts);
}

/** The beginning of an address that leaves at most an /8 of IPv4 or a /16 of IPv6. */
const ADDRESS_START = /^(?:\d{1,3}\.|[0-9a-f]{1,4}:)/;

function isOneOf(node: Ast | undefined, isTelling: (value: unknown) => boolean): boolean {
  if (node?.kind === 'list') return node.items.every((item) => isOneOf(item, isTelling));
  return node?.kind === 'literal' && isTelling(node.value);
}

function isTellingText(value: unknown): boolean {
  return typeof value !== 'string' || /[^/]/.test(value);
}

/** Countries beyond which a list names nearly everybody, as in the lists of `country`. */
const MOST_COUNTRIES = 124;

/** What a client cannot simply write: whether to equal `node`, or be in it, keeps anybody out. */
const CONFINING: ReadonlyMap<string, (node: Ast | undefined) => boolean> = new Map<
  string,
  (node: Ast | undefined) => boolean
>([
  ['remoteAddress', (node) => isOneOf(node, isTellingText)],
  ['path', (node) => isOneOf(node, isTellingText)],
  ['asn', (node) => isOneOf(node, isTellingText)],
  [
    'country',
    (node) =>
      isOneOf(node, isTellingText) &&
      (node?.kind !== 'list' || node.items.length <= MOST_COUNTRIES),
  ],
]);

/** Of calls on the path or the address: whether the text leaves little enough open. */
const CONFINING_CALLS: ReadonlyMap<string, (name: string, text: string) => boolean> = new Map([
  [
    'startsWith',
    (name: string, text: string) =>
      name === 'path' ? breadthOfLiteral(text) < 0.5 : ADDRESS_START.test(text),
  ],
  ['endsWith', (name: string, text: string) => name === 'path' && breadthOfLiteral(text) < 0.01],
  ['contains', (name: string, text: string) => name === 'path' && breadthOfLiteral(text) < 0.01],
]);

function nameOf(node: Ast | undefined): string | undefined {
  return node?.kind === 'name' ? node.name : undefined;
}

function isPair(name: Ast, value: Ast): boolean {
  return CONFINING.get(nameOf(name) ?? '')?.(value) === true;
}

const NOTHING: Confinement = { whenTrue: false, whenFalse: false };

function confinementOfPair({ operator, left, right }: AstOf<'binary'>): Confinement {
  if (operator === 'in') {
    const isBot = nameOf(right) === 'verifiedBots' && isOneOf(left, isTellingText);
    return { whenTrue: isBot || isPair(left, right), whenFalse: false };
  }
  const isTelling = isPair(left, right) || isPair(right, left);
  return {
    whenTrue: operator === '==' && isTelling,
    whenFalse: operator === '!=' && isTelling,
  };
}

function confinesCall({ name, target, arguments: [text] }: AstOf<'call'>): boolean {
  const of = nameOf(target);
  if (of !== 'path' && of !== 'remoteAddress') return false;
  if (text?.kind !== 'literal' || typeof text.value !== 'string') return false;
  return CONFINING_CALLS.get(name)?.(of, text.value) === true;
}

/** `path == "/a"`, `"/a" == path`, `asn in [1, 2]`, `path.startsWith("/api/")`, and their negation. */
function confinementOfLeaf(leaf: Ast): Confinement {
  if (leaf.kind === 'binary') return confinementOfPair(leaf);
  return leaf.kind === 'call' ? { whenTrue: confinesCall(leaf), whenFalse: false } : NOTHING;
}

/** Whether the truth of an expression keeps out a client that is free in what it sends. */
export function confinesWhenTrue(ast: Ast): boolean {
  return confinementOf(ast, confinementOfLeaf).whenTrue;
}

const AGENT_NAMES: ReadonlySet<string> = new Set(['userAgent', 'claimedBots', 'method']);

function isAgentText(node: Ast): boolean {
  return node.kind === 'literal' && String(node.value).toLowerCase() === 'user-agent';
}

/** Whether `headers` stands here, and not beside the name of the user agent's field. */
function asksOtherField(node: Ast): boolean {
  const children = childrenOf(node);
  const isHere = children.some((child) => nameOf(child) === 'headers');
  return isHere && !children.some(isAgentText);
}

/** Whether an expression asks for nothing but the user agent, under whichever name. */
export function readsAgentAlone(ast: Ast): boolean {
  for (const name of readsVariables(ast)) {
    if (name !== 'headers' && !AGENT_NAMES.has(name)) return false;
  }
  let isAlone = true;
  visitAst(ast, (node) => {
    if (asksOtherField(node)) isAlone = false;
  });
  return isAlone;
}
