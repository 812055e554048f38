/** The cron trigger through the Worker's own handler: real price book, real KV, no network. */
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeReview } from '../../src/core/price/decode-review.ts';
import type { PriceReport } from '../../src/core/price/price-report.ts';
import { BOOK_NAME } from '../../src/edge/price-book-object.ts';
import worker from '../../src/worker.ts';

const WEBHOOK = 'https://hooks.example.com/T0/SECRET-PART';

const REPORT: PriceReport = {
  version: 1,
  isolate: 'review-review-review-r',
  sequence: 1,
  passes: [],
  origin: { requests: 30, errors: 1, latencyMs: 900 },
  requests: { paid: 25, free: 0, allowed: 5, denied: 1, challenged: 9, slowed: 0 },
};

const posts: string[] = [];
const lines: string[] = [];

beforeEach(() => {
  posts.length = 0;
  lines.length = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    if (url !== WEBHOOK) throw new TypeError('no network');
    posts.push(typeof init?.body === 'string' ? init.body : '');
    return new Response('ok');
  });
  // oxlint-disable-next-line no-console -- the console is the Worker's log
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function trigger(cron: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  const ctx = createExecutionContext();
  const controller = createScheduledController({ scheduledTime: new Date(), cron });
  await worker.scheduled(controller, { ...env, ...more }, ctx);
  await waitOnExecutionContext(ctx);
}

describe('the cron trigger', () => {
  it('keeps and sends what the price book was told, once a day', async () => {
    await env.PRICE_BOOK.getByName(BOOK_NAME).report(REPORT);
    await trigger('review', { REPORT_WEBHOOK: WEBHOOK, YIELD_PER_THOUSAND: 0.4 });
    const review = decodeReview(await env.POLICY.get('report/latest', 'json'));
    expect(review).toMatchObject({
      charged: { hours: 1, requests: REPORT.requests, origin: REPORT.origin, calls: 1 },
      terms: { requestPrice: 4369, yieldPerThousand: 0.4 },
      advice: ['cost', 'assessment'],
    });
    expect(review?.terms.capBits).toBeGreaterThan(0);
    expect(posts).toHaveLength(1);
    expect(posts[0]).toContain('requests 40');
    // The newest ends within this day: the next tick has nothing to do.
    await trigger('17 * * * *', { REPORT_WEBHOOK: WEBHOOK });
    expect(posts).toHaveLength(1);
  });

  it('J02, 3.29: logs neither the address of the webhook nor its answer', async () => {
    vi.mocked(globalThis.fetch).mockRejectedValue(new TypeError(WEBHOOK));
    await trigger('review', { REPORT_WEBHOOK: WEBHOOK });
    expect(lines.some((line) => line.includes('"review.not_sent"'))).toBe(true);
    expect(lines.join('\n')).not.toMatch(/SECRET-PART|hooks\.example/);
  });

  it('does without the price book, without a webhook, and with settings that are refused', async () => {
    await env.POLICY.delete('report/latest');
    await trigger('review', { PRICE_BOOK: undefined });
    await trigger('review', { POLICY: undefined });
    await trigger('review', { REPORT_WEBHOOK: 'http://insecure.example/' });
    expect(await env.POLICY.get('report/latest')).toBeNull();
    await trigger('review', {});
    expect(await env.POLICY.get('report/latest')).not.toBeNull();
    expect(posts).toEqual([]);
  });
});
