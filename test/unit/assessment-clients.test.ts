/** Classes of clients whose behaviour is written down here, among a crowd of people. */
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/core/access-log/log-entry.ts';
import {
  ask,
  CHROME,
  crowd,
  FIREFOX,
  judge,
  visit,
  type Who,
} from '../support/assessed-clients.ts';
import { createRandomSource } from '../../src/core/random-source.ts';

const PEOPLE = crowd(300, 1);
const WHO: Who = { address: '203.0.113.5' };

function classOf(entries: readonly LogEntry[], who: Who = WHO): string | undefined {
  return judge([...PEOPLE, ...entries]).classes.get(who.address);
}

function times<Item>(count: number, make: (at: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

describe('who says what they are', () => {
  const lone = (who: Who): string | undefined => classOf([ask(who, 10)], who);

  it('is verified where the address proves the bot, false where it refutes it', () => {
    const userAgent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    expect(lone({ address: '66.249.66.1', userAgent })).toBe('verified-bot');
    expect(lone({ address: '203.0.113.5', userAgent })).toBe('false-bot');
  });

  it('is declared where nothing proves or refutes it', () => {
    for (const userAgent of [
      '',
      '-',
      'curl/8.5.0',
      'python-requests/2.32.3',
      'Go-http-client/2.0',
      'Mozilla/5.0 (compatible; SomeCrawler/1.0; +https://some.test/bot)',
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36',
      'FreshRSS/1.27 (Linux; https://freshrss.org)',
    ]) {
      expect([userAgent, lone({ ...WHO, userAgent })]).toEqual([userAgent, 'declared-bot']);
    }
  });

  it('is a browser for a telephone whose name holds a word of bots', () => {
    const userAgent =
      'Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
    expect(classOf(visit({ ...WHO, userAgent }, 100, createRandomSource(3)), WHO)).toBe('browser');
  });
});

describe('people stay browsers', () => {
  it('in a crowd', () => {
    const { classes } = judge(PEOPLE);
    expect(new Set(classes.values())).toEqual(new Set(['browser']));
    expect(classes.size).toBe(300);
  });

  it('without any referer', () => {
    const entries = times(12, (at) => [
      ask(WHO, at * at * 30, { target: `/page/word-${at}` }),
      ask(WHO, at * at * 30, { target: at === 0 ? '/a.css' : `/pictures/${at}.jpg` }),
    ]).flat();
    expect(classOf(entries)).toBe('browser');
  });

  it('with everything kept from a visit before', () => {
    const entries = times(4, (at) =>
      ask(WHO, at * 90, { target: `/page/word-${at}`, status: at === 0 ? 304 : 200 }),
    );
    expect(classOf(entries)).toBe('browser');
  });

  it('with a browser for text', () => {
    const who = { ...WHO, userAgent: 'Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/3.5.0' };
    const entries = times(9, (at) => ask(who, at * 70, { target: `/page/word-${at}` }));
    expect(classOf(entries)).toBe('browser');
  });

  it('in an office with one address and one agent', () => {
    const random = createRandomSource(9);
    const entries = times(60, () => visit(WHO, random.next() * 30_000, random)).flat();
    expect(classOf(entries)).toBe('browser');
  });

  it('with an application that asks for data all day', () => {
    const referer = 'https://shop.test/app';
    const entries = [
      ask(WHO, 0, { target: '/app' }),
      ...['/a.css', '/a.js', '/favicon.ico'].map((target) => ask(WHO, 1, { target, referer })),
      ...times(900, (at) => ask(WHO, 20 + at * 30, { target: '/api/inbox', referer })),
    ];
    expect(classOf(entries)).toBe('browser');
  });

  it('with a reader of feeds that looks like a browser', () => {
    const entries = times(96, (at) => ask(WHO, at * 900, { target: '/feed', status: 304 }));
    expect(classOf(entries)).toBe('browser');
  });
});

describe('groups', () => {
  const userAgent = CHROME.replace('142', '118');
  const fleet = times(200, (at) => ({ address: `203.0.113.${at}`, userAgent })).flatMap((who, at) =>
    times(2, (page) =>
      ask(who, at * 150 + page * 40, { target: `/page/word-${(at + page) % 40}` }),
    ),
  );
  const classAmong = (entries: readonly LogEntry[], { address }: Who): string | undefined =>
    judge([...PEOPLE, ...fleet, ...entries]).classes.get(address);

  it('convict nobody who shows nothing: a picture that another site embeds', () => {
    const who = { address: '203.0.113.222', userAgent };
    const rest = { target: '/pictures/1.jpg', referer: 'https://forum.test/' };
    expect(classAmong([ask(who, 10, rest)], who)).toBe('browser');
  });

  it('count the addresses of one IPv6 network one by one', () => {
    const program = { address: '2001:db8:1:2::1' };
    const person = { address: '2001:db8:1:2::2' };
    const pages = times(9, (at) => ask(program, at * 30, { target: `/page/word-${at}` }));
    const both = [...pages, ...visit(person, 500, createRandomSource(5))];
    expect(classAmong(both, program)).toBe('automation');
    expect(classAmong(both, person)).toBe('browser');
  });
});

describe('programs that say browser are automation', () => {
  it('where they load pages and nothing with them', () => {
    const entries = times(40, (at) => ask(WHO, at * 3, { target: `/page/word-${at}` }));
    expect(classOf(entries)).toBe('automation');
  });

  it('where they try what many sites have', () => {
    const targets = ['/.env', '/wp-login.php', '/.git/config', '/phpmyadmin/'];
    const entries = targets.map((target, at) => ask(WHO, at * 9, { target, status: 404 }));
    expect(classOf(entries)).toBe('automation');
  });

  it('where they send forms that are refused', () => {
    const rest = { method: 'POST', target: '/login', status: 401 };
    expect(classOf(times(30, (at) => ask(WHO, at * 20, rest)))).toBe('automation');
  });

  it('where they take data without the page that shows it', () => {
    const entries = times(60, (at) => ask(WHO, at * 10, { target: `/api/items/${at}` }));
    expect(classOf(entries)).toBe('automation');
  });

  it('where they take pictures without a page', () => {
    const entries = times(90, (at) => ask(WHO, at * 10, { target: `/pictures/${at}.jpg` }));
    expect(classOf(entries)).toBe('automation');
  });

  it('where they load everything anew with each page, evenly', () => {
    const entries = times(60, (at) => {
      const referer = `https://shop.test/page/word-${at}`;
      const files = ['/a.css', '/a.js', '/logo.svg', '/favicon.ico'];
      return [
        ask(WHO, at * 10, { target: `/page/word-${at}` }),
        ...files.map((target) => ask(WHO, at * 10 + 1, { target, referer })),
      ];
    }).flat();
    expect(classOf(entries)).toBe('automation');
  });

  it('where they name pages that they never saw', () => {
    const entries = times(12, (at) =>
      ask(WHO, at * at * 9, {
        target: `/page/word-${at}`,
        referer: `https://shop.test/page/other-${at}`,
      }),
    );
    expect(classOf(entries)).toBe('automation');
    const { examples } = judge([...PEOPLE, ...entries]).traffic;
    const signals = examples.flatMap(({ evidence }) => evidence.map(({ signal }) => signal));
    expect(signals).toContain('forged-referer');
  });

  it('where they load pictures and no style with each page', () => {
    const entries = times(30, (at) => [
      ask(WHO, at * at * 9, { target: `/page/word-${at}` }),
      ask(WHO, at * at * 9 + 1, { target: `/pictures/${at}.jpg` }),
    ]).flat();
    expect(classOf(entries)).toBe('automation');
  });

  it('where many addresses share an agent and each asks a page or two', () => {
    const userAgent = CHROME.replace('142', '118');
    const fleet = times(200, (at) => ({ address: `203.0.${at}.77`, userAgent }));
    const entries = fleet.flatMap((who, at) => [
      ask(who, at * 150, { target: `/page/word-${at % 40}` }),
      ...(at % 3 === 0 ? [ask(who, at * 150 + 40, { target: `/page/word-${(at + 7) % 40}` })] : []),
    ]);
    const { classes } = judge([...PEOPLE, ...entries]);
    const caught = fleet.filter(({ address }) => classes.get(address) === 'automation');
    expect(caught.length).toBe(200);
    // A person who happens to have the same browser shows what a person shows.
    const same = { address: '192.0.2.44', userAgent };
    const again = judge([...PEOPLE, ...entries, ...visit(same, 900, createRandomSource(4))]);
    expect(again.classes.get('192.0.2.44')).toBe('browser');
  });

  it('says why, the heaviest reason first', () => {
    const entries = times(40, (at) => ask(WHO, at * 3, { target: `/page/word-${at}` }));
    const [example] = judge([...PEOPLE, ...entries]).traffic.examples;
    expect(example).toMatchObject({ address: WHO.address, class: 'automation', requests: 40 });
    expect(example?.evidence[0]).toMatchObject({
      signal: 'no-files',
      sentence: 'loaded 40 pages and not one file that belongs to them',
    });
    const sum = example?.evidence.reduce((total, { weight }) => total + weight, 0);
    expect(sum).toBeCloseTo(example?.score ?? 0, 9);
  });
});

describe('a log that lacks something', () => {
  it('of a site whose files are elsewhere convicts nobody for loading none', () => {
    const pages = PEOPLE.filter(({ target }) => target.startsWith('/page/'));
    const { traffic } = judge(pages);
    expect(traffic.site.logsStatics).toBe(false);
    expect(traffic.classes.automation.clients).toBe(0);
  });

  it('in the Common format judges by behaviour alone', () => {
    const bare = [
      ...PEOPLE,
      ...times(40, (at) => ask(WHO, at * 3, { target: `/page/word-${at}` })),
    ];
    // oxlint-disable-next-line no-map-spread -- a few hundred entries, and the crowd is shared
    const entries = bare.map((entry) => {
      return { ...entry, userAgent: '', referer: '', lacksAgent: true as const };
    });
    const { classes, traffic } = judge(entries);
    expect(traffic.classes['declared-bot'].clients).toBe(0);
    expect(classes.get(WHO.address)).toBe('automation');
    expect(traffic.classes.automation.clients).toBe(1);
  });

  it('with times that go back, or all alike, is read to the end', () => {
    const back = PEOPLE.map((entry, at) => ({ ...entry, timeMs: entry.timeMs - at * 1000 }));
    expect(judge(back).traffic.requests).toBe(PEOPLE.length);
    const alike = PEOPLE.map((entry) => ({ ...entry, timeMs: 1_795_161_600_000 }));
    expect(judge(alike).traffic).toMatchObject({ from: 1_795_161_600, to: 1_795_161_600 });
  });
});

it('gives Firefox and Chrome their versions, and old ones a sign', () => {
  const { site } = judge(PEOPLE).traffic;
  expect(site).toMatchObject({ latestChrome: 142, latestFirefox: 145, logsStatics: true });
  expect(FIREFOX).toContain('145');
});
