/** Hosts as tokens name them. A client may ask for any host that a route covers. */
import type { ConditionKind } from './condition-kind.ts';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
export const HOST = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)*${LABEL}(?::[1-9]\\d{0,4})?$`);
export const MAX_HOST = 259;

export const hostCondition: ConditionKind<string> = {
  maxEntries: 256,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && value.length <= MAX_HOST && HOST.test(value)) {
      return { ok: true, value };
    }
    return {
      ok: false,
      message: 'write a host in lower case, such as "example.com" or "*.example.com"',
    };
  },
  formatEntry: (host) => host,
  confines: () => false,
  compile(hosts, { whenUnknown }) {
    const exact: ReadonlySet<string> = new Set(hosts.filter((host) => !host.startsWith('*')));
    const suffixes = hosts.filter((host) => host.startsWith('*')).map((host) => host.slice(1));
    return ({ request: { host } }) => {
      if (host === undefined) return whenUnknown;
      return exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
    };
  },
};
