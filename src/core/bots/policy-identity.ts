/**
 * Evidence about a bot as a policy reads it.
 *
 * Owns the translation, which is the same at the edge and in the commands: what cannot be told is an
 * unknown fact, so it never makes an allow apply and always a denial.
 */
import type { BotIdentity as PolicyIdentity } from '../policy/request-view.ts';
import type { BotIdentity } from './identify-bot.ts';

export function toPolicyIdentity({ claimed, verified, isFalse }: BotIdentity): PolicyIdentity {
  if (isFalse === undefined) {
    return { claimed, verified: verified.length === 0 ? undefined : verified, unproven: undefined };
  }
  const unproven = isFalse ? claimed.filter((name) => !verified.includes(name)) : [];
  return { claimed, verified, unproven };
}
