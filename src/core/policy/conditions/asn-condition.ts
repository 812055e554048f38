/** Autonomous systems as `request.cf.asn` has them. An unknown one is in the lists of denials alone. */
import type { ConditionKind } from './condition-kind.ts';

export const MAX_ASN = 0xffff_ffff;

export const asnCondition: ConditionKind<number> = {
  maxEntries: 4096,
  scope: 'request',
  decodeEntry(value) {
    const isAsn = typeof value === 'number' && Number.isInteger(value);
    if (isAsn && value >= 1 && value <= MAX_ASN) return { ok: true, value };
    return { ok: false, message: 'write an AS number from 1 to 4294967295, without "AS"' };
  },
  formatEntry: String,
  confines: () => true,
  compile(asns, { whenUnknown }) {
    const set: ReadonlySet<number> = new Set(asns);
    return ({ client }) => (client.asn === undefined ? whenUnknown : set.has(client.asn));
  },
};
