/**
 * What the platform says of a client's connection, as rules read it.
 *
 * Owns the validation of those members of `request.cf`; must not know request headers, from which
 * none of this may come (SECURITY-BAR D06). Nothing is read before a rule asks for it.
 */
import type { ConnectionView } from '../policy/request-view.ts';

type TlsView = ConnectionView['tls'];

const CONTINENT = /^[A-Z]{2}$/;
const PROTOCOL = /^HTTP\/(?:1\.0|1\.1|2|3)$/;
/** What a rule can name: see the condition `tls`. */
const TLS_TEXT = /^[\w.+/=:-]{1,128}$/;

function memberOf(table: unknown, name: string): unknown {
  if (typeof table !== 'object' || table === null) return undefined;
  const member: unknown = Reflect.get(table, name);
  return member;
}

function textOf(table: unknown, name: string, pattern: RegExp): string | undefined {
  const value = memberOf(table, name);
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function readTls(cf: unknown): TlsView {
  const bots = memberOf(cf, 'botManagement');
  return {
    version: textOf(cf, 'tlsVersion', TLS_TEXT),
    cipher: textOf(cf, 'tlsCipher', TLS_TEXT),
    ciphersSha1: textOf(cf, 'tlsClientCiphersSha1', TLS_TEXT),
    extensionsSha1:
      textOf(cf, 'tlsClientExtensionsSha1', TLS_TEXT) ??
      textOf(cf, 'tlsClientExtensionsSha1Le', TLS_TEXT),
    ja3: textOf(bots, 'ja3Hash', TLS_TEXT),
    ja4: textOf(bots, 'ja4', TLS_TEXT),
  };
}

class Connection implements ConnectionView {
  readonly #readFacts: () => unknown;
  #tls: TlsView | undefined;

  constructor(readFacts: () => unknown) {
    this.#readFacts = readFacts;
  }

  get continent(): string | undefined {
    return textOf(this.#readFacts(), 'continent', CONTINENT);
  }

  get protocol(): string | undefined {
    return textOf(this.#readFacts(), 'httpProtocol', PROTOCOL);
  }

  get tls(): TlsView {
    this.#tls ??= readTls(this.#readFacts());
    return this.#tls;
  }
}

/**
 * Never fails: what is absent or does not validate is not known.
 * @param readFacts gives `request.cf`, whatever that is
 */
export function createConnectionView(readFacts: () => unknown): ConnectionView {
  return new Connection(readFacts);
}
