/**
 * A download whose every byte is known beforehand, with ranges (RFC 9110, section 14).
 *
 * Owns the bytes and the one range that a request may name; several ranges, or a
 * range that is no range, get the whole, as the RFC allows.
 */
import type { Visit } from '../router.ts';

const DEFAULT_SIZE_BYTES = 1_000_000;
const MAX_SIZE_BYTES = 20 * 1024 * 1024;
const CHUNK_BYTES = 65_536;

/** The byte at an offset of the download. */
export function byteAt(offset: number): number {
  return (offset * 31 + (offset >>> 8) * 17) & 255;
}

/** First and last byte, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What a Range header asks of `sizeBytes` bytes: the whole, one span, or nothing that exists. */
export function parseRange(
  header: string | null,
  sizeBytes: number,
): Span | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === '')) return 'whole';
  if (from === '') {
    const suffixBytes = Math.min(Number(to), sizeBytes);
    if (suffixBytes === 0) return 'unsatisfiable';
    return { first: sizeBytes - suffixBytes, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= sizeBytes ? 'unsatisfiable' : { first, last };
}

function streamBytes({ first, last }: Span): ReadableStream<Uint8Array> {
  let next = first;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const length = Math.min(CHUNK_BYTES, last + 1 - next);
      const start = next;
      controller.enqueue(Uint8Array.from({ length }, (_, index) => byteAt(start + index)));
      next += length;
      if (next > last) controller.close();
    },
  });
}

function parseSize(text: string | null): number {
  const isSize = text !== null && /^[1-9]\d{0,8}$/.test(text);
  return isSize ? Math.min(Number(text), MAX_SIZE_BYTES) : DEFAULT_SIZE_BYTES;
}

/** `GET /download?size=1000000`: 200, 206 for one range, 416 for one beyond the end. */
export function replyBytes({ request, url }: Visit): Response {
  const sizeBytes = parseSize(url.searchParams.get('size'));
  const etag = `"bytes-${sizeBytes}"`;
  const ifRange = request.headers.get('If-Range');
  const wanted = ifRange === null || ifRange === etag ? request.headers.get('Range') : null;
  const span = request.method === 'GET' ? parseRange(wanted, sizeBytes) : 'whole';
  const headers = new Headers({
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    ETag: etag,
  });
  if (span === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${sizeBytes}`);
    return new Response(null, { status: 416, headers });
  }
  const { first, last } = span === 'whole' ? { first: 0, last: sizeBytes - 1 } : span;
  const length = last + 1 - first;
  headers.set('Content-Length', String(length));
  if (span !== 'whole') headers.set('Content-Range', `bytes ${first}-${last}/${sizeBytes}`);
  const body = streamBytes({ first, last }).pipeThrough(new FixedLengthStream(length));
  return new Response(body, { status: span === 'whole' ? 200 : 206, headers });
}
