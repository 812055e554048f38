/**
 * One HTTP/1.1 response at the front of a buffer.
 *
 * Owns as much of RFC 9112 as workerd's answers need: Content-Length and chunked bodies.
 * Must not know sockets. It runs once per request on the machine that is measured, so it
 * copies nothing and looks at the head as bytes.
 */

export interface ResponseSpan {
  readonly status: number;
  /** Where the body starts, or its first chunk's size line. */
  readonly bodyStart: number;
  /** Where the next response starts. */
  readonly end: number;
  readonly isChunked: boolean;
}

const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;
const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked\r\n/i;
/** 204 and 304 never have a body (RFC 9112 section 6.3). */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

/** Position after the last chunk and the empty trailer, or -1 where that has not arrived. */
function endOfChunks(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return -1;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('the response has a chunk without a size');
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return -1;
    if (size === 0) return at;
  }
}

/**
 * The first response in `bytes`; `undefined` while it is not complete. Throws for an answer
 * that ends with its connection, or whose chunks do not parse: workerd sends neither.
 */
export function findResponse(bytes: Buffer): ResponseSpan | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd + 2);
  const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
  const bodyStart = headEnd + HEAD_END.length;
  if (BODILESS.has(status)) return { status, bodyStart, end: bodyStart, isChunked: false };
  const length = LENGTH.exec(head)?.[1];
  if (length !== undefined) {
    const end = bodyStart + Number(length);
    return end > bytes.length ? undefined : { status, bodyStart, end, isChunked: false };
  }
  if (!CHUNKED.test(head)) throw new Error(`the response has no length: ${head}`);
  const end = endOfChunks(bytes, bodyStart);
  return end === -1 ? undefined : { status, bodyStart, end, isChunked: true };
}

/** The body of the response that `span` found in `bytes`, as UTF-8 text, chunks joined. */
export function readBody(bytes: Buffer, { bodyStart, end, isChunked }: ResponseSpan): string {
  if (!isChunked) return bytes.toString('utf8', bodyStart, end);
  const chunks: Buffer[] = [];
  for (let at = bodyStart; at < end;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks).toString('utf8');
}
