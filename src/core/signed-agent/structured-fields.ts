/**
 * Structured field values (RFC 9651), as far as HTTP Message Signatures write them.
 *
 * Owns the grammar and the canonical text of dictionaries, inner lists and items. Must not know
 * signatures. Stricter than the RFC, because whatever two parsers read differently is a way
 * around one of them: a key given twice is refused (the RFC takes the last), base64 has one
 * spelling, and decimals, dates and display strings, which no signature has, are refused.
 *
 *   dictionary   sig1=("@authority");created=1, sig2=:AAAA:, flag, other="text";p
 *   inner list   ("@authority" "signature-agent";key="a");created=1;keyid="x"
 *   item         "text"  token  12  :YmFzZTY0:  ?1      each with ;parameters
 *
 * Linear in the text: each character is looked at once.
 */
import { decodeBase64url, encodeBase64url } from '../wire/base64url.ts';

export type BareItem =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'boolean'; readonly value: boolean };

export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  readonly kind: 'item';
  readonly bare: BareItem;
  readonly parameters: Parameters;
}

export interface InnerList {
  readonly kind: 'inner-list';
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

export type Dictionary = ReadonlyMap<string, Item | InnerList>;

/** Longest field value, all its lines together. */
export const MAX_FIELD_LENGTH = 8192;
export const MAX_MEMBERS = 8;
export const MAX_LIST_ITEMS = 16;
export const MAX_PARAMETERS = 12;

/** At most 15 digits (RFC 9651 3.3.1): exact in a double. */
const INTEGER = /-?\d{1,15}/y;
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y;
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y;
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y;
const BOOLEAN = /\?[01]/y;
const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const SPACES = / */y;
const OPTIONAL_SPACE = /[ \t]*/y;
const COMMA = /,/y;
const EQUALS = /=/y;
const SEMICOLON = /;/y;
const OPEN = /\(/y;
const CLOSE = /\)/y;

/** Standard base64 with padding, in its one canonical spelling. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bare = text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  return decodeBase64url(bare);
}

function encodeBase64(bytes: Uint8Array): string {
  const bare = encodeBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, '=');
}

/** A position in a text; every `read` either moves past what it returns or answers `undefined`. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}

function readBytes(scanner: Scanner): BareItem | undefined {
  const text = scanner.take(BYTES);
  const value = text === undefined ? undefined : decodeBase64(text.slice(1, -1));
  return value === undefined ? undefined : { kind: 'bytes', value };
}

function readBareItem(scanner: Scanner): BareItem | undefined {
  const string = scanner.take(STRING);
  if (string !== undefined) {
    return { kind: 'string', value: string.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') };
  }
  const integer = scanner.take(INTEGER);
  // -0 is written as 0 again, which would be another text than the one that was signed.
  if (integer !== undefined) {
    return integer === '-0' ? undefined : { kind: 'integer', value: Number(integer) };
  }
  const boolean = scanner.take(BOOLEAN);
  if (boolean !== undefined) return { kind: 'boolean', value: boolean === '?1' };
  const token = scanner.take(TOKEN);
  if (token !== undefined) return { kind: 'token', value: token };
  return readBytes(scanner);
}

function readParameters(scanner: Scanner): Parameters | undefined {
  const parameters = new Map<string, BareItem>();
  while (scanner.take(SEMICOLON) !== undefined) {
    scanner.take(SPACES);
    const key = scanner.take(KEY);
    if (key === undefined || parameters.has(key) || parameters.size === MAX_PARAMETERS) {
      return undefined;
    }
    const hasValue = scanner.take(EQUALS) !== undefined;
    const value: BareItem | undefined = hasValue
      ? readBareItem(scanner)
      : { kind: 'boolean', value: true };
    if (value === undefined) return undefined;
    parameters.set(key, value);
  }
  return parameters;
}

function readItem(scanner: Scanner): Item | undefined {
  const bare = readBareItem(scanner);
  const parameters = bare === undefined ? undefined : readParameters(scanner);
  if (bare === undefined || parameters === undefined) return undefined;
  return { kind: 'item', bare, parameters };
}

/** The rest of an inner list whose `(` is read. */
function readInnerList(scanner: Scanner): InnerList | undefined {
  const items: Item[] = [];
  scanner.take(SPACES);
  while (scanner.take(CLOSE) === undefined) {
    const item = items.length < MAX_LIST_ITEMS ? readItem(scanner) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
    const isLast = scanner.take(SPACES) === '';
    if (isLast && scanner.take(CLOSE) === undefined) return undefined;
    if (isLast) break;
  }
  const parameters = readParameters(scanner);
  return parameters === undefined ? undefined : { kind: 'inner-list', items, parameters };
}

function readMemberValue(scanner: Scanner): Item | InnerList | undefined {
  if (scanner.take(EQUALS) === undefined) {
    const parameters = readParameters(scanner);
    if (parameters === undefined) return undefined;
    return { kind: 'item', bare: { kind: 'boolean', value: true }, parameters };
  }
  return scanner.take(OPEN) === undefined ? readItem(scanner) : readInnerList(scanner);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** `text` without spaces and tabs at its ends; linear, which `replace(/ +$/)` is not. */
export function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/**
 * A dictionary (RFC 9651 4.2.2), not empty. `undefined` for anything else: a key given twice,
 * more than 8 members, 16 items or 12 parameters, more than 8,192 characters, trailing text.
 */
export function parseDictionary(text: string): Dictionary | undefined {
  if (text.length > MAX_FIELD_LENGTH) return undefined;
  const scanner = new Scanner(trimBlanks(text));
  const members = new Map<string, Item | InnerList>();
  for (;;) {
    const key = scanner.take(KEY);
    if (key === undefined || members.has(key) || members.size === MAX_MEMBERS) return undefined;
    const member = readMemberValue(scanner);
    if (member === undefined) return undefined;
    members.set(key, member);
    scanner.take(OPTIONAL_SPACE);
    if (scanner.isAtEnd) return members;
    if (scanner.take(COMMA) === undefined) return undefined;
    scanner.take(OPTIONAL_SPACE);
  }
}

/** One item (RFC 9651 4.2.3); `undefined` for anything else, under the bounds of a dictionary. */
export function parseItem(text: string): Item | undefined {
  if (text.length > MAX_FIELD_LENGTH) return undefined;
  const scanner = new Scanner(trimBlanks(text));
  const item = readItem(scanner);
  return item !== undefined && scanner.isAtEnd ? item : undefined;
}

function formatBareItem(bare: BareItem): string {
  switch (bare.kind) {
    case 'integer':
      return String(bare.value);
    case 'string':
      return `"${bare.value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    case 'token':
      return bare.value;
    case 'bytes':
      return `:${encodeBase64(bare.value)}:`;
    case 'boolean':
      return bare.value ? '?1' : '?0';
    default:
      return bare satisfies never;
  }
}

function formatParameters(parameters: Parameters): string {
  return [...parameters]
    .map(([key, bare]) =>
      bare.kind === 'boolean' && bare.value ? `;${key}` : `;${key}=${formatBareItem(bare)}`,
    )
    .join('');
}

/** Canonical text of an item (RFC 9651 4.1.3). */
export function formatItem(item: Item): string {
  return formatBareItem(item.bare) + formatParameters(item.parameters);
}

/** Canonical text of an item or an inner list (RFC 9651 4.1.1.1). */
export function formatMember(member: Item | InnerList): string {
  if (member.kind === 'item') return formatItem(member);
  return `(${member.items.map(formatItem).join(' ')})${formatParameters(member.parameters)}`;
}
