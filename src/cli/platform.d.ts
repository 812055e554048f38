/** The name of a WebCrypto type that `core` uses: Node's types know it as a value alone. */
type CryptoKey = import('node:crypto').webcrypto.CryptoKey;
