/**
 * The member `solutions` of a redeem request.
 *
 *   base64url( nonce of sub-puzzle 0 | nonce of 1 | ... ), 4 bytes each, big-endian
 *
 * Owns this encoding; must not know whether a nonce solves anything.
 */
import { decodeBase64url, encodeBase64url } from './base64url.ts';

const NONCE_BYTES = 4;

/** @param nonces unsigned 32-bit integers, for sub-puzzles 0, 1, 2, ... */
export function formatSolutions(nonces: readonly number[]): string {
  const bytes = new Uint8Array(nonces.length * NONCE_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, nonce] of nonces.entries()) view.setUint32(index * NONCE_BYTES, nonce);
  return encodeBase64url(bytes);
}

/** Nonces for sub-puzzles 0, 1, 2, ...; `undefined` unless `text` is canonical and holds whole nonces. */
export function parseSolutions(text: string): readonly number[] | undefined {
  const bytes = decodeBase64url(text);
  if (bytes === undefined || bytes.length % NONCE_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  const nonces: number[] = [];
  for (let at = 0; at < bytes.length; at += NONCE_BYTES) nonces.push(view.getUint32(at));
  return nonces;
}
