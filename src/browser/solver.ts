/**
 * The solving end of the protocol: takes orders, runs an engine, reports.
 *
 * Owns the engine of the current run; must not know whether it lives in a Web Worker or at the
 * other end of a MessageChannel on the main thread, which fetches this file when it needs it. Orders are worked off one after the other,
 * because an engine may be asynchronous; after a synchronous one the next order waits for no more
 * than a microtask.
 */
import { createJsEngine } from '../core/puzzle/sha256-js.ts';
import { type ChoiceJob, EngineChoice } from './engines/engine-choice.ts';
import { loadKernel } from './engines/wasm.ts';
import { createWebCryptoEngine } from './engines/webcrypto.ts';
import { detectWasm, hasWebCrypto } from './features.ts';
import {
  isSolverMessage,
  PROTOCOL_VERSION,
  type SolverOrder,
  type SolverReport,
} from './messages.ts';

function createChoice(job: ChoiceJob, onChange: () => void): EngineChoice {
  return new EngineChoice(job, {
    wasm: detectWasm(),
    createJs: createJsEngine,
    createWebCrypto: hasWebCrypto() ? createWebCryptoEngine : undefined,
    nowMs: () => performance.now(),
    load: loadKernel,
    after: (delayMs, callback) => {
      setTimeout(callback, delayMs);
    },
    onChange,
  });
}

export type CreateSolver = typeof createSolver;

/** Returns the handler of incoming messages; what is no order of this protocol is ignored. */
export function createSolver(report: (message: SolverReport) => void): (data: unknown) => void {
  let choice: EngineChoice | undefined;
  let currentRun = -1;
  let isSearching = false;
  /** Tells of the engine once it is free to. */
  let sayReady: (() => void) | undefined;
  let work = Promise.resolve();

  async function begin(order: Extract<SolverOrder, { type: 'begin' }>): Promise<void> {
    const { run } = order;
    currentRun = run;
    let isReady = false;
    let isTold = true;
    sayReady = (): void => {
      // What is being searched is still the work of the engine that the page knows.
      if (isTold || !isReady || isSearching || currentRun !== run) return;
      isTold = true;
      const { name: engine } = made.engine;
      const fallbacks = [...made.fallbacks];
      report({ protocol: PROTOCOL_VERSION, run, type: 'ready', engine, fallbacks });
    };
    const made = createChoice(order, () => {
      isTold = false;
      sayReady?.();
    });
    choice = made;
    await made.ready();
    isReady = true;
    isTold = false;
    sayReady();
  }

  async function search(order: Extract<SolverOrder, { type: 'search' }>): Promise<void> {
    const { run, slice } = order;
    if (run !== currentRun || choice === undefined) return;
    isSearching = true;
    const startedMs = performance.now();
    const { nonce, attempts } = await choice.search(slice);
    const elapsedMs = performance.now() - startedMs;
    isSearching = false;
    report({ protocol: PROTOCOL_VERSION, run, type: 'result', slice, nonce, attempts, elapsedMs });
    sayReady?.();
  }

  async function perform(order: SolverOrder): Promise<void> {
    try {
      await (order.type === 'begin' ? begin(order) : search(order));
    } catch (error) {
      const { protocol, run } = order;
      report({ protocol, run, type: 'failed', detail: String(error) });
    }
  }

  return function handle(data) {
    if (!isSolverMessage(data) || (data.type !== 'begin' && data.type !== 'search')) return;
    work = work.then(() => perform(data));
  };
}
