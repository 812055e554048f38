/**
 * Remembered passes: for clients that cannot keep a cookie, where a rule allows it.
 *
 * Owns the key under which such a pass is found: a digest of exact address, user agent
 * and accept-language that changes every day (UTC), so nothing that is stored can be
 * traced to an address. Must not know the store.
 */
import { digestText } from '../core/token/binding.ts';
import type { KeyRing } from '../core/token/key-ring.ts';
import type { Visit } from './visit.ts';

const SECONDS_A_DAY = 86_400;

/** `undefined` where the address is unknown: strangers must not share a key. */
export async function rememberKey(ring: KeyRing, visit: Visit): Promise<string | undefined> {
  const { client, request, nowSeconds } = visit;
  if (client.address === undefined) return undefined;
  const day = Math.floor(nowSeconds / SECONDS_A_DAY);
  const language = request.headers.get('Accept-Language') ?? '';
  const facts = JSON.stringify([day, visit.host, client.addressText, client.userAgent, language]);
  return digestText(ring.current, 'remember', facts);
}
