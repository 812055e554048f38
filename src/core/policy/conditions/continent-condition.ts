/** Continents as `request.cf.continent` has them. An unknown one is in the lists of denials alone. */
import type { ConditionKind } from './condition-kind.ts';

export const CONTINENTS: readonly unknown[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];

export const continentCondition: ConditionKind<string> = {
  maxEntries: 7,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && CONTINENTS.includes(value)) return { ok: true, value };
    return { ok: false, message: 'write a continent: AF, AN, AS, EU, NA, OC or SA' };
  },
  formatEntry: (continent) => continent,
  // Half of the internet is in each of them.
  confines: () => false,
  compile(continents, { whenUnknown }) {
    const set: ReadonlySet<string> = new Set(continents);
    return ({ connection: { continent } }) =>
      continent === undefined ? whenUnknown : set.has(continent);
  },
};
