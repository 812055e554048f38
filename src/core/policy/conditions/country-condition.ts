/** Countries as `request.cf.country` has them. An unknown one is in the lists of denials alone. */
import type { ConditionKind } from './condition-kind.ts';

export const COUNTRY = /^[A-Z][A-Z0-9]$/;

export const countryCondition: ConditionKind<string> = {
  maxEntries: 300,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && COUNTRY.test(value)) return { ok: true, value };
    return {
      ok: false,
      message: 'write a country as two capitals, such as "DE" ("T1" is Tor, "XX" unknown)',
    };
  },
  formatEntry: (country) => country,
  confines: () => true,
  compile(countries, { whenUnknown }) {
    const set: ReadonlySet<string> = new Set(countries);
    return ({ client }) => (client.country === undefined ? whenUnknown : set.has(client.country));
  },
};
