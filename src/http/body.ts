/**
 * Reads a small request body through a counting reader (SECURITY-BAR F09).
 *
 * Owns the limit: neither Content-Length nor its absence is believed. A body that is
 * refused is cancelled, so that nothing is left on the wire.
 */

export type BodyReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  /** Not UTF-8, or the client broke off. */
  | { readonly kind: 'malformed' };

/** @param maxBytes largest body accepted, inclusive */
export async function readBodyText(request: Request, maxBytes: number): Promise<BodyReading> {
  if (request.body === null) return { kind: 'text', text: '' };
  const reader = request.body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'text', text: text + decoder.decode() };
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        return { kind: 'too-large' };
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    await reader.cancel().catch(() => undefined);
    return { kind: 'malformed' };
  }
}

/** Media type without parameters, in lower case; '' where the header is absent. */
export function mediaType(headers: Headers): string {
  const [type = ''] = (headers.get('Content-Type') ?? '').split(';', 1);
  return type.trim().toLowerCase();
}

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
