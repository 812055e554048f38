/**
 * What the cron trigger does: lists of bots that are due, and the review of the day.
 *
 * Owns that neither waits for the other. What fails keeps what was there, so a run throws nothing.
 */
import { priceLimitsOf } from '../core/settings-price.ts';
import { decodeSettings } from '../core/settings.ts';
import { fetchUrl, refreshDueBotLists } from './bindings.ts';
import type { GateEnv } from './bindings.ts';
import { BOOK_NAME } from './price-book-object.ts';
import { reviewWhenDue } from './scheduled-review.ts';
import { systemClock } from './system.ts';
import { log } from './worker-log.ts';

/** No such trigger exists: only who runs the Worker on a machine of theirs can ask for it. */
const CRON_BY_HAND = 'review';

async function review(env: GateEnv, cron: string): Promise<void> {
  const reading = decodeSettings({ ...env });
  // Each request says what is wrong with them.
  if (!reading.ok) return;
  const { settings } = reading;
  const { minSolutions, maxSolutions, attemptsPerSolution, requestPrice } = settings.terms;
  const { yieldPerThousand, reportWebhook: webhook } = settings.price;
  const { capBits } = priceLimitsOf(settings);
  const { POLICY: store, PRICE_BOOK: books } = env;
  await reviewWhenDue({
    store,
    book: books && { history: (from) => books.getByName(BOOK_NAME).history(from) },
    webhook,
    terms: {
      minSolutions,
      maxSolutions,
      attemptsPerSolution,
      requestPrice,
      capBits,
      yieldPerThousand,
    },
    fetchUrl,
    clock: systemClock,
    log,
    isForced: cron === CRON_BY_HAND,
  });
}

/** @param cron the expression of the trigger */
export async function runScheduled(env: GateEnv, cron: string): Promise<void> {
  await Promise.all([refreshDueBotLists(env), review(env, cron)]);
}
