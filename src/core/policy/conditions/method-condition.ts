/** Request methods: case-sensitive tokens (RFC 9110 9.1). */
import type { ConditionKind } from './condition-kind.ts';

export const METHOD = /^[A-Z][A-Z-]{0,31}$/;

export const methodCondition: ConditionKind<string> = {
  maxEntries: 32,
  scope: 'request',
  decodeEntry(value) {
    if (typeof value === 'string' && METHOD.test(value)) return { ok: true, value };
    return { ok: false, message: 'write a method in capital letters, such as "GET"' };
  },
  formatEntry: (method) => method,
  // A client chooses its method freely.
  confines: () => false,
  compile(methods) {
    const set: ReadonlySet<string> = new Set(methods);
    return ({ method }) => set.has(method);
  },
};
