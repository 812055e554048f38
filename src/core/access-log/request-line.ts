/**
 * The first line of a request, as logs quote it: `GET /path?query HTTP/1.1`.
 *
 * Owns its parts; a request that was none (`-`, bytes of a TLS handshake) has an empty method.
 */

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly protocol: string | undefined;
}

const NONE: RequestLine = { method: '', target: '', protocol: undefined };
const METHOD = /^[A-Za-z-]{1,32}$/;

export function parseRequestLine(text: string): RequestLine {
  const first = text.indexOf(' ');
  if (first <= 0) return NONE;
  const method = text.slice(0, first);
  // Almost every request is one of these two; the rest pays for the pattern.
  if (method !== 'GET' && method !== 'POST' && !METHOD.test(method)) return NONE;
  const last = text.lastIndexOf(' ');
  // HTTP/0.9 has no version, and a target may hold a blank that the client did not encode.
  const hasProtocol = last > first && text.startsWith('HTTP/', last + 1);
  const target = hasProtocol ? text.slice(first + 1, last) : text.slice(first + 1);
  if (target === '') return NONE;
  return { method, target, protocol: hasProtocol ? text.slice(last + 1) : undefined };
}
