/**
 * What expressions of a policy may ask: the request's facts under the names that Anubis gave them
 * (TecharoHQ/anubis, lib/policy/expressions), and those that only this gate has.
 *
 * Owns names and types; must not know the language.
 *
 *   remoteAddress  string      canonical text of the address
 *   host, method, path, userAgent, contentLength
 *   headers, query             looked up by name; asking for an absent one fails, test with `in`
 *   asn int, country, continent, protocol
 *   verifiedBots, claimedBots, tags   list(string)
 *   missingHeader(headers, name), segments(path), regexSafe(text)
 */
import { confinementOf, type Ast, type Confinement } from '../cel/ast.ts';
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

/** What a client cannot simply write. */
const CONFINING: ReadonlySet<string> = new Set([
  'remoteAddress',
  'path',
  'asn',
  'country',
  'verifiedBots',
]);
const CONFINING_CALLS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

function isConfiningName(node: Ast | undefined): boolean {
  return node?.kind === 'name' && CONFINING.has(node.name);
}

/** A text that says something beside slashes, or any other literal. */
function isTelling(node: Ast | undefined): boolean {
  if (node?.kind === 'list') return node.items.every(isTelling);
  if (node?.kind !== 'literal') return false;
  return typeof node.value === 'string' ? /[^/]/.test(node.value) : true;
}

const NOTHING: Confinement = { whenTrue: false, whenFalse: false };

/** `path == "/a"`, `"/a" == path`, `asn in [1, 2]`, `path.startsWith("/api/")`, and their negation. */
function confinementOfLeaf(leaf: Ast): Confinement {
  if (leaf.kind === 'binary') {
    const { operator, left, right } = leaf;
    const isPair =
      (isConfiningName(left) && isTelling(right)) || (isTelling(left) && isConfiningName(right));
    if (!isPair) return NOTHING;
    if (operator === '==' || operator === 'in') return { whenTrue: true, whenFalse: false };
    return operator === '!=' ? { whenTrue: false, whenFalse: true } : NOTHING;
  }
  if (leaf.kind === 'call' && CONFINING_CALLS.has(leaf.name)) {
    const isTest = isConfiningName(leaf.target) && isTelling(leaf.arguments[0]);
    return { whenTrue: isTest, whenFalse: false };
  }
  return NOTHING;
}

/** Whether the truth of an expression keeps out a client that is free in what it sends. */
export function confinesWhenTrue(ast: Ast): boolean {
  return confinementOf(ast, confinementOfLeaf).whenTrue;
}
