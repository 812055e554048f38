/**
 * Why a review advises what it does, and what to run next.
 *
 * Owns the wording; for the command alone, the Worker has no room for it.
 */
import type { AdviceCode } from './review-advice.ts';

export interface AdviceText {
  readonly reason: string;
  /** The command to run next, or what to do where there is none. */
  readonly next: string;
}

const ASSESS = 'npx edgetoll assess LOG --publish';

export const ADVICE_TEXTS: Readonly<Record<AdviceCode, AdviceText>> = {
  'no-data': {
    reason:
      'The price book was told nothing: no request came, or the gate cannot reach it. The log of the Worker then has lines that begin with do.',
    next: 'npx wrangler tail',
  },
  lockdown: {
    reason: 'Lockdown was on. It asks more of every visitor than a calm site needs.',
    next: 'npx edgetoll lockdown off',
  },
  'origin-errors': {
    reason:
      'The origin failed more than 1 request in 20. If it is load that breaks it, lockdown takes some of it away.',
    next: 'npx edgetoll lockdown on',
  },
  'origin-slow': {
    reason:
      'The origin took more than twice as long as in the period before. If requests grew with it, they are too cheap for what they cost you.',
    next: 'npx edgetoll price',
  },
  unpaid: {
    reason:
      'Many were challenged and nobody paid. Either all of them were programs, or the page does not work for people: open the site in a browser first, then look who came.',
    next: 'npx edgetoll assess LOG',
  },
  challenged: {
    reason:
      'A larger part of the requests was challenged than in the period before. That is a crowd of new clients, or a rule that changed.',
    next: 'npx edgetoll assess LOG',
  },
  'more-traffic': {
    reason:
      'There was more than twice the traffic that the price was made for. Assess again and take the price that follows.',
    next: ASSESS,
  },
  'less-traffic': {
    reason:
      'There was less than half of the traffic that the price was made for. Targets may be too high to notice a flood.',
    next: ASSESS,
  },
  network: {
    reason:
      'At least one network went on flooding at the highest price that visitors can be asked. Deny it, unless it is a crowd of people.',
    next: 'npx edgetoll policy check (after a rule with "action: deny" and its network)',
  },
  cost: {
    reason:
      'A thousand requests cost some attacker less than you say that they yield. See which settings change that, and what helps where none does.',
    next: 'npx edgetoll price',
  },
  allowed: {
    reason:
      'Rules let more than half of all requests through without a toll. See which rule it is for a typical request.',
    next: 'npx edgetoll policy explain URL',
  },
  yield: {
    reason:
      'Nobody has said what a thousand requests are worth to an attacker, so nothing can say whether the price is enough. Set YIELD_PER_THOUSAND.',
    next: 'npx edgetoll price',
  },
  assessment: {
    reason: 'No assessment is published, so there is nothing to hold the traffic against.',
    next: ASSESS,
  },
  'old-assessment': {
    reason: 'The assessment is older than 90 days.',
    next: ASSESS,
  },
};
