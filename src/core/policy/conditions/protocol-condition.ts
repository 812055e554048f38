/** HTTP versions as `request.cf.httpProtocol` has them. A client chooses its version freely. */
import type { ConditionKind } from './condition-kind.ts';

export const PROTOCOL = /^HTTP\/(?:1\.0|1\.1|2|3)$/;

export const protocolCondition: ConditionKind<string> = {
  maxEntries: 8,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && PROTOCOL.test(value)) {
      return { ok: true, value };
    }
    return { ok: false, message: 'write "HTTP/1.0", "HTTP/1.1", "HTTP/2" or "HTTP/3"' };
  },
  formatEntry: (protocol) => protocol,
  confines: () => false,
  compile(protocols, { whenUnknown }) {
    const set: ReadonlySet<string> = new Set(protocols);
    return ({ connection: { protocol } }) =>
      protocol === undefined ? whenUnknown : set.has(protocol);
  },
};
