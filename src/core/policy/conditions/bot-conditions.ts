/**
 * Known bots: whose identity is proven, who claims one, who claims one falsely.
 *
 * Owns the three kinds; which bots are known, and what proves them, is the affair of `core/bots`.
 */
import type { BotIdentity } from '../request-view.ts';
import type { ConditionKind } from './condition-kind.ts';

export const BOT_NAME = /^(?:\*|[a-z0-9][a-z0-9.-]{0,63})$/;

function botCondition(
  read: (identity: BotIdentity) => readonly string[] | undefined,
  proves: boolean,
): ConditionKind<string> {
  return {
    maxEntries: 256,
    scope: 'request',
    decodeEntry(value) {
      if (typeof value === 'string' && BOT_NAME.test(value)) return { ok: true, value };
      return {
        ok: false,
        message: 'write the name of a known bot in lower case, such as "googlebot", or "*" for any',
      };
    },
    formatEntry: (name) => name,
    confines: () => proves,
    compile(names, { whenUnknown }) {
      const set: ReadonlySet<string> = new Set(names);
      const isAny = set.has('*');
      return ({ identity }) => {
        const found = read(identity);
        if (found === undefined) return whenUnknown;
        return isAny ? found.length > 0 : found.some((name) => set.has(name));
      };
    },
  };
}

export const verifiedBotCondition = botCondition(({ verified }) => verified, true);
export const claimedBotCondition = botCondition(({ claimed }) => claimed, false);
export const falseBotCondition = botCondition(({ unproven }) => unproven, false);
