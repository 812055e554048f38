import { describe, expect, it } from 'vitest';
import { findResponse, readBody } from '../bench/http-response.ts';

const SIZED = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\nX: y\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n';

function read(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const span = findResponse(bytes);
  return span && { status: span.status, body: readBody(bytes, span), end: span.end };
}

describe('the response parser of the load generator', () => {
  it('delimits a body by its length and by its chunks', () => {
    expect(read(SIZED)).toEqual({ status: 403, body: 'hello', end: SIZED.length });
    expect(read(CHUNKED)).toEqual({ status: 200, body: 'hello!', end: CHUNKED.length });
  });

  it.each([SIZED, CHUNKED])('waits for the last byte of each', (text) => {
    for (let length = 0; length < text.length; length += 1) {
      expect(read(text.slice(0, length))).toBeUndefined();
    }
  });

  it('stops where the next response starts', () => {
    expect(read(SIZED + CHUNKED)?.end).toBe(SIZED.length);
    expect(read(CHUNKED + SIZED)?.end).toBe(CHUNKED.length);
  });

  it('knows that 204 and 304 have no body', () => {
    expect(read('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n')?.body).toBe('');
  });

  it('refuses an answer that ends with its connection', () => {
    expect(() => read('HTTP/1.1 200 OK\r\nX: y\r\n\r\n')).toThrow('no length');
  });
});
