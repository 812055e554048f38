/**
 * Characters to tokens (CEL language definition, section Syntax).
 *
 * Owns literals and their escapes; must not know grammar. Unsigned and byte literals are refused:
 * no value of a request is either.
 */

export type Token = { readonly at: number } & (
  | { readonly kind: 'end' }
  | { readonly kind: 'literal'; readonly value: bigint | number | string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }
);

export interface SyntaxProblem {
  readonly at: number;
  readonly message: string;
}

export type Lexed =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly problem: SyntaxProblem };

type Scanned<Value> = { readonly value: Value; readonly end: number } | SyntaxProblem;

const SPACE = /(?:[\t\n\f\r ]|\/\/[^\n]*)*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.\d+|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+/y;
const NAME = /[A-Za-z_]\w*/y;
const SYMBOL = /\|\||&&|[<>=!]=|[<>!?:.,()[\]{}+\-*/%]/y;
const QUOTE = /"""|'''|"|'/y;
const ESCAPE = /[abfnrtv\\?"'`]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}/y;

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** What a sticky pattern finds at a place, or nothing. */
function take(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function unescape(text: string): string | undefined {
  if (text.length === 1) return SIMPLE_ESCAPES.get(text) ?? text;
  const isOctal = /^\d/.test(text);
  const code = isOctal ? Number.parseInt(text, 8) : Number.parseInt(text.slice(1), 16);
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}

/** @param at of the opening quote */
function scanString(source: string, at: number, raw: boolean): Scanned<string> {
  const quote = take(QUOTE, source, at);
  let value = '';
  let end = at + quote.length;
  while (end < source.length) {
    if (source.startsWith(quote, end)) return { value, end: end + quote.length };
    const char = source.charAt(end);
    if (quote.length === 1 && (char === '\n' || char === '\r')) break;
    if (char === '\\' && !raw) {
      const escape = take(ESCAPE, source, end + 1);
      const unescaped = escape === '' ? undefined : unescape(escape);
      if (unescaped === undefined) return { at: end, message: 'this escape does not exist' };
      value += unescaped;
      end += 1 + escape.length;
    } else {
      value += char;
      end += 1;
    }
  }
  return { at, message: 'close this string' };
}

function scanNumber(source: string, at: number): Scanned<bigint | number> {
  const text = take(NUMBER, source, at);
  const end = at + text.length;
  if (/[uU]/.test(source.charAt(end))) {
    return { at: end, message: 'unsigned numbers are not supported: write it without the u' };
  }
  if (/^(?:0[xX]|\d+$)/.test(text)) {
    // One more than the largest: the parser takes it after a minus sign alone.
    if (BigInt(text) > 2n ** 63n) return { at, message: 'this number does not fit 64 bits' };
    return { value: BigInt(text), end };
  }
  const value = Number(text);
  return Number.isFinite(value) ? { value, end } : { at, message: 'this number is too large' };
}

function literalToken(scanned: Scanned<bigint | number | string>, at: number): Scanned<Token> {
  if ('message' in scanned) return scanned;
  return { value: { kind: 'literal', value: scanned.value, at }, end: scanned.end };
}

function scanToken(source: string, at: number): Scanned<Token> {
  if (take(NUMBER, source, at) !== '') return literalToken(scanNumber(source, at), at);
  if (take(QUOTE, source, at) !== '') return literalToken(scanString(source, at, false), at);
  const name = take(NAME, source, at);
  if (name !== '') {
    const end = at + name.length;
    if (take(QUOTE, source, end) !== '') {
      if (/^r$/i.test(name)) return literalToken(scanString(source, end, true), at);
      if (/^(?:b|br|rb)$/i.test(name)) {
        return { at, message: 'byte strings are not supported: write a string' };
      }
    }
    return { value: { kind: 'name', text: name, at }, end };
  }
  const text = take(SYMBOL, source, at);
  if (text === '') return { at, message: 'this character does not belong here' };
  return { value: { kind: 'symbol', text, at }, end: at + text.length };
}

/** Tokens of a source, the last of kind `end`. */
export function lex(source: string): Lexed {
  const tokens: Token[] = [];
  if (!source.isWellFormed()) {
    return { ok: false, problem: { at: 0, message: 'half a surrogate pair is no text' } };
  }
  let at = take(SPACE, source, 0).length;
  while (at < source.length) {
    const scanned = scanToken(source, at);
    if ('message' in scanned) return { ok: false, problem: scanned };
    tokens.push(scanned.value);
    at = scanned.end + take(SPACE, source, scanned.end).length;
  }
  tokens.push({ kind: 'end', at });
  return { ok: true, tokens };
}
