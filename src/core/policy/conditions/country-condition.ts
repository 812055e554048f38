/** Countries as `request.cf.country` has them. An unknown country is in no list. */
import type { ConditionKind } from './condition-kind.ts';

export const countryCondition: ConditionKind<string> = {
  maxEntries: 300,
  decodeEntry(value) {
    if (typeof value === 'string' && /^[A-Z][A-Z0-9]$/.test(value)) return { ok: true, value };
    return {
      ok: false,
      message: 'write a country as two capitals, such as "DE" ("T1" is Tor, "XX" unknown)',
    };
  },
  formatEntry: (country) => country,
  confines: () => true,
  compile(countries) {
    const set: ReadonlySet<string | undefined> = new Set(countries);
    return ({ client }) => set.has(client.country);
  },
};
