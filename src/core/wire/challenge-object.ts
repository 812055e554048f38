/**
 * The challenge object: what a client is given to solve (wire format version 1).
 *
 * Owns the shape that the Worker, the browser page and other clients share. It is
 * the body of `GET /.toll/challenge`, the member `toll` of a problem+json reply,
 * and part of the data block of the page. It must not know how a challenge is
 * signed: everything in `puzzle` repeats what is signed inside `challenge`, and
 * the server reads only the signed copy.
 */
import type { Puzzle } from '../puzzle/puzzle.ts';

/** Version of the wire format that this code writes. */
export const WIRE_VERSION = 1;

export interface ChallengeObject {
  readonly version: typeof WIRE_VERSION;
  /** `toll-challenge+jwt`, compact serialisation, at most 4,096 characters. */
  readonly challenge: string;
  readonly puzzle: Puzzle;
  /** Unix seconds after which the challenge is refused; also signed. */
  readonly expires: number;
  /** Path of this origin to POST the solutions to. */
  readonly redeem: string;
}
