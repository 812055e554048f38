/**
 * The daily review: run by the cron trigger, kept in KV, sent to a webhook.
 *
 *   report/latest         the newest review; says whether one is due
 *   report/<yyyy-mm-dd>   the review of that UTC day, for 90 days
 *
 * Owns when a review is due and the order of what is done. A tick costs one KV read; the tick after
 * midnight (UTC) one more, one call of the price book, two KV writes and one POST. Whatever fails is
 * logged and keeps nothing else from happening; what was not written is due again at the next tick.
 */
import { readTable } from '../core/policy/policy-problem.ts';
import type { HourSummary } from '../core/price/hour-summary.ts';
import { readExpectation } from '../core/price/review-expectation.ts';
import { formatReview } from '../core/price/review-text.ts';
import { createReview } from '../core/price/review.ts';
import type { Review, ReviewInput } from '../core/price/review.ts';
import type { Clock, Log } from '../core/ports.ts';
import { postJson, withinTime } from './bounded-fetch.ts';
import type { FetchUrl } from './bounded-fetch.ts';

/** The part of a KV namespace that is used. */
export interface ReviewStore {
  get(key: string, type: 'text'): Promise<string | null>;
  put(key: string, value: string, options?: { readonly expirationTtl: number }): Promise<void>;
}

/** The part of the price book that is used. */
export interface PriceHistory {
  /** The hours that began at `fromSeconds` or later. */
  history(fromSeconds: number): Promise<readonly HourSummary[]>;
}

export interface ReviewParts {
  readonly store: ReviewStore | undefined;
  readonly book: PriceHistory | undefined;
  /** Where the review is sent; `undefined`: nowhere. */
  readonly webhook: string | undefined;
  readonly terms: ReviewInput['terms'];
  readonly fetchUrl: FetchUrl;
  readonly clock: Clock;
  readonly log: Log;
  /** A run by hand: of the 24 hours until now, whatever was done before. */
  readonly isForced?: boolean;
}

export const LATEST_REVIEW_KEY = 'report/latest';
export const ASSESSMENT_KEY = 'assessment/current';

const KEPT_SECONDS = 90 * 86_400;
const HOUR = 3600;
const DAY = 86_400;
const STEP_TIMEOUT_MS = 5000;

interface OpenParts extends ReviewParts {
  readonly store: ReviewStore;
  readonly book: PriceHistory;
}

/** What `step` gives; `undefined`, and a line in the log, where it fails or hangs. */
async function tryStep<Value>(
  { log }: ReviewParts,
  event: string,
  step: () => Promise<Value>,
): Promise<Value | undefined> {
  const value = await withinTime(STEP_TIMEOUT_MS, step);
  if (value === undefined) log.event(event, { step: 'review' });
  return value;
}

/** `undefined` where `key` has no JSON that can be read; `null` where KV cannot be. */
async function readJson(parts: OpenParts, key: string): Promise<unknown> {
  const text = await tryStep(
    parts,
    'kv.read_error',
    async () => (await parts.store.get(key, 'text')) ?? '',
  );
  if (text === undefined) return null;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

async function gather(parts: OpenParts, to: number): Promise<Review | undefined> {
  const from = to - DAY;
  const hours = await tryStep(parts, 'do.unreachable', () => parts.book.history(from - DAY));
  if (hours === undefined) return undefined;
  const expected = readExpectation(await readJson(parts, ASSESSMENT_KEY));
  const day = new Date((to - 1) * 1000).toISOString().slice(0, 10);
  return createReview({ day, from, to, hours, expected, terms: parts.terms });
}

/** The newest last: it says that all is done. */
async function keep(parts: OpenParts, review: Review): Promise<boolean> {
  const text = JSON.stringify(review);
  const isKept = await tryStep(parts, 'kv.write_error', async () => {
    const options = { expirationTtl: KEPT_SECONDS };
    await parts.store.put(`report/${review.day}`, text, options);
    await parts.store.put(LATEST_REVIEW_KEY, text);
    return true;
  });
  return isKept === true;
}

/** Chats show `text` (Slack, Mattermost) or `content` (Discord); networks are nobody's business there. */
async function send({ webhook, fetchUrl, log }: ReviewParts, review: Review): Promise<void> {
  if (webhook === undefined) return;
  const text = formatReview(review);
  const json = JSON.stringify({ text, content: text, review: { ...review, hours: [] } });
  const problem = await postJson(fetchUrl, webhook, json);
  if (problem !== undefined) log.event('review.not_sent', { problem });
}

/**
 * Makes, keeps and sends the review of the last UTC day, once. For a cron trigger; never throws.
 *
 * Sent when it was kept, and at the first tick of a day in any case: where KV failed then and works
 * later on the same day, a review is sent twice.
 */
export async function reviewWhenDue(parts: ReviewParts): Promise<void> {
  const { store, book, clock, log, isForced = false } = parts;
  const now = Math.floor(clock.nowMs() / 1000);
  const to = isForced ? now : now - (now % DAY);
  const isFirstTick = now - to < HOUR;
  if (store === undefined || book === undefined) {
    const missing = store === undefined ? 'POLICY' : 'PRICE_BOOK';
    if (isFirstTick) log.event('review.skipped', { missing });
    return;
  }
  const open = { ...parts, store, book };
  const latest = await readJson(open, LATEST_REVIEW_KEY);
  const end = Number(readTable(latest)?.get('to'));
  const isDone = latest === null ? !isFirstTick : end >= to && end <= now;
  if (isDone && !isForced) return;
  const review = await gather(open, to);
  if (review === undefined) return;
  const isKept = await keep(open, review);
  if (isKept || isFirstTick) await send(open, review);
}
