/** Entry point of the Web Worker: a solver on the worker's own message port. */
import type { SolverReport } from './messages.ts';
import { createSolver } from './solver.ts';

/** The part of DedicatedWorkerGlobalScope used here; the page's `self` is a Window. */
interface WorkerScope {
  postMessage(message: SolverReport): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

const scope: WorkerScope = self;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page, no window here
const handle = createSolver((message) => scope.postMessage(message));
scope.addEventListener('message', (event) => handle(event.data));
