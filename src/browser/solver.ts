/**
 * The solving end of the protocol: takes orders, runs an engine, reports.
 *
 * Owns the engine of the current run; must not know whether it lives in a Web Worker or at the
 * other end of a MessageChannel on the main thread. Orders are worked off one after the other,
 * because an engine may be asynchronous; after a synchronous one the next order waits for no more
 * than a microtask.
 */
import { EngineChoice } from './engines/engine-choice.ts';
import { loadKernel } from './engines/wasm.ts';
import { detectWasm, hasWebCrypto } from './features.ts';
import {
  isSolverMessage,
  PROTOCOL_VERSION,
  type SolverOrder,
  type SolverReport,
} from './messages.ts';

/** Returns the handler of incoming messages; what is no order of this protocol is ignored. */
export function createSolver(report: (message: SolverReport) => void): (data: unknown) => void {
  let choice: EngineChoice | undefined;
  let currentRun = -1;
  let work = Promise.resolve();

  async function begin(order: Extract<SolverOrder, { type: 'begin' }>): Promise<void> {
    const { run } = order;
    currentRun = run;
    let isReady = false;
    const sayReady = (): void => {
      if (!isReady || choice !== made || currentRun !== run) return;
      const { name: engine } = made.engine;
      const fallbacks = [...made.fallbacks];
      report({ protocol: PROTOCOL_VERSION, run, type: 'ready', engine, fallbacks });
    };
    const made = new EngineChoice(order, {
      wasm: detectWasm(),
      hasWebCrypto: hasWebCrypto(),
      load: loadKernel,
      after: (delayMs, callback) => {
        setTimeout(callback, delayMs);
      },
      onChange: sayReady,
    });
    choice = made;
    await made.ready();
    isReady = true;
    sayReady();
  }

  async function search(order: Extract<SolverOrder, { type: 'search' }>): Promise<void> {
    const { run, slice } = order;
    if (run !== currentRun || choice === undefined) return;
    const { engine } = choice;
    const startedMs = performance.now();
    const { nonce, attempts } = await engine.search(slice);
    const elapsedMs = performance.now() - startedMs;
    report({ protocol: PROTOCOL_VERSION, run, type: 'result', slice, nonce, attempts, elapsedMs });
    choice.measure({ engine, attempts, elapsedMs });
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
