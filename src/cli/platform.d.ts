/** The name of a WebCrypto type that `core` uses: Node's types know it as a value alone. */
import type { webcrypto } from 'node:crypto';

declare global {
  type CryptoKey = webcrypto.CryptoKey;
}
