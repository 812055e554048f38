/**
 * What speaks for a program behind a client that says that it is a browser, and what against.
 *
 * Owns the signals: each with a name, a weight and a sentence. A weight is the natural logarithm
 * of how many times likelier the sign is for automation than for a person: 0.7 is twice, 1.6 five
 * times, 2.3 ten times, 3 twenty times; below 0 it speaks for a person. They were set by reasoning
 * about what a browser has to do (fetch the styles of a page, keep them, name the page it comes from) and
 * what a program has no reason to do, each weight low enough that no sign convicts by itself unless no
 * browser can show it. Where the site itself tells how common a trace is among its visitors (icons, files
 * that a page adds, files asked after), the weight follows from that. Signs that have one cause (no files, no referer) are kept low together: a person
 * with a strict browser shows all of them at once.
 */
import type { ClientRecord } from './client-record.ts';
import { IDENTITY, MANNERS, PACE } from './manner-signals.ts';
import { BREADTH, FILES, REFERERS } from './page-signals.ts';
import { PERSON } from './person-signals.ts';
import type { Signal } from './signal.ts';
import type { SiteFacts } from './site-facts.ts';

export const SIGNALS: readonly Signal[] = [
  ...FILES,
  ...REFERERS,
  ...PACE,
  ...BREADTH,
  ...MANNERS,
  ...IDENTITY,
  ...PERSON,
];

/** Sum of all weights. */
export function scoreOf(client: ClientRecord, site: SiteFacts): number {
  let score = 0;
  for (const { weigh } of SIGNALS) score += weigh(client, site);
  return score;
}
