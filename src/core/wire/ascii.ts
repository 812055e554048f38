/**
 * ASCII text <-> bytes, for formats that are ASCII by definition (RFC 7515 compact
 * serialisation, JSON that we wrote ourselves with everything else escaped).
 *
 * Owns no format. `core` has no TextEncoder: it is a platform global.
 */

/** Bytes of `text`. @throws RangeError for a character above 0x7f: a programmer's mistake. */
export function encodeAscii(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) throw new RangeError('text is not ASCII');
    bytes[at] = code;
  }
  return bytes;
}

/** The text of ASCII `bytes`, at most a token long; `undefined` if any byte is above 0x7f. */
export function decodeAscii(bytes: Uint8Array): string | undefined {
  for (const byte of bytes) if (byte > 0x7f) return undefined;
  return String.fromCharCode(...bytes);
}
