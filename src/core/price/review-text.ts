/**
 * A review in a few plain lines, for a chat and a terminal.
 *
 * Owns the wording that the Worker needs. Must not contain an address or anything that a client wrote:
 * only numbers, dates and sentences of this file.
 */
import { challengedShare, errorShare, networksAbove, totalOf } from './review-facts.ts';
import type { Review } from './review.ts';

const format = (value: number, options: Intl.NumberFormatOptions): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3, ...options });

/** Three digits that count: `12.3K`. */
export function formatCount(count: number): string {
  return format(count, { notation: 'compact' });
}

/** Three digits that count, never in powers of ten: `$0.00123`. */
export function formatDollars(dollars: number): string {
  return `$${format(dollars, {})}`;
}

/** `12.3%`. */
export function formatShare(share: number): string {
  return format(share, { style: 'percent' });
}

/** `+12.3%`; `new` where there was nothing before. */
export function formatChange(now: number, before: number): string {
  if (before === 0) return now === 0 ? 'none' : 'new';
  return format(now / before - 1, { style: 'percent', signDisplay: 'exceptZero' });
}

/** A few lines, at most 2,000 characters, which is what Discord takes. */
export function formatReview(review: Review): string {
  const { day, charged, before, expected, attacks, terms, advice, hours } = review;
  const total = totalOf(charged);
  const counts = Object.entries(charged.requests).map(
    ([kind, count]) => `${kind} ${formatCount(count)}`,
  );
  const changes = [
    `requests ${formatChange(total, totalOf(before))}`,
    ...(expected
      ? [`to the assessment ${formatChange(total, expected.requestsPerHour * 24)}`]
      : []),
    `challenged ${formatShare(challengedShare(charged))}`,
    `origin errors ${formatShare(errorShare(charged))}`,
    `networks raised ${networksAbove(hours, 1 / 8)}`,
    `hours of lockdown ${charged.lockdownHours}`,
  ];
  const costs = attacks.map(
    ({ name, nowDollars, cappedDollars }) =>
      `${formatDollars(nowDollars)} to ${formatDollars(cappedDollars)} (${name})`,
  );
  return [
    `Edgetoll ${day}: ${formatCount(total)} requests, passes ${formatCount(charged.passes)}`,
    `Charged: ${counts.join(', ')}, attempts ${formatCount(charged.attempts)}`,
    `Changed: ${changes.join(', ')}`,
    `1,000 requests cost an attacker: ${costs.join(', ')}; they yield ${terms.yieldPerThousand === undefined ? '?' : formatDollars(terms.yieldPerThousand)}`,
    `Reconsider: ${advice.join(', ') || 'nothing'}`,
    `More: npx edgetoll report ${day}`,
  ].join('\n');
}
