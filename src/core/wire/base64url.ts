/**
 * base64url without padding, canonical spelling only (RFC 4648 sections 3.5 and 5).
 *
 * Owns the alphabet and the strict decoder; one sequence of bytes has exactly one
 * accepted spelling, so no set that is keyed on decoded bytes can be fooled by
 * spaces, padding or unused trailing bits. Written here because Node 24 and older
 * browsers lack Uint8Array.fromBase64, and because decoders repair: that one is handed
 * canonical text alone.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INVALID = 255;
const VALUES = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < 64; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;

export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    if (left > 1) text += ALPHABET.charAt((bits >> 6) & 63);
    if (left > 2) text += ALPHABET.charAt(bits & 63);
  }
  return text;
}

/** Whether `text` is base64url without padding whose unused trailing bits are zero. */
export function isCanonicalBase64url(text: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return false;
  const last = VALUES[text.charCodeAt(text.length - 1)] ?? INVALID;
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return (last & 15) === 0;
    case 3:
      return (last & 3) === 0;
    default:
      return false;
  }
}

/** ECMAScript 2026. workerd has it, and decodes a megabyte in the time that a loop takes to warm up. */
const BYTES: Uint8ArrayConstructor & {
  fromBase64?(text: string, options: { readonly alphabet: 'base64url' }): Uint8Array<ArrayBuffer>;
} = Uint8Array;

/** The bytes of canonical `text`; `undefined` for any other spelling. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!isCanonicalBase64url(text)) return undefined;
  const native = BYTES.fromBase64?.(text, { alphabet: 'base64url' });
  if (native !== undefined) return native;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  // Four characters are three bytes; writing beyond the end of `bytes` writes nothing.
  for (let index = 0; index < text.length; index += 4) {
    const high =
      ((VALUES[text.charCodeAt(index)] ?? 0) << 6) | (VALUES[text.charCodeAt(index + 1)] ?? 0);
    const low =
      ((VALUES[text.charCodeAt(index + 2)] ?? 0) << 6) | (VALUES[text.charCodeAt(index + 3)] ?? 0);
    bytes[at] = high >> 4;
    bytes[at + 1] = (high << 4) | (low >> 8);
    bytes[at + 2] = low;
    at += 3;
  }
  return bytes;
}

/** The bytes of base64 or base64url, padded or not, as tools of operators write it; no blanks. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return decodeBase64url(
    text
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/={1,2}$/, ''),
  );
}
