/**
 * Spellings of one path: percent-encoding read strictly, leniently, or only where it changes nothing.
 *
 * Owns decoding; must not know rules. All functions are linear in the length of their input.
 */

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const MALFORMED_ESCAPE = /%(?![0-9a-f]{2})/i;
/**
 * Escapes that the URL standard's path serialiser always writes, so a pathname cannot spell these
 * characters in any other way: everything beyond ASCII, and space `"` `#` `<` `>` `?` backquote
 * and braces. The third alternative is every other escape.
 */
const SERIALISED = /((?:%[89a-f][0-9a-f])+)|%(20|22|23|3c|3e|3f|60|7b|7d)|%[0-9a-f]{2}/gi;
const ENCODED_SLASH = /%2f/i;

export type StrictDecoding =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: 'malformed-escape' | 'invalid-utf8' };

/** Every escape decoded once; refused where one is not two hex digits or the bytes are not UTF-8. */
export function decodeStrictly(text: string): StrictDecoding {
  if (MALFORMED_ESCAPE.test(text)) return { ok: false, problem: 'malformed-escape' };
  try {
    return { ok: true, text: decodeURIComponent(text) };
  } catch {
    return { ok: false, problem: 'invalid-utf8' };
  }
}

function fromHex(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    // Overlong or broken UTF-8 of a second decoding: ASCII stays readable, the rest does not matter.
    return run.replaceAll(/%([0-7][0-9a-f])|%../gi, (_, ascii: string | undefined) =>
      ascii === undefined ? '\uFFFD' : fromHex(ascii),
    );
  }
}

/** Every well-formed escape decoded once, the others left; never fails. */
export function decodeLeniently(text: string): string {
  return text.replaceAll(ESCAPES, decodeRun);
}

export function hasEncodedSlash(text: string): boolean {
  return ENCODED_SLASH.test(text);
}

/** As `decodeLeniently`, but `%2F` stays: Apache, Spring and Hono keep it apart from `/`. */
export function decodeAllButSlash(text: string): string {
  return text.split(ENCODED_SLASH).map(decodeLeniently).join('%2F');
}

/**
 * The one spelling that rules compare with: escapes that the URL serialiser forces become their
 * character, all others stay, in upper case. Contract: `decodeStrictly(text).ok`.
 */
export function canonicalSpelling(text: string): string {
  return text.replaceAll(
    SERIALISED,
    (escape, beyondAscii: string | undefined, forced: string | undefined) => {
      if (beyondAscii !== undefined) return decodeURIComponent(beyondAscii);
      return forced === undefined ? escape.toUpperCase() : fromHex(forced);
    },
  );
}
