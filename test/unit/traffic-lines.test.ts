/** Lines of generated logs, their times, and the order in which requests are written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogLineReader } from '../../src/core/access-log/log-line.ts';
import { createRandomSource } from '../../src/core/random-source.ts';
import { Arrivals } from '../../src/core/traffic/arrivals.ts';
import { createIsoTimeFormat, createLogTimeFormat } from '../../src/core/traffic/civil-time.ts';
import { createLineFormat, LOG_FORMATS } from '../../src/core/traffic/log-line.ts';
import { RequestQueue } from '../../src/core/traffic/request-queue.ts';
import { createPopularity } from '../../src/core/traffic/site.ts';
import { toLogEntry, type TrafficRequest } from '../../src/core/traffic/traffic-request.ts';

const REQUEST: TrafficRequest = {
  visitor: {
    address: '2003:a::1',
    agent: 'A "browser"/1.0',
    asn: 3320,
    country: 'de',
    class: 'browser',
    behaviour: 'reader',
    protocol: 'HTTP/2.0',
  },
  timeMs: Date.UTC(2026, 10, 9, 13, 5, 7, 250),
  method: 'GET',
  target: '/a?b=\\c',
  status: 200,
  bytes: 512,
  referer: '',
  originMs: 12.5,
};

describe('a line', () => {
  it('is written in each format as its server writes it', () => {
    const lines = Object.fromEntries(
      LOG_FORMATS.map((format) => [format, createLineFormat(format, 'h.example')(REQUEST)]),
    );
    const common = String.raw`2003:a::1 - - [09/Nov/2026:13:05:07 +0000] "GET /a?b=\x5Cc HTTP/2.0" 200 512`;
    expect(lines['common']).toBe(common);
    expect(lines['combined']).toBe(String.raw`${common} "-" "A \x22browser\x22/1.0"`);
    expect(JSON.parse(lines['nginx-json'] ?? '')).toEqual({
      time_iso8601: '2026-11-09T13:05:07+00:00',
      remote_addr: '2003:a::1',
      request_method: 'GET',
      request_uri: '/a?b=\\c',
      server_protocol: 'HTTP/2.0',
      status: 200,
      body_bytes_sent: 512,
      request_time: 0.013,
      http_referer: '',
      http_user_agent: 'A "browser"/1.0',
      host: 'h.example',
    });
    expect(JSON.parse(lines['apache-json'] ?? '')).toEqual({
      time: '2026-11-09T13:05:07+0000',
      remoteIP: '2003:a::1',
      host: 'h.example',
      request: '/a',
      query: '?b=\\c',
      method: 'GET',
      protocol: 'HTTP/2.0',
      status: '200',
      bytes: '512',
      duration: '12500',
      userAgent: 'A "browser"/1.0',
      referer: '-',
    });
    expect(JSON.parse(lines['logpush'] ?? '')).toMatchObject({
      ClientASN: 3320,
      ClientCountry: 'de',
      ClientRequestURI: '/a?b=\\c',
      EdgeStartTimestamp: '2026-11-09T13:05:07Z',
      OriginResponseDurationMs: 13,
    });
  });

  it('is read in each format as what was written', () => {
    for (const format of LOG_FORMATS) {
      const whole = toLogEntry(REQUEST, 'h.example');
      const read = new LogLineReader().read(createLineFormat(format, 'h.example')(REQUEST));
      expect(read).toMatchObject({
        timeMs: whole.timeMs - 250,
        address: whole.address,
        method: 'GET',
        target: whole.target,
        status: 200,
        bytes: 512,
        referer: '',
        ...(format === 'common' ? {} : { userAgent: whole.userAgent }),
      });
    }
  });

  it('is what the entry says that is made without it', () => {
    expect(toLogEntry(REQUEST, 'h.example')).toMatchObject({
      address: '2003:a::1',
      userAgent: 'A "browser"/1.0',
      target: '/a?b=\\c',
      host: 'h.example',
      asn: 3320,
    });
  });
});

describe('times', () => {
  it('are those of the calendar, leap days and ends of centuries included', () => {
    const second = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 });
    const special = [0, Date.UTC(2000, 1, 29), Date.UTC(2100, 1, 28), Date.UTC(2100, 2, 1)];
    const check = (timeMs: number) => {
      const iso = new Date(timeMs).toISOString();
      expect(createIsoTimeFormat('Z')(timeMs)).toBe(`${iso.slice(0, 19)}Z`);
      const [, day, month, year] =
        /, (\d\d) (\w{3}) (\d{4})/.exec(new Date(timeMs).toUTCString()) ?? [];
      const clock = iso.slice(11, 19);
      expect(createLogTimeFormat()(timeMs)).toBe(`${day}/${month}/${year}:${clock} +0000`);
    };
    for (const timeMs of special) check(timeMs);
    fc.assert(fc.property(second, (value) => check(value * 1000)));
  });
});

describe('RequestQueue', () => {
  it('gives back what waits in the order of time, and of equals the first first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new RequestQueue<{ timeMs: number; at: number }>();
        for (const [at, timeMs] of times.entries()) queue.push({ timeMs, at });
        const out = [];
        while (queue.size > 0) {
          const { firstMs } = queue;
          const item = queue.pop();
          expect(item?.timeMs).toBe(firstMs);
          out.push(item);
        }
        const items = times.map((timeMs, at) => ({ timeMs, at }));
        expect(out).toEqual(items.toSorted((a, b) => a.timeMs - b.timeMs || a.at - b.at));
        expect(queue.pop()).toBeUndefined();
        expect(queue.firstMs).toBe(Infinity);
      }),
    );
  });
});

describe('Arrivals', () => {
  const options = {
    startMs: Date.UTC(2026, 10, 9),
    durationMs: 3 * 86_400_000,
    offsets: [[0, 1]],
  } as const;

  it('are as many as expected in the log, each later than the one before, and go on', () => {
    for (const rhythm of ['people', 'office', 'night', 'steady'] as const) {
      const arrivals = new Arrivals(rhythm, 50, options);
      const random = createRandomSource(3);
      const times = Array.from({ length: 120 }, () => arrivals.nextMs(random));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const end = options.startMs + options.durationMs;
      expect(times.filter((timeMs) => timeMs < end)).toHaveLength(50);
    }
  });

  it('keep the hours of offices and of the night', () => {
    const hoursOf = (rhythm: 'office' | 'night') => {
      const arrivals = new Arrivals(rhythm, 1000, options);
      const random = createRandomSource(4);
      const hours = Array.from({ length: 1000 }, () =>
        new Date(arrivals.nextMs(random)).getUTCHours(),
      );
      return (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    };
    expect(hoursOf('office')(8, 17)).toBeGreaterThan(900);
    expect(hoursOf('night')(0, 5)).toBeGreaterThan(900);
  });
});

describe('popularity', () => {
  it('follows Zipf: the first of 1,000 pages is asked for about twice as often as the second', () => {
    const draw = createPopularity(1000, 1);
    const random = createRandomSource(5);
    const counts = Array.from({ length: 1000 }, () => 0);
    for (let n = 0; n < 200_000; n += 1) {
      const at = draw(random);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    const [first = 0, second = 1] = counts;
    expect(first / second).toBeGreaterThan(1.5);
    expect(first / second).toBeLessThan(2.2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200_000);
    expect(counts[999]).toBeGreaterThan(0);
  });
});
