/** The daily review in workerd: real KV, a price book and a webhook made up here. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeReview } from '../../src/core/price/decode-review.ts';
import type { HourSummary } from '../../src/core/price/hour-summary.ts';
import type { Review } from '../../src/core/price/review.ts';
import type { FetchUrl } from '../../src/edge/bounded-fetch.ts';
import { formatLogLine } from '../../src/edge/console-log.ts';
import {
  ASSESSMENT_KEY,
  LATEST_REVIEW_KEY,
  reviewWhenDue,
  type ReviewParts,
  type ReviewStore,
} from '../../src/edge/scheduled-review.ts';
import { DAY_SECONDS, DAY_START, dayOf, TERMS } from '../support/review-hours.ts';

/** 17 minutes after the midnight that ends the day. */
const FIRST_TICK = DAY_START + DAY_SECONDS + 17 * 60;
const HOUR = 3600;
const WEBHOOK = 'https://hooks.example.com/services/SECRET-PART';
const DAY_KEY = 'report/2026-11-21';
const NETWORK = '203.0.113.0/24';
const HOURS = [
  ...dayOf(DAY_START - DAY_SECONDS),
  ...dayOf(DAY_START, { networks: [{ network: NETWORK, attempts: 5, bits: 1 }] }),
];

/** Counts what is asked of KV. */
class CountingStore implements ReviewStore {
  reads = 0;
  readonly writes: string[] = [];
  readonly #store: ReviewStore;

  constructor(store: ReviewStore) {
    this.#store = store;
  }

  async get(key: string, type: 'text'): Promise<string | null> {
    this.reads += 1;
    return this.#store.get(key, type);
  }

  async put(key: string, value: string, options?: { expirationTtl: number }): Promise<void> {
    this.writes.push(key);
    return this.#store.put(key, value, options);
  }
}

interface Sent {
  readonly url: string;
  readonly init: Parameters<FetchUrl>[1];
}

type Given = Partial<Omit<ReviewParts, 'clock' | 'log'>>;

/** A Worker of its own each: nothing is kept between two but what is in KV. */
function createWorker(given: Given = {}) {
  const events: string[] = [];
  const facts: Record<string, unknown>[] = [];
  const posts: Sent[] = [];
  const calls: number[] = [];
  const store = new CountingStore(env.POLICY);
  const run = (nowSeconds: number, more: Given = {}): Promise<void> =>
    reviewWhenDue({
      store,
      book: {
        history: async (from) => {
          calls.push(from);
          return HOURS;
        },
      },
      webhook: WEBHOOK,
      terms: TERMS,
      fetchUrl: async (url, init) => {
        posts.push({ url, init });
        return new Response('ok');
      },
      clock: { nowMs: () => nowSeconds * 1000 },
      log: {
        event: (name, told) => {
          events.push(name);
          facts.push({ ...told });
        },
      },
      ...given,
      ...more,
    });
  return { run, store, events, facts, posts, calls };
}

async function stored(key: string): Promise<Review | undefined> {
  return decodeReview(await env.POLICY.get(key, 'json'));
}

function bodyOf({ init }: Sent): { text: string; content: string; review: Review } {
  return JSON.parse(init.body ?? '') as { text: string; content: string; review: Review };
}

beforeEach(async () => {
  for (const { name } of (await env.POLICY.list()).keys) await env.POLICY.delete(name);
});

describe('when a review is made', () => {
  it('H01: once a day over 24 ticks: 25 KV reads, 2 writes, 1 call of the book, 1 post', async () => {
    const worker = createWorker();
    for (let tick = 0; tick < 24; tick += 1) await worker.run(FIRST_TICK + tick * HOUR);
    expect(worker.posts).toHaveLength(1);
    expect(worker.calls).toEqual([DAY_START - DAY_SECONDS]);
    expect(worker.store.writes).toEqual([DAY_KEY, LATEST_REVIEW_KEY]);
    // One a tick, the assessment beside.
    expect(worker.store.reads).toBe(25);
    await worker.run(FIRST_TICK + DAY_SECONDS);
    expect(worker.posts).toHaveLength(2);
    expect(worker.store.writes.slice(2)).toEqual(['report/2026-11-22', LATEST_REVIEW_KEY]);
  });

  it('once over restarts too, and later where the first ticks were missed', async () => {
    const late = FIRST_TICK + 5 * HOUR;
    const workers = [createWorker(), createWorker(), createWorker()];
    for (const [index, worker] of workers.entries()) await worker.run(late + index * HOUR);
    expect(workers.map(({ posts }) => posts.length)).toEqual([1, 0, 0]);
    expect(workers.map(({ calls }) => calls.length)).toEqual([1, 0, 0]);
  });

  it('at midnight sharp for the day that ended, a second before for the day before it', async () => {
    const worker = createWorker();
    await worker.run(DAY_START + DAY_SECONDS - 1);
    expect((await stored(LATEST_REVIEW_KEY))?.day).toBe('2026-11-20');
    await worker.run(DAY_START + DAY_SECONDS);
    expect((await stored(LATEST_REVIEW_KEY))?.day).toBe('2026-11-21');
  });

  it('by hand of the 24 hours until now, and the day is reviewed all the same', async () => {
    const worker = createWorker();
    const noon = DAY_START + DAY_SECONDS / 2;
    await worker.run(noon, { isForced: true });
    await worker.run(noon, { isForced: true });
    const review = await stored(LATEST_REVIEW_KEY);
    expect(review).toMatchObject({ day: '2026-11-21', from: noon - DAY_SECONDS, to: noon });
    expect(review?.charged.hours).toBe(24);
    expect(worker.posts).toHaveLength(2);
    await worker.run(FIRST_TICK);
    expect(await stored(DAY_KEY)).toMatchObject({ from: DAY_START });
  });

  it('again where what is stored is no review, or one of the future', async () => {
    for (const text of ['', 'null', '{', '{"to":"x"}', `{"to":${FIRST_TICK + 1}}`]) {
      await env.POLICY.put(LATEST_REVIEW_KEY, text);
      const worker = createWorker();
      await worker.run(FIRST_TICK);
      expect(worker.posts, text).toHaveLength(1);
      expect((await stored(LATEST_REVIEW_KEY))?.day).toBe('2026-11-21');
    }
  });
});

describe('what is kept and sent', () => {
  it('the review, for 90 days, with the assessment that is published', async () => {
    const assessment = {
      format: 1,
      from: DAY_START - 7 * DAY_SECONDS,
      to: DAY_START,
      requests: 16_800,
      classes: { browser: { clients: 10, requests: 16_800, bytes: 1 } },
      expectedRequestsPerHour: 100,
    };
    await env.POLICY.put(ASSESSMENT_KEY, JSON.stringify(assessment));
    await createWorker().run(FIRST_TICK);
    const review = await stored(DAY_KEY);
    expect(review).toMatchObject({
      charged: { hours: 24, requests: { paid: 1680 } },
      before: { hours: 24 },
      expected: { requestsPerHour: 100, to: DAY_START },
      advice: ['yield'],
    });
    expect(await stored(LATEST_REVIEW_KEY)).toEqual(review);
    const { keys } = await env.POLICY.list({ prefix: 'report/' });
    const ends = new Map(keys.map(({ name, expiration }) => [name, expiration]));
    expect(ends.get(LATEST_REVIEW_KEY)).toBeUndefined();
    const inDays = ((ends.get(DAY_KEY) ?? 0) - Date.now() / 1000) / DAY_SECONDS;
    expect(Math.abs(inDays - 90)).toBeLessThan(0.1);
  });

  it('J02: a post with the text twice, and neither a network nor its own address in it', async () => {
    const worker = createWorker();
    await worker.run(FIRST_TICK);
    const [sent] = worker.posts;
    if (sent === undefined) throw new Error('nothing was sent');
    expect(sent.url).toBe(WEBHOOK);
    expect(sent.init).toMatchObject({
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json' },
    });
    const { text, content, review } = bodyOf(sent);
    expect(text).toBe(content);
    expect(text).toContain('Edgetoll 2026-11-21: requests 2.4K');
    expect(review).toMatchObject({ day: '2026-11-21', hours: [], charged: { hours: 24 } });
    expect(sent.init.body).not.toMatch(/203\.0\.113|SECRET-PART|hooks\.example/);
    expect((await stored(DAY_KEY))?.hours[0]?.networks[0]?.network).toBe(NETWORK);
  });

  it('no post without an address, and none to one that is not https', async () => {
    for (const webhook of [undefined, 'http://hooks.example.com/', 'ftp://x', '']) {
      const worker = createWorker({ webhook });
      await env.POLICY.delete(LATEST_REVIEW_KEY);
      await worker.run(FIRST_TICK);
      expect(worker.posts).toHaveLength(0);
      expect(await stored(LATEST_REVIEW_KEY)).toBeDefined();
    }
  });
});

/** Runs what waits for timers, a tenth of a second at a time, with real I/O in between. */
async function pass(task: Promise<void>): Promise<void> {
  const state = { isOver: false };
  const end = task.finally(() => {
    state.isOver = true;
  });
  while (!state.isOver) {
    await vi.advanceTimersByTimeAsync(100);
    await env.PASSES.get('nothing');
  }
  return end;
}

describe('failures', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const failing = (): Promise<never> => Promise.reject(new Error('SECRET-PART'));
  const hanging = (): Promise<never> => new Promise(() => undefined);

  it.each<[string, FetchUrl, string]>([
    ['throws', failing, 'unreachable'],
    ['hangs', hanging, 'unreachable'],
    ['redirects', async () => Response.redirect('https://elsewhere.example/'), 'status'],
    ['refuses', async () => new Response('no', { status: 500 }), 'status'],
    [
      'answers without end',
      async () => new Response(new ReadableStream({ cancel: hanging })),
      'unreachable',
    ],
  ])('3.29: a webhook that %s loses nothing and is asked once', async (_, fetchUrl, problem) => {
    let asked = 0;
    const counting: FetchUrl = (url, init) => {
      asked += 1;
      return fetchUrl(url, init);
    };
    const worker = createWorker({ fetchUrl: counting });
    await pass(worker.run(FIRST_TICK));
    await pass(worker.run(FIRST_TICK + HOUR));
    expect(asked).toBe(1);
    expect(await stored(DAY_KEY)).toBeDefined();
    expect(worker.events).toEqual(['review.not_sent']);
    expect(worker.facts[0]).toEqual({ problem });
    const lines = worker.events.map((event) => formatLogLine(event, {}));
    expect(`${lines.join('')}${JSON.stringify(worker.facts)}`).not.toContain('SECRET-PART');
  });

  it.each<[string, () => Promise<never>]>([
    ['fails', failing],
    ['hangs', hanging],
  ])('3.4: a KV that %s still lets the first tick post, and no other', async (_, step) => {
    const store: ReviewStore = { get: step, put: step };
    const worker = createWorker({ store });
    for (let tick = 0; tick < 3; tick += 1) await pass(worker.run(FIRST_TICK + tick * HOUR));
    expect(worker.posts).toHaveLength(1);
    expect(worker.events.filter((name) => name === 'kv.write_error')).toHaveLength(1);
    expect(new Set(worker.events)).toEqual(new Set(['kv.read_error', 'kv.write_error']));
  });

  it('3.4: what could not be written is written later in the day', async () => {
    const store: ReviewStore = { get: (key, type) => env.POLICY.get(key, type), put: failing };
    const worker = createWorker({ store });
    await pass(worker.run(FIRST_TICK));
    await pass(worker.run(FIRST_TICK + HOUR));
    expect(worker.posts).toHaveLength(1);
    const next = createWorker();
    await pass(next.run(FIRST_TICK + 2 * HOUR));
    expect(await stored(DAY_KEY)).toBeDefined();
    expect(next.posts).toHaveLength(1);
  });

  it.each<[string, (from: number) => Promise<readonly HourSummary[]>]>([
    ['fails', failing],
    ['hangs', hanging],
  ])('3.8: a price book that %s makes the review late', async (_, history) => {
    const worker = createWorker();
    await pass(worker.run(FIRST_TICK, { book: { history } }));
    expect(worker.events).toEqual(['do.unreachable']);
    expect([worker.posts.length, worker.store.writes.length]).toEqual([0, 0]);
    await pass(worker.run(FIRST_TICK + HOUR));
    expect(worker.posts).toHaveLength(1);
  });

  it('says once a day which binding is missing, and does nothing else', async () => {
    for (const [binding, missing] of [
      ['store', 'POLICY'],
      ['book', 'PRICE_BOOK'],
    ] as const) {
      const worker = createWorker({ [binding]: undefined });
      for (let tick = 0; tick < 24; tick += 1) await pass(worker.run(FIRST_TICK + tick * HOUR));
      expect(worker.events).toEqual(['review.skipped']);
      expect(worker.facts).toEqual([{ missing }]);
      expect([worker.posts.length, worker.store.reads]).toEqual([0, 0]);
    }
  });
});
