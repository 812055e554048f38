/** Tags that earlier rules left. */
import type { ConditionKind } from './condition-kind.ts';

export const TAG = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
export const TAG_ADVICE = 'write a tag of 1 to 64 lower-case letters, digits, ".", "_" or "-"';

export const tagCondition: ConditionKind<string> = {
  maxEntries: 64,
  // Rules that tag may depend on the reading of the path, so this does.
  scope: 'reading',
  decodeEntry(value) {
    if (typeof value === 'string' && TAG.test(value)) return { ok: true, value };
    return { ok: false, message: TAG_ADVICE };
  },
  formatEntry: (tag) => tag,
  // What a tag rests on is not looked up.
  confines: () => false,
  compile: (wanted) => {
    return ({ tags }) => wanted.some((tag) => tags.has(tag));
  },
};
