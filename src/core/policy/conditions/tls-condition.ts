/** Facts of the TLS connection as `request.cf` has them. Another library is another fingerprint. */
import type { TlsFact, TlsTest } from '../rule.ts';
import type { ConditionKind } from './condition-kind.ts';

export const TLS_FACTS: readonly TlsFact[] = [
  'version',
  'cipher',
  'ciphersSha1',
  'extensionsSha1',
  'ja3',
  'ja4',
];
export const TLS_VALUE = /^[\w.+/=:-]{1,128}$/;

export const tlsCondition: ConditionKind<TlsTest> = {
  maxEntries: 1024,
  scope: 'request',
  decodeEntry(value) {
    const fact = TLS_FACTS.find(
      (name) => typeof value === 'string' && value.startsWith(`${name}=`),
    );
    const text = typeof value === 'string' ? value.slice((fact?.length ?? 0) + 1) : '';
    if (fact !== undefined && TLS_VALUE.test(text))
      return { ok: true, value: { fact, value: text } };
    return {
      ok: false,
      message: `write one of ${TLS_FACTS.join(', ')}, "=" and a value, such as "version=TLSv1.2"`,
    };
  },
  formatEntry: ({ fact, value }) => `${fact}=${value}`,
  confines: () => false,
  compile(tests, { whenUnknown }) {
    const values = new Map<TlsFact, Set<string>>();
    for (const { fact, value } of tests) {
      values.set(fact, (values.get(fact) ?? new Set()).add(value));
    }
    const wanted = [...values];
    return ({ connection: { tls } }) =>
      wanted.some(([fact, texts]) => {
        const text = tls[fact];
        return text === undefined ? whenUnknown : texts.has(text);
      });
  },
};
