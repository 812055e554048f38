/**
 * A review in a few plain lines, for a chat.
 *
 * Owns the wording that the Worker has room for. Must not contain an address or anything that a client
 * wrote: only numbers, dates and names of this program.
 */
import { errorShare, networksAbove, totalOf } from './review-facts.ts';
import type { Review } from './review.ts';

/** Three digits that count, never in powers of ten: `12.3K`, `0.0000123`. */
function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3, notation: 'compact' });
}

function formatAll(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${format(value)}`)
    .join(', ');
}

/** Six lines, at most 1,500 characters: Discord takes 2,000. */
export function formatReview(review: Review): string {
  const { day, charged, before, expected, attacks, terms, advice, hours } = review;
  const { passes, attempts, globalBits, lockdownHours } = charged;
  const assessed = expected && { assessed: expected.requestsPerHour * 24 };
  const changes = {
    'origin errors %': errorShare(charged) * 100,
    'networks raised': networksAbove(hours, 1 / 8),
    'bits for all': globalBits,
    'hours of lockdown': lockdownHours,
  };
  const costs = attacks.map(
    ({ name, nowDollars, cappedDollars }) =>
      `$${format(nowDollars)} to $${format(cappedDollars)} (${name})`,
  );
  const { yieldPerThousand } = terms;
  return [
    `Edgetoll ${day}: ${formatAll({ requests: totalOf(charged), before: totalOf(before), ...assessed })}`,
    `Charged: ${formatAll({ ...charged.requests, passes, attempts })}`,
    `Changed: ${formatAll(changes)}`,
    `1,000 requests cost ${costs.join(', ')}, yield $${yieldPerThousand ? format(yieldPerThousand) : '?'}`,
    `Reconsider: ${advice.join(', ') || 'nothing'}`,
    `npx edgetoll report ${day}`,
  ].join('\n');
}
