/**
 * What a page and its solvers say to each other.
 *
 * Owns the one union of messages. Each bears the protocol version, so that a cached script of
 * another release is noticed, and the run it belongs to, so that an answer to a challenge that
 * was given up is dropped instead of counted.
 */
import type { NonceSlice } from '../core/puzzle/sha256-engine.ts';
import type { EngineModules } from './engines/engine-choice.ts';

export const PROTOCOL_VERSION = 1;

interface Envelope {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly run: number;
}

/** Page to solver. */
export type SolverOrder = Envelope &
  (
    | {
        readonly type: 'begin';
        readonly digest: Uint8Array;
        readonly threshold: number;
        readonly modules: EngineModules;
      }
    | { readonly type: 'search'; readonly slice: NonceSlice }
  );

/** Solver to page. */
export type SolverReport = Envelope &
  /** Sent again when the solver changes its engine. */
  (
    | {
        readonly type: 'ready';
        readonly engine: string;
        /** Why it is no faster one. */
        readonly fallbacks: readonly string[];
      }
    | {
        readonly type: 'result';
        readonly slice: NonceSlice;
        readonly nonce: number | undefined;
        readonly attempts: number;
        readonly elapsedMs: number;
      }
    | { readonly type: 'failed'; readonly detail: string }
  );

export type SolverMessage = SolverOrder | SolverReport;

/**
 * Whether `data` speaks this version of the protocol. Both ends are our own scripts from our own
 * origin, so the envelope is all that is checked.
 */
export function isSolverMessage(data: unknown): data is SolverMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'protocol' in data &&
    data.protocol === PROTOCOL_VERSION &&
    'run' in data &&
    'type' in data
  );
}
