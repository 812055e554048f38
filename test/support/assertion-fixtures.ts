/** Keys and assertions for tests: made anew in each run, in Node and in workerd. */
import { issueAssertion } from '../../src/core/token/assertion-token.ts';
import { importAssertionKeys, parseAssertionKey } from '../../src/core/token/assertion-key.ts';
import type { AssertionKeys } from '../../src/core/token/assertion-key.ts';
import { encodeBase64url } from '../../src/core/wire/base64url.ts';

/** 2026-11-01T00:00:00Z. */
export const NOW = 1_793_491_200;
export const SITE = 'site.test';

export interface PrivateJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
}

export async function makePrivateJwk(): Promise<PrivateJwk> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const { x, d } = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as PrivateJwk;
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

/** The keys of a private JWK, as the gate would have them. */
export async function keysOf(jwk: PrivateJwk): Promise<AssertionKeys> {
  const reading = parseAssertionKey(JSON.stringify(jwk));
  if (!reading.ok) throw new Error(reading.rule);
  const imported = await importAssertionKeys({ current: reading.value, published: [] });
  if (!imported.ok || imported.keys === undefined) throw new Error('the keys are refused');
  return imported.keys;
}

export function randomId(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

export interface Asked {
  readonly method?: string;
  readonly host?: string;
  /** Path and query. */
  readonly target?: string;
  readonly verdict?: string;
  readonly jti?: string;
  readonly nowSeconds?: number;
}

/** What the gate would send along with this request. */
export function assertFor(keys: AssertionKeys, asked: Asked = {}): Promise<string> {
  const { method = 'GET', host = SITE, target = '/page', verdict = 'pass' } = asked;
  const { pathname, search } = new URL(`https://${host}${target}`);
  return issueAssertion(
    keys,
    { host, method, url: `https://${host}${pathname}`, search, verdict },
    { jti: asked.jti ?? randomId(), nowSeconds: asked.nowSeconds ?? NOW },
  );
}

/** A token of any header and claims, well signed: what only the holder of the key could make. */
export async function signAnything(
  jwk: PrivateJwk,
  header: object,
  claims: object,
): Promise<string> {
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, 'Ed25519', false, ['sign']);
  const part = (value: object) => encodeBase64url(new TextEncoder().encode(JSON.stringify(value)));
  const signed = `${part(header)}.${part(claims)}`;
  const signature = await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(signed));
  return `${signed}.${encodeBase64url(new Uint8Array(signature))}`;
}
