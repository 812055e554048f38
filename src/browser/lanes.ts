/**
 * Lanes: where a solver runs and how it is reached.
 *
 * Owns the two kinds, a Web Worker and the main thread, behind one interface; must not know
 * slices or solutions.
 */
import type { SolverOrder } from './messages.ts';
import type { CreateSolver } from './solver.ts';

export type LaneKind = 'worker' | 'local';

export interface LaneListener {
  message(data: unknown): void;
  /** The lane is lost; it reports this once or more, and nothing useful afterwards. */
  failure(reason: string): void;
}

export interface Lane {
  readonly kind: LaneKind;
  /** Starts the lane, again after `close`. Nothing is reported before this returns. */
  open(listener: LaneListener): void;
  post(order: SolverOrder): void;
  close(): void;
}

/** A module worker from `url`, a script of this origin. */
export function createWorkerLane(url: string): Lane {
  let worker: Worker | undefined;
  return {
    kind: 'worker',
    open(listener) {
      // A constructor may throw (no workers, or a policy), and an error event has no detail when
      // the script was blocked: both are the same loss.
      try {
        worker = new Worker(url, { type: 'module' });
      } catch (error) {
        queueMicrotask(() => listener.failure(String(error)));
        return;
      }
      worker.addEventListener('message', (event) => listener.message(event.data));
      worker.addEventListener('messageerror', () => listener.failure('messageerror'));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener.failure(event.message || 'blocked or not found');
      });
    },
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker, not a window
    post: (order) => worker?.postMessage(order),
    close: () => worker?.terminate(),
  };
}

export type LoadSolver = () => Promise<CreateSolver>;

/**
 * Fetches the module at `url`, a script of this origin, when it is called: few browsers need the
 * engines in the page as well as in its workers.
 */
export function createSolverLoader(url: string): LoadSolver {
  return async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, named by the build
    const { createSolver } = (await import(url)) as { readonly createSolver: CreateSolver };
    return createSolver;
  };
}

/**
 * The main thread, one slice per task: the browser paints and takes input between two slices.
 * A MessageChannel because timers are clamped to 4 ms, and to a second in a background tab.
 */
export function createLocalLane(load: LoadSolver): Lane {
  let port: MessagePort | undefined;
  return {
    kind: 'local',
    open(listener) {
      const { port1, port2 } = new MessageChannel();
      const begin = async (): Promise<void> => {
        const createSolver = await load();
        const handle = createSolver((message) => port2.postMessage(message));
        port2.addEventListener('message', (event) => handle(event.data));
        // What was posted until now is kept by the channel.
        port2.start();
      };
      begin().catch((error: unknown) => listener.failure(String(error)));
      port1.addEventListener('message', (event) => listener.message(event.data));
      port1.start();
      port = port1;
    },
    post: (order) => port?.postMessage(order),
    close: () => port?.close(),
  };
}
