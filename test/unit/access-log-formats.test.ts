/** Each format against entries derived by hand. */
import { describe, expect, it } from 'vitest';
import { parseCombinedLine } from '../../src/core/access-log/combined-line.ts';
import { unescapeField } from '../../src/core/access-log/escapes.ts';
import type { LogEntry } from '../../src/core/access-log/log-entry.ts';
import { detectFormat, LogLineReader, trimLine } from '../../src/core/access-log/log-line.ts';
import {
  daysFromCivil,
  parseClfTime,
  parseEpoch,
  parseIsoTime,
  parseLogTime,
} from '../../src/core/access-log/log-time.ts';
import { parseRequestLine } from '../../src/core/access-log/request-line.ts';

/** 2026-11-22T06:31:01Z */
const MOMENT = 1_795_329_061_000;

function read(line: string): LogEntry {
  const reading = new LogLineReader().read(line);
  if (typeof reading === 'string') throw new Error(`${reading}: ${line}`);
  return reading;
}

const ENTRY = {
  timeMs: MOMENT,
  address: '192.0.2.7',
  method: 'GET',
  target: '/a?b=1',
  status: 200,
  bytes: 2326,
  userAgent: 'Mozilla/5.0 (X11)',
  referer: 'https://example.com/',
};

describe('times', () => {
  it('counts days as the calendar does', () => {
    for (const [year, month, day] of [
      [1970, 1, 1],
      [2000, 2, 29],
      [2026, 11, 22],
      [2099, 12, 31],
    ] as const) {
      expect(daysFromCivil(year, month, day)).toBe(Date.UTC(year, month - 1, day) / 86_400_000);
    }
  });

  it('reads the zone of an Apache time', () => {
    expect(parseClfTime('22/Nov/2026:06:31:01 +0000')).toBe(MOMENT);
    expect(parseClfTime('22/Nov/2026:12:01:01 +0530')).toBe(MOMENT);
    expect(parseClfTime('21/Nov/2026:22:31:01 -0800')).toBe(MOMENT);
  });

  it('refuses what is no time', () => {
    for (const text of [
      '',
      '22/Nov/2026:06:31:01',
      '22/Nov/2026:24:31:01 +0000',
      '22/Nov/2026:06:60:01 +0000',
      '32/Nov/2026:06:31:01 +0000',
      '22/Foo/2026:06:31:01 +0000',
      '22/Nov/1926:06:31:01 +0000',
      'x2/Nov/2026:06:31:01 +0000',
    ]) {
      expect([text, parseClfTime(text)]).toEqual([text, undefined]);
    }
  });

  it('reads ISO 8601 with and without fraction and zone', () => {
    expect(parseIsoTime('2026-11-22T06:31:01Z')).toBe(MOMENT);
    expect(parseIsoTime('2026-11-22T06:31:01.250+00:00')).toBe(MOMENT + 250);
    expect(parseIsoTime('2026-11-22T07:31:01+0100')).toBe(MOMENT);
    expect(parseIsoTime('2026-11-22 06:31:01')).toBe(MOMENT);
    expect(parseIsoTime('2026-13-22T06:31:01Z')).toBeUndefined();
    expect(parseIsoTime('2026-02-28T06:31:01Z')).toBe(Date.UTC(2026, 1, 28, 6, 31, 1));
    expect(parseIsoTime('2026-02-29T06:31:01Z')).toBeUndefined();
    expect(parseIsoTime('2028-02-29T06:31:01Z')).toBe(Date.UTC(2028, 1, 29, 6, 31, 1));
    expect(parseIsoTime('2026-12-31T06:31:01Z')).toBe(Date.UTC(2026, 11, 31, 6, 31, 1));
    expect(parseIsoTime('2026-11-31T06:31:01Z')).toBeUndefined();
  });

  it('tells seconds, milliseconds, microseconds and nanoseconds apart', () => {
    for (const unit of [1e-3, 1, 1e3, 1e6]) expect(parseEpoch(MOMENT * unit)).toBe(MOMENT);
    expect(parseLogTime('1795329061.000')).toBe(MOMENT);
    const clf = parseLogTime('10/Oct/2026:13:55:36 -0700');
    expect(clf).toBe(Date.UTC(2026, 9, 10, 20, 55, 36));
    expect(parseLogTime('[10/Oct/2026:13:55:36 -0700]')).toBe(clf);
    expect(parseLogTime('[10/Oct/2026:13:55:36 -0700')).toBeUndefined();
    expect(parseLogTime('['.repeat(60_000) + ']'.repeat(60_000))).toBeUndefined();
    expect(parseLogTime(0)).toBeUndefined();
    expect(parseLogTime(null)).toBeUndefined();
  });
});

describe('Common and Combined', () => {
  const COMBINED =
    '192.0.2.7 - - [22/Nov/2026:06:31:01 +0000] "GET /a?b=1 HTTP/1.1" 200 2326 "https://example.com/" "Mozilla/5.0 (X11)"';

  it('reads every field', () => {
    expect(parseCombinedLine(COMBINED)).toMatchObject({ ...ENTRY, protocol: 'HTTP/1.1' });
  });

  it('reads a line without referer and agent, and says that the format lacks them', () => {
    const line = '2001:db8::7 - frank [22/Nov/2026:06:31:01 +0000] "HEAD / HTTP/1.0" 304 -';
    expect(parseCombinedLine(line)).toMatchObject({
      address: '2001:db8::7',
      method: 'HEAD',
      status: 304,
      bytes: 0,
      userAgent: '',
      lacksAgent: true,
    });
  });

  it('reads a virtual host in front, a user with blanks and brackets, and fields behind', () => {
    const line = `example.com:443 ${COMBINED.replace('- -', '- "a [b] c"')} "203.0.113.9" 0.004`;
    expect(parseCombinedLine(line)).toMatchObject({ ...ENTRY, host: 'example.com:443' });
  });

  it('takes a hyphen for an absent field', () => {
    const line = COMBINED.replace('"https://example.com/"', '"-"').replace(
      '"Mozilla/5.0 (X11)"',
      '"-"',
    );
    expect(parseCombinedLine(line)).toMatchObject({
      referer: '',
      userAgent: '',
      lacksAgent: undefined,
    });
  });

  it('undoes the escapes of Apache and nginx', () => {
    const agent = String.raw`say \"hi\" \\x41 \x41 \xC3\xA9 \xff \n`;
    const line = COMBINED.replace('Mozilla/5.0 (X11)', agent);
    expect(parseCombinedLine(line)).toMatchObject({ userAgent: 'say "hi" \\x41 A é ÿ \n' });
    expect(unescapeField(String.raw`\q`)).toBe(String.raw`\q`);
  });

  it('keeps a request that was none, without its method', () => {
    for (const request of ['-', String.raw`\x16\x03\x01`, '']) {
      const line = COMBINED.replace('GET /a?b=1 HTTP/1.1', request).replace(' 200 ', ' 400 ');
      expect(parseCombinedLine(line)).toMatchObject({ method: '', target: '', status: 400 });
    }
    expect(parseRequestLine('GET /a b HTTP/1.1')).toMatchObject({ target: '/a b' });
    expect(parseRequestLine('GET /')).toEqual({ method: 'GET', target: '/', protocol: undefined });
  });

  it('reads a time of another zone right after one of this hour', () => {
    const reader = new LogLineReader();
    reader.read(COMBINED);
    expect(reader.read(COMBINED.replace('+0000', '+0100'))).toMatchObject({
      timeMs: MOMENT - 3_600_000,
    });
    expect(reader.read(COMBINED.replace(':06:31:01', ':06:59:60'))).toMatchObject({
      timeMs: MOMENT + (28 * 60 + 59) * 1000,
    });
  });

  it('names what is wrong with a line', () => {
    const cases = [
      ['', 'unknown-format'],
      ['hello', 'unknown-format'],
      ['# Fields: date time', 'unknown-format'],
      ['a - - [yesterday] "GET / HTTP/1.1" 200 1', 'no-time'],
      [COMBINED.slice(0, 50), 'cut-short'],
      [COMBINED.slice(0, 68), 'cut-short'],
      [COMBINED.slice(0, -1), 'cut-short'],
      [COMBINED.replace(' 200 ', ' abc '), 'no-status'],
      [COMBINED.replace('"GET', 'GET'), 'no-request'],
      [COMBINED.replace('192.0.2.7', '-'), 'no-address'],
    ] as const;
    for (const [line, problem] of cases)
      expect([line, parseCombinedLine(line)]).toEqual([line, problem]);
  });
});

describe('JSON', () => {
  it("reads nginx's variables", () => {
    const line = JSON.stringify({
      time_iso8601: '2026-11-22T06:31:01+00:00',
      remote_addr: '192.0.2.7',
      request: 'GET /a?b=1 HTTP/2.0',
      status: '200',
      body_bytes_sent: 2326,
      http_referer: 'https://example.com/',
      http_user_agent: 'Mozilla/5.0 (X11)',
      host: 'example.com',
      upstream_response_time: '0.004, 0.012',
    });
    expect(read(line)).toMatchObject({
      ...ENTRY,
      protocol: 'HTTP/2.0',
      host: 'example.com',
      originMs: 12,
    });
    expect(detectFormat(line)).toBe('nginx-json');
  });

  it('reads the names that are usual for Apache', () => {
    const line = JSON.stringify({
      time: '22/Nov/2026:06:31:01 +0000',
      remoteIP: '192.0.2.7',
      host: 'example.com',
      request: '/a',
      query: '?b=1',
      method: 'GET',
      status: '200',
      bytes: '2326',
      userAgent: 'Mozilla/5.0 (X11)',
      referer: 'https://example.com/',
      duration: 12_000,
    });
    expect(read(line)).toMatchObject({ ...ENTRY, host: 'example.com', originMs: 12 });
    expect(detectFormat(line)).toBe('apache-json');
  });

  it("reads Cloudflare's Logpush in each of its times", () => {
    const fields = {
      ClientIP: '192.0.2.7',
      ClientRequestMethod: 'GET',
      ClientRequestURI: '/a?b=1',
      ClientRequestHost: 'example.com',
      ClientRequestUserAgent: 'Mozilla/5.0 (X11)',
      ClientRequestReferer: 'https://example.com/',
      ClientRequestProtocol: 'HTTP/3',
      EdgeResponseStatus: 200,
      EdgeResponseBytes: 2326,
      OriginResponseDurationMs: 12,
      ClientASN: 64_500,
      ClientCountry: 'de',
    };
    for (const time of ['2026-11-22T06:31:01Z', MOMENT / 1000, MOMENT * 1e6, MOMENT]) {
      const line = JSON.stringify({ EdgeStartTimestamp: time, ...fields });
      expect(read(line)).toEqual({
        ...ENTRY,
        lacksAgent: undefined,
        protocol: 'HTTP/3',
        host: 'example.com',
        originMs: 12,
        asn: 64_500,
        country: 'DE',
      });
      expect(detectFormat(line)).toBe('logpush');
    }
  });

  it('names what is wrong with a line', () => {
    const reader = new LogLineReader();
    const good = { remote_addr: '192.0.2.7', time_iso8601: '2026-11-22T06:31:01Z', status: 200 };
    const cases = [
      ['{"a":1', 'cut-short'],
      ['{"a":}', 'bad-json'],
      ['{}', 'no-address'],
      [JSON.stringify({ ...good, time_iso8601: 'now' }), 'no-time'],
      [JSON.stringify({ ...good, status: 'x', request_uri: '/' }), 'no-status'],
      [JSON.stringify({ ...good, status: undefined }), 'no-request'],
    ] as const;
    for (const [line, problem] of cases) expect([line, reader.read(line)]).toEqual([line, problem]);
  });

  it('is not misled by members that are no fields', () => {
    const line =
      '{"__proto__":{"status":200},"remote_addr":"192.0.2.7","time_iso8601":"2026-11-22T06:31:01Z","constructor":1,"request_uri":"/"}';
    expect(new LogLineReader().read(line)).toBe('no-status');
  });
});

describe('a file', () => {
  it('may change its format from line to line', () => {
    const reader = new LogLineReader();
    reader.read('192.0.2.7 - - [22/Nov/2026:06:31:01 +0000] "GET / HTTP/1.1" 200 1');
    reader.read('{"remote_addr":"192.0.2.7","msec":1795329061.000,"request_uri":"/","status":200}');
    reader.read('{"remote_addr":"192.0.2.7","msec":1795329061.000,"request_uri":"/","status":200}');
    expect(reader.formats).toEqual([
      { format: 'nginx-json', lines: 2 },
      { format: 'combined', lines: 1 },
    ]);
  });

  it('may end its lines with CR and begin with a byte order mark', () => {
    expect(trimLine('\u{feff}a\r')).toBe('a');
    expect(trimLine('a')).toBe('a');
    expect(trimLine('')).toBe('');
  });
});
