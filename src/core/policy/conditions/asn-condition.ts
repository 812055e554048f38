/** Autonomous systems as `request.cf.asn` has them. An unknown one is in no list. */
import type { ConditionKind } from './condition-kind.ts';

const MAX_ASN = 0xffff_ffff;

export const asnCondition: ConditionKind<number> = {
  maxEntries: 4096,
  decodeEntry(value) {
    const isAsn = typeof value === 'number' && Number.isInteger(value);
    if (isAsn && value >= 1 && value <= MAX_ASN) return { ok: true, value };
    return { ok: false, message: 'write an AS number from 1 to 4294967295, without "AS"' };
  },
  formatEntry: String,
  confines: () => true,
  compile(asns) {
    const set: ReadonlySet<number | undefined> = new Set(asns);
    return ({ client }) => set.has(client.asn);
  },
};
