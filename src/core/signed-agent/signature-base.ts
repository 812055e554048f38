/**
 * Covered components and the signature base (RFC 9421 sections 2 and 2.5).
 *
 * Owns which components are understood and the exact text that is signed. Must not know keys,
 * times or whom a signature speaks for.
 *
 *   "@authority": example.com
 *   "signature-agent";key="agent1": "https://agent.example"
 *   "@signature-params": ("@authority" "signature-agent";key="agent1");created=...;tag="..."
 *
 * Of the component parameters only `key` of `signature-agent` is understood, which the second
 * version of the Web Bot Auth architecture needs. `sf`, `bs`, `tr`, `req` and `name` read a message
 * in a second way; a signature that has one is refused rather than guessed at.
 */
import {
  formatMember,
  MAX_FIELD_LENGTH,
  parseDictionary,
  trimBlanks,
} from './structured-fields.ts';
import type { InnerList, Item } from './structured-fields.ts';

/** What of a request can be signed. */
export interface SignedRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Canonical host: lower case, no trailing dot, the scheme's default port left out. */
  readonly authority: string;
  /** Path as it was sent, "/" at least. */
  readonly path: string;
  /** With its "?"; empty where there is none. */
  readonly query: string;
  /** All lines of a field joined by ", ", as `Headers.get` has them. */
  header(name: string): string | undefined;
}

export interface Component {
  /** A lower-case field name, or a derived component with its "@". */
  readonly name: string;
  /** Of a member of the dictionary `signature-agent`. */
  readonly key: string | undefined;
}

export const AGENT_FIELD = 'signature-agent';

/** RFC 9110 5.6.2, lower case (RFC 9421 2.1). */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]{1,64}$/;
/** What a field value may hold without making the base ambiguous (RFC 9421 2.5, RFC 9110 5.5). */
const FIELD_VALUE = /^[\t\u0020-\u007e]*$/;

const DERIVED: Readonly<Record<string, (request: SignedRequest) => string>> = {
  '@method': ({ method }) => method,
  '@authority': ({ authority }) => authority,
  '@scheme': ({ scheme }) => scheme,
  '@target-uri': ({ scheme, authority, path, query }) => `${scheme}://${authority}${path}${query}`,
  '@request-target': ({ path, query }) => path + query,
  '@path': ({ path }) => path,
  '@query': ({ query }) => (query === '' ? '?' : query),
};

function isUnderstoodName(name: string): boolean {
  return name.startsWith('@') ? Object.hasOwn(DERIVED, name) : FIELD_NAME.test(name);
}

function readComponent({ bare, parameters }: Item): Component | undefined {
  if (bare.kind !== 'string' || !isUnderstoodName(bare.value)) return undefined;
  const name = bare.value;
  if (parameters.size === 0) return { name, key: undefined };
  const key = parameters.get('key');
  if (parameters.size !== 1 || name !== AGENT_FIELD || key?.kind !== 'string') return undefined;
  return { name, key: key.value };
}

/**
 * The components of a covered list. `undefined` where one is not understood (upper case, unknown
 * derived name, a parameter) or stands there twice.
 */
export function readComponents(list: InnerList): readonly Component[] | undefined {
  const components: Component[] = [];
  const seen = new Set<string>();
  for (const item of list.items) {
    const component = readComponent(item);
    const identifier = formatMember(item);
    if (component === undefined || seen.has(identifier)) return undefined;
    seen.add(identifier);
    components.push(component);
  }
  return components;
}

function valueOf({ name, key }: Component, request: SignedRequest): string | undefined {
  const derive = name.startsWith('@') ? DERIVED[name] : undefined;
  if (derive !== undefined) return derive(request);
  const value = request.header(name);
  if (value === undefined || key === undefined) {
    return value === undefined ? undefined : trimBlanks(value);
  }
  const member = parseDictionary(value)?.get(key);
  return member === undefined ? undefined : formatMember(member);
}

/**
 * The text that is signed. `undefined` where a covered field is absent, or a value is longer
 * than 8,192 characters or holds a line break or anything else outside visible ASCII, space and tab.
 */
export function createSignatureBase(
  list: InnerList,
  components: readonly Component[],
  request: SignedRequest,
): string | undefined {
  const lines: string[] = [];
  for (const [index, component] of components.entries()) {
    const item = list.items[index];
    const value = valueOf(component, request);
    if (item === undefined || value === undefined || value.length > MAX_FIELD_LENGTH) {
      return undefined;
    }
    if (!FIELD_VALUE.test(value)) return undefined;
    lines.push(`${formatMember(item)}: ${value}`);
  }
  return [...lines, `"@signature-params": ${formatMember(list)}`].join('\n');
}
