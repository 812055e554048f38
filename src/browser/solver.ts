/**
 * The solving end of the protocol: takes orders, runs an engine, reports.
 *
 * Owns the engine of the current run; must not know whether it lives in a Web Worker or at the
 * other end of a MessageChannel on the main thread.
 */
import type { Sha256Engine } from '../core/puzzle/sha256-engine.ts';
import { createEngine } from './engines.ts';
import { isSolverMessage, PROTOCOL_VERSION, type SolverReport } from './messages.ts';

/** Returns the handler of incoming messages; what is no order of this protocol is ignored. */
export function createSolver(report: (message: SolverReport) => void): (data: unknown) => void {
  let engine: Sha256Engine | undefined;
  let currentRun = -1;

  return function handle(data) {
    if (!isSolverMessage(data)) return;
    const envelope = { protocol: PROTOCOL_VERSION, run: data.run } as const;
    try {
      if (data.type === 'begin') {
        engine = createEngine(data.digest, data.threshold);
        currentRun = data.run;
        report({ ...envelope, type: 'ready', engine: engine.name });
      } else if (data.type === 'search' && data.run === currentRun && engine !== undefined) {
        const startedMs = performance.now();
        const { nonce, attempts } = engine.search(data.slice);
        const elapsedMs = performance.now() - startedMs;
        report({ ...envelope, type: 'result', slice: data.slice, nonce, attempts, elapsedMs });
      }
    } catch (error) {
      report({ ...envelope, type: 'failed', detail: String(error) });
    }
  };
}
