/**
 * Entry point of the GPU's Web Worker: runs the WebGPU engine for one job after the other.
 *
 * Owns the current search; must not know the pool. A worker of its own because the WASM workers
 * are busy most of the time, and the page should not prepare dispatches.
 */
import { isSolverMessage, PROTOCOL_VERSION } from '../messages.ts';
import type { GpuOrder, GpuReport } from './gpu-messages.ts';
import { type GpuSearch, startGpuSearch } from './webgpu.ts';

/** The part of DedicatedWorkerGlobalScope used here; the page's `self` is a Window. */
interface WorkerScope {
  postMessage(message: GpuReport): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

const scope: WorkerScope = self;
let current: { readonly run: number; readonly search: GpuSearch } | undefined;

function report(message: GpuReport): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page, no window here
  scope.postMessage(message);
}

function begin(order: Extract<GpuOrder, { readonly type: 'begin' }>): GpuSearch {
  const envelope = { protocol: PROTOCOL_VERSION, run: order.run } as const;
  const search = startGpuSearch(
    order,
    {
      ready: (adapterName) =>
        report({ ...envelope, type: 'ready', engine: `webgpu (${adapterName})` }),
      solution: (index, nonce) => report({ ...envelope, type: 'solution', index, nonce }),
      progress: (step) => report({ ...envelope, type: 'progress', ...step }),
    },
    { allowsSoftware: order.allowsSoftware === true },
  );
  void reportEnd(order.run, search);
  return search;
}

async function reportEnd(run: number, search: GpuSearch): Promise<void> {
  const envelope = { protocol: PROTOCOL_VERSION, run } as const;
  const outcome = await search.outcome;
  if (outcome.kind === 'done') report({ ...envelope, type: 'done' });
  else report({ ...envelope, type: 'failed', detail: outcome.detail, open: outcome.open });
}

scope.addEventListener('message', ({ data }) => {
  if (!isSolverMessage(data)) return;
  // The page sends nothing else to this worker.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are ours, envelope checked
  const order = data as unknown as GpuOrder;
  if (order.type === 'begin') {
    current?.search.stop();
    current = { run: order.run, search: begin(order) };
  } else if (order.run === current?.run) {
    if (order.type === 'drop') current.search.drop(order.index);
    else current.search.stop();
  }
});
