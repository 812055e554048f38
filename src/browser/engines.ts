/**
 * Which engine a solver runs: the fastest that this browser allows.
 *
 * Owns the choice. Today there is one; a faster one goes before it and must equal it on all
 * vectors.
 */
import type { Sha256Engine } from '../core/puzzle/sha256-engine.ts';
import { createJsEngine } from '../core/puzzle/sha256-js.ts';

export function createEngine(challengeDigest: Uint8Array, threshold: number): Sha256Engine {
  return createJsEngine(challengeDigest, threshold);
}
