/**
 * What a page and its GPU worker say to each other.
 *
 * Owns this union. The envelope is that of the other solvers: protocol version, and the run that
 * a message belongs to, so that an answer to a challenge that was given up is dropped.
 */
import type { PROTOCOL_VERSION } from '../messages.ts';

interface Envelope {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly run: number;
}

/** Page to GPU worker. A `begin` ends the run before it. */
export type GpuOrder = Envelope &
  (
    | {
        readonly type: 'begin';
        readonly digest: Uint8Array;
        readonly threshold: number;
        readonly indexes: readonly number[];
        /** For tests alone. */
        readonly allowsSoftware?: boolean;
      }
    /** Another engine has solved this one. */
    | { readonly type: 'drop'; readonly index: number }
    | { readonly type: 'stop' }
  );

/** GPU worker to page. */
export type GpuReport = Envelope &
  (
    | { readonly type: 'ready'; readonly engine: string }
    | { readonly type: 'solution'; readonly index: number; readonly nonce: number }
    | { readonly type: 'progress'; readonly attempts: number; readonly elapsedMs: number }
    /** All are solved or dropped. */
    | { readonly type: 'done' }
    | { readonly type: 'failed'; readonly detail: string; readonly open: readonly number[] }
  );
