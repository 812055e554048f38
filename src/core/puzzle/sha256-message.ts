/**
 * The message of one sha256 attempt (wire format version 1), 52 bytes:
 *
 *    0..31  SHA-256 of the challenge's compact serialisation (ASCII)
 *   32..43  ASCII "edgetoll/1" and two zero bytes
 *   44..47  sub-puzzle index, big-endian
 *   48..51  nonce, big-endian
 *
 * Every field has a fixed length, so two different (challenge, index, nonce) never
 * share a message (SECURITY-BAR A07). With its padding it is one 64-byte block.
 */

export const MESSAGE_BYTES = 52;
export const INDEX_OFFSET = 44;
export const NONCE_OFFSET = 48;
const LABEL_OFFSET = 32;
const LABEL = 'edgetoll/1';

/** A message buffer for `challengeDigest` (32 bytes) with index and nonce zero. */
export function createMessage(challengeDigest: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(MESSAGE_BYTES);
  message.set(challengeDigest, 0);
  for (let at = 0; at < LABEL.length; at += 1) message[LABEL_OFFSET + at] = LABEL.charCodeAt(at);
  return message;
}

/** Writes the two variable fields of `message` in place. Both are unsigned 32-bit integers. */
export function setAttempt(message: Uint8Array<ArrayBuffer>, index: number, nonce: number): void {
  const view = new DataView(message.buffer);
  view.setUint32(INDEX_OFFSET, index);
  view.setUint32(NONCE_OFFSET, nonce);
}
