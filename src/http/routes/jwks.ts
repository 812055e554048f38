/**
 * `GET <prefix>jwks.json`: the keys that `Toll-Assertion` can be checked with.
 *
 * Owns the reply, which is the same for everybody; it holds public members alone, drawn one by one where
 * the keys are imported (SECURITY-BAR B09).
 */
import type { AssertionKeys } from '../../core/token/assertion-key.ts';
import { KEY_SET_MAX_AGE_SECONDS } from '../../core/token/assertion-token.ts';
import { keySetReply } from '../reply.ts';

export function createKeySetRoute({ keySet }: AssertionKeys): () => Response {
  const json = JSON.stringify(keySet);
  return () => keySetReply(json, KEY_SET_MAX_AGE_SECONDS);
}
