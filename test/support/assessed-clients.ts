/** Sessions of made-up clients, for an assessor: times in seconds from one morning. */
import type { LogEntry } from '../../src/core/access-log/log-entry.ts';
import { Assessor, type AssessorOptions } from '../../src/core/assessment/assessor.ts';
import type { ClientClass } from '../../src/core/assessment/client-class.ts';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { createRandomSource, type RandomSource } from '../../src/core/random-source.ts';

/** 2026-11-20T08:00:00Z */
export const MORNING_MS = 1_795_161_600_000;
export const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

export interface Who {
  readonly address: string;
  readonly userAgent?: string;
  readonly asn?: number;
}

type Rest = Partial<Omit<LogEntry, 'timeMs' | 'address'>>;

export function ask(who: Who, seconds: number, rest: Rest = {}): LogEntry {
  return {
    timeMs: MORNING_MS + Math.round(seconds * 1000),
    method: 'GET',
    target: '/',
    status: 200,
    bytes: 4000,
    referer: '',
    protocol: 'HTTP/2.0',
    userAgent: CHROME,
    ...who,
    ...rest,
  };
}

const SITE = 'https://shop.test';

/** A person with a browser: pages with their files, links followed, uneven pauses. */
export function visit(who: Who, start: number, random: RandomSource): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  const pages = 1 + random.integer(6);
  let seconds = start;
  let from = random.integer(2) === 0 ? '' : 'https://search.test/';
  for (let page = 0; page < pages; page += 1) {
    const target = `/page/word-${random.integer(40)}`;
    entries.push(ask(who, seconds, { target, referer: from }));
    from = `${SITE}${target}`;
    const files = page === 0 ? ['/a.css', '/a.js', '/logo.svg', '/favicon.ico'] : [];
    for (const file of [...files, `/pictures/${random.integer(500)}.jpg`])
      entries.push(ask(who, seconds + 0.4, { target: file, referer: from }));
    seconds += random.logNormal(25, 1.2);
  }
  return entries;
}

/** `count` people at addresses of their own, spread over a day. */
export function crowd(count: number, seed: number): readonly LogEntry[] {
  const random = createRandomSource(seed);
  return Array.from({ length: count }, (_, at) => {
    const address = `198.51.${at >> 8}.${at & 255}`;
    const agents = [CHROME, FIREFOX, CHROME.replace('142', '141'), CHROME.replace('142', '140')];
    return visit({ address, userAgent: random.pick(agents) }, random.next() * 40_000, random);
  }).flat();
}

export interface Judged {
  readonly classes: ReadonlyMap<string, ClientClass>;
  readonly assessor: Assessor;
  readonly traffic: ReturnType<Assessor['finish']>;
}

/** Entries in the order of their times, and the class of each client by its address. */
export function judge(
  entries: readonly LogEntry[],
  options: Partial<AssessorOptions> = {},
): Judged {
  const classes = new Map<string, ClientClass>();
  const assessor = new Assessor({
    identifier: createBotIdentifier(readSnapshot()),
    random: createRandomSource(7),
    onVerdict: ({ address }, kind) => classes.set(address.text, kind),
    ...options,
  });
  for (const entry of entries.toSorted((a, b) => a.timeMs - b.timeMs)) assessor.add(entry);
  return { classes, assessor, traffic: assessor.finish() };
}
