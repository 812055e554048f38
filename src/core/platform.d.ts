/**
 * The only platform interface that `core` may see: the part of WebCrypto that
 * `puzzle/`, `token/` and `signed-agent/` call. `core` compiles against ECMAScript alone plus
 * this file, so any other global (URL, fetch, Date aside, timers) is a type error.
 * Source: W3C Web Cryptography Level 2.
 */
interface CryptoKey {
  readonly type: string;
}

declare const crypto: {
  readonly subtle: {
    digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
    importKey(
      format: 'raw',
      keyData: Uint8Array,
      algorithm: 'Ed25519',
      extractable: false,
      usages: readonly 'verify'[],
    ): Promise<CryptoKey>;
    importKey(
      format: 'pkcs8',
      keyData: Uint8Array,
      algorithm: 'Ed25519',
      extractable: boolean,
      usages: readonly 'sign'[],
    ): Promise<CryptoKey>;
    exportKey(format: 'jwk', key: CryptoKey): Promise<object>;
    importKey(
      format: 'raw',
      keyData: Uint8Array,
      algorithm: 'HKDF' | { readonly name: 'HMAC'; readonly hash: 'SHA-256' },
      extractable: false,
      usages: readonly ('deriveBits' | 'sign' | 'verify')[],
    ): Promise<CryptoKey>;
    deriveBits(
      algorithm: {
        readonly name: 'HKDF';
        readonly hash: 'SHA-256';
        readonly salt: Uint8Array;
        readonly info: Uint8Array;
      },
      key: CryptoKey,
      lengthBits: number,
    ): Promise<ArrayBuffer>;
    sign(algorithm: 'HMAC', key: CryptoKey, data: Uint8Array): Promise<ArrayBuffer>;
    verify(
      algorithm: 'Ed25519',
      key: CryptoKey,
      signature: Uint8Array,
      data: Uint8Array,
    ): Promise<boolean>;
  };
};
