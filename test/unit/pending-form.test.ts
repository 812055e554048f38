/** What becomes of a body that met the gate (F05), and the counting reader (F09). */
import { describe, expect, it } from 'vitest';
import { mediaType, readBodyText } from '../../src/http/body.ts';
import { MAX_CARRIED_BYTES, readPendingForm, survivesForm } from '../../src/http/pending-form.ts';

const TARGET = 'https://site.test/form';
const FORM = 'application/x-www-form-urlencoded';

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit | ReadableStream<Uint8Array> | null;
}

function post(sent: Sent = {}): Request {
  const { method = 'POST', headers = {}, body = 'a=b' } = sent;
  const all = { Origin: 'https://site.test', 'Content-Type': FORM, ...headers };
  const init = { method, headers: all, duplex: 'half' };
  return new Request(TARGET, body === null ? init : { ...init, body });
}

function pending(sent: Sent = {}) {
  return readPendingForm(post(sent), new URL(TARGET), true);
}

interface Chunks {
  readonly stream: ReadableStream<Uint8Array>;
  readonly state: { pulled: number; cancelled: boolean };
}

function streamOf(chunks: readonly Uint8Array[]): Chunks {
  const state = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[state.pulled];
        state.pulled += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

const encoder = new TextEncoder();

describe('readPendingForm', () => {
  it('F05: carries a same-origin urlencoded POST, byte for byte', async () => {
    for (const body of ['a=b', 'a=b&c=d', 'a=', 'a=%C3%A9+x', 'a=1&a=2', 'a=%0D%0Ab', '']) {
      expect(await pending({ body })).toEqual({ kind: 'carried', body });
    }
    const fetchSite = { 'Sec-Fetch-Site': 'same-origin' };
    expect((await pending({ headers: fetchSite })).kind).toBe('carried');
  });

  it('F05: GET and HEAD have nothing to carry', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect(await pending({ method, body: null })).toEqual({ kind: 'none' });
    }
  });

  it('F05: a POST from anywhere else is not sent', async () => {
    const origins = ['https://evil.test', 'http://site.test', 'https://site.test:8443', 'null', ''];
    const others = [
      'https://SITE.test',
      'https://site.test/',
      'https://site.test.evil.test',
      'https://sub.site.test',
    ];
    for (const origin of [...origins, ...others]) {
      expect([origin, await pending({ headers: { Origin: origin } })]).toEqual([
        origin,
        { kind: 'not-sent' },
      ]);
    }
    const bare = new Request(TARGET, {
      method: 'POST',
      body: 'a=b',
      headers: { 'Content-Type': FORM },
    });
    expect(await readPendingForm(bare, new URL(TARGET), true)).toEqual({ kind: 'not-sent' });
  });

  it('F05: fetch metadata that disagrees with Origin wins', async () => {
    for (const site of ['cross-site', 'same-site', 'none', 'Same-Origin', '']) {
      expect((await pending({ headers: { 'Sec-Fetch-Site': site } })).kind).toBe('not-sent');
    }
  });

  it('F05: other methods and other content types are not sent', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await pending({ method })).kind).toBe('not-sent');
    }
    const types = [
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/json',
      '',
      `x${FORM}`,
    ];
    for (const type of types) {
      expect((await pending({ headers: { 'Content-Type': type } })).kind).toBe('not-sent');
    }
  });

  it('F05: 65,536 bytes are carried, 65,537 are not, whatever Content-Length says', async () => {
    expect(MAX_CARRIED_BYTES).toBe(65_536);
    const largest = `a=${'b'.repeat(65_534)}`;
    for (const length of ['1', '65536', '999999999']) {
      const headers = { 'Content-Length': length };
      expect((await pending({ body: largest, headers })).kind).toBe('carried');
      expect((await pending({ body: `${largest}b`, headers })).kind).toBe('not-sent');
    }
  });

  it('F05: a body that is refused is cancelled unread', async () => {
    const { stream, state } = streamOf([encoder.encode('a=b')]);
    await pending({ body: stream, headers: { Origin: 'https://evil.test' } });
    expect(state).toEqual({ pulled: 0, cancelled: true });
  });

  it('F05: a body that is not UTF-8 is not sent', async () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x3d, 0x80]]) {
      expect((await pending({ body: Uint8Array.from(bytes) })).kind).toBe('not-sent');
    }
  });
});

describe('survivesForm', () => {
  it('F05: what a browser writes again identically survives', () => {
    const bodies = [
      '',
      'a=',
      'a=b',
      'a=b&a=c',
      'a=%0D%0A',
      'a%0D%0Ab=c',
      'a=*-._',
      'a=%7E%21',
      'a=+',
      '%C3%A9=%F0%9F%98%80',
    ];
    for (const body of bodies) expect([body, survivesForm(body)]).toEqual([body, true]);
  });

  it('F05: another spelling of the same fields does not: it would arrive changed', () => {
    const bodies = [
      'a',
      'a=b&',
      '&a=b',
      'a=b&&c=d',
      '?a=b',
      'a=%20',
      'a=~',
      'a=%2a',
      'a=%c3%a9',
      'a=é',
      'a=b=c',
      'a=%',
      'a=%zz',
      'a=%FF',
      'a=%ED%A0%80',
      'a=b;c=d',
      'a b=c',
      '﻿a=b',
      'a=\n',
      'a=%00\0',
    ];
    for (const body of bodies) expect([body, survivesForm(body)]).toEqual([body, false]);
  });

  it('F05: a lone CR or LF, which a form turns into CRLF, does not survive, in name or value', () => {
    for (const bad of ['%0A', '%0D', '%0A%0D', '%0D%0A%0A', '%0D%0D%0A', 'x%0Ay']) {
      expect([bad, survivesForm(`a=${bad}`)]).toEqual([bad, false]);
      expect([bad, survivesForm(`${bad}=a`)]).toEqual([bad, false]);
    }
  });

  it('F05: a CR that ends a name and an LF that begins its value are two lone ones', () => {
    expect(survivesForm('a%0D=%0Ab')).toBe(false);
  });

  it('F05: a field without a name does not survive', () => {
    for (const body of ['=a', '=', 'a=b&=c', '=&a=b']) {
      expect([body, survivesForm(body)]).toEqual([body, false]);
    }
  });

  it('F05: names with a meaning of their own in a form survive, because the page adds no elements', () => {
    for (const name of ['_charset_', '_CHARSET_', 'isindex', 'submit', 'action', '__proto__']) {
      expect([name, survivesForm(`${name}=x`)]).toEqual([name, true]);
    }
  });
});

describe('readBodyText', () => {
  async function kindOf(chunks: readonly Uint8Array[], maxBytes = 8192): Promise<string> {
    return (await readBodyText(post({ body: streamOf(chunks).stream }), maxBytes)).kind;
  }

  it('F09: 8,192 bytes are read, 8,193 are too large, in one chunk and in many', async () => {
    const bytes = (length: number) => new Uint8Array(length).fill(0x61);
    const inBytes = (length: number) => Array.from({ length }, () => bytes(1));
    expect(await kindOf([bytes(8192)])).toBe('text');
    expect(await kindOf([bytes(8193)])).toBe('too-large');
    expect(await kindOf(inBytes(8192))).toBe('text');
    expect(await kindOf(inBytes(8193))).toBe('too-large');
    expect(await kindOf([bytes(8192), bytes(0), bytes(1)])).toBe('too-large');
  });

  it('F09: counts bytes, not characters', async () => {
    expect(await kindOf([encoder.encode('é'.repeat(4096))])).toBe('text');
    expect(await kindOf([encoder.encode('é'.repeat(4097))])).toBe('too-large');
  });

  it('F09: stops at the chunk that is too much, and cancels the rest', async () => {
    const { stream, state } = streamOf(Array.from({ length: 100 }, () => new Uint8Array(4096)));
    const reading = await readBodyText(post({ body: stream }), 8192);
    expect(reading).toEqual({ kind: 'too-large' });
    expect(state).toEqual({ pulled: 3, cancelled: true });
  });

  it('F09: does not believe Content-Length, whether it lies low or high', async () => {
    for (const length of ['0', '3', '8192', '1000000', 'x']) {
      const headers = { 'Content-Length': length };
      const small = await readBodyText(post({ headers }), 8192);
      expect(small).toEqual({ kind: 'text', text: 'a=b' });
      const large = await readBodyText(post({ headers, body: 'a'.repeat(8193) }), 8192);
      expect(large).toEqual({ kind: 'too-large' });
    }
  });

  it('F09: an absent or empty body is empty text', async () => {
    expect(await readBodyText(new Request(TARGET), 8192)).toEqual({ kind: 'text', text: '' });
    expect(await readBodyText(post({ body: '' }), 8192)).toEqual({ kind: 'text', text: '' });
  });

  it('F09: a character split between chunks is read whole; a byte order mark stays', async () => {
    const bytes = encoder.encode('\ufeffé\u{1f600}');
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const reading = await readBodyText(post({ body: streamOf(chunks).stream }), 8192);
    expect(reading).toEqual({ kind: 'text', text: '\ufeffé\u{1f600}' });
  });

  it('F09: what is not UTF-8, wherever it breaks, is malformed and never throws', async () => {
    const broken = [
      [0xff],
      [0x61, 0xc3],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ];
    for (const bytes of broken) {
      expect(await kindOf([Uint8Array.from(bytes)])).toBe('malformed');
      expect(await kindOf(bytes.map((byte) => Uint8Array.of(byte)))).toBe('malformed');
    }
  });

  it('F09: a client that breaks off is malformed', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode('{"a"'));
        controller.error(new Error('reset'));
      },
    });
    expect(await readBodyText(post({ body: stream }), 8192)).toEqual({ kind: 'malformed' });
  });
});

describe('mediaType', () => {
  it('F09: is the type without parameters, in lower case', () => {
    const cases: Readonly<Record<string, string>> = {
      'application/json': 'application/json',
      'Application/JSON; charset=utf-8': 'application/json',
      'application/json;charset=utf-8': 'application/json',
      'application/json ;x': 'application/json',
      'application/jsonx': 'application/jsonx',
      ';': '',
    };
    for (const [value, type] of Object.entries(cases)) {
      expect(mediaType(new Headers({ 'Content-Type': value }))).toBe(type);
    }
    expect(mediaType(new Headers())).toBe('');
  });
});
