/** User agents by what they contain, in any case. Anyone can send any agent. */
import type { ConditionKind } from './condition-kind.ts';

export const MAX_NEEDLE = 128;

export const agentCondition: ConditionKind<string> = {
  maxEntries: 1024,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && value !== '' && value.length <= MAX_NEEDLE) {
      return { ok: true, value: value.toLowerCase() };
    }
    return {
      ok: false,
      message: `write 1 to ${MAX_NEEDLE} characters that the user agent contains`,
    };
  },
  formatEntry: (needle) => needle,
  confines: () => false,
  compile: (needles) => {
    return ({ agent }) => needles.some((needle) => agent.includes(needle));
  },
};
