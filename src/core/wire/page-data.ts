/**
 * The data block of the solver page: what the Worker tells the page's script.
 *
 * Owns the shape of `<script type="application/json" id="toll-data">`; must not
 * know HTML or the DOM.
 */
import type { ChallengeObject } from './challenge-object.ts';

/** Why the visitor sees the page; also the `code` of the problem+json reply. */
export type ChallengeReason = 'toll-required' | 'credit-spent' | 'slow-down';

/** What becomes of the request body that met the gate. */
export type PendingForm =
  | { readonly kind: 'none' }
  /** A same-origin urlencoded POST: sent again, byte for byte, after the pass. */
  | { readonly kind: 'carried'; readonly body: string }
  /** Any other request with a body: the visitor is told that it was not sent. */
  | { readonly kind: 'not-sent' };

export interface PageData {
  readonly toll: ChallengeObject;
  readonly reason: ChallengeReason;
  /** Path, query and fragment of this origin that the visitor was going to. */
  readonly returnPath: string;
  readonly form: PendingForm;
  /** The reply's `Retry-After`, where it has one: for `slow-down`. */
  readonly retryAfterSeconds?: number;
}
